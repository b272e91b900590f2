"""German words of the documents register. Pure."""

from __future__ import annotations

from typing import Final

from service.i18n import lazy

KINDS: Final = {
    "policy": lazy("Leitlinie"),
    "guideline": lazy("Richtlinie"),
    "concept": lazy("Konzept"),
    "plan": lazy("Plan"),
    "works_agreement": lazy("Dienstvereinbarung"),
    "contract": lazy("Vertrag"),
    "minutes": lazy("Niederschrift"),
    "evidence": lazy("Nachweis"),
}
STATES: Final = {
    "planned": (lazy("vorgesehen"), "neutral"),
    "draft": (lazy("Entwurf"), "info"),
    "review": (lazy("in Prüfung"), "warning"),
    "released": (lazy("freigegeben"), "success"),
    "replaced": (lazy("ersetzt"), "neutral"),
}
CONFIDENTIALITY: Final = {
    "public": lazy("öffentlich"),
    "internal": lazy("nur für den Dienstgebrauch"),
    "confidential": lazy("vertraulich"),
    "strict": lazy("streng vertraulich"),
}
FIELDS: Final = {
    "number": lazy("Kennzeichen"),
    "title": lazy("Titel"),
    "kind": lazy("Art"),
    "owner": lazy("Zuständige Stelle"),
    "confidentiality": lazy("Vertraulichkeit"),
    "planned_by": lazy("Erste Freigabe bis"),
    "note": lazy("Bemerkung"),
    "label": lazy("Fassung"),
    "state": lazy("Stand"),
    "changes": lazy("Was ist neu?"),
    "valid_from": lazy("Gilt ab"),
    "review_due": lazy("Nächste Prüfung bis"),
    "place": lazy("Ablageort"),
    "file": lazy("Datei"),
    "sha256": lazy("Prüfsumme (SHA-256)"),
    "control": lazy("Anforderung"),
    "target": lazy("Zielobjekt"),
}
