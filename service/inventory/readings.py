"""Readings (Zählerstände und Zustände) of printers and power supplies: the newest that any source told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from scanners.observation import Source
from service.inventory.reconcile import Sighted

NAMES = (
    "page_count", "supplies", "ups_status", "ups_source", "ups_minutes_left", "ups_charge_percent", "ups_load_percent",
    "ups_on_battery_s",
)  # fmt: skip
"""Facts of observations that are readings; units stand in their names, `supplies` is a list of `name percent some`."""
BACK = 5
"""So many records of one source are looked through: an older reading says nothing of today."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, the source that told it and when."""

    value: Any
    source: str
    at: datetime


def readings_of(records: Sequence[Sighted]) -> dict[str, Reading]:
    """The newest reading of each name; `records` oldest first."""
    found: dict[str, Reading] = {}
    for record, said in _telling(records):
        for name in NAMES:
            if name in said and (name not in found or record.at > found[name].at):
                found[name] = Reading(said[name], str(record.seen.source), record.at)
    return found


def _telling(records: Sequence[Sighted]) -> Iterator[tuple[Sighted, Mapping[str, Any]]]:
    """The newest records with facts of each source that reads counters; long tables are not unpacked for nothing."""
    left = {Source.SNMP: BACK, Source.AGENT: BACK}
    for record in reversed(records):
        if left.get(record.seen.source, 0) and len(raw := record.seen.facts):
            left[record.seen.source] -= 1
            if b'"page_count"' in (text := bytes(raw)) or b'"ups_' in text or b'"supplies"' in text:
                yield record, msgspec.json.decode(text)


def kept(readings: Mapping[str, Reading], when: Callable[[datetime], datetime]) -> dict[str, Any]:
    """As JSON values; `when` rounds times where the device is a person's."""
    return {name: {"value": one.value, "source": one.source, "at": when(one.at).isoformat()} for name, one in readings.items()}


def read(said: Mapping[str, Any]) -> dict[str, Reading]:
    """Back from JSON values."""
    return {name: Reading(one["value"], one["source"], datetime.fromisoformat(one["at"])) for name, one in said.items()}
