"""A scan reads what answers, names what refuses, and stops when it is told to."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from scanners.observation import Progress, Service
from scanners.snmp.client import Community, Engine, Manners, User
from scanners.sources import snmp
from tests.scanners.snmp.conftest import COMMUNITY, QUICK, SHA256, SILENT_ADDRESS, Agent

pytestmark = pytest.mark.system("snmpd")

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
WRONG = User("u256", "SHA-256", "falsches-kennwort", "AES", "privpass256")
DEFAULT = Community("public")


async def test_a_device_is_read_over_both_engines_alike(agent: Agent, engine: Engine) -> None:
    found = await snmp.scan([agent.address], [SHA256], started_at=AT, engine=engine, port=agent.port, manners=QUICK)
    (seen,) = found.observations
    assert (seen.key, seen.ips, seen.hostnames) == (agent.address, (agent.address,), ("erb-test01",))
    assert (seen.kind, seen.os) in {("server", "Linux"), ("vm", "Linux")}
    assert seen.engine_id == "80001f880473770001"
    assert seen.facts["sys_object_id"] == "1.3.6.1.4.1.8072.3.2.10"
    assert seen.facts["sys_location"] == "Rathaus, Serverraum"
    assert seen.facts["snmp_version"] == "3"
    assert seen.facts["snmp_encrypted"] is True
    assert "snmp_default_community" not in seen.facts
    assert seen.services == (Service("udp", agent.port, "snmp", version="v3"),)
    assert any(interface.name == "lo" for interface in seen.interfaces)
    assert seen.observed_at is not None
    assert seen.observed_at >= AT
    assert found.complete
    assert found.finished_at is not None


@pytest.mark.parametrize(("credential", "default"), [(DEFAULT, True), (COMMUNITY, False)])
async def test_a_configured_default_community_is_told(agent: Agent, credential, default) -> None:
    found = await snmp.scan([agent.address], [credential], started_at=AT, port=agent.port, manners=QUICK)
    assert found.observations[0].facts["snmp_default_community"] is default
    assert found.observations[0].facts["snmp_version"] == "2c"


async def test_only_configured_credentials_are_ever_tried(agent: Agent) -> None:
    """The agent would answer to public; nobody configured it, so nobody asks with it."""
    found = await snmp.scan([agent.address], [Community("falsch")], started_at=AT, port=agent.port, manners=QUICK)
    assert found.observations == ()


async def test_the_next_credential_is_tried_and_the_good_one_remembered(agent: Agent, engine: Engine) -> None:
    good: dict[str, int] = {}
    credentials = [COMMUNITY, WRONG]
    told = {"started_at": AT, "engine": engine, "port": agent.port, "manners": QUICK}
    found = await snmp.scan([agent.address], credentials, answered=good.__setitem__, **told)
    assert found.observations[0].facts["snmp_version"] == "2c"
    assert good == {agent.address: 0}


def test_encrypted_access_comes_before_clear_text_and_the_last_good_one_first() -> None:
    credentials = [Community("a", "1"), Community("b"), User("plain"), User("auth", "SHA", "12345678"), SHA256]
    assert snmp.safe_order(credentials) == [4, 3, 2, 1, 0]
    assert snmp.safe_order(credentials, last_good=1) == [1, 4, 3, 2, 0]


async def test_a_wrong_password_is_a_named_problem(agent: Agent, engine: Engine) -> None:
    found = await snmp.scan([agent.address], [WRONG], started_at=AT, engine=engine, port=agent.port, manners=QUICK)
    assert found.observations == ()
    (problem,) = found.problems
    assert problem.where == agent.address
    assert "Benutzer oder Kennwort falsch" in problem.text


async def test_silent_addresses_are_counted_and_do_not_hide_the_others(agent: Agent, silence: Agent) -> None:
    addresses = [SILENT_ADDRESS, agent.address, "127.61.0.3"]
    found = await snmp.scan(addresses, [COMMUNITY], started_at=AT, port=agent.port, manners=QUICK, scope="127.61.0.0/29")
    assert [seen.key for seen in found.observations] == [agent.address]
    assert [(problem.where, problem.text) for problem in found.problems] == [
        ("127.61.0.0/29", "2 von 3 Adressen antworteten nicht auf SNMP.")
    ]


async def test_progress_ends_at_all_addresses(agent: Agent) -> None:
    told: list[Progress] = []

    async def report(progress: Progress) -> None:
        told.append(progress)

    addresses = [agent.address, *(f"127.61.0.{last}" for last in range(100, 124))]
    await snmp.scan(
        addresses, [COMMUNITY], started_at=AT, port=agent.port, manners=Manners(timeout=0.2, retries=0), report=report
    )
    assert [(progress.done, progress.total) for progress in told] == [(10, 25), (20, 25), (25, 25)]


async def test_a_cancelled_scan_keeps_what_it_found(agent: Agent, silence: Agent) -> None:
    slow = Manners(timeout=30, retries=0)
    hole = snmp.scan([agent.address, silence.address], [COMMUNITY], started_at=AT, port=silence.port, manners=slow)
    running = asyncio.ensure_future(hole)
    await asyncio.sleep(0.5)
    running.cancel()
    begun = time.monotonic()
    found = await running
    assert time.monotonic() - begun < 2
    assert not found.complete
    assert not running.cancelled()


async def test_one_device_may_not_take_for_ever(agent: Agent, silence: Agent) -> None:
    slow = Manners(timeout=30, retries=0)
    told = {"started_at": AT, "port": silence.port, "manners": slow, "max_seconds": 0.3}
    found = await snmp.scan([silence.address], [COMMUNITY], **told)
    assert "länger als" in found.problems[0].text


async def test_a_device_that_says_too_much_is_still_a_device(agent: Agent) -> None:
    told = {"started_at": AT, "port": agent.port, "manners": Manners(max_rows=30)}
    found = await snmp.scan([agent.address], [COMMUNITY], **told)
    (seen,) = found.observations
    assert seen.hostnames == ("erb-test01",)
    assert any("nicht zu Ende gelesen" in problem.text for problem in seen.problems)
