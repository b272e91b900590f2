"""States, the prompt for the level, priority and the chain of the log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from isms.incidents.levels import Severity, Situation, proposed, rate
from isms.incidents.log import Line, broken, chained, corrected
from isms.incidents.states import TRANSITIONS, State, refusal
from service.audit.chain import START
from service.priority import Level

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def step(old: State, new: State, **more) -> str | None:
    whole = {"reason": "", "rated": True, "cause": "x", "lessons": "x", "priority": Level.HOCH, "clocks": (), "same_person": True}
    return refusal(old, new, **(whole | more))


def test_the_way_from_notice_to_closing_is_open_and_no_step_is_jumped() -> None:
    way = list(State)
    assert [step(a, b) for a, b in pairwise(way)] == [None] * 6
    for old in State:
        for new in State:
            assert (step(old, new, reason="weil") is None) == (new in TRANSITIONS[old])


@pytest.mark.parametrize(
    ("old", "new", "more", "text"),
    [
        (State.GEMELDET, State.BEWERTET, {"rated": False}, "bewerten"),
        (State.GEMELDET, State.ABGESCHLOSSEN, {}, "begründen"),
        (State.BEHOBEN, State.IN_BEARBEITUNG, {}, "begründen"),
        (State.BEHOBEN, State.AUSGEWERTET, {"lessons": " "}, "Lehren"),
        (State.AUSGEWERTET, State.ABGESCHLOSSEN, {"priority": Level.KRITISCH}, "zweite Person"),
        (State.GEMELDET, State.BEHOBEN, {}, "kein Schritt"),
    ],
)
def test_a_step_that_may_not_be_taken_says_why(old, new, more, text) -> None:
    found = step(old, new, **more)
    assert found is not None
    assert text in found


def test_a_crisis_is_proposed_where_no_plan_fits_or_several_towns_are_hit() -> None:
    assert proposed(Situation()) == (Severity.STOERUNG, ())
    assert proposed(Situation(critical_down=True))[0] is Severity.STOERUNG
    assert proposed(Situation(critical_down=True, back_hours=9, left_hours=2))[0] is Severity.NOTFALL
    assert proposed(Situation(critical_down=True, back_hours=2, left_hours=2))[0] is Severity.STOERUNG
    assert proposed(Situation(critical_down=True, plan_fits=False))[0] is Severity.KRISE
    assert proposed(Situation(critical_down=True, towns=2))[0] is Severity.KRISE
    assert proposed(Situation(critical_down=True, towns=2, joint_plan=True))[0] is Severity.STOERUNG


def test_two_critical_hours_without_emergency_operation_are_an_emergency() -> None:
    base = Situation(priority=Level.KRITISCH, rated_for=timedelta(hours=2))
    assert proposed(base)[0] is Severity.NOTFALL
    assert proposed(replace(base, emergency_operation=True))[0] is Severity.STOERUNG
    assert proposed(replace(base, rated_for=timedelta(minutes=119)))[0] is Severity.STOERUNG


def test_priority_follows_the_highest_row_and_rises_as_time_runs_out() -> None:
    assert rate({}, None, NOW, spreading=False) is None
    rated = rate({"reach": 3, "tasks": 2}, NOW + timedelta(hours=72), NOW, spreading=False)
    assert rated is not None
    assert (rated.impact, rated.priority) == (Level.HOCH, Level.HOCH)
    late = rate({"reach": 3}, NOW + timedelta(hours=72), NOW + timedelta(hours=68), spreading=False)
    assert late is not None
    assert late.priority is Level.KRITISCH
    spreading = rate({"reach": 3}, None, NOW, spreading=True)
    assert spreading is not None
    assert spreading.priority is Level.KRITISCH
    over = rate({"reach": 1}, NOW, NOW + timedelta(hours=1), spreading=False)
    assert over is not None
    assert over.impact is Level.KRITISCH


KEY = UUID(int=7)


def written(*texts: str) -> list[Line]:
    lines: list[Line] = []
    for text in texts:
        line = Line(len(lines) + 1, NOW, "Test", "note", text, None, "")
        lines.append(replace(line, hash=chained(lines[-1].hash if lines else START, KEY, line)))
    return lines


def test_a_changed_a_missing_and_a_moved_line_show() -> None:
    lines = written("eins", "zwei", "drei")
    assert broken(KEY, lines) is None
    assert broken(KEY, [lines[0], replace(lines[1], text="anders"), lines[2]]) == 2
    assert broken(KEY, [lines[0], replace(lines[1], author="Andere"), lines[2]]) == 2
    assert broken(KEY, [lines[0], lines[2]]) == 2
    assert broken(UUID(int=8), lines) == 1


def test_a_correction_names_what_it_corrects() -> None:
    lines = written("eins", "zwei")
    assert corrected([*lines, replace(lines[1], seq=3, corrects=1)]) == {1: 3}
