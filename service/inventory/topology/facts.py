"""What one device knows of the cables around it, small enough to be kept beside it and read for the whole town at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from scanners.observation import Managed, Neighbour, PortVlan, Trunk
from service.inventory import folding
from service.inventory.fields import Forwarding, forwarding, unfold
from service.inventory.reconcile import Sighted

RECENT = timedelta(days=30)
"""How long a former forwarding table still tells where a device was last."""
MAC = 12
"""Hex digits."""


class Hearing(msgspec.Struct, frozen=True, omit_defaults=True):
    """A neighbour that names itself on a port; `macs` folded."""

    port: str
    via: str
    macs: tuple[str, ...] = ()
    name: str = ""
    address: str = ""
    far_port: str = ""
    roles: tuple[str, ...] = ()
    platform: str = ""


class Table(msgspec.Struct, frozen=True):
    """A forwarding table and its time."""

    at: datetime
    learned: Forwarding


class Under(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the device lists as its own (access point, virtual machine)."""

    kind: str
    name: str = ""
    macs: tuple[str, ...] = ()
    ip: str = ""
    serial: str = ""
    model: str = ""


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of one device, out of its newest record that says any of it; older tables only hold what the newer ones miss."""

    at: datetime
    hearings: tuple[Hearing, ...] = ()
    tables: tuple[Table, ...] = ()
    """Newest first."""
    trunks: dict[str, tuple[str, ...]] = {}
    vlans: dict[str, int] = {}
    """VLAN without tag by port."""
    under: tuple[Under, ...] = ()


def macs_of(text: str) -> Iterator[str]:
    """The MACs of one entry of a `Forwarding`."""
    for start in range(0, len(text), MAC):
        yield text[start : start + MAC]


def written(mac: str) -> str:
    """Twelve hex digits as people write a MAC."""
    return ":".join(mac[n : n + 2] for n in range(0, MAC, 2))


def label(name: str) -> str:
    """A name as names are compared here: first label, lower case."""
    return name.strip().partition(".")[0].lower()


def hearing(said: Neighbour) -> Hearing:
    """A neighbour, folded."""
    macs = tuple(dict.fromkeys(folded for text in (said.chassis, said.mac) if text and (folded := folding.fold_mac(text))))
    name = said.name if said.name and folding.usable_name(said.name) else ""
    return Hearing(
        said.local_port or "", said.via, macs, name, said.address or "", said.port or "", said.roles, said.platform or ""
    )


def facts_of(records: Sequence[Sighted]) -> Facts | None:
    """The facts out of a device's records, oldest first; None where it says nothing of its surroundings."""
    telling = [r for r in records if len(r.seen.neighbours) or len(r.seen.learned) or len(r.seen.managed)]
    if not telling:
        return None
    newest = telling[-1]
    tables: list[Table] = []
    known: set[str] = set()
    for record in reversed(telling):
        if newest.at - record.at > RECENT:
            break
        fresh = _without(forwarding(record.seen.learned), known, first=not tables)
        if fresh:
            tables.append(Table(record.at, fresh))
            known.update(mac for vlans in fresh.values() for macs in vlans.values() for mac in macs_of(macs))
    seen = newest.seen
    return Facts(
        newest.at,
        tuple(sorted({hearing(one) for one in unfold(seen.neighbours, Neighbour)}, key=_order)),
        tuple(tables),
        {trunk.name: trunk.members for trunk in unfold(seen.trunks, Trunk)},
        {one.port: one.vlan for one in unfold(seen.port_vlans, PortVlan)},
        tuple(
            Under(
                one.kind,
                one.name or "",
                tuple(folded for mac in one.macs if (folded := folding.fold_mac(mac))),
                one.ip or "",
                one.serial or "",
                one.model or "",
            )
            for one in unfold(seen.managed, Managed)
        ),
    )


def _order(one: Hearing) -> tuple[str, ...]:
    return (one.port, one.via, one.name, *one.macs, one.address, one.far_port)


def _without(table: Forwarding, known: set[str], *, first: bool) -> Forwarding:
    """The table without virtual addresses; a former one also without what is known already and what changes by the day."""
    found: Forwarding = {}
    for port, vlans in table.items():
        for vlan, text in vlans.items():
            kept = "".join(mac for mac in macs_of(text) if _counts(mac) and (first or (mac not in known and _lasting(mac))))
            if kept:
                found.setdefault(port, {})[vlan] = kept
    return found


def _counts(mac: str) -> bool:
    return mac[1] in "02468ace" and not folding.is_virtual(mac)


def _lasting(mac: str) -> bool:
    return bool(folding.usable_mac(mac))


_SHORT = (
    ("tengigabitethernet", "te"),
    ("twentyfivegige", "twe"),
    ("fortygigabitethernet", "fo"),
    ("hundredgige", "hu"),
    ("gigabitethernet", "gi"),
    ("fastethernet", "fa"),
    ("port-channel", "po"),
    ("ethernet", "eth"),
    ("port", ""),
)
_FILLING = re.compile(r"[\s_]+")


def port_key(port: str) -> str:
    """A port's name as two devices write it differently: `GigabitEthernet1/0/1` and `Gi1/0/1` are one."""
    said = port.strip().lower()
    for long, short in _SHORT:
        if said.startswith(long):
            said = short + said[len(long) :]
            break
    return _FILLING.sub("", said)
