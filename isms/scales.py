"""Answer scales (Antwortskalen) of the catalogues: which words they use, and what they mean as our claim. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from isms.measures import Claim

CHECK = "check"
"""Starter catalogue, Kompendium and own rules (domain 3.1)."""
PLUSPLUS = "plusplus"
WIBA = "wiba"

SCALES: Mapping[str, Mapping[str, Claim]] = {
    CHECK: {x.value: x for x in Claim},
    PLUSPLUS: {"unbearbeitet": Claim.UNBEARBEITET, "ja": Claim.JA, "nein": Claim.NEIN, "nicht anwendbar": Claim.ENTBEHRLICH},
    WIBA: {"unbeantwortet": Claim.UNBEARBEITET, "ja": Claim.JA, "nein": Claim.NEIN, "nicht relevant": Claim.ENTBEHRLICH},
}
"""Scale → word of the catalogue → claim; in the order in which the words are offered."""


def claims(scale: str) -> tuple[Claim, ...]:
    """The claims that may be given; an unknown scale is the full one."""
    return tuple(SCALES.get(scale, SCALES[CHECK]).values())


def word(scale: str, claim: Claim) -> str:
    """The catalogue's own word for a claim; ours where it has none."""
    return next((text for text, meant in SCALES.get(scale, {}).items() if meant is claim), claim.value)


def claim(scale: str, text: str) -> Claim | None:
    """What a word of that catalogue means; None for a word that is not of its scale, unanswered for an empty one."""
    folded = " ".join(text.split()).casefold()
    if not folded:
        return Claim.UNBEARBEITET
    return SCALES[scale].get(folded)
