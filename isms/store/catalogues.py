"""Catalogues in the database: shared by all towns, one row per control and edition."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.catalogue import Catalogue, Control, read
from isms.editions import profiles
from isms.scales import CHECK
from isms.sheet import Requirement
from isms.starter import starter_bytes
from service.db import SafeTransaction, uuid7

STARTER = "grundcheck-kommune"

_COLUMNS = """select c.key, c.label, c.title, c.area, c.area_title, c.position, c.modal_verb, c.effort, c.statement, c.guidance,
  c.categories, c.citations, k.title || ' ' || v.version as edition, k.scale, k.key as catalogue, c.level,
  c.body -> 'path' as path, c.body -> 'links' as links
  from control c join catalogue_version v on v.id = c.edition join catalogue k on k.id = v.catalogue """


@dataclass(frozen=True, slots=True)
class Placed:
    """A requirement with what profiles select by: its level and the ids of the groups above it."""

    requirement: Requirement
    level: str
    path: tuple[str, ...]


_read: dict[UUID, tuple[Placed, ...]] = {}
"""Current editions as read: an edition that has once been current never changes."""
_MOST_READ = 12


async def load(tx: SafeTransaction, key: str, data: bytes, now: datetime) -> int:
    """Take in one edition and make it current; answers how many controls it has. The same file twice changes nothing."""
    digest = hashlib.sha256(data).hexdigest()
    known = await tx.connection.fetchrow(
        "select v.id, count(c) as controls, exists (select from control_group g where g.edition = v.id) as whole"
        " from catalogue_version v left join control c on c.edition = v.id where v.sha256 = $1 group by v.id",
        digest,
    )
    if known is not None and known["whole"]:
        return int(known["controls"])
    catalogue = read(data)
    if known is None:
        edition = await keep(tx, key, catalogue.title, CHECK, catalogue, digest, now)
        await make_current(tx, edition, now)
    else:
        await _groups(tx, known["id"], catalogue)
    return len(catalogue.controls)


async def keep(
    tx: SafeTransaction, key: str, title: str, scale: str, catalogue: Catalogue, digest: str, now: datetime, by: str = ""
) -> UUID:
    """Write one edition beside all others, not current. The versions of one catalogue differ: a second one gets a number."""
    connection = tx.connection
    owner = await connection.fetchval(
        "insert into catalogue (id, key, title, scale) values ($1, $2, $3, $4)"
        " on conflict (key) do update set title = excluded.title returning id",
        uuid7(), key, title, scale,
    )  # fmt: skip
    version = catalogue.version[:90] or f"{now:%Y-%m-%d}"
    taken = {x["version"] for x in await connection.fetch("select version from catalogue_version where catalogue = $1", owner)}
    number, name = 2, version
    while name in taken:
        name, number = f"{version} ({number})", number + 1
    edition = uuid7()
    await connection.execute(
        "insert into catalogue_version (id, catalogue, version, sha256, metadata, counts, imported_at, current, back_matter,"
        " notices, imported_by) values ($1, $2, $3, $4, $5, $6, $7, false, $8, $9, $10)",
        edition, owner, name, digest, _json(catalogue.metadata), _json(dataclasses.asdict(catalogue.counts)), now,
        _json(catalogue.back_matter), list(catalogue.notices), by,
    )  # fmt: skip
    await _groups(tx, edition, catalogue)
    await _controls(tx, edition, catalogue)
    return edition


async def make_current(tx: SafeTransaction, edition: UUID, now: datetime) -> None:
    """From now on requirements of this catalogue are those of this edition."""
    await tx.connection.execute(
        "update catalogue_version set current = false where current"
        " and catalogue = (select catalogue from catalogue_version where id = $1)",
        edition,
    )
    await tx.connection.execute(
        "update catalogue_version set current = true, taken_at = coalesce(taken_at, $2) where id = $1", edition, now
    )


async def _groups(tx: SafeTransaction, edition: UUID, catalogue: Catalogue) -> None:
    """All headings; does nothing where they are there."""
    if await tx.connection.fetchval("select exists (select from control_group where edition = $1)", edition):
        return
    await tx.connection.executemany(
        "insert into control_group (id, edition, position, depth, label, title, body) values ($1, $2, $3, $4, $5, $6, $7)",
        [
            (uuid7(), edition, position, one.depth, one.id, one.title, _json(dataclasses.asdict(one)))
            for position, one in enumerate(catalogue.groups)
        ],
    )


async def _controls(tx: SafeTransaction, edition: UUID, catalogue: Catalogue) -> None:
    titles = {group.id: group.title for group in catalogue.groups}
    rows = [
        (
            uuid7(),
            edition,
            control.key,
            control.id,
            control.title,
            control.path[0] if control.path else "",
            titles.get(control.path[0], "") if control.path else "",
            position,
            control.modal_verb,
            control.effort,
            control.level,
            control.statement,
            control.guidance,
            list(control.categories),
            _json(citations(control)),
            _json(dataclasses.asdict(control)),
        )
        for position, control in enumerate(catalogue.controls)
    ]
    await tx.connection.executemany(
        "insert into control (id, edition, key, label, title, area, area_title, position, modal_verb, effort, level, statement,"
        " guidance, categories, citations, body) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
        rows,
    )


def citations(control: Control) -> dict[str, list[str]]:
    """Official ids a control of ours refers to."""
    found = {
        "wiba": list(control.values("wiba")),
        "kompendium": list(control.values("kompendium-2023")),
        "grundschutzpp": [str(x.rest.get("text", x.href)) for x in control.links if x.rel == "reference"],
    }
    return {key: values for key, values in found.items() if values}


async def ensure_starter(tx: SafeTransaction, now: datetime) -> int:
    """The shipped catalogue in its newest edition; called when a town takes over its structure and by the demo."""
    return await load(tx, STARTER, starter_bytes(), now)


async def requirements(tx: SafeTransaction, town: int | None = None) -> Sequence[Requirement]:
    """The requirements a town works with: its catalogues narrowed by its profiles, in the order of adoption.

    Without a town, or for one that adopted nothing, the starter catalogue.
    """
    rows = await tx.connection.fetch(
        "select catalogue, profile, counts from adoption where town_id = $1 order by adopted_at, catalogue, profile", town
    )
    adopted: dict[str, list[str]] = {}
    for row in rows:
        adopted.setdefault(row["catalogue"], []).append(row["profile"])
    # Where none counts, as after one was dropped, all do.
    counted = {x["catalogue"] for x in rows if x["counts"]} or set(adopted)
    found: dict[str, Requirement] = {}
    for catalogue, names in (adopted or {STARTER: [""]}).items():
        whole = await _current(tx, catalogue)
        chosen = None if "" in names else [x for x in (await selections(tx, names)).values() if x.catalogue == catalogue]
        for one in whole:
            if chosen is None or any(x.takes(one.requirement.label, one.path, one.level) for x in chosen):
                found.setdefault(one.requirement.key, one.requirement)
    # Positions run through all catalogues, so that lists keep their order.
    if len(adopted) < 2:
        return list(found.values())
    return [dataclasses.replace(x, position=i, counted=x.catalogue in counted) for i, x in enumerate(found.values())]


async def titles(tx: SafeTransaction) -> Mapping[str, str]:
    """Names of all catalogues by key."""
    return {x["key"]: x["title"] for x in await tx.connection.fetch("select key, title from catalogue")}


async def selections(tx: SafeTransaction, keys: Collection[str] | None = None) -> Mapping[str, profiles.Selection]:
    """Profiles by key: those that are shipped, as the security officer corrected them, and the group's own."""
    rows = await tx.connection.fetch("select key, title, catalogue, step, ids, levels, note, version, changed_by from profile")
    stored = {x["key"]: profiles.Selection(**(dict(x) | {"ids": tuple(x["ids"]), "levels": tuple(x["levels"])})) for x in rows}
    whole = {x.key: x for x in profiles.shipped()} | stored
    return {key: x for key, x in sorted(whole.items(), key=lambda x: (x[1].step, x[0])) if keys is None or key in keys}


