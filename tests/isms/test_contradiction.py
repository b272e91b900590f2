"""The network contradicts the paper until it no longer does, or a person explains it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms.contradiction import Change, Contradiction, State, plan, refusal
from isms.finding import Finding, Result

SWITCH = UUID(int=1)
KEY = ("W01", SWITCH, "10.62.70.11:23")
T0 = datetime(2026, 11, 16, 9, tzinfo=UTC)


def seen(at: datetime, result: Result = Result.NOT_SATISFIED, where: str = "10.62.70.11:23") -> Finding:
    return Finding("W01", 1, SWITCH, result, "Telnet", at, where)


def opened() -> Contradiction:
    (step,) = plan([], [seen(T0)], {}, T0)
    return step.contradiction


def test_telnet_on_16_november_opens_and_scans_of_23_and_30_without_it_close_as_resolved():
    known = opened()
    assert (known.key, known.state) == (KEY, State.OPEN)
    week, fortnight = T0 + timedelta(days=7), T0 + timedelta(days=14)
    (counted,) = plan([known], [], {SWITCH: [T0, week]}, week)
    assert (counted.change, counted.contradiction.state) == (Change.COUNTED, State.OPEN)
    (closed,) = plan([counted.contradiction], [], {SWITCH: [T0, week, fortnight]}, fortnight)
    assert (closed.change, closed.contradiction.state) == (Change.RESOLVED, State.RESOLVED)


def test_the_same_scan_is_never_counted_twice():
    known = opened()
    week = T0 + timedelta(days=7)
    (counted,) = plan([known], [], {SWITCH: [week]}, week)
    assert plan([counted.contradiction], [], {SWITCH: [week]}, week + timedelta(days=1)) == ()


def test_evidence_between_two_clean_scans_starts_the_count_again():
    known = opened()
    (counted,) = plan([known], [], {SWITCH: [T0 + timedelta(days=7)]}, T0 + timedelta(days=7))
    (again,) = plan([counted.contradiction], [seen(T0 + timedelta(days=8))], {}, T0 + timedelta(days=8))
    assert (again.change, again.contradiction.clean_scans) == (Change.REFRESHED, 0)


def test_without_a_full_scan_nothing_is_closed():
    assert plan([opened()], [], {}, T0 + timedelta(days=100)) == ()


def test_two_looks_that_say_satisfied_about_the_same_place_close_it_and_one_about_another_port_does_not():
    known = opened()
    days = [T0 + timedelta(days=x) for x in (1, 2)]
    elsewhere = [seen(x, Result.SATISFIED, "10.62.70.11:443") for x in days]
    assert plan([known], elsewhere, {}, days[1]) == ()
    (first,) = plan([known], [seen(days[0], Result.SATISFIED)], {}, days[0])
    (second,) = plan([first.contradiction], [seen(days[1], Result.SATISFIED, "")], {}, days[1])
    assert (first.change, second.change) == (Change.COUNTED, Change.RESOLVED)


def test_satisfied_before_the_evidence_closes_nothing():
    assert plan([opened()], [seen(T0 - timedelta(days=1), Result.SATISFIED)], {}, T0) == ()


def test_a_check_that_does_not_know_closes_nothing():
    assert plan([opened()], [seen(T0, Result.UNKNOWN)], {}, T0 + timedelta(days=31)) == ()


def dismissed(until: date) -> Contradiction:
    return Contradiction(KEY, State.DISMISSED, T0, T0, until, decided_at=T0)


def test_a_dismissed_contradiction_rests_until_its_date_and_comes_back_after_it():
    until = date(2026, 12, 31)
    later = datetime(2026, 12, 31, 12, tzinfo=UTC)
    (rests,) = plan([dismissed(until)], [seen(later)], {}, later)
    assert rests.contradiction.state is State.DISMISSED
    (back,) = plan([dismissed(until)], [seen(later)], {}, later + timedelta(days=1))
    assert (back.change, back.contradiction.state) == (Change.EXPIRED, State.OPEN)


def test_what_was_called_fixed_is_opened_again_by_newer_evidence_only():
    fixed = Contradiction(KEY, State.FIXED, T0, T0, decided_at=T0 + timedelta(hours=1))
    assert plan([fixed], [seen(T0)], {}, T0 + timedelta(hours=2)) == ()
    (back,) = plan([fixed], [seen(T0 + timedelta(hours=3))], {}, T0 + timedelta(hours=3))
    assert (back.change, back.contradiction.state) == (Change.REOPENED, State.OPEN)


def test_resolved_ones_come_back_when_the_evidence_does():
    done = Contradiction(KEY, State.RESOLVED, T0, T0)
    (back,) = plan([done], [seen(T0 + timedelta(days=60))], {}, T0 + timedelta(days=60))
    assert back.contradiction.opened_at == T0


def test_two_ports_of_one_device_are_two_cases():
    assert len(plan([], [seen(T0), seen(T0, where="10.62.70.11:513")], {}, T0)) == 2


@given(st.permutations(range(6)))
def test_the_order_of_findings_does_not_matter_and_a_second_run_changes_nothing(order):
    findings = [seen(T0 + timedelta(hours=i), where=f"10.0.0.{i % 3}:23") for i in order]
    steps = plan([], findings, {}, T0)
    assert steps == plan([], sorted(findings, key=lambda x: x.observed_at or T0), {}, T0)
    assert plan([x.contradiction for x in steps], findings, {}, T0) == ()


@pytest.mark.parametrize(
    ("state", "reason", "until", "accepted"),
    [
        (State.DISMISSED, "Altgerät, Ersatz bestellt", T0.date() + timedelta(days=180), True),
        (State.DISMISSED, "Altgerät", T0.date() + timedelta(days=181), False),
        (State.DISMISSED, "Altgerät", T0.date(), False),
        (State.DISMISSED, "Altgerät", None, False),
        (State.DISMISSED, "  ", T0.date() + timedelta(days=30), False),
        (State.FALSE_ALARM, "Antwort eines Honeypots", T0.date() + timedelta(days=180), True),
        (State.FALSE_ALARM, "", T0.date() + timedelta(days=30), False),
        (State.FALSE_ALARM, "Antwort", T0.date() + timedelta(days=181), False),
        (State.CORRECTED, "Der Befund stimmt.", None, True),
        (State.CORRECTED, "", None, False),
        (State.FIXED, "", None, True),
        (State.RESOLVED, "", None, False),
        (State.OPEN, "", None, False),
    ],
)
def test_a_dismissal_needs_a_reason_and_at_most_180_days(state, reason, until, accepted):
    assert (refusal(state, reason, until, T0.date()) is None) is accepted


def test_a_new_version_of_the_rule_asks_again_what_was_explained_about_the_former():
    until = T0.date() + timedelta(days=90)
    for state in (State.DISMISSED, State.FALSE_ALARM):
        known = Contradiction(KEY, state, T0, T0, until, decided_at=T0)
        second = Finding("W01", 2, SWITCH, Result.NOT_SATISFIED, "Telnet", T0, KEY[2])
        (step,) = plan([known], [second], {}, T0, {"W01": 2})
        assert (step.change, step.contradiction.state, step.contradiction.rule_version) == (Change.RULE_CHANGED, State.OPEN, 2)
        assert plan([step.contradiction], [second], {}, T0, {"W01": 2}) == ()


def test_a_case_that_the_new_version_no_longer_finds_is_withdrawn_and_not_called_resolved():
    (step,) = plan([opened()], [], {}, T0, {"W01": 2})
    assert (step.change, step.contradiction.state) == (Change.WITHDRAWN, State.WITHDRAWN)
    (gone,) = plan([opened()], [], {}, T0, {"W99": 1})
    assert gone.change is Change.WITHDRAWN
    assert plan([opened()], [], {}, T0, {"W01": 1}) == ()


def test_a_new_version_that_only_lacks_a_fact_withdraws_nothing():
    unsure = Finding("W01", 2, SWITCH, Result.UNKNOWN, "unbekannt", None)
    assert plan([opened()], [unsure], {}, T0, {"W01": 2}) == ()


def test_a_withdrawn_case_comes_back_with_newer_evidence():
    (step,) = plan([opened()], [], {}, T0, {"W01": 2})
    (back,) = plan([step.contradiction], [seen(T0 + timedelta(days=1))], {}, T0 + timedelta(days=1), {"W01": 2})
    assert back.change is Change.REOPENED


def test_a_reason_that_has_ended_brings_the_case_back_even_without_a_new_scan():
    until = T0.date() + timedelta(days=10)
    (back,) = plan([dismissed(until)], [], {}, T0 + timedelta(days=11))
    assert (back.change, back.contradiction.state) == (Change.EXPIRED, State.OPEN)
    assert plan([dismissed(until)], [], {}, T0 + timedelta(days=10)) == ()


def test_a_case_about_no_device_is_closed_by_two_looks_that_say_so():
    def said(days: int, result: Result) -> Finding:
        return Finding("W14", 1, None, result, "Rathaus", T0 + timedelta(days=days), "Rathaus")

    (first,) = plan([], [said(0, Result.NOT_SATISFIED)], {}, T0)
    (counted,) = plan([first.contradiction], [said(1, Result.SATISFIED)], {}, T0 + timedelta(days=1))
    (closed,) = plan([counted.contradiction], [said(2, Result.SATISFIED)], {}, T0 + timedelta(days=2))
    assert (counted.change, closed.change) == (Change.COUNTED, Change.RESOLVED)
