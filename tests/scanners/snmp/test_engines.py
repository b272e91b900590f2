"""Both engines say the same about a real agent."""

from __future__ import annotations

import asyncio
import time

import pytest

from scanners.snmp.client import Closed, Community, Engine, Manners, Refused, Silent, TooMuch, User
from scanners.snmp.gufo_engine import GufoEngine
from tests.scanners.snmp.conftest import ADDRESS, COMMUNITY, QUICK, SHA1, SHA256, SHA512, Agent

pytestmark = pytest.mark.system("snmpd")

SYSTEM = "1.3.6.1.2.1.1"
NAME, OBJECT_ID, UPTIME, MISSING = f"{SYSTEM}.5.0", f"{SYSTEM}.2.0", f"{SYSTEM}.3.0", f"{SYSTEM}.99.0"
ACCESS = pytest.mark.parametrize(
    "credential",
    [Community("nur-lesen", "1"), COMMUNITY, SHA256, SHA512, SHA1],
    ids=["v1", "v2c", "v3-sha256-aes128", "v3-sha512-aes256", "v3-sha1-aes256"],
)


@ACCESS
async def test_a_single_value_is_read(agent: Agent, engine: Engine, credential) -> None:
    async with engine.session(agent.address, credential, port=agent.port, manners=QUICK) as snmp:
        assert await snmp.get(NAME) == {NAME: b"erb-test01"}


@ACCESS
async def test_a_missing_value_is_missing_and_hides_no_other(agent: Agent, engine: Engine, credential) -> None:
    async with engine.session(agent.address, credential, port=agent.port, manners=QUICK) as snmp:
        assert await snmp.get(NAME, MISSING) == {NAME: b"erb-test01"}
        assert await snmp.get(MISSING) == {}
        assert await snmp.get() == {}


@ACCESS
async def test_a_subtree_is_walked_in_order_and_not_beyond(agent: Agent, engine: Engine, credential) -> None:
    async with engine.session(agent.address, credential, port=agent.port, manners=QUICK) as snmp:
        rows = [oid async for oid, _ in snmp.walk(SYSTEM)]
    assert rows[:5] == [f"{SYSTEM}.{number}.0" for number in range(1, 6)]
    assert all(oid.startswith(f"{SYSTEM}.") for oid in rows)
    assert rows == sorted(rows, key=lambda oid: [int(part) for part in oid.split(".")])


async def test_values_have_the_types_of_the_interface(agent: Agent, engine: Engine) -> None:
    async with engine.session(agent.address, COMMUNITY, port=agent.port, manners=QUICK) as snmp:
        said = await snmp.get(NAME, OBJECT_ID, UPTIME, "1.3.6.1.2.1.4.20.1.1.127.0.0.1", "1.3.6.1.2.1.31.1.1.1.6.1")
    assert isinstance(said[NAME], bytes)
    assert said[OBJECT_ID] == "1.3.6.1.4.1.8072.3.2.10"
    assert isinstance(said[UPTIME], int)
    assert said["1.3.6.1.2.1.4.20.1.1.127.0.0.1"] == "127.0.0.1"
    assert isinstance(said["1.3.6.1.2.1.31.1.1.1.6.1"], int)


async def test_an_absent_table_is_empty(agent: Agent, engine: Engine) -> None:
    async with engine.session(agent.address, COMMUNITY, port=agent.port, manners=QUICK) as snmp:
        assert await snmp.column("1.3.6.1.2.1.43.5.1.1.17") == {}


@pytest.mark.parametrize("credential", [COMMUNITY, SHA256], ids=["v2c", "v3"])
async def test_ipv6_is_spoken_too(agent: Agent, engine: Engine, credential) -> None:
    async with engine.session("::1", credential, port=agent.port, manners=QUICK) as snmp:
        assert await snmp.get(NAME) == {NAME: b"erb-test01"}


@pytest.mark.parametrize(
    "credential",
    [
        User("u256", "SHA-256", "falsches-kennwort", "AES", "privpass256"),
        User("niemand", "SHA-256", "authpass256", "AES", "privpass256"),
    ],
    ids=["wrong password", "unknown user"],
)
async def test_wrong_v3_access_is_refused_at_once(agent: Agent, engine: Engine, credential) -> None:
    begun = time.monotonic()
    with pytest.raises(Refused):
        async with engine.session(agent.address, credential, port=agent.port, manners=Manners(timeout=5)) as snmp:
            await snmp.get(NAME)
    assert time.monotonic() - begun < 2


