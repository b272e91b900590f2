"""German words of audits. Pure."""

from __future__ import annotations

from typing import Final

from isms.audits.plan import Act
from service.i18n import lazy

KINDS: Final = {
    "self": lazy("Selbstprüfung"),
    "internal": lazy("internes Audit"),
    "wiba": lazy("WiBA-Durchsicht"),
    "external": lazy("externes Audit"),
    "kdlz": lazy("Prüfung durch das KDLZ-CS"),
    "privacy": lazy("Datenschutzprüfung"),
}
STATES: Final = {
    "planned": (lazy("geplant"), "neutral"),
    "running": (lazy("läuft"), "info"),
    "done": (lazy("abgeschlossen"), "success"),
    "cancelled": (lazy("abgesagt"), "neutral"),
}
ACTS: Final = {
    Act.BEGIN: (lazy("Audit beginnen"), lazy("Das Audit läuft.")),
    Act.FINISH: (lazy("Audit abschließen"), lazy("Das Audit ist abgeschlossen.")),
    Act.CANCEL: (lazy("Absagen"), lazy("Das Audit ist abgesagt.")),
    Act.REOPEN: (lazy("Wieder öffnen"), lazy("Das Audit ist wieder offen.")),
}
WEIGHTS: Final = {
    "severe": (lazy("schwerwiegend"), "danger"),
    "minor": (lazy("geringfügig"), "warning"),
    "recommendation": (lazy("Empfehlung"), "info"),
}
FINDING_STATES: Final = {
    "open": (lazy("offen"), "danger"),
    "treated": (lazy("Maßnahme angelegt"), "warning"),
    "closed": (lazy("erledigt"), "success"),
}
RECHECKS: Final = {
    "fixed": lazy("behoben"),
    "partly": lazy("teilweise behoben"),
    "open": lazy("nicht behoben"),
    "waived": lazy("Empfehlung wird nicht umgesetzt"),
}
RESULTS: Final = {
    "": (lazy("noch nicht geprüft"), "unknown"),
    "agrees": (lazy("stimmt"), "success"),
    "differs": (lazy("stimmt nicht"), "danger"),
    "unclear": (lazy("nicht prüfbar"), "neutral"),
}
LISTS: Final = {
    "": lazy("Alle Anforderungen"),
    "waived": lazy("Entbehrlich mit Begründung"),
    "removed": lazy("Gestrichen mit Begründung"),
    "refuted": lazy("Mit Widerspruch"),
    "unseen": lazy("Noch nicht geprüft"),
    "differs": lazy("Stimmt nicht"),
}
FIELDS: Final = {
    "title": lazy("Titel"),
    "kind": lazy("Art"),
    "planned_on": lazy("Beginn"),
    "ends_on": lazy("Ende"),
    "lead": lazy("Leitung (Funktion)"),
    "scope_sites": lazy("Standorte"),
    "scope_objects": lazy("Zielobjekte"),
    "scope_areas": lazy("Bereiche des Katalogs"),
    "scope_note": lazy("Was sonst zum Umfang gehört"),
    "result": lazy("Ergebnis in Kürze"),
    "state": lazy("Stand"),
    "towns": lazy("Auch in diesen Städten planen"),
    "weight": lazy("Gewicht"),
    "text": lazy("Beschreibung und Nachweis"),
    "target": lazy("Zielobjekt"),
    "target_id": lazy("Zielobjekt"),
    "control": lazy("Kennung der Anforderung"),
    "responsible": lazy("Zuständig (Funktion)"),
    "due": lazy("Zu beheben bis"),
    "recheck_on": lazy("Nachprüfung am"),
    "recheck_result": lazy("Ergebnis der Nachprüfung"),
    "recheck_note": lazy("Was die Nachprüfung ergab"),
}
