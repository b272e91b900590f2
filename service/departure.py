"""A town leaves the group: everything it has goes into one archive, then everything is deleted, and both are proven.

Works as the owner of the tables, for the audit log and decisions are append-only for the service. What is exported and
deleted is found in the catalogue of the database, so no table can be forgotten: every table with `town_id`, what the
town released to the group, what other towns hold about it, its roles, keys and the accounts that nobody else needs.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import asyncpg

from service.errors import Wrong

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FORMAT = 1
MANIFEST, README = "manifest.json", "LIESMICH.txt"
AGAIN = "Geben Sie die Daten noch einmal aus."
BATCH = 1000
ELSEWHERE = {
    "of_town": "delete", "partner_town": "delete", "to_town": "delete",
    "lent_from": "forget", "given_to": "forget", "origin_town": "forget", "of_towns": "delete",
}  # fmt: skip
"""Columns by which other tenants' rows name a town: what becomes of such rows."""
LISTS = frozenset({"of_towns"})
"""Those of them that hold several towns."""
_TENANT = """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped
where c.relkind in ('r', 'p') and n.nspname = 'public' order by c.relname"""
_TOWN = "select to_jsonb(t)::text as said, slug, name from town t where id = $1 and id > 0"
_NAMING = """select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
where c.relkind in ('r', 'p') and n.nspname = 'public' and a.attname = any ($1::text[]) order by 1, 2"""
TEXT = """Vollständige Ausgabe der Daten von {name}, erstellt am {at}.

tables/NAME.jsonl enthält je Zeile einen Datensatz der Tabelle NAME als JSON. Angehängte Dateien stehen darin
hexadezimal (content). Zeiten sind ISO 8601 mit Zeitzone. manifest.json nennt je Tabelle die Zahl der Zeilen und die
SHA-256-Prüfsumme der Datei. Geheimnisse (SNMP-Zugänge) sind versiegelt und nur in der Zentrale lesbar gewesen.
"""


@dataclass(slots=True)
class Proof:
    """What was exported and what is left: the protocol of a deletion (Löschprotokoll)."""

    town: str
    name: str
    archive_sha256: str
    exported_at: str
    deleted_at: str = ""
    deleted: dict[str, int] = field(default_factory=dict)
    """Rows by table, also those of other tenants that named the town."""
    left: dict[str, int] = field(default_factory=dict)
    """Rows found afterwards; empty is the proof."""
    accounts: int = 0

    def as_json(self) -> str:
        """For the file beside the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


@asynccontextmanager
async def owner(dsn: str, town: int) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A transaction of the owner that sees all towns and writes one. Nothing else writes meanwhile."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read"):
            await connection.execute("select pg_advisory_xact_lock(4711)")  # no migration meanwhile
            await _act_for(connection, town)
            yield connection
    finally:
        await connection.close()


async def _act_for(connection: asyncpg.Connection[Any], town: int, of: int | None = None) -> None:
    """Write the rows of one tenant; `of` is in whose name, where the tenant is the group."""
    await connection.execute(
        "select set_config('app.towns', (select array_agg(id)::text from town), true),"
        " set_config('app.write_town', $1, true), set_config('app.for_town', $2, true)",
        str(town),
        "" if of is None else str(of),
    )


async def tables(connection: asyncpg.Connection[Any]) -> list[str]:
    """Every table that holds rows of towns."""
    return [row["relname"] for row in await connection.fetch(_TENANT)]


async def export(dsn: str, town: int, target: Path, now: datetime) -> dict[str, int]:
    """Write everything of a town into a zip archive; answers the rows by table. The file appears whole or not at all."""
    part = target.with_name(target.name + ".part")
    counts: dict[str, int] = {}
    async with owner(dsn, town) as connection:
        row = await _row(connection, town)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            sums: dict[str, str] = {}
            for table in await tables(connection):
                counts[table], sums[table] = await _table(connection, archive, table, town)
            manifest = {
                "format": FORMAT, "town": row["slug"], "name": row["name"], "made_at": now.isoformat(),
                "settings": json.loads(row["said"]),
                "tables": {name: {"rows": counts[name], "sha256": sums[name]} for name in counts},
            }  # fmt: skip
            archive.writestr(README, TEXT.format(name=row["name"], at=f"{now:%d.%m.%Y %H:%M}"))
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    part.replace(target)
    return counts


async def _row(connection: asyncpg.Connection[Any], town: int) -> asyncpg.Record:
    row: asyncpg.Record | None = await connection.fetchrow(_TOWN, town)
    if row is None:
        raise Wrong("Diese Stadt gibt es nicht.", str(town))
    return row


async def _lines(connection: asyncpg.Connection[Any], table: str, town: int) -> AsyncIterator[bytes]:
    """Every row of a town as a line of JSON, in the same order whenever the same rows are there."""
    query = f'select to_jsonb(t)::text as line from "{table}" t where town_id = $1 order by to_jsonb(t)::text'  # noqa: S608  # names come from the catalogue
    async for row in connection.cursor(query, town, prefetch=BATCH):
        yield row["line"].encode() + b"\n"


async def _table(connection: asyncpg.Connection[Any], archive: zipfile.ZipFile, table: str, town: int) -> tuple[int, str]:
    """Rows written and the checksum of what was written."""
    total, digest = 0, hashlib.sha256()
    with archive.open(f"tables/{table}.jsonl", "w", force_zip64=True) as file:
        async for line in _lines(connection, table, town):
            file.write(line)
            digest.update(line)
            total += 1
    return total, digest.hexdigest()


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def read_manifest(path: Path, slug: str) -> dict[str, Any]:
    """The manifest of an archive whose files are whole. Raises `Wrong` for another town's, a damaged or a strange file."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            for table, said in manifest["tables"].items():
                with archive.open(f"tables/{table}.jsonl") as file:
                    whole = _digest(file) == said["sha256"]
                if not whole:
                    raise Wrong("Die Ausgabe ist beschädigt.", f"tables/{table}.jsonl", AGAIN)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Wrong("Das ist keine Ausgabe einer Stadt.", str(path), "Geben Sie sie aus mit: odenwacht town export") from error
    if manifest.get("town") != slug:
        raise Wrong(f"Die Ausgabe gehört zu „{manifest.get('town')}“.", str(path), "Nehmen Sie die Ausgabe dieser Stadt.")
    return manifest


