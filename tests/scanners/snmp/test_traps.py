"""Traps and informs as net-snmp really sends them, and what becomes of those that nobody should believe."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.snmp.notifications import MAC_HISTORY, TRAP_OID, MacChange, Notification, Rereads, parse
from scanners.snmp.traps import Listener
from tests.scanners.snmp.conftest import COMMUNITY, SHA256, SHA512

HERE, SCOPE = "127.61.0.20", (ipaddress.ip_network("127.61.0.0/24"), ipaddress.ip_network("::1/128"))
COLD, LINK_UP, MAC = "1.3.6.1.6.3.1.1.5.1", "1.3.6.1.6.3.1.1.5.4", "1.3.6.1.4.1.9.9.215.2.0.1"
SENDER_ENGINE = "80001f880499000001"
AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
needs_net_snmp = pytest.mark.system("snmptrap", "snmpinform")
V2C = ("-v2c", "-c", "nur-lesen")
V3_256 = ["-v3", "-l", "authPriv", "-u", "u256", "-a", "SHA-256", "-A", "authpass256", "-x", "AES", "-X", "privpass256"]
V3_512 = ["-v3", "-l", "authPriv", "-u", "u512", "-a", "SHA-512", "-A", "authpass512", "-x", "AES-256", "-X", "privpass512"]


class Ear:
    """A listener and what it heard."""

    def __init__(self, address: str = HERE, **more: int) -> None:
        self.heard: list[Notification] = []
        self.listener = Listener(address, 0, [COMMUNITY, SHA256, SHA512], SCOPE, self.heard.append, **more)
        self.where = f"udp6:[{address}]:{self.listener.port}" if ":" in address else f"udp:{address}:{self.listener.port}"

    async def told(self, program: str, *args: str, source: str = "127.61.0.21", to: str = "") -> int:
        """Run net-snmp's own program; its exit code."""
        words = [program, "-r", "1", "-t", "1", *args[:-1], to or self.where, *args[-1].split()]
        if ":" not in self.where.split(":", 1)[1].rsplit(":", 1)[0]:
            words[1:1] = ["--clientaddr=" + source]
        run = await asyncio.create_subprocess_exec(
            *words, env={**os.environ, "MIBS": ""}, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        code = await run.wait()
        await asyncio.sleep(0.1)
        return code


@pytest.fixture
async def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.listener.close()


LINK = f"0 {LINK_UP} 1.3.6.1.2.1.2.2.1.1.7 i 7 1.3.6.1.2.1.2.2.1.8.7 i 1"


@needs_net_snmp
async def test_a_link_that_came_up_names_sender_and_port(ear: Ear) -> None:
    assert await ear.told("snmptrap", *V2C, LINK) == 0
    assert ear.heard == [Notification("127.61.0.21", "link_up", LINK_UP, 7)]


@needs_net_snmp
async def test_version_1_is_understood_and_its_claim_of_another_address_is_not_believed(ear: Ear) -> None:
    assert await ear.told("snmptrap", "-v1", "-c", "nur-lesen", "1.3.6.1.4.1.8072 10.9.9.9 0 0 1234") == 0
    (heard,) = ear.heard
    assert (heard.sender, heard.kind) == ("127.61.0.21", "cold_start")


@needs_net_snmp
async def test_a_mac_notification_names_the_addresses(ear: Ear) -> None:
    history = "01000a" + "d06726000012" + "0007" + "020014" + "94b40f000011" + "0009" + "00"
    assert await ear.told("snmptrap", *V2C, f"0 {MAC} {MAC_HISTORY}.3 x {history}") == 0
    assert ear.heard[0].kind == "mac_change"
    assert ear.heard[0].macs == (MacChange("d0:67:26:00:00:12", True, 10, 7), MacChange("94:b4:0f:00:00:11", False, 20, 9))


@needs_net_snmp
@pytest.mark.parametrize("access", [V2C, V3_256, V3_512], ids=["v2c", "v3-sha256-aes128", "v3-sha512-aes256"])
async def test_an_inform_is_heard_and_confirmed(ear: Ear, access) -> None:
    assert await ear.told("snmpinform", *access, f"0 {COLD}") == 0
    assert [heard.kind for heard in ear.heard] == ["cold_start"]


@needs_net_snmp
@pytest.mark.parametrize("access", [V3_256, V3_512], ids=["v3-sha256-aes128", "v3-sha512-aes256"])
async def test_a_v3_trap_counts_once_its_senders_engine_is_known(ear: Ear, access) -> None:
    trap = ["-e", f"0x{SENDER_ENGINE}", *access, f"0 {COLD}"]
    assert await ear.told("snmptrap", *trap) == 0
    assert ear.heard == []
    ear.listener.know(bytes.fromhex(SENDER_ENGINE))
    ear.listener.know(bytes.fromhex(SENDER_ENGINE))
    assert await ear.told("snmptrap", *trap) == 0
    assert [heard.kind for heard in ear.heard] == ["cold_start"]


@needs_net_snmp
@pytest.mark.parametrize(
    "access",
    [
        ["-v2c", "-c", "falsch"],
        ["-v3", "-l", "authPriv", "-u", "u256", "-a", "SHA-256", "-A", "falsches-kennwort", "-x", "AES", "-X", "privpass256"],
        ["-v3", "-l", "noAuthNoPriv", "-u", "u256"],
        ["-v3", "-l", "authNoPriv", "-u", "u256", "-a", "SHA-256", "-A", "authpass256"],
    ],
    ids=["community", "password", "name without password", "not encrypted"],
)
async def test_wrong_access_is_not_heard(ear: Ear, access) -> None:
    ear.listener.know(bytes.fromhex(SENDER_ENGINE))
    await ear.told("snmpinform", *access, f"0 {COLD}")
    await ear.told("snmptrap", "-e", f"0x{SENDER_ENGINE}", *access, f"0 {COLD}")
    assert ear.heard == []
    assert ear.listener.counts.unread >= 1


@needs_net_snmp
async def test_a_sender_outside_the_scope_is_dropped_before_it_is_decoded(ear: Ear) -> None:
    assert await ear.told("snmptrap", *V2C, LINK, source="127.62.0.5") == 0
    assert await ear.told("snmpinform", *V2C, LINK, source="127.62.0.5") != 0
    assert ear.heard == []
    assert (ear.listener.counts.outside, ear.listener.counts.unread) == (3, 0)


@needs_net_snmp
async def test_ipv6_is_heard_too() -> None:
    ear = Ear("::1")
    try:
        assert await ear.told("snmptrap", *V2C, LINK) == 0
        assert [(heard.sender, heard.kind) for heard in ear.heard] == [("::1", "link_up")]
    finally:
        ear.listener.close()


@needs_net_snmp
async def test_garbage_does_not_deafen(ear: Ear) -> None:
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    pieces = [b"", b"\x30", b"\x30\x82\xff\xff", os.urandom(200), b"\x30\x03\x02\x01\x01", b"\x30\x84" + b"\xff" * 40]
    pieces += [bytes.fromhex("302602010104066e75722d6c6573a7190201010201000201003000")[:cut] for cut in range(1, 27)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind(("127.61.0.22", 0))
        for piece in pieces:
            out.sendto(piece, (HERE, ear.listener.port))
        await asyncio.sleep(0.3)
    assert await ear.told("snmptrap", *V2C, LINK) == 0
    assert [heard.kind for heard in ear.heard] == ["link_up"]
    assert failures == []
    assert ear.listener.counts.unread == len(pieces)


async def test_a_storm_is_cut_off() -> None:
    ear = Ear(a_second=5)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.bind(("127.61.0.22", 0))
            for _ in range(300):
                out.sendto(b"x", (HERE, ear.listener.port))
            await asyncio.sleep(0.3)
        assert ear.listener.counts.unread <= 10
        assert ear.listener.counts.storm >= 100  # the rest filled the buffer of the socket
    finally:
        ear.listener.close()


async def test_a_taken_port_is_said_at_once(ear: Ear) -> None:
    with pytest.raises(OSError, match="in use"):
        Listener(HERE, ear.listener.port, [], SCOPE, lambda _: None)


@given(st.binary(max_size=80))
def test_whatever_a_switch_says_of_macs_only_whole_entries_count(message: bytes) -> None:
    told = parse("10.0.0.1", [(TRAP_OID, MAC), (f"{MAC_HISTORY}.1", message)])
    assert told is not None
    assert len(told.macs) <= len(message) // 11
    assert all(len(change.mac) == 17 for change in told.macs)


def test_values_without_a_name_are_no_notification() -> None:
    assert parse("10.0.0.1", []) is None


def test_a_device_is_read_again_soon_but_not_with_every_call() -> None:
    up = Notification("10.0.0.1", "link_up", LINK_UP, 7)
    plan = Rereads(settle=timedelta(seconds=30), gap=timedelta(minutes=5))
    assert plan.hear(up, AT)
    assert not plan.hear(up, AT + timedelta(seconds=1))
    assert plan.due(AT + timedelta(seconds=29)) == []
    assert plan.due(AT + timedelta(seconds=30)) == ["10.0.0.1"]
    assert plan.hear(up, AT + timedelta(seconds=40))
    assert plan.due(AT + timedelta(seconds=80)) == []
    assert plan.due(AT + timedelta(minutes=5, seconds=30)) == ["10.0.0.1"]


@pytest.mark.parametrize(("kind", "read"), [("cold_start", True), ("mac_change", True), ("link_down", False), ("other", False)])
def test_only_what_brings_news_leads_to_reading(kind, read) -> None:
    assert Rereads().hear(Notification("10.0.0.1", kind, "1"), AT) is read


def test_a_flood_of_senders_does_not_fill_the_memory() -> None:
    plan = Rereads(most=10)
    for last in range(200):
        plan.hear(Notification(f"10.0.0.{last}", "link_up", LINK_UP), AT)
    assert len(plan.due(AT + timedelta(hours=1))) == 10