async def _current(tx: SafeTransaction, catalogue: str) -> tuple[Placed, ...]:
    edition = await tx.connection.fetchval(
        "select v.id from catalogue_version v join catalogue k on k.id = v.catalogue where k.key = $1 and v.current", catalogue
    )
    if edition is None:
        return ()
    if edition not in _read:
        rows = await tx.connection.fetch(_COLUMNS + "where c.edition = $1 order by c.position", edition)
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[edition] = tuple(_placed(row) for row in rows)
    return _read[edition]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer to a control is given to now: the row of the current edition, the edition's name, its answer scale."""

    id: UUID | None
    edition: str
    scale: str


async def asked(tx: SafeTransaction, control: str) -> Asked:
    """The text behind this key in the edition that holds."""
    row = await tx.connection.fetchrow(
        "select c.id, k.title || ' ' || v.version as edition, k.scale from control c join catalogue_version v on v.id = c.edition"
        " join catalogue k on k.id = v.catalogue where c.key = $1 and v.current order by v.imported_at limit 1",
        control,
    )
    return Asked(**dict(row)) if row else Asked(None, "", CHECK)


def _placed(row: Mapping[str, Any]) -> Placed:
    values = dict(row)
    level, path = values.pop("level") or "", tuple(msgspec.json.decode(values.pop("path") or "[]"))
    links = msgspec.json.decode(values.pop("links") or "[]")
    required = tuple(x["target"] for x in links if x["rel"] == "required" and x["target"] is not None)
    cited = {key: tuple(ids) for key, ids in msgspec.json.decode(values["citations"]).items()}
    values |= {"categories": tuple(values["categories"]), "citations": cited, "required": required}
    return Placed(Requirement(**values), level, path)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