async def remove(dsn: str, town: int, archive: Path, now: datetime) -> Proof:
    """Delete everything of a town that is in the archive. Raises `Wrong` where the archive is not what the database holds.

    One transaction: at its end nothing of the town is left, or everything is as it was.
    """
    async with owner(dsn, town) as connection:
        row = await _row(connection, town)
        manifest = read_manifest(archive, row["slug"])
        names = await tables(connection)
        await _same(connection, names, manifest["tables"], town)
        with archive.open("rb") as file:
            proof = Proof(row["slug"], row["name"], _digest(file), manifest["made_at"])
        proof.deleted = await _elsewhere(connection, town)
        await _act_for(connection, town)
        proof.deleted |= await _own(connection, names, town)
        proof.accounts = await _people(connection, town)
        await connection.execute("delete from data_key where for_town = $1", town)
        await connection.execute("delete from town where id = $1", town)
        proof.left = await left(connection, town)
        proof.deleted_at = now.isoformat()
        if proof.left:
            raise RuntimeError(f"rows left behind: {proof.left}")
    return proof


async def _same(connection: asyncpg.Connection[Any], names: list[str], told: Mapping[str, Any], town: int) -> None:
    """The archive holds exactly the rows that would be deleted."""
    for table in names:
        digest = hashlib.sha256()
        async for line in _lines(connection, table, town):
            digest.update(line)
        if told.get(table, {}).get("sha256") != digest.hexdigest():
            raise Wrong(
                "Seit der Ausgabe hat sich etwas geändert.", table, "Geben Sie die Daten noch einmal aus, und löschen Sie dann."
            )


async def _elsewhere(connection: asyncpg.Connection[Any], town: int) -> dict[str, int]:
    """What the group and other towns hold about the town."""
    found: dict[str, int] = {}
    others = [row["id"] for row in await connection.fetch("select id from town where id <> $1 order by id", town)]
    for row in await connection.fetch(_NAMING, list(ELSEWHERE)):
        table, column = row["relname"], row["attname"]
        if ELSEWHERE[column] == "delete":
            statement = f'delete from "{table}" where town_id = $1 and {_names(column, "$2")}'  # noqa: S608  # names come from the catalogue
        else:
            statement = f'update "{table}" set "{column}" = null where town_id = $1 and {_names(column, "$2")}'  # noqa: S608  # as above
        for other in others:
            await _act_for(connection, other, town)
            done = int((await connection.execute(statement, other, town)).split()[-1])
            if done:
                found[f"{table}.{column}"] = found.get(f"{table}.{column}", 0) + done
    return found


def _names(column: str, town: str) -> str:
    """The condition that a row names the town in this column."""
    return f'{town} = any ("{column}")' if column in LISTS else f'"{column}" = {town}'


async def _own(connection: asyncpg.Connection[Any], names: list[str], town: int) -> dict[str, int]:
    """Delete the town's rows table by table; tables that others still point at wait for their turn."""
    found: dict[str, int] = {}
    waiting = names
    while waiting:
        blocked: list[str] = []
        for table in waiting:
            try:
                async with connection.transaction():
                    done = await connection.execute(f'delete from "{table}" where town_id = $1', town)  # noqa: S608  # names come from the catalogue
                    found[table] = int(done.split()[-1])
            except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError):
                blocked.append(table)
        if blocked == waiting:
            raise RuntimeError(f"tables point at each other in a circle: {blocked}")
        waiting = blocked
    return {table: rows for table, rows in found.items() if rows}


async def _people(connection: asyncpg.Connection[Any], town: int) -> int:
    """Roles in the town end; accounts with no other role go with everything that is theirs. Answers how many."""
    gone = [
        row["account"]
        for row in await connection.fetch(
            "select distinct account from membership m where for_town = $1 and not exists"
            " (select from membership o where o.account = m.account and o.for_town <> $1)",
            town,
        )
    ]
    await connection.execute("delete from membership where for_town = $1", town)
    for statement in (
        "delete from session where account = any ($1::uuid[])",
        "delete from api_token where account = any ($1::uuid[])",
        "delete from account where id = any ($1::uuid[])",
    ):
        await connection.execute(statement, gone)
    return len(gone)


async def left(connection: asyncpg.Connection[Any], town: int) -> dict[str, int]:
    """Rows that still belong to the town or name it, by table; looks with the eyes of all towns."""
    await connection.execute(
        "select set_config('app.towns', (select array_agg(id)::text from (select id from town union select $1) as t), true)", town
    )
    found: dict[str, int] = {}
    columns = ["town_id", "for_town", *ELSEWHERE]
    for row in await connection.fetch(_NAMING, columns):
        query = f'select count(*) from "{row["relname"]}" where {_names(row["attname"], "$1")}'  # noqa: S608  # names come from the catalogue
        if rows := await connection.fetchval(query, town):
            found[f"{row['relname']}.{row['attname']}"] = rows
    return found
