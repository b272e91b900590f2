"""Credentials are tried in a safe order, and a device that says no is left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.snmp.attempts import FAILURES_A_DAY, REFUSED_REST, History, Outcome, allowed, last_good
from scanners.snmp.client import Community, Engine, User
from scanners.sources import snmp
from tests.scanners.snmp.conftest import COMMUNITY, QUICK, SHA256, SHA512, Agent

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
TODAY = date(2026, 11, 16)
SETS = [Community("a", "1"), Community("b"), User("plain"), User("auth", "SHA", "12345678"), SHA256]
WRONG = User("u256", "SHA-256", "falsches-kennwort", "AES", "privpass256")


def test_encrypted_comes_first_and_what_worked_last_before_all() -> None:
    assert allowed(SETS, {}, AT, TODAY) == [4, 3, 2, 1, 0]
    assert allowed(SETS, {1: History(good_at=AT)}, AT, TODAY) == [1, 4, 3, 2, 0]


def test_only_what_is_meant_for_the_network_is_tried() -> None:
    assert allowed(SETS, {1: History(good_at=AT)}, AT, TODAY, usable=frozenset({0, 3})) == [3, 0]


def test_a_refused_user_rests_and_then_gets_one_more_chance() -> None:
    refused = {4: History().after(Outcome.REFUSED, AT, TODAY)}
    assert 4 not in allowed(SETS, refused, AT + timedelta(days=1), TODAY + timedelta(days=1))
    assert 4 in allowed(SETS, refused, AT + REFUSED_REST, TODAY + REFUSED_REST)


def test_what_was_refused_after_it_worked_is_no_longer_the_good_one() -> None:
    history = History(good_at=AT).after(Outcome.REFUSED, AT + timedelta(hours=1), TODAY)
    assert last_good({2: history}) is None
    assert last_good({2: history.after(Outcome.GOOD, AT + timedelta(hours=2), TODAY)}) == 2


def test_silence_does_not_forbid_but_uses_up_the_day_and_others_get_a_turn() -> None:
    two = [Community("a"), Community("b")]
    silent = {0: History().after(Outcome.SILENT, AT, TODAY)}
    tomorrow = TODAY + timedelta(days=1)
    assert allowed(two, silent, AT, TODAY, most=2) == [1]
    assert allowed(two, silent, AT + timedelta(days=1), tomorrow, most=2) == [1, 0]
    assert allowed(two, {0: History(failed_on=TODAY, failures=2)}, AT, TODAY, most=2) == []


@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=60), st.integers(1, 12))
def test_however_often_a_day_is_scanned_failures_stay_below_the_limit(outcomes: list[Outcome], sets: int) -> None:
    credentials = [Community(f"c{number}") for number in range(sets)]
    histories: dict[int, History] = {}
    failed = 0
    for outcome in outcomes:
        places = allowed(credentials, histories, AT, TODAY)
        for place in places[:1]:
            histories[place] = histories.get(place, History()).after(outcome, AT, TODAY)
            failed += outcome is not Outcome.GOOD
    assert failed <= FAILURES_A_DAY


async def scan(
    agent: Agent, engine: Engine, credentials, histories: dict[int, History], at: datetime
) -> list[tuple[int, Outcome]]:
    """One scan with its memory, as worker and probe do it."""
    heard: list[tuple[int, Outcome]] = []

    def tried(_: str, place: int, outcome: Outcome) -> None:
        heard.append((place, outcome))
        histories[place] = histories.get(place, History()).after(outcome, at, at.date())

    await snmp.scan(
        [agent.address], credentials, started_at=at, engine=engine, port=agent.port, manners=QUICK,
        order=lambda _: allowed(credentials, histories, at, at.date()), tried=tried,
    )  # fmt: skip
    return heard


@pytest.mark.system("snmpd")
async def test_a_real_agent_refuses_a_user_once_and_the_good_one_is_used_from_then_on(agent: Agent, engine: Engine) -> None:
    histories: dict[int, History] = {}
    credentials = [COMMUNITY, WRONG]
    assert await scan(agent, engine, credentials, histories, AT) == [(1, Outcome.REFUSED), (0, Outcome.GOOD)]
    for day in range(1, 4):
        assert await scan(agent, engine, credentials, histories, AT + timedelta(days=day)) == [(0, Outcome.GOOD)]


@pytest.mark.system("snmpd")
async def test_nobody_fails_at_a_real_agent_more_often_than_allowed(agent: Agent, engine: Engine) -> None:
    histories: dict[int, History] = {}
    credentials = [User(f"niemand{number}", "SHA-256", "falsches-kennwort", "AES", "privpass256") for number in range(4)]
    credentials += [Community(f"falsch{number}") for number in range(3)]
    heard = [*await scan(agent, engine, credentials, histories, AT), *await scan(agent, engine, credentials, histories, AT)]
    assert len(heard) == FAILURES_A_DAY
    assert [outcome for _, outcome in heard].count(Outcome.REFUSED) == 4


@pytest.mark.system("snmpd")
async def test_who_is_silent_to_one_user_is_not_asked_by_the_others(silence: Agent, engine: Engine) -> None:
    assert await scan(silence, engine, [COMMUNITY, SHA256, SHA512], {}, AT) == [(1, Outcome.SILENT), (0, Outcome.SILENT)]


@pytest.mark.system("snmpd")
async def test_two_addresses_of_one_device_are_read_one_after_the_other(agent: Agent, engine: Engine) -> None:
    """The same agent under two names; with `devices` its requests never overlap."""
    running, most = 0, 0

    def order(_: str) -> list[int]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        return [0]

    def answered(_: str, __: int) -> None:
        nonlocal running
        running -= 1

    told = {"started_at": AT, "engine": engine, "port": agent.port, "manners": QUICK, "order": order, "answered": answered}
    both = [agent.address, "::1"]
    found = await snmp.scan(both, [COMMUNITY], devices=dict.fromkeys(both, "ein Gerät"), **told)
    assert (len(found.observations), most) == (2, 1)
