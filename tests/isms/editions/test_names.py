"""How editions are named to readers."""

from __future__ import annotations

import pytest

from isms.editions.text import pieces
from isms.editions.views import in_words


@pytest.mark.parametrize(
    ("edition", "shown"),
    [
        ("Grundschutz++ 2026-06-24T07:29:51.180608+00:00", "Grundschutz++ Stand 24.06.2026"),
        ("Grundschutz++ 2026-01-31T23:00:00Z", "Grundschutz++ Stand 31.01.2026"),
        ("Kompendium 2026-11-22", "Kompendium Stand 22.11.2026"),
        ("Kompendium Edition 2023", "Kompendium Edition 2023"),
        ("Grundcheck Kommune 1", "Grundcheck Kommune 1"),
    ],
)
def test_a_moment_in_the_name_of_an_edition_is_told_as_a_day(edition: str, shown: str) -> None:
    assert in_words(edition) == shown


def test_a_placeholder_is_no_word_of_a_difference() -> None:
    old = "Zugänge sind nach {{ insert: param, gc.1.1-prm1 }} zu sperren"
    new = "Zugänge sind nach {{ insert: param, gc.1.2-prm4 }} sofort zu sperren"
    assert [(x.kind, x.text) for x in pieces(old, new)] == [
        ("same", "Zugänge sind nach […]"), ("new", "sofort"), ("same", "zu sperren"),
    ]  # fmt: skip
