"""Words of the structure analysis as pages and exports show them."""

from __future__ import annotations

from collections.abc import Mapping

from isms.protection import Effective, Goal, Need, Reasoning
from service.i18n import Lazy, lazy
from service.i18n import gettext as _
from service.objects.standard import TargetKind

KINDS: Mapping[str, Lazy] = {
    TargetKind.INSTITUTION: lazy("Stadt als Ganzes"),
    TargetKind.PROCESS: lazy("Geschäftsprozess"),
    TargetKind.PROCEDURE: lazy("Fachverfahren"),
    TargetKind.INFORMATION: lazy("Information"),
    TargetKind.APPLICATION: lazy("Anwendung"),
    TargetKind.IT_SYSTEM: lazy("IT-System"),
    TargetKind.INDUSTRIAL: lazy("Fernwirktechnik"),
    TargetKind.IOT: lazy("Gebäudetechnik"),
    TargetKind.LINK: lazy("Verbindung"),
    TargetKind.NETWORK: lazy("Netz"),
    TargetKind.ROOM: lazy("Raum"),
    TargetKind.BUILDING: lazy("Gebäude"),
    TargetKind.PROVIDER: lazy("Dienstleister"),
    TargetKind.ROLE: lazy("Personengruppe"),
}
GOALS: Mapping[Goal, Lazy] = {
    Goal.CONFIDENTIALITY: lazy("Vertraulichkeit"),
    Goal.INTEGRITY: lazy("Integrität"),
    Goal.AVAILABILITY: lazy("Verfügbarkeit"),
}
NEEDS: Mapping[Need, tuple[Lazy, str]] = {
    Need.NORMAL: (lazy("normal"), "success"),
    Need.HOCH: (lazy("hoch"), "warning"),
    Need.SEHR_HOCH: (lazy("sehr hoch"), "danger"),
}
REASONINGS: Mapping[Reasoning, Lazy] = {
    Reasoning.KUMULATION: lazy("Kumulation"),
    Reasoning.VERTEILUNG: lazy("Verteilung"),
    Reasoning.BEGRUENDET: lazy("Begründet"),
}


def word(need: Need | None) -> str:
    """The need in words; what nobody has said is unknown, never normal."""
    return str(NEEDS[need][0]) if need else _("unbekannt")


def badge(need: Need | None) -> str:
    """Kind of badge for a need."""
    return NEEDS[need][1] if need else "unknown"


def exported(need: Need | None) -> str:
    """The need as Grundschutz++ knows it: normal or hoch."""
    return need.exported if need else ""


def because(effective: Effective, names: tuple[str, ...]) -> str:
    """Where a value comes from, in a sentence."""
    if effective.override is not None:
        kind = str(REASONINGS[effective.override.reasoning])
        text = f"{kind}: {effective.override.reason}"
        if effective.inherited is not None:
            text += " " + _("(vererbt: %(need)s)", need=word(effective.inherited))
        return text
    if names:
        shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        return _("weil es gebraucht wird von: %(names)s", names=shown)
    if effective.need is not None:
        return _("so eingetragen")
    return _("Nichts darüber hat einen Schutzbedarf.")
