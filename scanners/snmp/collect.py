"""One device over SNMP → one observation. The same reading for a live device and for a recording.

Standard MIBs first, then what the device definitions ask for. A device that breaks off in the middle
gives a good observation of what it said until then, with the problem written beside it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from scanners.devices import match, tree
from scanners.devices.catalogue import Catalogue, catalogue
from scanners.observation import (
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
    Source,
    Trunk,
)
from scanners.oui import is_local
from scanners.snmp.client import Refused, Silent, Snmp, TooMuch
from scanners.snmp.identity import Seen, decide
from scanners.snmp.mibs import arp, bridge, entity, host, interfaces, neighbours, printer, system, trunks, ups, vendor_tables
from scanners.snmp.tables import scalars
from scanners.snmp.values import text

T = TypeVar("T")


@dataclass(slots=True)
class _Reading:
    """The state of one reading: once the device breaks off, nothing more is asked."""

    where: str
    problems: list[Problem] = field(default_factory=list)
    over: bool = False

    async def part(self, reading: Awaitable[T], without: T, what: str) -> T:
        """The result of a part, or `without` it."""
        if self.over:
            if hasattr(reading, "close"):
                reading.close()  # a coroutine that is never awaited warns
            return without
        try:
            return await reading
        except (Silent, Refused) as reason:
            self.over = True
            self.problems.append(Problem(self.where, f"Das Gerät antwortete beim Lesen von „{what}“ nicht mehr: {reason}"))
        except TooMuch as reason:
            self.problems.append(Problem(self.where, f"„{what}“ wurde nicht zu Ende gelesen: {reason}"))
        return without


async def _defined(snmp: Snmp, fitting: list[match.Candidate]) -> dict[str, str]:
    """Answers to what the definitions want, as text; a column gives its first value that says something."""
    instances, wanted = match.wanted(fitting)
    said = {oid: found for oid, value in (await scalars(snmp, *instances)).items() if (found := text(value))}
    for oid, reads in wanted.items():
        said |= match.first_fit(reads, map(text, (await snmp.column(oid)).values()))
    return said


async def _members(snmp: Snmp, fitting: list[match.Candidate]) -> tuple[Member, ...]:
    """Members of a stack by the maker's own table; a single row is the device itself."""
    for one in fitting:
        columns = one.definition.members
        serials = await snmp.column(columns["serial"]) if columns else {}
        models = await snmp.column(columns["model"]) if serials and "model" in columns else {}
        told = [(serial, text(models.get(index))) for index, value in serials.items() if (serial := text(value))]
        if len(told) > 1:
            return tuple(Member(serial, model, position) for position, (serial, model) in enumerate(told, start=1))
    return ()


async def _own_words(snmp: Snmp, maker: str, descr: str) -> dict[str, str]:
    """What a device that nobody described says below its maker's number; only its beginning is read."""
    rows: list[tuple[str, str]] = []
    count = 0
    async for oid, value in snmp.walk(maker):
        count += 1
        if isinstance(value, bytes) and (said := text(value)):
            rows.append((oid, said))
        if count >= tree.MOST:
            break
    return tree.identity(rows, descr)


