"""Readings of printers and power supplies: the newest of each, with its source and time."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from scanners.observation import Observation, Source
from service.inventory import fields
from service.inventory.readings import BACK, Reading, kept, read, readings_of
from service.inventory.reconcile import Sighted
from tests.inventory.sightings import day


def told(at: datetime, source: Source, **facts: object) -> Sighted:
    seen = Observation(source, "10.0.0.5", facts=facts)
    return Sighted(uuid4(), at, uuid4(), fields.seen(fields.keep(seen)))


def test_of_two_sources_the_newer_reading_is_shown_with_its_source() -> None:
    found = readings_of([told(day(0), Source.SNMP, page_count=100, supplies=[{"name": "Black", "percent": 5}]),
                         told(day(3), Source.AGENT, page_count=140)])  # fmt: skip
    assert found == {
        "page_count": Reading(140, "agent", day(3)),
        "supplies": Reading([{"name": "Black", "percent": 5}], "snmp", day(0)),
    }


def test_a_walk_that_broke_off_does_not_hide_the_last_reading_but_old_ones_are_not_dug_out() -> None:
    first = told(day(0), Source.SNMP, ups_status="normal", ups_load_percent=44)
    broken = [told(day(n), Source.SNMP, sys_descr="USV") for n in range(1, BACK + 1)]
    assert set(readings_of([first, *broken[:-1]])) == {"ups_status", "ups_load_percent"}
    assert readings_of([first, *broken]) == {}


def test_scans_and_lists_read_no_counters() -> None:
    assert readings_of([told(day(0), Source.NMAP, page_count=1), told(day(0), Source.LIST, page_count=2)]) == {}


def test_readings_come_back_from_the_database_as_they_went_in() -> None:
    found = {"page_count": Reading(140, "agent", day(3))}
    assert read(kept(found, lambda at: at)) == found
    assert read(kept(found, lambda at: at.replace(hour=0)))["page_count"].at == day(3, hour=0)
