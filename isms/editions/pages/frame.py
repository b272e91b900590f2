"""What the pages about catalogues share: tabs, transactions, words."""

from __future__ import annotations

from collections.abc import Mapping

from isms.editions.diff import Change
from isms.editions.once import MAPPING, QUESTIONS
from isms.editions.store.proposals import FILE
from service.auth.guards import EDIT_ISMS, Here
from service.i18n import Lazy, lazy
from service.i18n import gettext as _

CHANGES: Mapping[str, tuple[Lazy, str]] = {
    Change.TEXT: (lazy("Text geändert"), "warning"),
    "reused": (lazy("Kennung bedeutet anderes"), "danger"),
    Change.MOVED: (lazy("verschoben"), "info"),
    Change.NEW: (lazy("neu"), "success"),
    Change.GONE: (lazy("entfallen"), "neutral"),
    Change.SAME: (lazy("gleich"), "neutral"),
}
KINDS: Mapping[str, Lazy] = {
    FILE: lazy("Angabe aus einer Datei"),
    QUESTIONS: lazy("Antworten auf WiBA-Fragen"),
    MAPPING: lazy("Zuordnung zum Grundschutz++"),
}
MEANINGS: Mapping[str, Lazy] = {
    "modal_verb": lazy("Verbindlichkeit"),
    "action_word": lazy("Handlungswort"),
    "result": lazy("Ergebnis"),
    "result_specification": lazy("Präzisierung"),
    "target_object_categories": lazy("Zielobjektkategorien"),
    "documentation": lazy("Dokumentation"),
    "sec_level": lazy("Stufe"),
    "effort_level": lazy("Aufwand"),
    "tags": lazy("Schlagwörter"),
    "alt-identifier": lazy("Eindeutige Kennung"),
}


def base(here: Here) -> str:
    """Where these pages begin."""
    return f"{here.base}/catalogues"


def tabs(here: Here, current: str) -> list[tuple[str, str, bool]]:
    """Title, address, whether it is this one."""
    pages = (
        ("", _("Kataloge")),
        ("/recheck", _("Neu prüfen")),
        ("/proposals", _("Vorschläge")),
        ("/parameters", _("Parameter")),
        ("/profiles", _("Profile")),
    )
    return [(title, base(here) + path, path == current) for path, title in pages]


def may_edit(here: Here) -> bool:
    return bool(here.roles & EDIT_ISMS)
