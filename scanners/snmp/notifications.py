"""What devices call out by themselves (traps and informs), and when to look at the caller again.

Pure: values in, values out. A notification is a hint to look, never evidence: versions 1 and 2c can be forged.
Numbers: SNMPv2-MIB (RFC 3418), IF-MIB (RFC 2863), CISCO-MAC-NOTIFICATION-MIB.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from scanners.snmp.client import Value

Kind = Literal["cold_start", "warm_start", "link_down", "link_up", "authentication_failure", "mac_change", "other"]

TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
"""snmpTrapOID.0: which notification it is."""
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
MAC_HISTORY = "1.3.6.1.4.1.9.9.215.1.1.8.1.2"
"""cmnHistMacChangedMsg: 11 octets an entry – operation (1 learned, 2 removed, 0 end), VLAN, MAC, bridge port."""
KINDS: dict[str, Kind] = {
    "1.3.6.1.6.3.1.1.5.1": "cold_start",
    "1.3.6.1.6.3.1.1.5.2": "warm_start",
    "1.3.6.1.6.3.1.1.5.3": "link_down",
    "1.3.6.1.6.3.1.1.5.4": "link_up",
    "1.3.6.1.6.3.1.1.5.5": "authentication_failure",
    "1.3.6.1.4.1.9.9.215.2.0.1": "mac_change",
    "1.3.6.1.4.1.9.9.215.2.0.2": "mac_change",
}
WORTH_READING: frozenset[Kind] = frozenset({"cold_start", "warm_start", "link_up", "mac_change"})
"""After these the tables of the device say something new."""


@dataclass(frozen=True, slots=True)
class MacChange:
    """A MAC that a switch learned or forgot; `port` is the number of the bridge port."""

    mac: str
    learned: bool
    vlan: int
    port: int


@dataclass(frozen=True, slots=True)
class Notification:
    """One trap or inform. `sender` is the address the packet came from, whatever its content says."""

    sender: str
    kind: Kind
    oid: str
    interface: int | None = None
    """ifIndex of the port that came up or went down."""
    macs: tuple[MacChange, ...] = ()

    @property
    def worth_reading(self) -> bool:
        """Whether the sender should be read again."""
        return self.kind in WORTH_READING


def parse(sender: str, values: Iterable[tuple[str, Value]]) -> Notification | None:
    """The notification in the values of a packet (version 1 translated as RFC 3584 says); None where none is named."""
    said = dict(values)
    oid = said.get(TRAP_OID)
    if not isinstance(oid, str):
        return None
    interface = next((value for key, value in said.items() if key.startswith(f"{IF_INDEX}.")), None)
    macs = tuple(
        change
        for key, value in said.items()
        if key.startswith(f"{MAC_HISTORY}.") and isinstance(value, bytes)
        for change in _changes(value)
    )
    kind = KINDS.get(oid, "other")
    return Notification(sender, kind, oid, interface if isinstance(interface, int) else None, macs)


def _changes(message: bytes) -> Iterable[MacChange]:
    for start in range(0, len(message) - 10, 11):
        entry = message[start : start + 11]
        if entry[0] not in (1, 2):
            return
        yield MacChange(entry[3:9].hex(":"), entry[0] == 1, int.from_bytes(entry[1:3]), int.from_bytes(entry[9:11]))


class Rereads:
    """Which devices to read again, and when: soon after a hint, but no device more than once in `gap`, whatever it calls.

    A starting device gets `settle` to fill its tables. At most `most` devices wait; the rest is found by the next scan.
    """

    def __init__(
        self,
        *,
        settle: timedelta = timedelta(seconds=30),
        gap: timedelta = timedelta(minutes=5),
        most: int = 500,
    ) -> None:
        self._settle, self._gap, self._most = settle, gap, most
        self._waiting: dict[str, datetime] = {}
        self._read: dict[str, datetime] = {}

    def hear(self, told: Notification, at: datetime) -> bool:
        """Note a hint; answers whether the device will be read because of it."""
        if not told.worth_reading or told.sender in self._waiting or len(self._waiting) >= self._most:
            return False
        last = self._read.get(told.sender)
        self._waiting[told.sender] = max(at + self._settle, last + self._gap) if last else at + self._settle
        return True

    def due(self, at: datetime) -> list[str]:
        """The devices to read now, each once; they count as read."""
        ready = sorted(sender for sender, when in self._waiting.items() if when <= at)
        for sender in ready:
            del self._waiting[sender]
        self._read = {sender: when for sender, when in self._read.items() if at - when < self._gap}
        self._read.update(dict.fromkeys(ready, at))
        return ready
