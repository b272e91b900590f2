"""Tasks of the import: the dry run of a handed-in file, and its take-over."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from scanners import formats, registry
from scanners.lists import listing, table
from scanners.observation import Collection, Problem, Source
from service.audit.chain import Actor
from service.auth.store import slug_of
from service.db import SafeTransaction, town_tx
from service.errors import Missing, Wrong
from service.inventory import labels, store
from service.inventory import table as export
from service.inventory.store import mappings, search, uploads
from service.jobs.queue import Job, Result
from service.settings import now
from service.worker import checks, entries

SHOWN_ROWS = 500


async def _parsed(job: Job) -> tuple[uploads.Upload, Collection]:
    key = UUID(job.args["upload"])
    async with town_tx({job.town}) as tx:
        found = await uploads.get(tx, job.town, key)
    if found is None:
        raise Missing
    await job.report(0, 3, "Die Datei wird gelesen")
    try:
        collection = await asyncio.to_thread(
            registry.parse_bytes,
            found.content,
            found.file,
            found.kind,
            found.observed_at,
            None,
            found.mapping or None,
            reading=found.reading,
            upload=True,
        )
    except ValueError as wrong:
        raise Wrong(formats.unlike(found.file, found.kind) + str(wrong), found.file) from wrong
    return found, collection


def _problems(collection: Collection) -> list[Problem]:
    """Of the file and of its rows, each once: formats with one device a file say theirs in both places."""
    single = (item for seen in collection.observations for item in seen.problems)
    return list(dict.fromkeys([*collection.problems, *single]))


async def _places(found: uploads.Upload, collection: Collection) -> tuple[dict[str, str], tuple[listing.Table, ...]]:
    """Where each row of a list stands in its file, and its tables; nothing for other formats."""
    if collection.source is not Source.LIST:
        return {}, ()
    sheet = await asyncio.to_thread(table.read, found.content, found.reading.encoding)
    tables = listing.tables(sheet, found.mapping or None, found.reading)
    return {line.key: line.where for line in listing.lines(tables)}, tables


async def _emptied(tx: SafeTransaction, town: int, tables: Sequence[listing.Table], taken: store.Taken) -> list[Problem]:
    """Cells of our own export that came back empty."""
    lines = () if taken.repeated else tuple(listing.lines(tables))
    ids = []
    for said in {entries.own_id(line) for line in lines} - {""}:
        with contextlib.suppress(ValueError):
            ids.append(UUID(said))
    rows = await search.these_table(tx, town, ids) if ids else []
    return entries.emptied(lines, {str(row["id"]): export.line(row) for row in rows})


def _remarks(collection: Collection, taken: store.Taken, places: Mapping[str, str]) -> tuple[dict[str, Problem], list[Problem]]:
    """Rows of a list that are the same device as an earlier row, by key; and what else a person should know of its rows."""
    if collection.source is not Source.LIST or taken.repeated:
        return {}, []
    seen = {one.key: one for one in collection.observations}
    return entries.doubles(taken.rows, seen, places), entries.hints(taken, seen, places)


def _part(found: uploads.Upload, tables: Sequence[listing.Table]) -> str:
    """What of the file is read and how, where that is not what is recognised: another reading is another file."""
    if not tables:
        return ""
    sheets = [one.sheet for one in tables]
    taken = [one.plan.mapping() if one.plan else None for one in tables]
    try:
        plain = listing.tables(dataclasses.replace(sheets[0], others=tuple(sheets[1:])))
    except ValueError:
        plain = ()
    if not found.reading.encoding and taken == [one.plan.mapping() if one.plan else None for one in plain]:
        return ""
    return msgspec.json.encode((found.reading.encoding, taken)).decode()


async def check(job: Job) -> Result:
    """Dry run: everything as in the take-over, and taken back."""
    found, collection = await _parsed(job)
    await job.report(1, 3, f"{len(collection.observations)} Einträge werden abgeglichen")
    places, tables = await _places(found, collection)
    async with town_tx({job.town}, job.town) as tx:
        actor = Actor(job.requested_by)
        taken = await store.take_in(
            tx, job.town, collection, by=actor, raw=found.content, file=found.file, now=now(), mapping=found.mapping,
            part=_part(found, tables), dry_run=True,
        )  # fmt: skip
        double, others = _remarks(collection, taken, places)
        others += await _emptied(tx, job.town, tables, taken)
        problems = [{"where": item.where, "text": item.text} for item in (*_problems(collection), *double.values(), *others)]
        result = {
            **taken.counts(),
            "repeated": taken.repeated,
            "problems": problems[:2000],
            "rows": _shown(taken, double, places),
            "total": len(taken.rows),
        }
        await uploads.set_result(tx, job.town, found.id, result)
        url = f"/towns/{await slug_of(tx, job.town)}/import/{found.id}"
    hints = tuple(f"{item['where']}: {item['text']}" for item in problems)
    return Result(f"{_counts(taken, len(hints))} Noch ist nichts übernommen.", {"url": url}, hints)


def _shown(taken: store.Taken, double: Mapping[str, Problem], places: Mapping[str, str]) -> list[dict[str, str]]:
    """Rows for the page, those first that need a person's eye."""
    told = {step.asset: _told(step.changes) for step in taken.plan.steps if step.asset}

    def text(row: store.TakenRow) -> str:
        if row.asset is None:
            return "" if row.because else entries.why(row)
        return double[row.key].text if row.key in double else told.get(row.asset, "")

    ordered = sorted(taken.rows, key=lambda row: (row.outcome not in ("unassigned", "asked"), row.key not in double))
    return [
        {
            "key": row.key,
            "place": places.get(listing.row_of(row.key), ""),
            "outcome": row.outcome,
            "name": row.name,
            "asset": str(row.asset or ""),
            "because": row.because,
            "text": text(row),
        }
        for row in ordered[:SHOWN_ROWS]
    ]


