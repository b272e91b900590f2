"""Catalogues in the database: shared by all towns, one row per control and edition."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from isms.catalogue import Catalogue, Control, read
from isms.sheet import Requirement
from isms.starter import starter_bytes
from service.db import SafeTransaction, uuid7

STARTER = "grundcheck-kommune"


_COLUMNS = """select c.key, c.label, c.title, c.area, c.area_title, c.position, c.modal_verb, c.effort, c.statement, c.guidance,
  c.categories, c.citations, k.title || ' ' || v.version as edition
  from control c join catalogue_version v on v.id = c.edition join catalogue k on k.id = v.catalogue """


async def load(tx: SafeTransaction, key: str, data: bytes, now: datetime) -> int:
    """Take in one edition; answers how many controls it has. The same file twice changes nothing."""
    catalogue = read(data)
    digest = hashlib.sha256(data).hexdigest()
    connection = tx.connection
    if await connection.fetchval("select 1 from catalogue_version where sha256 = $1", digest):
        return len(catalogue.controls)
    owner = await connection.fetchval(
        "insert into catalogue (id, key, title) values ($1, $2, $3)"
        " on conflict (key) do update set title = excluded.title returning id",
        uuid7(),
        key,
        catalogue.title,
    )
    edition = uuid7()
    await connection.execute("update catalogue_version set current = false where catalogue = $1", owner)
    made = await connection.fetchval(
        "insert into catalogue_version (id, catalogue, version, sha256, metadata, counts, imported_at, current)"
        " values ($1, $2, $3, $4, $5, $6, $7, true) on conflict (sha256) do nothing returning id",
        edition,
        owner,
        catalogue.version,
        digest,
        _json(catalogue.metadata),
        _json(dataclasses.asdict(catalogue.counts)),
        now,
    )
    if made is not None:
        await _controls(tx, edition, catalogue)
    return len(catalogue.controls)


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


async def requirements(tx: SafeTransaction, catalogue: str = STARTER) -> Sequence[Requirement]:
    """All controls of the current edition of a catalogue in its order."""
    rows = await tx.connection.fetch(_COLUMNS + "where k.key = $1 and v.current order by c.position", catalogue)
    return [_requirement(row) for row in rows]


def _requirement(row: Mapping[str, Any]) -> Requirement:
    values = dict(row)
    cited = {key: tuple(ids) for key, ids in msgspec.json.decode(values["citations"]).items()}
    return Requirement(**(values | {"categories": tuple(values["categories"]), "citations": cited}))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
