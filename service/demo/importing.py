"""Sends the files of the demonstration's manifest through the real import, a week at a time.

Each week becomes a manifest of its own and is taken in dated to its last day, so that the history of a device tells the
weeks as they were.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from scanners.devices.catalogue import catalogue
from scanners.observation import Collection
from scanners.registry import parse_bytes
from service.demo.founding import BUILDER
from service.inventory.store import manifest as import_manifest
from service.settings import settings
from service.vault import loan_key

Say = Callable[[str], None]


async def run(folder: Path, told: Mapping[str, Any], say: Say, *, jobs: int = 2) -> int:
    """Take everything in that is not there yet; answers the number of new records."""
    today = date.fromisoformat(told["today"])
    read = partial(read_as_town, {town["slug"]: access(town) for town in told["towns"]})
    key = loan_key(settings().master_key_file)
    total = 0
    for weeks, group in itertools.groupby(told["inputs"], key=lambda one: _weeks_before(today, one["observed_at"])):
        inputs = list(group)
        path = folder / f"MANIFEST-{weeks}.json"
        path.write_text(json.dumps(dict(told) | {"inputs": inputs}, ensure_ascii=False), encoding="utf-8")
        now = datetime.fromisoformat(inputs[-1]["observed_at"])
        done = await import_manifest.run(path, read=read, by=BUILDER, now=now, key=key, jobs=jobs)
        total += done.records
        say(f"{len(inputs)} Dateien bis {now:%d.%m.%Y}: {done.records} Datensätze" + _sum(done))
    return total


def _weeks_before(today: date, observed_at: str) -> int:
    return ((today - datetime.fromisoformat(observed_at).date()).days + 6) // 7


def _sum(done: import_manifest.Done) -> str:
    counts: dict[str, int] = {}
    for steps in done.steps.values():
        for what, number in steps.items():
            counts[what] = counts.get(what, 0) + number
    words = {"create": "neu", "join": "verbunden", "update": "geändert", "split": "getrennt"}
    found = [f"{counts[what]} {word}" for what, word in words.items() if counts.get(what)]
    return f" ({', '.join(found)})" if found else ""


def access(town: Mapping[str, Any]) -> dict[str, Any]:
    """What the town's own SNMP settings say: version, and whether the community is one that makers preset."""
    told = next((net["snmp"] for net in town["network_details"] if "snmp" in net), None)
    if told is None:
        return {}
    if told["version"] == "3":
        return {"snmp_version": "3", "snmp_encrypted": True, "snmp_default_community": False}
    return {"snmp_version": told["version"], "snmp_default_community": told["community"] in catalogue().default_communities}


def read_as_town(
    accesses: Mapping[str, Mapping[str, Any]],
    data: bytes,
    name: str,
    kind: str,
    observed_at: datetime | None,
    address: str | None,
) -> Collection:
    """The real reader. A recording does not tell how it was read; the town's settings do, as in a live scan."""
    collection = parse_bytes(data, name, kind, observed_at, address)
    if kind != "snmprec":
        return collection
    facts = accesses[name.partition("/")[0]]
    seen = tuple(dataclasses.replace(one, facts=dict(one.facts) | dict(facts)) for one in collection.observations)
    return dataclasses.replace(collection, observations=seen)
