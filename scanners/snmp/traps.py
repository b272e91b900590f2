"""The receiver of traps and informs, by pysnmp. Off unless somebody opens it; hears only senders inside its scope.

What lies outside the scope, is too much, or cannot be read is counted and dropped before it is decoded. Nothing is
ever asked of a sender here: what a notification is worth is for `scanners.snmp.notifications` and its user to say.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

with warnings.catch_warnings():
    # cryptography warns of the old ciphers that SNMPv3 still names
    warnings.simplefilter("ignore")
    from pysnmp.carrier.asyncio.dgram import udp, udp6
    from pysnmp.entity import config, engine
    from pysnmp.entity.rfc3413 import ntfrcv
    from pysnmp.error import PySnmpError
    from pysnmp.proto.rfc1902 import OctetString

from scanners.policy import Network
from scanners.snmp.client import Community, Credential, User
from scanners.snmp.notifications import Notification, parse
from scanners.snmp.pysnmp_engine import AUTH, PRIVACY, plain

A_SECOND = 200
"""Packets decoded in one second; a storm beyond it tells nothing new."""


@dataclass(slots=True)
class Counts:
    """What arrived. `outside`: sender not in the scope; `storm`: above the rate; `unread`: wrong access or no SNMP."""

    heard: int = 0
    outside: int = 0
    storm: int = 0
    unread: int = 0


class Listener:
    """A socket for notifications in the running event loop. `hear` is called with each that is genuine; close it in the end.

    `credentials` are the ones of the town; a v3 trap is known only by the engine id of its sender, which `know` adds
    (it is read while polling), a v3 inform needs none. Opening raises `OSError` where the port is taken or forbidden.
    """

    def __init__(
        self,
        address: str,
        port: int,
        credentials: Sequence[Credential],
        scope: Iterable[Network],
        hear: Callable[[Notification], None],
        *,
        a_second: int = A_SECOND,
    ) -> None:
        self.counts = Counts()
        self.strangers: set[str] = set()
        """Senders inside the scope whose last packet was not genuine: an access that we do not know, or no SNMP."""
        self._scope, self._hear, self._a_second = tuple(scope), hear, a_second
        self._second, self._in_second = 0, 0
        self._users = {one.name: one for one in credentials if isinstance(one, User)}
        self._known: set[tuple[str, bytes]] = set()
        self._caught: list[tuple[str, list[tuple[Any, Any]]]] = []
        six = ipaddress.ip_address(address).version == 6
        self._socket = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((address, port))
        except OSError:
            self._socket.close()
            raise
        self._engine = engine.SnmpEngine()
        transport = (_V6 if six else _V4)()
        transport.gate, transport.deliver = self._admit, self._deliver
        config.add_transport(self._engine, (udp6 if six else udp).DOMAIN_NAME, transport.open_server_mode(sock=self._socket))
        for number, one in enumerate(credentials):
            if isinstance(one, Community):
                config.add_v1_system(self._engine, f"community-{number}", one.community)
        for user in self._users.values():
            self._add(user, None)
        ntfrcv.NotificationReceiver(self._engine, self._received)

    @property
    def port(self) -> int:
        """The port that was given, or found for 0."""
        return int(self._socket.getsockname()[1])

    def know(self, engine_id: bytes) -> None:
        """Accept v3 traps of the device with this engine id."""
        for user in self._users.values():
            if (user.name, engine_id) not in self._known:
                self._known.add((user.name, engine_id))
                self._add(user, engine_id)

    def close(self) -> None:
        """Close the socket."""
        self._engine.close_dispatcher()
        self._socket.close()

    def _add(self, user: User, engine_id: bytes | None) -> None:
        config.add_v3_user(
            self._engine, user.name, AUTH[user.auth], user.auth_password or None, PRIVACY[user.privacy],
            user.privacy_password or None, securityEngineId=OctetString(engine_id) if engine_id else None,
        )  # fmt: skip

    def _admit(self, sender: str) -> bool:
        """Whether a packet of this sender is decoded at all."""
        if not any(_plain_address(sender) in net for net in self._scope):
            self.counts.outside += 1
            return False
        now = int(time.monotonic())
        self._second, self._in_second = now, self._in_second + 1 if now == self._second else 1
        if self._in_second > self._a_second:
            self.counts.storm += 1
            return False
        self.counts.unread += 1  # until it turns out to be genuine
        self.strangers.add(str(_plain_address(sender)))
        return True

    def _received(self, snmp: Any, _state: Any, _engine: Any, _context: Any, values: Any, _: Any) -> None:
        message = snmp.observer.get_execution_context("rfc3412.receiveMessage:request")
        user = self._users.get(str(message["securityName"])) if int(message["securityModel"]) == 3 else None
        if int(message["securityModel"]) == 3 and (user is None or int(message["securityLevel"]) < _level(user)):
            return  # who knows a user's name alone could write to us without any password
        self._caught.append((str(message["transportAddress"][0]), list(values)))

    def _deliver(self) -> None:
        """What the packet brought; outside the decoder, so that mistakes of ours are not taken for broken packets."""
        while self._caught:
            source, values = self._caught.pop()
            told = parse(str(_plain_address(source)), [(str(oid), plain(value)) for oid, value in values])
            if told:
                self.strangers.discard(told.sender)
                self.counts.unread -= 1
                self.counts.heard += 1
                self._hear(told)


def _level(user: User) -> int:
    """The securityLevel of RFC 3411 that this user speaks with."""
    return 3 if user.privacy else 2 if user.auth else 1


def _plain_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


class _Gated:
    """A transport that asks before it decodes and survives whatever comes."""

    gate: Callable[[str], bool]
    deliver: Callable[[], None]
    _callback_function: Any

    def datagram_received(self, datagram: bytes, address: Any) -> None:
        if self._callback_function is not None and self.gate(address[0]):
            # broken packets make the decoder raise many kinds of its own and of Python's errors; none may end the listener
            with contextlib.suppress(PySnmpError, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError):
                self._callback_function(self, address, datagram)
            self.deliver()


class _V4(_Gated, udp.UdpAsyncioTransport):  # type: ignore[misc]  # pysnmp says nothing of its types
    pass


class _V6(_Gated, udp6.Udp6AsyncioTransport):  # type: ignore[misc]  # as above
    pass
