"""Files with a contract: filed, downloaded, put into the bin, taken out again; emptied after 30 days."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.contracts.store import rows
from service.contracts.store.contracts import contract
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.filing import files
from service.inventory.store.filing import BIN, Filed


async def filed(tx: SafeTransaction, town: int, key: UUID) -> Sequence[Filed]:
    """The newest first, without those in the bin."""
    found = await tx.connection.fetch(
        "select id, name, kind, size, added_by, added_at, deleted_at from contract_file where town_id = $1 and contract_id = $2"
        " and deleted_at is null order by added_at desc, id desc",
        town,
        key,
    )
    return [Filed(**dict(row)) for row in found]


async def attach(tx: SafeTransaction, town: int, key: UUID, name: str, content: bytes, actor: Actor, now: datetime) -> UUID:
    """File a file; raises `Missing`, and `Wrong` where it may not be filed or there are too many."""
    await contract(tx, town, key)
    plain, kind = files.checked(name, content)
    held = await tx.connection.fetchrow(
        "select count(*) as number, coalesce(sum(size), 0) as bytes from contract_file where town_id = $1 and contract_id = $2",
        town,
        key,
    )
    if held["number"] >= files.MOST or held["bytes"] + len(content) > files.MOST_BYTES:
        raise Wrong(
            _("Zu diesem Vertrag gibt es schon zu viele Dateien."), "file", _("Erlaubt sind 50 Dateien mit zusammen 100 MB.")
        )
    made, digest = uuid7(), hashlib.sha256(content).hexdigest()
    await tx.connection.execute(
        "insert into contract_file (town_id, id, contract_id, name, kind, size, sha256, content, added_by, added_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, made, key, plain, kind, len(content), digest, content, actor.name[:200], now,
    )  # fmt: skip
    after = {"attachment": str(made), "name": plain, "bytes": len(content), "sha256": digest}
    await audit(tx, actor, "attachment.add", f"contract/{key}", after=after)
    return made


async def content(tx: SafeTransaction, town: int, key: UUID, file: UUID) -> tuple[str, str, bytes]:
    """(name, kind, content) of a file that is not in the bin; raises `Missing`."""
    row = await tx.connection.fetchrow(
        "select name, kind, content from contract_file where town_id = $1 and contract_id = $2 and id = $3"
        " and deleted_at is null",
        town,
        key,
        file,
    )
    if row is None:
        raise Missing
    return row["name"], row["kind"], row["content"]


async def delete(tx: SafeTransaction, town: int, key: UUID, file: UUID, actor: Actor, now: datetime) -> None:
    """Put it into the bin; raises `Missing`."""
    query = (
        "update contract_file set deleted_at = $4 where town_id = $1 and contract_id = $2 and id = $3 and deleted_at is null"
        " returning id"
    )
    if await tx.connection.fetchval(query, town, key, file, now) is None:
        raise Missing
    await audit(tx, actor, "attachment.delete", f"contract/{key}", before={"attachment": str(file)})


async def restore(tx: SafeTransaction, town: int, key: UUID, file: UUID, actor: Actor, now: datetime) -> None:
    """Take it out of the bin; raises `Missing`."""
    query = (
        "update contract_file set deleted_at = null where town_id = $1 and contract_id = $2 and id = $3 and deleted_at > $4"
        " returning id"
    )
    if await tx.connection.fetchval(query, town, key, file, now - BIN) is None:
        raise Missing
    await audit(tx, actor, "attachment.restore", f"contract/{key}", after={"attachment": str(file)})


async def empty(tx: SafeTransaction, town: int, now: datetime) -> int:
    """Delete for good what has been in the bin, or off its list, for 30 days; answers how many files."""
    await rows.purge(tx, town, now - BIN)
    done = await tx.connection.execute("delete from contract_file where town_id = $1 and deleted_at <= $2", town, now - BIN)
    return int(done.split()[-1])
