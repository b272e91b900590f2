"""Answer once: what may be proposed, and what may only be asked."""

from __future__ import annotations

import pytest

from isms.editions.once import QUESTIONS, Relation, from_mapping, from_questions, overall
from isms.measures import Claim

JA, NEIN, TEILS, OHNE, OFFEN = Claim.JA, Claim.NEIN, Claim.TEILWEISE, Claim.ENTBEHRLICH, Claim.UNBEARBEITET
TWO = [Relation("wiba:3.1", QUESTIONS, "kompendium:CON.3.A2"), Relation("wiba:3.2", QUESTIONS, "kompendium:CON.3.A2")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (JA, JA, JA), (NEIN, NEIN, NEIN), (JA, NEIN, TEILS), (JA, OFFEN, None), (NEIN, OFFEN, None), (TEILS, JA, TEILS),
        (OHNE, OHNE, None), (JA, OHNE, TEILS), (NEIN, OHNE, NEIN), (OHNE, TEILS, TEILS),
    ],
)  # fmt: skip
def test_questions_propose_only_when_all_are_answered(first, second, expected) -> None:
    found = from_questions(TWO, {"wiba:3.1": first, "wiba:3.2": second})
    assert [x.claim for x in found] == ([expected] if expected else [])


@pytest.mark.parametrize("relation", ["equal-to", "equivalent-to", "superset-of", "subset-of", "intersects-with"])
@pytest.mark.parametrize("said", list(Claim))
def test_a_mapping_proposes_ja_or_asks_and_never_anything_else(relation, said) -> None:
    found = from_mapping([Relation("kompendium:A", relation, "k", "A-UA.1")], {"kompendium:A": said})
    carries = relation in ("equal-to", "equivalent-to", "superset-of")
    if said is JA and carries:
        assert [x.claim for x in found] == [JA]
    elif said in (JA, TEILS):
        assert [x.claim for x in found] == [None]
    else:
        assert found == ()


def test_one_source_that_carries_is_enough_and_those_that_only_contribute_stay_aside() -> None:
    relations = [Relation("kompendium:A", "intersects-with", "k"), Relation("kompendium:B", "equal-to", "k")]
    (found,) = from_mapping(relations, {"kompendium:A": JA, "kompendium:B": JA})
    assert (found.claim, [x.source for x in found.grounds]) == (JA, ["kompendium:B"])


def test_a_proposal_changes_its_fingerprint_exactly_when_its_grounds_change() -> None:
    def one(first, second):
        return from_questions(TWO, {"wiba:3.1": first, "wiba:3.2": second})[0].print

    assert one(JA, JA) == one(JA, JA)
    assert len({one(JA, JA), one(JA, NEIN), one(NEIN, JA), one(NEIN, NEIN)}) == 4


@pytest.mark.parametrize(
    ("claims", "expected"),
    [([JA, JA], JA), ([JA, NEIN], TEILS), ([JA, OHNE], JA), ([OHNE], OHNE), ([JA, OFFEN], OFFEN), ([], OFFEN)],
)
def test_several_objects_have_one_claim_together(claims, expected) -> None:
    assert overall(claims) is expected
