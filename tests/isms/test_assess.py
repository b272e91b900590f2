"""A claim, the evidence and the measures make a state; the claim itself is never changed."""

import itertools
from datetime import date
from fractions import Fraction

import pytest

from isms.assess import ControlState, Evidence, Lamp, assess, fulfilled, quota, tally, unmet
from isms.measures import Acceptance, AcceptanceState, Answer, Claim, Inherited, Mode, Offered, answers_needed, effective, joined

JA, TEIL, NEIN, OFFEN, ENTB = Claim.JA, Claim.TEILWEISE, Claim.NEIN, Claim.UNBEARBEITET, Claim.ENTBEHRLICH
TODAY = date(2026, 11, 16)


def own(claim: Claim) -> Inherited:
    return Inherited(claim, "eigene Antwort")


def states(claim: Claim, count: int, contradictions: int = 0) -> list[ControlState]:
    return [assess(own(claim), open_contradictions=contradictions)] * count


def test_the_quota_of_the_worked_example_is_47_8_percent():
    whole = states(ENTB, 20) + states(JA, 86) + states(JA, 4, 1) + states(TEIL, 40) + states(NEIN, 30) + states(OFFEN, 20)
    found = quota(whole)
    assert (found.total, found.applicable, found.done, found.contradicted, found.partly) == (200, 180, 86, 4, 40)
    assert found.share == Fraction(86, 180)
    assert f"{float(found.share) * 100:.1f}" == "47.8"


def test_where_nothing_applies_the_quota_is_unknown():
    assert quota(states(ENTB, 3)).share is None
    assert quota([]).share is None


def test_evidence_against_a_ja_leaves_the_claim_and_turns_it_red():
    found = assess(own(JA), open_contradictions=1)
    assert found.claim is JA
    assert found.words == "ja – Widerspruch"
    assert (found.lamp, found.counts) == (Lamp.RED, False)


def test_support_never_fulfils_an_open_or_partial_requirement():
    for claim in (OFFEN, TEIL, NEIN):
        found = assess(own(claim), supports=5)
        assert (found.claim, found.counts, found.evidence) == (claim, False, Evidence.SUPPORTS)


def test_on_a_nein_evidence_is_only_information():
    found = assess(own(NEIN), open_contradictions=2)
    assert (found.words, found.contradictions, found.evidence) == ("nein", 0, Evidence.REFUTES)


def test_unknown_evidence_outweighs_support_and_changes_no_claim():
    found = assess(own(JA), supports=3, unknown=1)
    assert (found.evidence, found.counts) == (Evidence.UNKNOWN, True)


def test_an_unanswered_requirement_is_grey():
    assert assess(own(OFFEN)).lamp is Lamp.GREY


def test_the_state_is_never_better_than_the_claim():
    for claim, bad, good, unknown in itertools.product(Claim, (0, 1), (0, 1), (0, 1)):
        found = assess(own(claim), open_contradictions=bad, supports=good, unknown=unknown)
        assert found.claim is claim
        assert not found.counts or claim is JA


def test_a_requirement_whose_precondition_is_open_is_not_fulfilled():
    required = {"b": ["a"], "c": ["b"]}
    assert fulfilled("c", {"a": JA, "b": JA, "c": JA}, required)
    assert not fulfilled("c", {"a": NEIN, "b": JA, "c": JA}, required)
    assert fulfilled("c", {"a": ENTB, "b": JA, "c": JA}, required)
    assert not fulfilled("a", {"a": JA, "b": JA}, {"a": ["b"], "b": ["a"]})


def accepted(until: date, on: date = date(2026, 3, 1)) -> Acceptance:
    return Acceptance(AcceptanceState.ANGENOMMEN, on, until)