async def test_a_wrong_community_looks_like_silence(agent: Agent, engine: Engine) -> None:
    with pytest.raises(Silent):
        async with engine.session(agent.address, Community("falsch"), port=agent.port, manners=QUICK) as snmp:
            await snmp.get(NAME)


@pytest.mark.parametrize("credential", [COMMUNITY, SHA256], ids=["v2c", "v3"])
async def test_silence_ends_after_the_repeats(silence: Agent, engine: Engine, credential) -> None:
    begun = time.monotonic()
    with pytest.raises(Silent):
        async with engine.session(
            silence.address, credential, port=silence.port, manners=Manners(timeout=0.2, retries=2)
        ) as snmp:
            await snmp.get(NAME)
    assert 0.5 < time.monotonic() - begun < 3


async def test_a_walk_into_silence_ends_too(silence: Agent, engine: Engine) -> None:
    with pytest.raises(Silent):
        async with engine.session(silence.address, COMMUNITY, port=silence.port, manners=Manners(timeout=0.1, retries=1)) as snmp:
            await snmp.column(SYSTEM)


async def test_a_closed_port_is_known_at_once() -> None:
    begun, engine = time.monotonic(), GufoEngine()
    with pytest.raises(Closed):
        async with engine.session(ADDRESS, COMMUNITY, port=9, manners=Manners(timeout=5)) as snmp:
            await snmp.get(NAME)
    assert time.monotonic() - begun < 1


async def test_a_closed_port_never_hangs(engine: Engine) -> None:
    with pytest.raises((Refused, Silent)):
        async with engine.session(ADDRESS, COMMUNITY, port=9, manners=QUICK) as snmp:
            await snmp.get(NAME)


async def test_a_device_that_sends_too_much_is_cut_off(agent: Agent, engine: Engine) -> None:
    with pytest.raises(TooMuch):
        async with engine.session(agent.address, COMMUNITY, port=agent.port, manners=Manners(max_rows=200)) as snmp:
            await snmp.column("1.3.6.1.2.1")


async def test_a_request_rate_is_kept(agent: Agent, engine: Engine) -> None:
    begun = time.monotonic()
    manners = Manners(requests_per_second=10)
    async with engine.session(agent.address, COMMUNITY, port=agent.port, manners=manners) as snmp:
        for _ in range(5):
            await snmp.get(NAME)
    assert time.monotonic() - begun >= 0.35


def test_a_short_v3_password_is_named_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="8 Zeichen"):
        User("u", "SHA-256", "kurz")


def test_passwords_do_not_show_in_logs() -> None:
    assert "geheim-geheim" not in repr((Community("geheim-geheim"), User("u", "SHA", "geheim-geheim", "AES", "geheim-geheim")))


class Loss(asyncio.DatagramProtocol):
    """A line to an agent that loses every n-th question."""

    def __init__(self, agent: Agent, every: int) -> None:
        self.agent, self.every, self.asked, self.lost = agent, every, 0, 0

    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr[1] == self.agent.port:
            self.transport.sendto(data, self.client)
            return
        self.client = addr
        self.asked += 1
        if self.asked % self.every:
            self.transport.sendto(data, (self.agent.address, self.agent.port))
        else:
            self.lost += 1


async def test_a_lossy_line_loses_no_row_and_doubles_none(agent: Agent, engine: Engine) -> None:
    async with engine.session(agent.address, COMMUNITY, port=agent.port, manners=QUICK) as snmp:
        whole = [oid async for oid, _ in snmp.walk("1.3.6.1.2.1.1.9")]
    loop = asyncio.get_running_loop()
    transport, line = await loop.create_datagram_endpoint(lambda: Loss(agent, 4), local_addr=("127.61.0.9", 0))
    try:
        port = transport.get_extra_info("sockname")[1]
        manners = Manners(timeout=0.3, retries=6, repetitions=3)
        async with engine.session("127.61.0.9", COMMUNITY, port=port, manners=manners) as snmp:
            assert [oid async for oid, _ in snmp.walk("1.3.6.1.2.1.1.9")] == whole
    finally:
        transport.close()
    assert line.lost
