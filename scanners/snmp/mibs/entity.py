"""ENTITY-MIB: the chassis of a device, or the chassis of each member of its stack."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanners.observation import Member, Origin
from scanners.snmp.client import Snmp, Value
from scanners.snmp.tables import Column, columns
from scanners.snmp.values import number, text

ENTRY = "1.3.6.1.2.1.47.1.1.1.1"
_VERSION = re.compile(r"\d\.\d")
CHASSIS, STACK = 3, 11
"""entPhysicalClass."""


@dataclass(frozen=True, slots=True)
class Chassis:
    """One physical chassis (Gehäuse)."""

    descr: str | None = None
    name: str | None = None
    hardware: str | None = None
    firmware: str | None = None
    software: str | None = None
    serial: str | None = None
    vendor: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """The chassis that stands for the device, and the members where it is a stack of several."""

    chassis: Chassis = Chassis()
    members: tuple[Member, ...] = ()
    members_by: Origin = Origin.ENTITY
    """VENDOR_OID where the maker's own table told the members."""
    software: str | None = None
    """The first software revision of any part, for devices that write it beside a module instead of the chassis."""


def _chosen(classes: Column, parents: Column, serials: Column, descriptions: Column) -> list[str]:
    """Indices of the chassis, best first: with serial number before without, outer before inner."""
    indices = list(dict.fromkeys([*descriptions, *serials, *classes]))
    kinds = {index: number(classes.get(index)) for index in indices}
    stacks = {index for index in indices if kinds[index] == STACK}

    def outer(index: str) -> bool:
        parent = text(parents.get(index))
        return parent in {None, "0"} or parent in stacks

    boxes = [index for index in indices if kinds[index] == CHASSIS]
    if not boxes:
        # agents without classes: what is contained in nothing
        return sorted((index for index in indices if outer(index)), key=lambda index: not text(serials.get(index)))
    return sorted(boxes, key=lambda index: (not outer(index), not text(serials.get(index))))


async def read(snmp: Snmp) -> Entity:
    """Chassis rows of entPhysicalTable."""
    descriptions, parents, classes, names, serials, vendors, models = await columns(snmp, ENTRY, 2, 4, 5, 7, 11, 12, 13)
    if not descriptions:
        serials, vendors, models = await columns(snmp, ENTRY, 11, 12, 13)
    if not descriptions and not serials:
        return Entity()
    chosen = _chosen(classes, parents, serials, descriptions)
    if not chosen:
        return Entity()
    hardware, firmware, software = await columns(snmp, ENTRY, 8, 9, 10)

    def said(values: Column, index: str) -> str | None:
        value: Value = values.get(index)
        return text(value)

    def chassis(index: str) -> Chassis:
        return Chassis(
            said(descriptions, index),
            said(names, index),
            said(hardware, index),
            said(firmware, index),
            said(software, index),
            said(serials, index),
            said(vendors, index),
            said(models, index),
        )

    main = chassis(chosen[0])
    boxes = [index for index in chosen if number(classes.get(index)) == CHASSIS and said(serials, index)]
    stacks = {index for index in classes if number(classes[index]) == STACK}
    stacked = [index for index in boxes if said(parents, index) in {None, "0"} or said(parents, index) in stacks]
    bearers = list({said(serials, index): index for index in reversed(stacked)}.values())[::-1]
    members = tuple(
        Member(serial=said(serials, index), model=said(models, index) or said(descriptions, index), position=position)
        for position, index in enumerate(sorted(bearers, key=int), start=1)
    )
    revisions = (revision for value in software.values() if (revision := text(value)) and _VERSION.search(revision))
    return Entity(main, members if len(members) > 1 else (), software=main.software or next(revisions, None))
