"""Tables read column by column, only the columns wanted.

A column that breaks off can be asked for again; a table whose first column is empty is not there,
and its other columns are not asked for.
"""

from __future__ import annotations

from scanners.snmp.client import Snmp, Value

Column = dict[str, Value]
"""Values by index (the OID's part behind the column), in the table's order."""

GET_AT_ONCE = 16
"""Instances in one GET: fits into one packet with any agent."""


async def columns(snmp: Snmp, entry: str, first: int, *others: int) -> tuple[Column, ...]:
    """Columns of one table; all empty without further questions where the `first` has no rows."""
    read = [await snmp.column(f"{entry}.{first}")]
    for other in others:
        read.append(await snmp.column(f"{entry}.{other}") if read[0] else {})
    return tuple(read)


async def scalars(snmp: Snmp, *oids: str) -> dict[str, Value]:
    """Single instances, a few in each request."""
    found: dict[str, Value] = {}
    for start in range(0, len(oids), GET_AT_ONCE):
        found |= await snmp.get(*oids[start : start + GET_AT_ONCE])
    return found
