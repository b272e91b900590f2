"""Fields of an asset, who may know them, and whose word counts most (Feldabgleich, `domain.md` 2.9).

Data and the reading of one observation; the choice between sources stands in `reconcile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from scanners.observation import (
    Certificate,
    Heard,
    Interface,
    Learned,
    Managed,
    Member,
    Name,
    Neighbour,
    Observation,
    Origin,
    PortVlan,
    Problem,
    Service,
    Software,
    Source,
    Trunk,
)
from service.inventory import folding, labels, systems

Long = TypeVar("Long", Interface, Software, Neighbour, Certificate, Trunk, PortVlan, Managed)

Forwarding = dict[str, dict[str, str]]
"""A forwarding table in few bytes: port → VLAN ('' where unknown) → MACs of twelve hex digits, one behind the other."""

_AGENT, _LIST = (Origin.AGENT,), (Origin.LIST, Origin.MANUAL)
_GUESS = (Origin.BANNER, Origin.CERTIFICATE, Origin.NETBIOS, Origin.SMB)
_ORDER: Mapping[str, tuple[tuple[Origin, ...], ...]] = {
    "serial": (_AGENT, (Origin.ENTITY,), (Origin.VENDOR_OID,), _LIST, _GUESS),
    "manufacturer": (
        _AGENT,
        (Origin.ENTITY,),
        (Origin.VENDOR_OID, Origin.SYS_OBJECT_ID),
        (Origin.SYS_DESCR,),
        _LIST,
        _GUESS,
        (Origin.OS_GUESS, Origin.PORTS),
        (Origin.OUI,),
    ),
    "kind": (
        _AGENT,
        (Origin.SYS_OBJECT_ID, Origin.VENDOR_OID, Origin.ENTITY, Origin.SYS_DESCR),
        _LIST,
        (*_GUESS, Origin.PORTS, Origin.OS_GUESS),
        (Origin.OUI,),
        (Origin.NAME,),
    ),
    "hostname": (_AGENT, (Origin.SMB, Origin.NETBIOS), (Origin.SYS_NAME,), _LIST, (Origin.CERTIFICATE,), (Origin.PTR,)),
    "os": (_AGENT, (Origin.SYS_DESCR, Origin.VENDOR_OID, Origin.SYS_OBJECT_ID), (Origin.SMB,), _GUESS, (Origin.OS_GUESS,), _LIST),
}
_ORDER = {
    **_ORDER,
    "model": _ORDER["manufacturer"],
    "os_version": _ORDER["os"],
    "firmware": (
        _AGENT, (Origin.ENTITY,), (Origin.VENDOR_OID, Origin.SYS_OBJECT_ID), (Origin.SYS_DESCR,), _GUESS, _LIST
    ),
}  # fmt: skip

BY_PEOPLE = [
    "inventory_no",
    "unit",
    "user",
    "room",
    "site",
    "purchase_date",
    "warranty_until",
    "extended_support_until",
    "price",
    "note",
    "status",
    "cost_center",
    "supplier",
    "order_no",
    "phone_no",
    "imei",
    "label",
]
"""Fields that only lists and hands know: scans never write them."""

BOOKED = ("cost_center", "supplier", "order_no", "phone_no", "imei")
"""Those of them that an asset keeps in its facts (`booked`): shown, searched, exported, but never narrowed to."""

FIELDS = (*_ORDER, *BY_PEOPLE)
LOCKABLE = frozenset(FIELDS) | {"name"}
"""Fields that a person may set and lock."""

LAST = 99
_RANK = {field: {origin: rank for rank, tier in enumerate(tiers) for origin in tier} for field, tiers in _ORDER.items()}

SURE = frozenset(Origin) - {
    Origin.OUI, Origin.PORTS, Origin.OS_GUESS, Origin.BANNER, Origin.PTR, Origin.CERTIFICATE, Origin.NAME
}  # fmt: skip
"""Origins whose disagreement is worth a person's time; the others guess."""

MACHINES = frozenset({Source.NMAP, Source.SNMP, Source.AGENT})


