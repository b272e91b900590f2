"""Sends the demonstration's files through the real readers and the real linking, and keeps the truth beside it."""

from __future__ import annotations

import atexit
import json
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID, uuid5

from scanners.observation import Observation
from scanners.registry import parse_bytes
from service.demo.estate.build import build
from service.demo.estate.words import Device, Estate, scan_days
from service.demo.manifest import LIST_DAYS, OLD_DAYS, write
from service.demo.sites import TOWNS
from service.demo.writers import clerk
from service.inventory.identity import clues, link
from service.inventory.linking import Linking

TODAY = date(2026, 11, 16)
_SPACE = UUID("5a0b0c53-6a7e-5f9a-8c0b-0c3f8bb1d001")
KIND = {"manual": "auto", "nmap": "nmap", "snmp": "snmprec", "glpi": "glpi"}


@dataclass(frozen=True)
class Record:
    """One observation with the device it truly shows ('' where the demonstration knows none)."""

    id: UUID
    town: str
    file: str
    observation: Observation
    device: str


@dataclass(frozen=True)
class Demo:
    """Everything read once."""

    folder: Path
    estate: Estate
    manifest: dict
    records: dict[str, list[Record]]
    errors: dict[str, list[str]]
    linked: dict[str, Linking]

    def device(self, id_: str) -> Device:
        return next(one for one in (*self.estate.devices, *self.estate.small) if one.id == id_)

    def clusters(self, town: str) -> list[list[Record]]:
        by_id = {record.id: record for record in self.records[town]}
        return [[by_id[each] for each in cluster.records] for cluster in self.linked[town].clusters]


@cache
def demo() -> Demo:
    folder = Path(mkdtemp(prefix="odenwacht-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    manifest = json.loads(write(folder, TODAY).read_text())
    estate = build(TODAY)
    records: dict[str, list[Record]] = defaultdict(list)
    errors: dict[str, list[str]] = defaultdict(list)
    seen = defaultdict(list)
    for number, town in enumerate(TOWNS, 1):
        for one in manifest["inputs"]:
            if one["town"] != town.slug:
                continue
            at = datetime.fromisoformat(one["observed_at"])
            data = (folder / one["file"]).read_bytes()
            collection = parse_bytes(data, one["file"], KIND[one["kind"]], at, one.get("address"))
            errors[one["file"]] += [f"{problem.where}: {problem.text}" for problem in collection.problems]
            collection_id = uuid5(_SPACE, one["file"])
            for observation in collection.observations:
                id_ = uuid5(collection_id, observation.key)
                truth = _truth(estate, one, observation)
                records[town.slug].append(Record(id_, town.slug, one["file"], observation, truth))
                scope = one.get("site", "") if one.get("network") else ""
                seen[town.slug].append(clues(id_, number, scope, collection_id, at, observation))
    return Demo(folder, estate, manifest, dict(records), dict(errors), {town: link(found) for town, found in seen.items()})


def _truth(estate: Estate, one: dict, observation: Observation) -> str:
    at = datetime.fromisoformat(one["observed_at"]).date()
    days = (estate.today - at).days
    if one["kind"] == "manual":
        rows = _rows(estate, one["town"], days)
        return rows[int(observation.key.removeprefix("row:")) - 1].of
    if one["kind"] == "glpi":
        name = observation.hostnames[0].partition(".")[0].lower()
        return next(d.id for d in estate.of(one["town"]) if (d.name or "").lower() == name and "before" not in d.tags)
    if days == OLD_DAYS:
        return next(d.id for d in estate.of(one["town"], "printer") if "gone" in d.tags)
    depot = one.get("network") is not None
    scan = 3 - (days - 4) // 7 if depot else scan_days().index(days)
    gateways = [d for d in estate.of(one["town"], "firewall") if observation.key.endswith(".1")]
    found = [d for d in estate.of(one["town"]) if d.addresses[scan] == observation.key and (d.network == "depot") == depot]
    return (found or gateways)[0].id


@cache
def _rows(estate: Estate, town: str, days: int) -> list[clerk.Row]:
    assert days in LIST_DAYS
    return clerk.rows(estate, town, days)
