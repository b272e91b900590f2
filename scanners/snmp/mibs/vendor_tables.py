"""Tables of makers' MIBs that name other devices, as `vendor_tables.yaml` describes them. No maker is known here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from scanners import datafile
from scanners.observation import Managed, Neighbour
from scanners.snmp.client import Snmp
from scanners.snmp.tables import Column, columns
from scanners.snmp.values import ip, number, station, text

MAX_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Table:
    """One table: whom to ask (`prefixes` of the sysObjectID), where its columns stand, what a row is."""

    what: str
    prefixes: tuple[str, ...]
    entry: str
    columns: Mapping[str, int]
    mac_index: bool = False
    cards: str = ""
    """Column of hardware addresses whose index begins with that of the row."""


@cache
def tables(section: str) -> tuple[Table, ...]:
    """The tables of `neighbours` or `managed`."""
    content = datafile.load("scanners.snmp", "vendor_tables.yaml")
    return tuple(
        Table(
            row.get("via") or row["kind"],
            tuple(row["for"]),
            row["entry"],
            row["columns"],
            row.get("index") == "mac",
            row.get("cards", ""),
        )
        for row in content[section]
    )


async def _rows(snmp: Snmp, table: Table) -> list[tuple[str, dict[str, Any]]]:
    """Rows by index, each with the values of the named columns."""
    names = list(table.columns)
    read = await columns(snmp, table.entry, *table.columns.values())
    found: dict[str, Column] = dict(zip(names, read, strict=True))
    indices = dict.fromkeys(index for column in found.values() for index in column)
    return [(index, {name: column.get(index) for name, column in found.items()}) for index in list(indices)[:MAX_ROWS]]


def _fitting(section: str, object_id: str | None) -> Sequence[Table]:
    return [table for table in tables(section) if (object_id or "").startswith(table.prefixes)]


def _index_mac(index: str) -> str | None:
    octets = index.split(".")[-6:]
    try:
        return station(bytes(map(int, octets))) if len(octets) == 6 else None
    except ValueError:
        return None


async def neighbours(snmp: Snmp, object_id: str | None, names: Mapping[str, str]) -> tuple[Neighbour, ...]:
    """Neighbours by makers' own protocols; `names` are the interface names by ifIndex."""
    found = []
    for table in _fitting("neighbours", object_id):
        for index, row in await _rows(snmp, table):
            local = str(number(row["local"])) if row.get("local") is not None else index.partition(".")[0]
            found.append(
                Neighbour(
                    table.what,
                    names.get(local, local),
                    station(row.get("mac")),
                    text(row.get("name")),
                    text(row.get("port")),
                    address=ip(row.get("address")),
                    platform=text(row.get("platform")),
                )
            )
    return tuple(found)


async def managed(snmp: Snmp, object_id: str | None) -> tuple[Managed, ...]:
    """What the device lists as its own."""
    found: dict[Managed, None] = {}
    for table in _fitting("managed", object_id):
        rows = await _rows(snmp, table)
        cards: defaultdict[str, list[str]] = defaultdict(list)
        if rows and table.cards:
            for index, value in (await snmp.column(table.cards)).items():
                if card := station(value):
                    cards[index.partition(".")[0]].append(card)
        for index, row in rows:
            own = _index_mac(index) if table.mac_index else station(row.get("mac"))
            one = Managed(
                table.what,
                text(row.get("name")),
                tuple(dict.fromkeys(filter(None, (own, *cards[index])))),
                ip(row.get("ip")),
                text(row.get("serial")),
                text(row.get("model")),
            )
            if one.name or one.macs:
                found[one] = None
    return tuple(found)
