"""Words of incidents as pages and documents show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from isms.incidents.clocks import Clock, Duty, Stand
from isms.incidents.levels import ROWS, Severity
from isms.incidents.states import State
from isms.incidents.view import Incident
from service.i18n import Lazy, format_datetime, format_duration, lazy
from service.i18n import gettext as _
from service.priority import Level

STATE_TONES: Final = {
    State.GEMELDET: "danger",
    State.BEWERTET: "warning",
    State.IN_BEARBEITUNG: "warning",
    State.EINGEDAEMMT: "info",
    State.BEHOBEN: "success",
    State.AUSGEWERTET: "success",
    State.ABGESCHLOSSEN: "neutral",
}
SEVERITY_TONES: Final = {Severity.STOERUNG: "info", Severity.NOTFALL: "warning", Severity.KRISE: "danger"}
LEVELS: Final[Mapping[Level, tuple[Lazy, str]]] = {
    Level.NIEDRIG: (lazy("niedrig"), "success"),
    Level.MITTEL: (lazy("mittel"), "info"),
    Level.HOCH: (lazy("hoch"), "warning"),
    Level.KRITISCH: (lazy("kritisch"), "danger"),
}
DUTIES: Final[Mapping[Duty, Lazy]] = {
    Duty.AUTHORITY: lazy("Meldung an die Datenschutzaufsicht (Art. 33 DSGVO)"),
    Duty.PERSONS: lazy("Benachrichtigung der Betroffenen (Art. 34 DSGVO)"),
    Duty.EARLY: lazy("Frühwarnung (NIS2)"),
    Duty.NOTICE: lazy("Meldung (NIS2)"),
    Duty.FINAL: lazy("Abschlussbericht (NIS2)"),
}
STANDS: Final[Mapping[Stand, tuple[Lazy, str]]] = {
    Stand.RUNNING: (lazy("läuft"), "warning"),
    Stand.OVER: (lazy("Frist abgelaufen"), "danger"),
    Stand.MET: (lazy("gesendet"), "success"),
    Stand.LATE: (lazy("verspätet gesendet"), "danger"),
    Stand.WAIVED: (lazy("nicht meldepflichtig"), "neutral"),
    Stand.DROPPED: (lazy("entfallen"), "neutral"),
}
FIELDS: Final[Mapping[str, Lazy]] = {
    "title": lazy("Titel"),
    "place": lazy("Ort"),
    "contact": lazy("Wer ist erreichbar?"),
    "lead": lazy("Zuständige Funktion"),
    "since": lazy("Beginn"),
    "aware_at": lazy("Bekannt geworden"),
    "impact": lazy("Auswirkung"),
    "spreading": lazy("Der Schaden breitet sich noch aus"),
    "tolerable_until": lazy("Spätestens wieder nötig"),
    "personal_data": lazy("Personenbezogene Daten betroffen"),
    "nis2": lazy("Ein Betrieb unter dem NIS2-Recht ist betroffen"),
    "persons": lazy("Betroffene Personen, ungefähr"),
    "records": lazy("Datensätze, ungefähr"),
    "data": lazy("Welche Daten"),
    "consequences": lazy("Wahrscheinliche Folgen"),
    "elsewhere": lazy("Andere betroffene Städte"),
    "towns": lazy("Zahl der betroffenen Städte"),
    "critical_down": lazy("Ein zeitkritischer Prozess steht"),
    "back_hours": lazy("Wieder verfügbar in Stunden"),
    "left_hours": lazy("Noch hinnehmbar in Stunden"),
    "emergency_operation": lazy("Notbetrieb läuft"),
    "plan_fits": lazy("Ein freigegebener Plan passt"),
    "joint_plan": lazy("Es gibt einen gemeinsamen Plan der Städte"),
    "steps": lazy("Ergriffene und geplante Maßnahmen"),
    "cost": lazy("Kosten in ganzen Euro"),
    "hours": lazy("Arbeitsstunden"),
    "cause": lazy("Ursache"),
    "lessons": lazy("Lehren"),
}


def shown(name: str, value: Any) -> str:
    """A field's value in words."""
    if name == "impact":
        return "; ".join(f"{ROWS[row][0]} {LEVELS[Level(step)][0]}" for row, step in value.items()) or _("nicht bewertet")
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, datetime):
        return format_datetime(value)
    return _("unbekannt") if value is None else str(value) or _("leer")


def changes(before: Incident, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that differ."""
    return {name: value for name, value in values.items() if value != getattr(before, name)}


def told(values: Mapping[str, Any]) -> str:
    """What the log says of changed fields."""
    return "\n".join(f"{FIELDS[name]}: {shown(name, value)}" for name, value in values.items())


def left(clock: Clock, now: datetime) -> str:
    """The time that is left, or how long it is over; without a moment: without undue delay."""
    rest = clock.left(now)
    if rest is None:
        return _("unverzüglich")
    word = hours(abs(rest))
    return _("noch %(time)s", time=word) if rest >= timedelta() else _("seit %(time)s abgelaufen", time=word)


def hours(span: timedelta) -> str:
    """Hours and minutes, as clocks of three days are read; longer spans in days."""
    if span > timedelta(days=4):
        return format_duration(span)
    minutes = int(span.total_seconds() // 60)
    return _("%(hours)s Std. %(minutes)s Min.", hours=minutes // 60, minutes=minutes % 60)
