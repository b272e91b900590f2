"""Printer-MIB: serial number, name and the page count of the first marker."""

from __future__ import annotations

from dataclasses import dataclass

from scanners.snmp.client import Snmp
from scanners.snmp.values import number, text

NAME = "1.3.6.1.2.1.43.5.1.1.16"
SERIAL = "1.3.6.1.2.1.43.5.1.1.17"
LIFE_COUNT = "1.3.6.1.2.1.43.10.2.1.4"
COUNTER_UNIT = "1.3.6.1.2.1.43.10.2.1.3"
IMPRESSIONS, SHEETS = 7, 8


@dataclass(frozen=True, slots=True)
class Printer:
    """`present` is True where the device has the MIB at all."""

    present: bool = False
    serial: str | None = None
    name: str | None = None
    page_count: int | None = None


async def read(snmp: Snmp) -> Printer:
    """Tables prtGeneralTable and prtMarkerTable, first row each."""
    serials, counts = await snmp.column(SERIAL), await snmp.column(LIFE_COUNT)
    if not serials and not counts:
        return Printer()
    units = await snmp.column(COUNTER_UNIT)
    pages = [
        count
        for index, value in counts.items()
        if (count := number(value)) is not None and count >= 0 and number(units.get(index)) in {None, IMPRESSIONS, SHEETS}
    ]
    names = await snmp.column(NAME)
    return Printer(
        True,
        next(filter(None, map(text, serials.values())), None),
        next(filter(None, map(text, names.values())), None),
        pages[0] if pages else None,
    )
