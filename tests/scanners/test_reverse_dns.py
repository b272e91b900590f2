"""Names by the town's own name server: a real UDP server on loopback answers, is silent, or talks nonsense."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners import reverse_dns

ZONE = {"5.0.99.10.in-addr.arpa": "fs01.stadt.example"}


def asked_name(packet: bytes) -> str:
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return ".".join(labels)


def reply(packet: bytes) -> bytes:
    name = ZONE.get(asked_name(packet))
    if name is None:
        return packet[:2] + struct.pack("!5H", 0x8183, 1, 0, 0, 0) + packet[12:]
    target = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    record = b"\xc0\x0c" + struct.pack("!2HIH", 12, 1, 60, len(target)) + target
    return packet[:2] + struct.pack("!5H", 0x8180, 1, 1, 0, 0) + packet[12:] + record


@asynccontextmanager
async def server(answering: Callable[[bytes], bytes | None]) -> AsyncIterator[int]:
    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            if said := answering(data):
                self.transport.sendto(said, addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def ask(addresses: list[str], port: int) -> dict[str, str]:
    found: dict[str, str] = {}
    await reverse_dns.names(addresses, found.__setitem__, ["127.0.0.1"], port)
    return found


async def test_addresses_with_a_name_are_told_and_others_are_not() -> None:
    async with server(reply) as port:
        assert await ask(["10.99.0.5", "10.99.0.6", "fd00::1"], port) == {"10.99.0.5": "fs01.stadt.example"}


async def test_a_thousand_addresses_take_a_moment() -> None:
    begun = time.monotonic()
    async with server(reply) as port:
        assert await ask([f"10.99.{n >> 8}.{n & 255}" for n in range(1000)], port) == {"10.99.0.5": "fs01.stadt.example"}
    assert time.monotonic() - begun < 5


async def test_a_silent_server_is_given_up_soon() -> None:
    begun = time.monotonic()
    async with server(lambda _: None) as port:
        assert await ask([f"10.99.0.{n}" for n in range(200)], port) == {}
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("nonsense", [b"", b"x", b"\xff" * 40, b"\x81\x80\0\x01\0\x01\0\0\0\0\xc0\x0c" * 3])
async def test_nonsense_is_no_name(nonsense: bytes) -> None:
    async with server(lambda packet: packet[:2] + nonsense) as port:
        assert await ask(["10.99.0.5"], port) == {}


@given(st.binary(max_size=200))
def test_no_packet_breaks_or_stops_the_reader(packet: bytes) -> None:
    try:
        name = reverse_dns.answer(packet)
    except (ValueError, IndexError, struct.error):
        return
    assert name is None or len(name) <= 253


def test_name_servers_of_the_machine_are_addresses(tmp_path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(
        "# x\nnameserver 10.0.0.53\nsearch stadt.example\nnameserver not-an-address\nnameserver fd00::53\nnameserver 9.9.9.9\n"
    )
    assert reverse_dns.servers(file) == ("10.0.0.53", "fd00::53")
    assert reverse_dns.servers(tmp_path / "missing") == ()
