"""The joint frozen state (gemeinsamer Prüfstand): a cover over states of several towns frozen at one moment. Pure.

The cover names towns, numbers and seals and nothing else. Each town's state stays a package of its own in its own seal
chain; a joint package is a ZIP of `cover.json` and one town package each, as they were sealed, without releases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from isms.snapshots.canonical import canonical, digest
from isms.snapshots.verify import COVER, Fault, Verdict, check, files_of, time_of, told_in, zipped

FORMAT = 1
PREFIX = "VERBUND"
MOST_TOWNS = 50
"""Packages in a joint one; more is refused unread."""


@dataclass(frozen=True, slots=True)
class Member:
    """A town's state in a joint one; `manifest` is the SHA-256 of its manifest."""

    town: str
    snapshot: str
    serial: int
    seal: str
    manifest: str


def number(at: datetime) -> str:
    """Number of a joint state: its moment in UTC, as VERBUND-20261116T090000Z."""
    return f"{PREFIX}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def cover(members: Sequence[Member], at: datetime, occasion: str) -> bytes:
    """The cover's canonical bytes, towns by name."""
    listed = sorted(members, key=lambda x: (x.town, x.snapshot))
    return canonical(
        {
            "document": "joint",
            "format": FORMAT,
            "snapshot": number(at),
            "state_of": at,
            "occasion": occasion,
            "towns": [
                {"town": x.town, "snapshot": x.snapshot, "serial": x.serial, "seal": x.seal, "manifest": x.manifest}
                for x in listed
            ],
        }
    )


def members(data: bytes) -> tuple[Member, ...]:
    """The towns of a cover that was written here."""
    return tuple(Member(**x) for x in json.loads(data)["towns"])


def package(data: bytes, packages: Mapping[str, bytes]) -> bytes:
    """Cover and packages (by the number of their state) as one ZIP; the same content has the same bytes."""
    return zipped({COVER: data} | {f"{key}.zip": packages[key] for key in sorted(packages)})


def check_any(name: str, data: bytes) -> list[Verdict]:
    """Recompute what was handed in: a town's package alone, or a joint one with its cover first and then each town.

    A cover is good if its packages are all there, all good, those it names, and all of one moment.
    """
    files = files_of(name, data)
    if isinstance(files, Fault):
        return [Verdict(name, fault=files)]
    if COVER not in files:
        return [check(name, data)]
    if len(files) > MOST_TOWNS + 1:
        return [Verdict(name, fault=Fault(name, "Das Paket ist zu groß."))]
    inner = {key: check(f"{name}/{key}", content) for key, content in files.items() if key != COVER}
    told = told_in(files[COVER])
    if told is None:
        return [Verdict(name, fault=Fault(COVER, "Das Deckblatt ist nicht lesbar.")), *inner.values()]
    fault = _form(told, files[COVER]) or _towns(told, files, inner)
    top = Verdict(name, str(told.get("snapshot", "")), time_of(told.get("state_of")), seal=digest(files[COVER]), fault=fault)
    return [top, *(inner[key] for key in sorted(inner))]


def _form(told: Mapping[str, Any], data: bytes) -> Fault | None:
    try:
        same = canonical(told) == data
    except (TypeError, ValueError):
        same = False
    if not same:
        return Fault(COVER, "Das Deckblatt ist nicht in der festgelegten Schreibweise.")
    towns = told.get("towns")
    if told.get("document") != "joint" or not isinstance(towns, list) or not all(isinstance(x, dict) for x in towns):
        return Fault(COVER, "Das Deckblatt nennt keine Städte.")
    at = time_of(told.get("state_of"))
    if at is None or told.get("snapshot") != number(at):
        return Fault(COVER, "Nummer und Zeitpunkt des Deckblatts passen nicht zusammen.")
    return None


def _towns(told: Mapping[str, Any], files: Mapping[str, bytes], inner: Mapping[str, Verdict]) -> Fault | None:
    listed = {f"{x.get('snapshot', '')}.zip": x for x in told["towns"]}
    if len(listed) != len(told["towns"]) or len(listed) < 2:
        return Fault(COVER, "Das Deckblatt nennt nicht mindestens zwei verschiedene Prüfstände.")
    for key, line in sorted(listed.items()):
        if key not in inner:
            return Fault(key, "Das Paket dieser Stadt fehlt.")
        one = inner[key]
        if one.fault is not None:
            return Fault(f"{key}/{one.fault.file}", one.fault.reason)
        content = files_of(key, files[key])
        manifest = {} if isinstance(content, Fault) else content
        found = told_in(manifest.get("manifest.json")) or {}
        said = (line.get("town"), line.get("snapshot"), line.get("serial"), line.get("seal"), line.get("manifest"))
        if said != (found.get("town"), one.snapshot, one.serial, one.seal, digest(manifest.get("manifest.json", b""))):
            return Fault(key, "Dieses Paket ist nicht das, welches das Deckblatt nennt.")
        if found.get("state_of") != told["state_of"]:
            return Fault(key, "Dieser Prüfstand ist von einem anderen Zeitpunkt als das Deckblatt.")
    strange = sorted(set(inner) - set(listed))
    return Fault(strange[0], "Diese Datei gehört nicht zum gemeinsamen Prüfstand.") if strange else None
