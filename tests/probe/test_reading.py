"""What a probe asks devices with: what was meant for their network, in the order that its memory advises. Real snmpd."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from scanners import wire
from scanners.policy import Released, Scope
from scanners.probe import ears, reading
from scanners.probe.home import Home, Identity, Unfit
from scanners.probe.reading import Granted
from scanners.probe.rules import Rules
from scanners.snmp.attempts import History
from scanners.snmp.client import Community, User
from scanners.snmp.notifications import Notification
from tests.scanners.snmp.conftest import SHA256, Agent, agent, engine

__all__ = ["agent", "engine"]  # fixtures of the engines' tests
WRONG = User("u256", "SHA-256", "falsches-kennwort", "AES", "privpass256")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path, tmp_path / "scope.toml")
    made.make()
    key = wire.text(wire.raw_private(wire.new_key()))
    made.keep(Identity("https://x", 1, "Erbach", UUID(int=1), "Rathaus", key, key))
    return made


class AtPort:
    """An engine that finds the agent at its own port."""

    def __init__(self, inner, port: int) -> None:
        self.inner, self.agents_port = inner, port
        self.asked: list[object] = []

    def session(self, address, credential, *, port=161, manners=None):
        self.asked.append(credential)
        assert manners.requests_per_second == 50
        return self.inner.session(address, credential, port=self.agents_port, manners=manners)

    def close(self) -> None:
        pass


async def read(home: Home, agent: Agent, engine, granted: list[Granted]):
    ear = AtPort(engine, agent.port)
    scope = Scope((ipaddress.ip_network("127.61.0.0/24"),), 1000, snmp_per_second=50)
    found = await reading.read(home, [agent.address], granted, [], scope, None, engine=ear)
    return [one.key for seen in found for one in seen.observations], ear.asked


@pytest.mark.system("snmpd")
async def test_a_refused_user_rests_the_good_one_comes_first_and_a_new_password_begins_anew(home, agent, engine) -> None:
    granted = [Granted(WRONG), Granted(SHA256)]
    seen, asked = await read(home, agent, engine, granted)
    assert seen == [agent.address]
    assert asked[:2] == [WRONG, SHA256]
    seen, asked = await read(home, agent, engine, granted)
    assert seen == [agent.address]
    assert WRONG not in asked
    kept = (home.folder / "memory.json").read_text()
    assert (home.folder / "memory.json").stat().st_mode & 0o077 == 0
    assert not any(word in kept for word in ("falsches", "u256", "privpass"))
    assert reading.recall(home).engines == {agent.address: "80001f880473770001"}
    _seen, asked = await read(home, agent, engine, [Granted(User("u256", "SHA-256", "noch-ein-falsches", "AES", "privpass256"))])
    assert len(asked) == 1


@pytest.mark.system("snmpd")
async def test_what_is_meant_for_another_network_is_not_tried(home, agent, engine) -> None:
    elsewhere = Granted(SHA256, (ipaddress.ip_network("10.1.0.0/24"),))
    assert await read(home, agent, engine, [elsewhere]) == ([], [])
    here = Granted(Community("nur-lesen"), (ipaddress.ip_network("127.61.0.0/24"),))
    seen, asked = await read(home, agent, engine, [elsewhere, here])
    assert seen == [agent.address]
    assert SHA256 not in asked


def test_a_broken_memory_is_an_empty_one(home) -> None:
    (home.folder / "memory.json").write_text("{")
    assert reading.recall(home) == reading.Memory()


def test_marks_tell_credentials_apart_and_nothing_else() -> None:
    key = bytes(32)
    marks = {reading.mark(one, key) for one in (SHA256, WRONG, Community("a"), Community("a", "1"), Community("b"))}
    assert len(marks) == 5
    assert reading.mark(SHA256, key) != reading.mark(SHA256, bytes(31) + b"x")


def test_a_reread_stays_within_the_scope() -> None:
    nets = [Released(ipaddress.ip_network("10.1.0.0/24"), excluded=(ipaddress.ip_network("10.1.0.9/32"),))]
    nets.append(Released(ipaddress.ip_network("10.2.0.0/24"), passive=True))
    known, now = Rules(nets), datetime(2026, 11, 16, tzinfo=UTC)
    assert [known.may_ask(one, now) for one in ("10.1.0.5", "10.1.0.9", "10.2.0.5", "10.3.0.5")] == [True, False, False, False]
    theirs = [Released(ipaddress.ip_network("10.1.0.0/24")), Released(ipaddress.ip_network("10.1.0.5/32"), guest=True)]
    assert [Rules(nets, theirs).may_ask(one, now) for one in ("10.1.0.5", "10.1.0.6")] == [False, True]


def test_history_survives_the_disk(home) -> None:
    import msgspec

    one = History(datetime(2026, 11, 16, tzinfo=UTC), None, datetime(2026, 11, 16, tzinfo=UTC).date(), 2)
    memory = reading.Memory({"m": {"10.1.0.5": one}}, {"10.1.0.5": "80"})
    (home.folder / "memory.json").write_bytes(msgspec.json.encode(memory))
    assert reading.recall(home) == memory


@pytest.mark.parametrize(
    ("text", "expected"), [("0.0.0.0:162", ("0.0.0.0", 162)), ("[::]:1162", ("::", 1162)), ("10.1.0.1:0", ("10.1.0.1", 0))]
)
def test_where_to_listen(text, expected) -> None:
    assert ears.where(text) == expected


@pytest.mark.parametrize("text", ["", "162", "localhost:162", "10.1.0.1:x", "10.1.0.1:70000", "10.1.0.1:-1", "10.1.0.1:"])
def test_where_not_to_listen(text) -> None:
    with pytest.raises(ValueError, match="Beispiel"):
        ears.where(text)


@pytest.mark.system("snmptrap")
async def test_messages_with_an_access_that_nobody_knows_are_said_once(home) -> None:
    said: list[str] = []
    one = ears.Ears(home, ("127.61.0.31", 0), said.append, None, overheard=said.append)
    one.open([Granted(Community("bekannt"))], [Released(ipaddress.ip_network("127.0.0.0/8"))])
    running = asyncio.create_task(one.run())
    trap = ["snmptrap", "-v2c", "-c", "fremd", f"127.61.0.31:{one.listener.port}", "", "1.3.6.1.6.3.1.1.5.4"]
    for _again in range(2):
        await (await asyncio.create_subprocess_exec(*trap, env={"MIBS": "", "PATH": os.environ["PATH"]})).wait()
        await asyncio.sleep(1.5)
    running.cancel()
    one.close()
    assert len(said) == 1
    assert "nicht zu lesen" in said[0]
    assert "access.toml" in said[0]


def test_a_call_from_an_excluded_address_is_not_announced_as_a_reading(home) -> None:
    home.scope_file.write_text('[[network]]\ncidr = "10.1.0.0/24"\nexcluded = ["10.1.0.9"]\n')
    said: list[str] = []
    one = ears.Ears(home, ("127.61.0.31", 0), said.append, None)
    for sender in ("10.1.0.9", "10.1.0.8"):
        one._hear(Notification(sender, "link_up", "1.3.6.1.6.3.1.1.5.4"))
    assert ["wird nicht gelesen" in said[0], "wird neu gelesen" in said[1]] == [True, True]


async def test_a_port_that_cannot_be_had_is_said_with_the_remedy(home) -> None:
    first = ears.Ears(home, ("127.61.0.30", 0), print, None)
    first.open([], [])
    second = ears.Ears(home, ("127.61.0.30", first.listener.port), print, None)
    with pytest.raises(Unfit, match="snmptrapd"):
        second.open([], [])
    first.close()
