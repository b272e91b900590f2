"""Plan, sample, findings and re-check of audits."""

from __future__ import annotations

import hashlib
from datetime import date
from math import ceil, sqrt
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms.audits import plan
from isms.audits.plan import Act, Audit, Entry, Finding, State
from service.errors import Wrong

DAY = date(2026, 11, 16)


@pytest.mark.parametrize(("sites", "visited"), [(0, 0), (1, 1), (7, 3), (16, 4), (17, 5), (18, 5)])
def test_the_sample_is_the_square_root_rounded_up(sites: int, visited: int) -> None:
    assert plan.sample_size(sites) == visited


@given(st.integers(1, 5000))
def test_the_sample_size_agrees_with_the_formula(sites: int) -> None:
    assert plan.sample_size(sites) == ceil(sqrt(sites))


@given(st.lists(st.uuids(), unique=True, max_size=40), st.text(max_size=10), st.randoms())
def test_a_draw_can_be_repeated_from_seed_and_ids_in_any_order(sites: list[UUID], seed: str, shuffle) -> None:
    drawn = plan.draw(sites, seed)
    again = list(sites)
    shuffle.shuffle(again)
    assert plan.draw(again, seed) == drawn
    assert len(set(drawn)) == plan.sample_size(len(sites))
    marks = {key: hashlib.sha256((seed + str(key)).encode()).hexdigest() for key in sites}
    assert all(marks[x] < marks[y] for x in drawn for y in set(sites) - set(drawn)), "the rule that the page tells"


def test_another_seed_chooses_others() -> None:
    sites = [UUID(int=i) for i in range(17)]
    assert len({frozenset(plan.draw(sites, str(seed))) for seed in range(20)}) > 10


def finding(weight: str = "minor", **told: object) -> Finding:
    return Finding(uuid4(), uuid4(), weight, "Server ohne Sicherung", **({"due": DAY} | told))  # type: ignore[arg-type]


def test_only_a_recommendation_has_no_day_and_need_not_be_followed() -> None:
    with pytest.raises(Wrong, match="bis wann"):
        plan.check_finding(finding(due=None))
    plan.check_finding(finding("recommendation", due=None))
    with pytest.raises(Wrong, match="Nur einer Empfehlung"):
        plan.check_recheck(finding("severe"), "waived", "Zu teuer", None, DAY)
    plan.check_recheck(finding("recommendation"), "waived", "Zu teuer", None, DAY)
    with pytest.raises(Wrong, match="vor dem Termin"):
        plan.check_finding(finding(recheck_on=date(2026, 11, 1)))


def test_what_is_not_mended_gets_a_next_day_and_every_result_its_reason() -> None:
    with pytest.raises(Wrong, match="nächsten Nachprüfung"):
        plan.check_recheck(finding(), "partly", "Erst ein Server", DAY, DAY)
    with pytest.raises(Wrong, match="woran"):
        plan.check_recheck(finding(), "fixed", " ", None, DAY)
    plan.check_recheck(finding(), "fixed", "Protokoll gesehen", None, DAY)


def test_a_finding_is_open_treated_or_closed_and_late_until_then() -> None:
    assert finding().state == "open"
    assert finding(measure=uuid4()).state == "treated"
    assert finding(measure=uuid4(), recheck_result="partly").state == "treated"
    closed = finding(recheck_result="fixed")
    assert closed.state == "closed"
    assert finding().overdue(date(2026, 11, 17))
    assert not finding().overdue(DAY)
    assert not closed.overdue(date(2027, 1, 1))
    audit = Audit(uuid4(), "Audit", "internal", DAY)
    assert Entry(audit, (closed, finding())).open == 1


def test_steps_of_an_audit() -> None:
    assert plan.after(State.PLANNED, Act.BEGIN) is State.RUNNING
    assert plan.after(plan.after(State.RUNNING, Act.FINISH), Act.REOPEN) is State.RUNNING
    with pytest.raises(Wrong, match="passt nicht"):
        plan.after(State.DONE, Act.BEGIN)
    assert plan.possible(State.CANCELLED) == (Act.REOPEN,)
