"""What of an observation matters for telling devices apart, folded and small.

`clues` is made once a record and stored beside it, so that later runs of `identity.link` need no raw data.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zlib import crc32

import msgspec

from scanners.observation import Origin, Source
from service.inventory import folding

if TYPE_CHECKING:
    from scanners.observation import Observation

SURE_ORIGINS = frozenset({Origin.AGENT, Origin.ENTITY, Origin.VENDOR_OID, Origin.SYS_OBJECT_ID, Origin.LIST, Origin.MANUAL})
"""Origins whose kind of device may veto; guesses from ports, banners and MAC prefixes may not."""

SAID = (Origin.AGENT, Origin.SMB, Origin.NETBIOS, Origin.SYS_NAME, Origin.LIST, Origin.MANUAL, Origin.CERTIFICATE)
"""Names that the device itself or a kept list says, in the order of trust (`domain.md` 2.9)."""

MANY_MACS = 8
"""Above this a switch lists its ports: kept are its interfaces with addresses and the lowest MACs."""


class Clues(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Indizien of one record. Serialise with `msgspec.to_builtins`, read back with `msgspec.convert`.

    All values are folded (`folding`) and usable: placeholders, virtual and local MACs are already gone.
    """

    record: UUID
    town: int
    collection: UUID
    at: datetime
    source: str
    key: str
    scope: str = ""
    """'' or the name of an address range of its own behind NAT; addresses meet only within it."""
    address: str = ""
    """The address that was asked; empty for rows of lists and agents."""
    kind: str = ""
    sure_kind: bool = False
    serials: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Chassis serials of a stack; contained in `serials` as well."""
    typed: bool = False
    """Typed by people: serials may hold typos, facts lag behind."""
    uuids: tuple[str, ...] = ()
    agent: str = ""
    engine: str = ""
    inventory: str = ""
    macs: tuple[str, ...] = ()
    strange_mac: str = ""
    """A MAC that identifies nothing (random, virtual) but tells two answers of one address apart."""
    virtual: bool = False
    """The MAC belongs to an address that floats between nodes."""
    ssh_keys: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """(name, origin) as the device or a list says it, most trusted first."""
    ptr: str = ""
    zone: str = ""
    """Name and zone of reverse DNS: hearsay until the zone has earned trust."""
    heard: tuple[tuple[str, str], ...] = ()
    """(address, MAC) from the device's ARP table; the MAC is '' for a virtual one."""
    doors: str = ""
    """Digest of the open ports; empty where none was open."""
    model: str = ""
    row: str = ""
    """Digest of a list row's text, the last resort for rows without inventory and serial number."""


def clues(record: UUID, town: int, scope: str, collection: UUID, observed_at: datetime, observation: Observation) -> Clues:
    """Fold an observation. `scope` is '' or the name of an address range of its own (NAT, site)."""
    seen = observation
    typed = seen.source in (Source.LIST, Source.MANUAL)
    macs, strange, virtual = _macs(seen)
    serials = [folded for text in seen.serials if (folded := folding.usable_serial(text))]
    members = [folded for member in seen.members if member.serial and (folded := folding.usable_serial(member.serial))]
    names, ptr, zone = _names(seen)
    certificates = [
        cert.fingerprint.lower()
        for cert in seen.certificates
        if (cert.port is None or cert.port in folding.STANDARD_PORTS) and not _wildcard(cert.subject, cert.names)
    ]
    return Clues(
        record=record,
        town=town,
        collection=collection,
        at=observed_at,
        source=str(seen.source),
        key=seen.key,
        scope=scope,
        address=seen.key if seen.source in (Source.NMAP, Source.SNMP) else "",
        kind=seen.kind if seen.kind and seen.kind != "unknown" else "",
        sure_kind=bool(seen.kind) and (typed or seen.origins.get("kind") in SURE_ORIGINS),
        serials=_once([*serials, *members]),
        members=_once(members),
        typed=typed,
        uuids=_once([folded for text in seen.uuids if (folded := folding.fold_uuid(text))]),
        agent=(seen.agent_id or "").strip().lower(),
        engine=(seen.engine_id or "").strip().lower(),
        inventory=folding.fold_inventory(seen.inventory_no or ""),
        macs=macs,
        strange_mac=strange,
        virtual=virtual,
        ssh_keys=_once([key.lower() for key in seen.ssh_keys]),
        certificates=_once(certificates),
        names=names,
        ptr=ptr,
        zone=zone,
        heard=_heard(seen),
        doors=_doors(seen),
        model=folding.fold_model(seen.model or ""),
        row=_row(seen) if typed and not (serials or folding.fold_inventory(seen.inventory_no or "")) else "",
    )


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _macs(seen: Observation) -> tuple[tuple[str, ...], str, bool]:
    """Usable own MACs, the first MAC that is not usable, whether that one is virtual."""
    own = list(seen.macs)
    if len(own) > MANY_MACS:
        addressed = [face.mac for face in seen.interfaces if face.mac and face.ips]
        own = [*addressed, *sorted(own)][: 2 * MANY_MACS]
    # Phones, cameras and access points often have their MAC for a serial number.
    own += [serial for text in seen.serials if folding.fold_mac(serial := folding.fold_serial(text))]
    usable = _once([folded for mac in own if (folded := folding.usable_mac(mac))])
    plain = [folding.fold_mac(mac) for mac in seen.macs]
    virtual = seen.source is Source.NMAP and any(folding.is_virtual(mac) for mac in plain)
    strange = next((mac for mac in plain if mac and not folding.usable_mac(mac)), "")
    return (() if virtual else usable), strange, virtual


def _names(seen: Observation) -> tuple[tuple[tuple[str, str], ...], str, str]:
    """Names said, most trusted first, and the name and zone of reverse DNS."""
    said: dict[str, str] = {}
    for origin in SAID:
        for name in seen.names:
            if name.origin is origin and (folded := folding.usable_name(name.value)) and not folding.is_model(folded, seen.model):
                said.setdefault(folded, str(origin))
    for name in seen.names:
        if name.origin is Origin.PTR and (folded := folding.usable_name(name.value)):
            return tuple(said.items()), folded, name.value.strip().partition(".")[2].lower()
    return tuple(said.items()), "", ""


def _heard(seen: Observation) -> tuple[tuple[str, str], ...]:
    """ARP entries; a virtual MAC is kept as '' so that its address counts as floating."""
    out = []
    for entry in seen.heard:
        mac = folding.fold_mac(entry.mac)
        if folding.is_virtual(mac):
            out.append((entry.ip, ""))
        elif mac:
            out.append((entry.ip, mac))
    return tuple(dict.fromkeys(out))


def _doors(seen: Observation) -> str:
    ports = ",".join(sorted(f"{service.protocol}{service.port}" for service in seen.services))
    return f"{crc32(ports.encode()):08x}" if ports else ""


def _wildcard(subject: str | None, names: tuple[str, ...]) -> bool:
    return "*" in (subject or "") or any("*" in name for name in names)


def _row(seen: Observation) -> str:
    """The same row of a later export has the same digest; the place in the list does not count."""
    parts = [seen.kind or "", seen.vendor or "", seen.model or "", *seen.serials, *seen.macs, *seen.hostnames]
    parts += [f"{name}={seen.fields[name]}" for name in sorted(seen.fields) if name not in ("note", "status", "site")]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]
