"""UPS-MIB (RFC 1628): who made the uninterruptible power supply and how its battery does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanners.snmp.client import Snmp
from scanners.snmp.tables import scalars
from scanners.snmp.values import number, text

IDENT = "1.3.6.1.2.1.33.1.1"
BATTERY = "1.3.6.1.2.1.33.1.2"
OUTPUT_SOURCE = "1.3.6.1.2.1.33.1.4.1.0"
LOAD = "1.3.6.1.2.1.33.1.4.4.1.5"
"""upsOutputPercentLoad, one row for each line; the fullest counts."""
STATUS = {1: "unknown", 2: "normal", 3: "low", 4: "depleted"}
SOURCES = {1: "other", 2: "none", 3: "normal", 4: "bypass", 5: "battery", 6: "booster", 7: "reducer"}


@dataclass(frozen=True, slots=True)
class Ups:
    """`facts` are ready for the observation: status, source, minutes left, charge and load in percent."""

    present: bool = False
    vendor: str | None = None
    model: str | None = None
    firmware: str | None = None
    agent: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


async def read(snmp: Snmp) -> Ups:
    """Group upsIdent, upsBattery, the source of the output and its load."""
    oids = [f"{IDENT}.{n}.0" for n in range(1, 5)] + [f"{BATTERY}.{n}.0" for n in range(1, 5)] + [OUTPUT_SOURCE]
    said = await scalars(snmp, *oids)
    if not said:
        return Ups()
    loads = [load for value in (await snmp.column(LOAD)).values() if (load := number(value)) is not None and 0 <= load <= 200]
    status, source = number(said.get(f"{BATTERY}.1.0")), number(said.get(OUTPUT_SOURCE))
    facts = {
        "ups_status": STATUS.get(status or 0),
        "ups_source": SOURCES.get(source or 0),
        "ups_on_battery_s": number(said.get(f"{BATTERY}.2.0")),
        "ups_minutes_left": number(said.get(f"{BATTERY}.3.0")),
        "ups_charge_percent": number(said.get(f"{BATTERY}.4.0")),
        "ups_load_percent": max(loads, default=None),
    }
    vendor, model, firmware, agent = (text(said.get(f"{IDENT}.{n}.0")) for n in range(1, 5))
    return Ups(True, vendor, model, firmware, agent, {key: value for key, value in facts.items() if value is not None})
