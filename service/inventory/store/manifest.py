"""`import --manifest`: many files of many towns, read by several processes, derived town by town.

Files are written chunk by chunk, each chunk in one transaction, and a file that is there is passed over: after a crash
at any time a second run ends in the same estate, and a further run changes nothing.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from scanners.observation import Collection, Progress
from service.audit.chain import Actor
from service.audit.store import record as audit
from service.auth.store import add_town
from service.db import DB, service_tx, town_tx
from service.errors import Wrong
from service.inventory import scanning
from service.inventory.identity import loans, traces
from service.inventory.ids import identity, made_id
from service.inventory.loans import Trace
from service.inventory.store import loans as loan_store
from service.inventory.store import places as networks
from service.inventory.store import records
from service.inventory.store import sites as site_store
from service.inventory.store.derivation import rederive
from service.inventory.store.intake import scopes
from service.inventory.store.upkeep import tidy

Read = Callable[[bytes, str, str, datetime | None, str | None], Collection]
"""`scanners.registry.parse_bytes`: data, name, kind, observed_at, address."""

CHUNK_BYTES = 6_000_000
CHUNK_FILES = 400
KINDS = {"snmp": "snmprec", "manual": "auto", "list": "auto", "agent": "glpi"}
"""Kinds of the manifest that the registry calls otherwise."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the manifest, ready to be read."""

    path: str
    file: str
    kind: str
    observed_at: datetime
    address: str | None
    site: UUID | None
    size: int


@dataclass(frozen=True, slots=True)
class Done:
    """What an import did."""

    files: int
    skipped: int
    records: int
    loans: int
    seconds: float
    steps: Mapping[str, Mapping[str, int]]
    """By town: how many assets were created, joined, …; empty where nothing changed."""
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A town of the manifest with its sites by key."""

    id: int
    sites: Mapping[str, UUID]


@dataclass(slots=True)
class _Tally:
    files: int = 0
    skipped: int = 0
    records: int = 0
    problems: list[str] = field(default_factory=list)


async def run(
    path: Path,
    *,
    read: Read,
    by: Actor,
    now: datetime,
    key: bytes,
    jobs: int = 2,
    tell: Callable[[Progress], None] | None = None,
) -> Done:
    """Take in a manifest. `key` is the group's secret for loans; `jobs` 0 works in this process alone."""
    started = time.perf_counter()
    try:
        manifest = msgspec.json.decode(_bytes(path))
        towns = await _found(manifest, by, now)
        chunks = list(_chunks(path.parent, manifest, towns))
    except (OSError, msgspec.DecodeError, KeyError, TypeError) as error:
        raise Wrong("Das Manifest ist nicht lesbar.", str(path), f"Grund: {error}") from error
    total = sum(len(entries) for _, entries in chunks)
    tally = _Tally()
    pool = _pool(jobs)
    try:
        for result in _ordered(pool, [(town, entries, read, by.name, now) for town, entries in chunks]):
            files, skipped, count, problems = await result
            tally.files += files
            tally.skipped += skipped
            tally.records += count
            tally.problems += problems
            if tell:
                seconds = time.perf_counter() - started
                left = seconds / max(1, tally.files) * (total - tally.files)
                tell(Progress(tally.files, total, f"{tally.records} Datensätze eingelesen", left))
        steps: dict[str, Mapping[str, int]] = {}
        seen: list[Trace] = []
        work = [(place.id, slug, by, now, key) for slug, place in towns.items()]
        for result, (_, slug, *_rest) in zip(_ordered(pool, work, derive=True), work, strict=True):
            counts, marks = await result
            steps[slug] = counts
            seen += marks
            if tell:
                tell(Progress(total, total, f"{slug}: Bestand abgeleitet", None))
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)
    if jobs > 0 and tally.records:
        await tidy()
    lent = await loan_store.settle(loans(seen), [place.id for place in towns.values()], auto=True, by=by, now=now)
    return Done(tally.files, tally.skipped, tally.records, lent, time.perf_counter() - started, steps, tuple(tally.problems))


def _pool(jobs: int) -> ProcessPoolExecutor | None:
    if jobs <= 0:
        return None
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin, initargs=(DB.config["dsn"],))


def _begin(dsn: str) -> None:
    """A new process: the same database, connections of its own; the values it makes hold no cycles worth looking for."""
    gc.set_threshold(200_000, 20, 20)
    DB.use(dsn)


def _ordered(pool: ProcessPoolExecutor | None, work: Sequence[tuple[Any, ...]], *, derive: bool = False) -> Iterator[Any]:
    """Awaitables of the results in the order of `work`."""
    if pool is None:
        function = _derive if derive else _take_chunk
        return (function(*arguments) for arguments in work)
    loop, process = asyncio.get_running_loop(), _derive_process if derive else _take_process
    return iter([loop.run_in_executor(pool, process, *arguments) for arguments in work])


def _take_process(*arguments: Any) -> Any:
    return asyncio.run(_take_chunk(*arguments))


def _derive_process(*arguments: Any) -> Any:
    return asyncio.run(_derive(*arguments))


