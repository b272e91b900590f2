"""Printer-MIB: serial number, name, the page count of the first marker, and how much toner, ink and drums are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanners.snmp.client import Snmp
from scanners.snmp.values import number, text

NAME = "1.3.6.1.2.1.43.5.1.1.16"
SERIAL = "1.3.6.1.2.1.43.5.1.1.17"
LIFE_COUNT = "1.3.6.1.2.1.43.10.2.1.4"
COUNTER_UNIT = "1.3.6.1.2.1.43.10.2.1.3"
IMPRESSIONS, SHEETS = 7, 8
SUPPLY_NAME = "1.3.6.1.2.1.43.11.1.1.6"
SUPPLY_MAX = "1.3.6.1.2.1.43.11.1.1.8"
SUPPLY_LEVEL = "1.3.6.1.2.1.43.11.1.1.9"
SOME_LEFT = -3
"""RFC 3805: there is still some, nobody knows how much."""
MOST = 24
"""Supplies of one device; a large press has about fifteen."""


@dataclass(frozen=True, slots=True)
class Printer:
    """`present` is True where the device has the MIB at all."""

    present: bool = False
    serial: str | None = None
    name: str | None = None
    page_count: int | None = None
    supplies: tuple[dict[str, Any], ...] = ()
    """`name`, and `percent` left or `some` True; for a waste container the percent that are still free."""


async def read(snmp: Snmp) -> Printer:
    """Tables prtGeneralTable and prtMarkerTable, first row each, and all of prtMarkerSuppliesTable."""
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
        await _supplies(snmp),
    )


async def _supplies(snmp: Snmp) -> tuple[dict[str, Any], ...]:
    names = await snmp.column(SUPPLY_NAME)
    if not names:
        return ()
    limits, levels = await snmp.column(SUPPLY_MAX), await snmp.column(SUPPLY_LEVEL)
    found = []
    for index, value in list(names.items())[:MOST]:
        if name := text(value):
            limit, level = number(limits.get(index)), number(levels.get(index))
            supply: dict[str, Any] = {"name": name[:80]}
            if limit and limit > 0 and level is not None and 0 <= level <= limit:
                supply["percent"] = round(100 * level / limit)
            elif level == SOME_LEFT:
                supply["some"] = True
            found.append(supply)
    return tuple(found)