def test_a_central_backup_counts_in_two_towns_is_expired_in_one_and_missing_in_one():
    def town(acceptance: Acceptance | None) -> Inherited:
        return effective(None, Offered("M-012", Mode.ZENTRAL, JA, acceptance), TODAY)

    erb, mic = town(accepted(date(2027, 3, 31))), town(accepted(date(2027, 1, 31)))
    obz, bro = town(accepted(date(2026, 10, 31))), town(None)
    assert [x.claim for x in (erb, mic, obz, bro)] == [JA, JA, OFFEN, OFFEN]
    assert erb.provenance == "über Maßnahme M-012 des Verbunds, angenommen am 01.03.2026"
    assert "abgelaufen" in obz.provenance
    assert "fehlt" in bro.provenance


def test_a_shared_measure_is_only_as_done_as_both_its_parts():
    acceptance = accepted(date(2027, 3, 31))
    assert effective(None, Offered("M-1", Mode.GETEILT, JA, acceptance, NEIN), TODAY).claim is TEIL
    assert effective(None, Offered("M-1", Mode.GETEILT, JA, acceptance), TODAY).claim is OFFEN
    assert [joined(JA, JA), joined(NEIN, NEIN), joined(TEIL, TEIL), joined(JA, TEIL)] == [JA, NEIN, TEIL, TEIL]


def test_an_own_answer_newer_than_the_acceptance_goes_first_and_an_older_one_does_not():
    measure = Offered("M-1", Mode.ZENTRAL, JA, accepted(date(2027, 3, 31)))
    assert effective(Answer(NEIN, date(2026, 5, 1)), measure, TODAY).claim is NEIN
    assert effective(Answer(NEIN, date(2026, 2, 1)), measure, TODAY).claim is JA
    assert effective(Answer(OFFEN, date(2026, 5, 1)), measure, TODAY).claim is JA


def test_an_acceptance_holds_through_its_last_day():
    def last(day: date) -> Claim:
        return effective(None, Offered("M-1", Mode.ZENTRAL, JA, accepted(TODAY)), day).claim

    assert last(TODAY) is JA
    assert last(date(2026, 11, 17)) is OFFEN


@pytest.mark.parametrize("state", [AcceptanceState.ANGEBOTEN, AcceptanceState.ABGELEHNT, AcceptanceState.ZURUECKGEZOGEN])
def test_what_was_not_accepted_reaches_no_town(state):
    found = effective(None, Offered("M-1", Mode.ZENTRAL, JA, Acceptance(state)), TODAY)
    assert found.claim is OFFEN


def test_a_town_that_did_not_accept_keeps_its_own_answer():
    assert effective(Answer(TEIL, date(2026, 1, 1)), Offered("M-1", Mode.ZENTRAL, JA), TODAY).claim is TEIL


def test_doing_it_once_saves_31_1_percent_of_the_answers():
    needed = answers_needed(120, 40, 97, 4)
    assert needed == 708
    assert f"{100 * (1 - needed / (257 * 4)):.1f}" == "31.1"


def test_ja_whose_prerequisite_lacks_is_shown_and_does_not_count() -> None:
    required = {"a": ("b",), "b": ("c",), "d": ("elsewhere",), "e": ("nowhere",)}
    here = {"a": Claim.JA, "b": Claim.JA, "c": Claim.TEILWEISE, "d": Claim.JA, "e": Claim.JA, "f": Claim.JA}
    assert unmet(here, {"elsewhere": Claim.NEIN}, required) == {"a", "b", "d"}
    assert unmet({**here, "c": Claim.ENTBEHRLICH}, {"elsewhere": Claim.JA}, required) == frozenset()
    assert unmet({**here, "a": Claim.NEIN}, {"elsewhere": Claim.JA}, required) == {"b"}
    state = assess(own(JA), prerequisite_missing=True)
    assert (state.words, state.lamp, state.counts) == ("ja, Voraussetzung fehlt", Lamp.YELLOW, False)
    assert not assess(Inherited(Claim.NEIN, ""), prerequisite_missing=True).prerequisite_missing


def test_figures_from_counts_are_those_from_single_states() -> None:
    counted = [
        (assess(own(JA)), 86),
        (assess(own(JA), open_contradictions=2), 4),
        (assess(own(ENTB)), 20),
        (assess(own(NEIN)), 3),
    ]
    assert tally(counted) == quota(state for state, number in counted for _ in range(number))