async def collect(
    snmp: Snmp,
    *,
    key: str,
    file: str = "",
    observed_at: datetime | None = None,
    address: str | None = None,
    facts: Mapping[str, Any] | None = None,
    known: Catalogue | None = None,
    views: bridge.Views | None = None,
) -> Observation:
    """Read a device. `Silent` and `Refused` come through only when even the system group gave nothing.

    `address` is where the device was reached, the only one that counts as its own (`domain.md` 2.7, multi-homed);
    `facts` are what the caller knows about the access (`snmp_version`, `snmp_default_community`); `views` opens the
    device in one VLAN, for switches that show their forwarding table VLAN by VLAN.
    """
    known = known or catalogue()
    reading = _Reading(key)
    said = await system.read(snmp)
    fitting = match.candidates(known, said.object_id, said.descr)
    defined = await reading.part(_defined(snmp, fitting), dict[str, str](), "Herstellerangaben")
    chassis = await reading.part(entity.read(snmp), entity.Entity(), "Gehäuse")
    if not chassis.members:
        stack = await reading.part(_members(snmp, fitting), tuple[Member, ...](), "Stapel")
        chassis = replace(chassis, members=stack, members_by=Origin.VENDOR_OID) if stack else chassis
    rows = await reading.part(interfaces.read(snmp), interfaces.Interfaces(), "Schnittstellen")
    prints = await reading.part(printer.read(snmp), printer.Printer(), "Drucker")
    power = await reading.part(ups.read(snmp), ups.Ups(), "USV")
    ports = await reading.part(bridge.port_names(snmp, rows.names), dict[str, str](), "Ports")
    heard = await reading.part(arp.read(snmp, frozenset(rows.macs), rows.ips), tuple[Heard, ...](), "ARP-Tabelle")
    near = await reading.part(neighbours.read(snmp, rows.names, ports), tuple[Neighbour, ...](), "Nachbarn")
    near += await reading.part(
        vendor_tables.neighbours(snmp, said.object_id, rows.names), tuple[Neighbour, ...](), "Nachbarn des Herstellers"
    )
    learned = await reading.part(_learned(snmp, ports, rows.names, views), tuple[Learned, ...](), "gelernte MAC-Adressen")
    joined, tagless = tuple[Trunk, ...](), tuple[PortVlan, ...]()
    if ports:
        joined = await reading.part(trunks.read(snmp, rows.names, rows.types), joined, "gebündelte Ports")
        tagless = await reading.part(bridge.port_vlans(snmp, ports, rows.names), tagless, "VLANs der Ports")
    under = await reading.part(vendor_tables.managed(snmp, said.object_id), tuple[Managed, ...](), "verwaltete Geräte")
    box = await reading.part(host.read(snmp), host.Host(), "Rechner und Software")
    seen = Seen(said, chassis, rows, prints, power, box, bridging=bool(ports))
    defined_facts = match.recognise(fitting, defined)
    result = decide(seen, defined_facts, known)
    if result.wants_more and (maker := match.own_tree(known, said.object_id)):
        own = await reading.part(_own_words(snmp, maker, said.descr or ""), dict[str, str](), "Herstellerangaben")
        result = decide(seen, defined_facts, known, own)
    evidence: dict[str, Any] = {
        "sys_object_id": said.object_id,
        "sys_descr": said.descr,
        "sys_location": said.location,
        "uptime_s": said.uptime_s,
        "ip_forwarding": said.ip_forwarding,
        "page_count": prints.page_count,
        "supplies": list(prints.supplies) or None,
        "printer_name": prints.name,
        "memory_mib": box.memory_mib,
    }
    return replace(
        Observation(Source.SNMP, key, file, observed_at),
        **result.values,
        names=(Name(said.name, Origin.SYS_NAME),) if said.name else (),
        ips=(address,) if address else (),
        macs=rows.macs,
        interfaces=_with_address(rows.rows, address),
        software=box.software,
        neighbours=near,
        members=chassis.members,
        problems=tuple(reading.problems),
        engine_id=said.engine_id,
        heard=heard,
        learned=learned,
        trunks=joined,
        port_vlans=tagless,
        managed=under,
        origins=result.origins,
        facts={name: value for name, value in evidence.items() if value is not None} | {**power.facts, **(facts or {})},
    )


async def _learned(
    snmp: Snmp, ports: Mapping[str, str], names: Mapping[str, str], views: bridge.Views | None
) -> tuple[Learned, ...]:
    """The forwarding table, VLAN by VLAN where the device shows it only so."""
    learned = await bridge.read(snmp, ports or names)
    if views and not any(entry.vlan for entry in learned):
        return await bridge.by_vlan(snmp, views, names) or learned
    return learned


def _with_address(rows: tuple[Interface, ...], address: str | None) -> tuple[Interface, ...]:
    """The rows as they are; a device with one single interface that keeps its address to itself has it there."""
    own = [row for row in rows if row.mac and not is_local(row.mac)]
    if address and len(own) == 1 and not any(row.ips for row in rows):
        return tuple(replace(row, ips=(address,)) if row is own[0] else row for row in rows)
    return rows
