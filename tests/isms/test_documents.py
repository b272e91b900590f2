"""One released edition of a document at a time, whatever people do in whatever order."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isms.documents.lifecycle import (
    OPEN,
    Act,
    Document,
    Edition,
    Entry,
    State,
    check_new,
    check_ready,
    may_open,
    may_release,
    moved,
)
from service.errors import Missing, Wrong

DAY = date(2026, 11, 16)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 5), st.sampled_from(Act))), max_size=40))
def test_at_most_one_edition_is_released_and_at_most_one_in_work(steps) -> None:
    """None begins a new edition; what does not fit is refused and changes nothing."""
    states: dict[int, State] = {}
    ever: set[int] = set()
    for step in steps:
        before = dict(states)
        try:
            if step is None:
                check_new(states.values())
                states[len(states)] = State.DRAFT
            else:
                states = moved(states, *step)
        except (Wrong, Missing):
            assert states == before
        held = [key for key, state in states.items() if state is State.RELEASED]
        assert len(held) <= 1
        assert sum(state in OPEN for state in states.values()) <= 1
        ever |= set(held)
        assert all(states[key] in (State.RELEASED, State.REPLACED) for key in ever), "what was released is never written again"


def test_a_release_replaces_what_held_until_then() -> None:
    states = {"1.0": State.RELEASED, "2.0": State.REVIEW}
    assert moved(states, "2.0", Act.RELEASE) == {"1.0": State.REPLACED, "2.0": State.RELEASED}
    assert moved(states, "1.0", Act.WITHDRAW) == {"1.0": State.REPLACED, "2.0": State.REVIEW}
    with pytest.raises(Wrong, match="passt nicht zum Stand"):
        moved(states, "1.0", Act.RELEASE)


def edition(state: State, **told: object) -> Edition:
    return Edition(uuid4(), uuid4(), "1.0", state, **told)  # type: ignore[arg-type]


def test_an_edition_without_text_or_with_a_review_before_its_begin_is_not_released() -> None:
    with pytest.raises(Wrong, match="noch kein Text"):
        check_ready(edition(State.REVIEW))
    with pytest.raises(Wrong, match="nicht nach dem Beginn"):
        check_ready(edition(State.REVIEW, place="Ordner 3", valid_from=DAY, review_due=DAY))
    check_ready(edition(State.REVIEW, place="Ordner 3", valid_from=DAY))


def test_due_is_the_review_of_what_holds_else_the_first_release() -> None:
    planned = Document(uuid4(), "D-1", "Cloud-Strategie", "concept", planned_by=date(2026, 12, 31))
    assert (Entry(planned).state, Entry(planned).due) == ("planned", date(2026, 12, 31))
    assert not Entry(planned).overdue(date(2026, 12, 31))
    assert Entry(planned).overdue(date(2027, 1, 1))
    held = Entry(planned, (edition(State.DRAFT), edition(State.RELEASED, review_due=DAY), edition(State.REPLACED)))
    assert (held.state, held.due) == ("released", DAY)
    assert held.open is held.editions[0]
    assert Entry(planned, (edition(State.REPLACED),)).due is None


@pytest.mark.parametrize(
    ("kind", "roles", "may"),
    [
        ("policy", {"mayor"}, True),
        ("policy", {"isb"}, False),
        ("works_agreement", {"isb", "it_admin"}, False),
        ("minutes", {"isb"}, True),
        ("evidence", {"it_admin"}, False),
    ],
)
def test_who_releases(kind: str, roles: set[str], may: bool) -> None:
    assert may_release(kind, roles) is may


@pytest.mark.parametrize(
    ("confidentiality", "roles", "may"),
    [("internal", {"it_admin"}, True), ("strict", {"it_admin"}, False), ("confidential", {"auditor"}, True)],
)
def test_who_opens_files(confidentiality: str, roles: set[str], may: bool) -> None:
    assert may_open(confidentiality, roles) is may
