"""German words of training. Pure."""

from __future__ import annotations

from typing import Final

from service.i18n import lazy

TARGETS: Final = {
    "all": lazy("alle Beschäftigten"),
    "leadership": lazy("Leitung"),
    "it": lazy("IT"),
    "kita": lazy("Kita"),
    "new_staff": lazy("neue Beschäftigte"),
}
GROUPS: Final = {
    "leadership": lazy("Leitung"),
    "it": lazy("IT"),
    "kita": lazy("Kita"),
    "new_staff": lazy("neue Beschäftigte"),
    "others": lazy("übrige Beschäftigte"),
}
FORMS: Final = {
    "presence": lazy("vor Ort"),
    "online": lazy("online mit Termin"),
    "self": lazy("Selbstlernkurs"),
    "briefing": lazy("Unterweisung am Arbeitsplatz"),
}
FIELDS: Final = {
    "title": lazy("Thema"),
    "target": lazy("Zielgruppe"),
    "validity_months": lazy("Gültig (Monate)"),
    "form": lazy("Form"),
    "test": lazy("Mit Test"),
    "link": lazy("Adresse der Lernplattform"),
    "note": lazy("Bemerkung"),
    "name": lazy("Name der Einheit"),
    "parent_id": lazy("Gehört zu"),
    "leadership": lazy("Leitung"),
    "it": lazy("IT"),
    "kita": lazy("Kita"),
    "new_staff": lazy("neue Beschäftigte"),
    "others": lazy("übrige Beschäftigte"),
}