def _counts(taken: store.Taken, hints: int) -> str:
    """What became of the rows, in a sentence."""
    parts = [f"{taken.new} neu", f"{taken.changed} geändert", f"{taken.unchanged} gleich"]
    parts += [f"{taken.unassigned} ohne Zuordnung"] if taken.unassigned else []
    parts += ["1 Hinweis" if hints == 1 else f"{hints} Hinweise"] if hints else []
    return ", ".join(parts) + "."


def _told(changes: Mapping[str, tuple[str | None, str | None]]) -> str:
    """What would change at a device, as people read it."""
    return ", ".join(
        f"{labels.word(labels.FIELDS, name)}: {labels.shown(name, before) or '–'} → {labels.shown(name, after) or '–'}"
        for name, (before, after) in changes.items()
    )


async def take(job: Job) -> Result:
    """Take the file over."""
    found, collection = await _parsed(job)
    await job.report(1, 3, f"{len(collection.observations)} Einträge werden übernommen")
    places, tables = await _places(found, collection)
    given = job.args.get("actor") or {}
    actor = Actor(given.get("name") or job.requested_by, given.get("account"))
    async with town_tx({job.town}, job.town) as tx:
        taken = await store.take_in(
            tx, job.town, collection, by=actor, raw=found.content, file=found.file, now=now(), run=job.run, mapping=found.mapping,
            part=_part(found, tables),
        )  # fmt: skip
        for headers, mapping in _chosen(found, tables):
            await mappings.save_mapping(tx, job.town, headers, mapping, found.file, by=actor.name, now=now())
        await uploads.set_result(tx, job.town, found.id, found.result, taken.collection)
        await checks.ask(tx, job.town, job.requested_by)
        cleared = await _emptied(tx, job.town, tables, taken)
        url = f"/towns/{await slug_of(tx, job.town)}/import/{found.id}"
    double, others = _remarks(collection, taken, places)
    hints = tuple(f"{item.where}: {item.text}" for item in (*_problems(collection), *double.values(), *others, *cleared))
    return Result(_counts(taken, len(hints)), {"url": url, **taken.counts()}, hints)


def _chosen(found: uploads.Upload, tables: Sequence[listing.Table]) -> Iterator[tuple[Iterable[str], Mapping[str, str] | None]]:
    """Headers and columns of each table as the person chose them; None for a sheet that was left out."""
    if found.mapping:
        yield found.mapping, found.mapping
    for one in tables:
        choice = found.reading.sheets.get(one.sheet.title, {})
        if choice is None:
            yield listing.headers(one.sheet), None
        elif choice:
            yield choice, choice


TASKS = {"import.check": check, "import.take": take}