def _chunks(folder: Path, manifest: Mapping[str, Any], towns: Mapping[str, _Place]) -> Iterator[tuple[int, list[Entry]]]:
    """Files of one town at a time, few enough to fit into memory; the towns take turns."""
    waiting: dict[str, list[Entry]] = {slug: [] for slug in towns}
    size = dict.fromkeys(towns, 0)
    for one in manifest["inputs"]:
        slug, place = one["town"], towns[one["town"]]
        path = folder / one["file"]
        entry = Entry(
            str(path),
            one["file"],
            KINDS.get(one["kind"], one["kind"]),
            datetime.fromisoformat(one["observed_at"]),
            one.get("address"),
            place.sites.get(one.get("site", "")),
            path.stat().st_size,
        )
        waiting[slug].append(entry)
        size[slug] += entry.size
        if size[slug] >= CHUNK_BYTES or len(waiting[slug]) >= CHUNK_FILES:
            yield place.id, waiting[slug]
            waiting[slug], size[slug] = [], 0
    for slug, rest in waiting.items():
        if rest:
            yield towns[slug].id, rest


async def _found(manifest: Mapping[str, Any], by: Actor, now: datetime) -> dict[str, _Place]:
    """The towns, sites and networks that the manifest names, made where they are missing. Its networks count as released."""
    out: dict[str, _Place] = {}
    for told in manifest["towns"]:
        async with service_tx() as tx:
            town = await add_town(tx, told["slug"], told["name"], told.get("inhabitants"), now)
        async with town_tx([town.id], town.id) as tx:
            sites = {}
            for site in told.get("sites", ()):
                address, facts = site.get("street"), site.get("facts", {})
                sites[site["key"]] = await site_store.put(
                    tx, town.id, site["name"], by=by, now=now, kind=site.get("kind"), address=address, facts=facts
                )
            details = told.get("network_details") or [{"cidr": cidr} for cidr in told.get("networks", ())]
            known = {row.cidr for row in await networks.networks(tx, town.id)}
            for net in details:
                if net["cidr"] not in known:
                    await _network(tx, town.id, net, sites, by, now)
        out[told["slug"]] = _Place(town.id, sites)
    return out


_PURPOSES = {"servers": "server", "clients": "client", "printers": "printer", "phones": "telephony", "voip": "telephony"}


async def _network(tx: Any, town: int, net: Mapping[str, Any], sites: Mapping[str, UUID], by: Actor, now: datetime) -> None:
    said = str(net.get("purpose", "other"))
    purpose = _PURPOSES.get(said, said if said in networks.PURPOSES else "other")
    mode = str(net.get("mode", "active"))
    made = await networks.put_network(
        tx,
        town,
        net["cidr"],
        by=by,
        now=now,
        site=sites.get(str(net.get("site", ""))),
        name=str(net.get("name", "")),
        purpose=purpose,
        mode=mode if mode in networks.MODES else "passive",
        scope=str(net.get("scope", "")),
    )
    if mode == "active" and not scanning.too_wide(net["cidr"]):
        await networks.release(tx, town, made, by=Actor("Freigabe laut Manifest", None, by.role), now=now)


async def _take_chunk(town: int, entries: Sequence[Entry], read: Read, by: str, now: datetime) -> tuple[int, int, int, list[str]]:
    """Read and write some files of one town; answers files, files passed over, records, sentences about unreadable ones."""
    content = {entry.file: _bytes(Path(entry.path)) for entry in entries}
    ids = {entry.file: _collection(town, entry, content[entry.file]) for entry in entries}
    async with town_tx([town]) as tx:
        known = await records.known(tx, town, ids.values())
        scope_of = {site: await scopes(tx, town, site) for site in {entry.site for entry in entries}}
    packs: list[tuple[records.Packed, UUID | None]] = []
    problems: list[str] = []
    for entry in entries:
        if ids[entry.file] in known:
            continue
        raw = content.pop(entry.file)
        try:
            found = read(raw, entry.file, entry.kind, entry.observed_at, entry.address)
        except ValueError as error:
            problems.append(f"{entry.file}: {error}")
            continue
        pack = records.pack(
            town,
            found,
            raw,
            entry.file,
            observed_at=entry.observed_at,
            default_at=entry.observed_at,
            scope_of=scope_of[entry.site],
        )
        packs.append((pack, entry.site))
    if packs:
        async with town_tx([town], town) as tx:
            await records.put_many(tx, town, packs, by=by, now=now)
    return len(entries), len(known), sum(len(pack.rows) for pack, _ in packs), problems


def _bytes(path: Path) -> bytes:
    """A file; read in a process of its own, where nobody waits on the event loop."""
    return path.read_bytes()


def _collection(town: int, entry: Entry, raw: bytes) -> UUID:
    which = identity(hashlib.sha256(raw).hexdigest(), entry.file, entry.observed_at)
    return made_id(b"collection", str(town).encode(), which.encode())


async def _derive(town: int, slug: str, by: Actor, now: datetime, key: bytes) -> tuple[Mapping[str, int], tuple[Trace, ...]]:
    """Derive a town and tell what it changed, and the traces of its devices for the other towns."""
    async with town_tx([town], town) as tx:
        done = await rederive(tx, town, by=by.name, now=now, threaded=False)
        counts = done.plan.counts()
        counts.pop("ask", None)
        if counts:
            await audit(tx, by, "collection.manifest", f"town/{slug}", after=counts)
            await loan_store.apply(tx, town)
    return counts, traces(town, done.clues, done.surveyed.linking.clusters, key)