def rank(field: str, origin: Origin) -> int:
    """0 is the most trusted; origins that a field does not know come last."""
    ranks = _RANK.get(field)
    return 0 if ranks is None else ranks.get(origin, LAST)


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """An observation as it is kept: the same fields, empty ones left out."""

    source: Source
    key: str
    kind: str | None = None
    vendor: str | None = None
    model: str | None = None
    os: str | None = None
    os_version: str | None = None
    firmware: str | None = None
    names: tuple[Name, ...] = ()
    ips: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    services: tuple[Service, ...] = ()
    software: tuple[Software, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    members: tuple[Member, ...] = ()
    problems: tuple[Problem, ...] = ()
    ssh_keys: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    engine_id: str | None = None
    agent_id: str | None = None
    inventory_no: str | None = None
    heard: tuple[Heard, ...] = ()
    learned: Forwarding = {}
    trunks: tuple[Trunk, ...] = ()
    port_vlans: tuple[PortVlan, ...] = ()
    managed: tuple[Managed, ...] = ()
    origins: dict[str, Origin] = {}
    fields: dict[str, str] = {}
    facts: dict[str, Any] = {}


class Seen(msgspec.Struct, frozen=True, gc=False):
    """The part of a kept observation that an asset is made of. Long tables stay bytes until the newest one is wanted."""

    source: Source
    key: str
    kind: str | None = None
    vendor: str | None = None
    model: str | None = None
    os: str | None = None
    os_version: str | None = None
    firmware: str | None = None
    names: tuple[Name, ...] = ()
    ips: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    interfaces: msgspec.Raw = msgspec.Raw()
    services: tuple[Service, ...] = ()
    software: msgspec.Raw = msgspec.Raw()
    neighbours: msgspec.Raw = msgspec.Raw()
    certificates: msgspec.Raw = msgspec.Raw()
    inventory_no: str | None = None
    learned: msgspec.Raw = msgspec.Raw()
    trunks: msgspec.Raw = msgspec.Raw()
    port_vlans: msgspec.Raw = msgspec.Raw()
    managed: msgspec.Raw = msgspec.Raw()
    origins: dict[str, Origin] = {}
    fields: dict[str, str] = {}
    facts: msgspec.Raw = msgspec.Raw()


def unfold(raw: msgspec.Raw, of: type[Long]) -> tuple[Long, ...]:
    """A long table of `Seen`."""
    found: tuple[Long, ...] = ()
    if len(raw):
        found = msgspec.json.decode(raw, type=tuple[of, ...])  # type: ignore[valid-type]  # made at run time
    return found


def packed(learned: Iterable[Learned]) -> Forwarding:
    """The entries by port and VLAN; in the order of their MACs, so that equal tables are equal text."""
    found: Forwarding = {}
    for mac, port, vlan in sorted({(folding.fold_mac(e.mac), e.port, e.vlan) for e in learned}, key=lambda entry: entry[0]):
        if mac:
            on_port = found.setdefault(port, {})
            key = str(vlan or "")
            on_port[key] = on_port.get(key, "") + mac
    return found


def forwarding(raw: msgspec.Raw) -> Forwarding:
    """The forwarding table of `Seen`; records of before the short form hold a list of entries."""
    if not len(raw):
        return {}
    said = msgspec.json.decode(raw, type=Forwarding | list[Learned])
    return said if isinstance(said, dict) else packed(said)


_NAMES = Kept.__struct_fields__
_LEARNED = _NAMES.index("learned")
_SEEN = msgspec.json.Decoder(Seen)
_ENCODER = msgspec.json.Encoder()


def keep(observation: Observation) -> str:
    """The observation as JSON text for the database."""
    values = [getattr(observation, name) for name in _NAMES]
    values[_LEARNED] = packed(observation.learned)
    kept = Kept(*values)
    return _ENCODER.encode(kept).decode().replace("\\u0000", "�")


def seen(text: str | bytes) -> Seen:
    """Read back what an asset is made of."""
    return _SEEN.decode(text)


_DEFAULT = {
    Source.AGENT: Origin.AGENT,
    Source.LIST: Origin.LIST,
    Source.MANUAL: Origin.MANUAL,
    Source.NMAP: Origin.BANNER,
    Source.SNMP: Origin.SYS_DESCR,
}
_PLAIN = (("kind", "kind"), ("vendor", "manufacturer"), ("model", "model"), ("firmware", "firmware"))


def values(seen: Seen) -> Iterator[tuple[str, str, Origin]]:
    """(field, value, origin) of one observation; empty and junk values say nothing."""
    origins, default = seen.origins, _DEFAULT[seen.source]
    for name, field in _PLAIN:
        text = getattr(seen, name)
        if text and text != "unknown":
            yield field, text, origins.get(name, default)
    if seen.os:
        yield "os", seen.os, origins.get("os", default)
    if seen.os_version:
        yield "os_version", seen.os_version, origins.get("os_version", origins.get("os", default))
    for serial in seen.serials[:1]:
        if folding.usable_serial(serial):
            yield "serial", serial.strip(), origins.get("serials", default)
    said: set[Origin] = set()
    for told in seen.names:
        if told.origin in said or not folding.usable_name(told.value):
            continue
        if told.origin in _LIST or not folding.is_model(told.value, seen.model):
            said.add(told.origin)
            yield "hostname", told.value, told.origin
    if default in _LIST:
        if seen.inventory_no:
            yield "inventory_no", seen.inventory_no, default
        for field, text in seen.fields.items():
            if text and field in _KNOWN and not (field == "label" and _by_our_export(seen, text)):
                yield field, text, default


_KNOWN = frozenset(BY_PEOPLE)

OWN_EXPORT = "asset_id"
"""A row with this field is our own export come back."""


def _by_our_export(seen: Seen, label: str) -> bool:
    """The word for the kind is ours, not the clerk's."""
    return OWN_EXPORT in seen.fields and label == labels.KINDS[seen.kind or "unknown"].text


def fold(field: str, value: str) -> str:
    """The form in which two spellings of a value are equal."""
    match field:
        case "serial":
            return folding.fold_serial(value)
        case "hostname" | "name":
            return folding.fold_name(value)
        case "manufacturer" | "model":
            return folding.fold_model(value)
        case _:
            return " ".join(value.split()).casefold()


def differ(field: str, left: str, right: str) -> bool:
    """Whether two values contradict each other; a longer name of the same thing does not."""
    a, b = fold(field, left), fold(field, right)
    if field == "os" and (systems.is_kind_of(left, right) or systems.is_kind_of(right, left)):
        return False
    if field in ("manufacturer", "model", "os", "os_version", "firmware"):
        return a not in b and b not in a
    return a != b


__all__ = [
    "BY_PEOPLE",
    "FIELDS",
    "LOCKABLE",
    "MACHINES",
    "SURE",
    "Kept",
    "datetime",
    "differ",
    "fold",
    "keep",
    "rank",
    "values",
]
