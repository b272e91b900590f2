"""IPv6 on the network segments that this machine sits on: neighbours the kernel knows, and who answers the all-nodes group.

Never a sweep: per card one echo request to ff02::1 from each of its addresses, and only where every network of the card is
released for scans (`security.md` section 9). Linux only; reads the kernel's tables by netlink (RFC 3549), needs no root but
`cap_net_raw`, or a system that allows ping sockets.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import struct
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanners.policy import Address, Network, Released

ALL_NODES = "ff02::1"
WAIT = 3.0
"""Seconds to wait for answers."""
FRESH = 600
"""Seconds: neighbours that the kernel confirmed longer ago are not told."""
MOST = 8
"""Addresses of one neighbour; privacy extensions make a new one each day."""

_DUMP = 0x0301  # NLM_F_REQUEST | NLM_F_DUMP
_GET_ADDRESSES, _GET_NEIGHBOURS, _DONE, _ERROR = 22, 30, 3, 2
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_NDA_DST, _NDA_LINK, _NDA_CACHE = 1, 2, 3
_KNOWN = 0x02 | 0x04 | 0x08 | 0x10 | 0x80  # reachable, stale, delay, probe, permanent
_ECHO, _ECHO_REPLY = 128, 129
_TICKS = 100  # USER_HZ

Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface


@dataclass(frozen=True, slots=True)
class Card:
    """A network card that is up, with its addresses; `index` is the kernel's number."""

    index: int
    addresses: tuple[Interface, ...]

    @property
    def networks(self) -> tuple[Network, ...]:
        """Its networks apart from the one that every IPv6 card has."""
        return tuple(one.network for one in self.addresses if not one.ip.is_link_local)

    @property
    def speaks_ipv6(self) -> bool:
        return any(one.version == 6 for one in self.addresses)


def cards() -> list[Card]:
    """The cards of this machine with IPv6, without loopback. Raises `OSError` where the kernel does not tell."""
    found: dict[int, list[Interface]] = {}
    for family in (socket.AF_INET, socket.AF_INET6):
        for body in _ask(_GET_ADDRESSES, struct.pack("BBBBI", family, 0, 0, 0, 0)):
            _family, prefix, _flags, _scope, index = struct.unpack_from("BBBBI", body)
            said = dict(_attributes(body[8:]))
            if raw := said.get(_IFA_LOCAL, said.get(_IFA_ADDRESS)):
                found.setdefault(index, []).append(ipaddress.ip_interface(f"{ipaddress.ip_address(raw)}/{prefix}"))
    made = [Card(index, tuple(addresses)) for index, addresses in sorted(found.items())]
    return [card for card in made if card.speaks_ipv6 and not any(one.ip.is_loopback for one in card.addresses)]


def released(card: Card, networks: Sequence[Released], wanted: Iterable[Network]) -> bool:
    """Whether something may be sent to all of this card's segment.

    All its networks lie in networks that are open for scans, none of which holds an exception, a passive or a guest
    network there; and somebody wants one of them scanned.
    """
    mine: list[Network] = [one for one in card.networks if one.version == 4] or [*card.networks]
    closed = [one.network for one in networks if one.why_not] + [out for one in networks for out in one.excluded]
    opened = [one.network for one in networks if not one.why_not]
    asked = list(wanted)
    return (
        bool(mine)
        and all(any(_inside(one, net) for net in opened) for one in mine)
        and not any(_meet(one, net) for one in card.networks for net in closed)
        and any(_meet(one, net) for one in mine for net in asked)
    )


def _inside(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # same version


def _meet(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


async def look(chosen: Sequence[Card]) -> Mapping[str, tuple[Address, ...]]:
    """Addresses by MAC of who lives on these segments. Raises `OSError` where this machine may not send echo requests."""
    answered: set[tuple[int, str]] = set()
    await asyncio.gather(*(asyncio.to_thread(_knock, card, answered) for card in chosen))
    mine = {str(one.ip) for card in chosen for one in card.addresses}
    found: dict[str, list[Address]] = {}
    for index, address, mac, age in neighbours():
        heard = age <= FRESH or (index, str(address)) in answered
        if heard and index in {card.index for card in chosen} and str(address) not in mine:
            found.setdefault(mac, []).append(address)
    return {mac: _telling(addresses) for mac, addresses in sorted(found.items())}


def _telling(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Global and local ones; the link-local one only where there is no other."""
    ordered = sorted(addresses, key=int)
    return tuple([one for one in ordered if not one.is_link_local] or ordered)[:MOST]


def neighbours() -> Iterator[tuple[int, Address, str, float]]:
    """The kernel's IPv6 neighbours: card, address, MAC, seconds since the kernel last heard of it."""
    for body in _ask(_GET_NEIGHBOURS, struct.pack("BBHiHBB", socket.AF_INET6, 0, 0, 0, 0, 0, 0)):
        _family, _pad, _pad2, index, state, _flags, _kind = struct.unpack_from("BBHiHBB", body)
        said = dict(_attributes(body[12:]))
        target, link, cache = said.get(_NDA_DST, b""), said.get(_NDA_LINK, b""), said.get(_NDA_CACHE, b"")
        if state & _KNOWN and len(target) == 16 and len(link) == 6 and any(link) and not link[0] & 1:
            address = ipaddress.IPv6Address(target)
            confirmed, _used, updated = struct.unpack_from("III", cache) if len(cache) >= 12 else (0, 0, 0)
            if not address.is_multicast:
                yield index, address, link.hex(":"), min(confirmed, updated) / _TICKS


def _knock(card: Card, answered: set[tuple[int, str]]) -> None:
    """One echo request to all nodes from each address of the card; who answers is noted."""
    sockets: list[socket.socket] = []
    try:
        sockets.extend(_echo_socket(str(one.ip), card.index) for one in card.addresses if one.version == 6)
        mark = os.urandom(8)
        for number, sock in enumerate(sockets):
            sock.sendto(struct.pack("!BBHHH", _ECHO, 0, 0, os.getpid() & 0xFFFF, number) + mark, (ALL_NODES, 0, 0, card.index))
        end = time.monotonic() + WAIT
        while (left := end - time.monotonic()) > 0:
            for sock in sockets:
                sock.settimeout(min(left, 0.1))
                try:
                    data, sender = sock.recvfrom(2048)
                except TimeoutError:
                    continue
                if data[:1] == bytes([_ECHO_REPLY]) and data[8:16] == mark:
                    answered.add((card.index, str(ipaddress.ip_address(sender[0].partition("%")[0]))))
    finally:
        for sock in sockets:
            sock.close()


def _echo_socket(address: str, index: int) -> socket.socket:
    """Bound to one of our own addresses. Raises `OSError`."""
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    except PermissionError:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 1)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        sock.bind((address, 0, 0, index))
    except OSError:
        sock.close()
        raise
    return sock


def _ask(kind: int, body: bytes) -> Iterator[bytes]:
    """All answers of the kernel to a dump."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.bind((0, 0))
        sock.settimeout(5)
        sock.send(struct.pack("=IHHII", 16 + len(body), kind, _DUMP, 1, 0) + body)
        while True:
            data = sock.recv(1 << 17)
            at = 0
            while at + 16 <= len(data):
                length, what = struct.unpack_from("=IH", data, at)
                if what in (_DONE, _ERROR) or length < 16:
                    return
                yield data[at + 16 : at + length]
                at += (length + 3) & ~3


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            return
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += (length + 3) & ~3
