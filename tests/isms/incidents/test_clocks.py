"""Statutory clocks: the examples of the domain, and time that passes whatever the clock on the wall does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isms.incidents.clocks import Clock, Decision, Duty, Stand, clocks, decided, due, duties
from service.settings import BERLIN


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=BERLIN, fold=fold)


@pytest.mark.parametrize(
    ("duty", "aware", "ends"),
    [
        (Duty.EARLY, "20.11.2026 16:10", "21.11.2026 16:10"),
        (Duty.AUTHORITY, "20.11.2026 16:10", "23.11.2026 16:10"),
        (Duty.AUTHORITY, "23.10.2026 16:10", "26.10.2026 15:10"),
        (Duty.NOTICE, "23.10.2026 16:10", "26.10.2026 15:10"),
        (Duty.AUTHORITY, "27.03.2026 16:10", "30.03.2026 17:10"),
        (Duty.AUTHORITY, "23.12.2026 09:00", "26.12.2026 09:00"),
        (Duty.FINAL, "20.11.2026 16:10", "20.12.2026 16:10"),
        (Duty.FINAL, "31.01.2026 08:00", "28.02.2026 08:00"),
        (Duty.FINAL, "31.01.2028 08:00", "29.02.2028 08:00"),
        (Duty.FINAL, "30.12.2026 08:00", "30.01.2027 08:00"),
        (Duty.FINAL, "15.10.2026 08:00", "15.11.2026 08:00"),
    ],
)
def test_a_clock_ends_when_the_law_says(duty, aware, ends) -> None:
    assert due(duty, berlin(aware)) == berlin(ends).astimezone(UTC)


def test_the_notice_to_persons_names_no_moment() -> None:
    assert due(Duty.PERSONS, berlin("20.11.2026 16:10")) is None


def test_a_time_without_zone_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(Duty.AUTHORITY, datetime(2026, 11, 20, 16, 10))  # that is the point


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # the zone comes next
    st.sampled_from([(Duty.EARLY, 24), (Duty.AUTHORITY, 72), (Duty.NOTICE, 72)]),
    st.sampled_from([0, 1]),
)
def test_hours_pass_alike_on_every_day_of_the_year(naive, clock, fold) -> None:
    duty, hours = clock
    aware = naive.replace(tzinfo=BERLIN, fold=fold)
    ends = due(duty, aware)
    assert ends is not None
    assert ends - aware.astimezone(UTC) == timedelta(hours=hours)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # the zone comes next
def test_a_month_ends_at_the_same_local_time_of_the_next_month(naive) -> None:
    aware = naive.replace(tzinfo=UTC).astimezone(BERLIN)
    ends = due(Duty.FINAL, aware)
    assert ends is not None
    local = ends.astimezone(BERLIN)
    assert (local.year * 12 + local.month) - (aware.year * 12 + aware.month) == 1
    assert timedelta(days=27) < ends - aware <= timedelta(days=31, hours=1)
    there = local.replace(tzinfo=None) - aware.replace(tzinfo=None)
    assert there.seconds in (0, 3600)  # an hour that does not exist is moved


def said(person: str, role: str, *, notify: bool = False, hour: int = 1) -> Decision:
    return Decision(Duty.AUTHORITY, notify, "Grund", person, person, role, datetime(2026, 11, 16, hour, tzinfo=UTC))


def test_the_mayor_decides_alone_others_need_a_second_person() -> None:
    mayor, isb, dpo = said("m", "mayor"), said("i", "isb"), said("d", "dpo")
    assert decided([mayor]) == (mayor, None)
    assert decided([isb]) == (None, isb)
    assert decided([isb, said("i", "isb", hour=2)])[0] is None
    assert decided([isb, dpo]) == (dpo, None)
    assert decided([isb, said("d", "dpo", notify=True)])[0] is None
    assert decided([mayor, said("i", "isb", notify=True, hour=3)])[0] is mayor


AWARE = berlin("20.11.2026 16:10")


def one(said=(), sent=()) -> Clock:
    return clocks(AWARE, [Duty.AUTHORITY], said, sent)[0]


def test_a_clock_is_never_stopped_by_a_decision_to_notify() -> None:
    clock = one([said("m", "mayor", notify=True)])
    assert clock.stand(AWARE + timedelta(hours=71)) is Stand.RUNNING
    assert clock.stand(AWARE.astimezone(UTC) + timedelta(hours=73)) is Stand.OVER
    assert clock.left(AWARE) == timedelta(hours=72)
    assert not clock.settled


def test_a_clock_ends_by_sending_or_by_a_decision_that_nothing_is_to_be_told() -> None:
    late = AWARE.astimezone(UTC) + timedelta(hours=73)
    assert one([said("m", "mayor")]).stand(late) is Stand.WAIVED
    assert one(sent=[(Duty.AUTHORITY, AWARE)]).stand(late) is Stand.MET
    assert one(sent=[(Duty.AUTHORITY, late), (Duty.AUTHORITY, late + timedelta(1))]).stand(late) is Stand.LATE
    assert not one(sent=[(Duty.AUTHORITY, AWARE)]).settled, "sending replaces no decision"
    assert one([said("m", "mayor", notify=True)], [(Duty.AUTHORITY, AWARE)]).settled


def test_unknown_is_treated_like_personal_data_and_nis2_only_where_flagged() -> None:
    assert duties(personal_data=None, nis2=False) == (Duty.AUTHORITY, Duty.PERSONS)
    assert duties(personal_data=False, nis2=False) == ()
    assert duties(personal_data=False, nis2=True) == (Duty.EARLY, Duty.NOTICE, Duty.FINAL)
