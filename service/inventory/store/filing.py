"""Notes and files of a device: filed, read, put into the bin, taken out again; emptied after 30 days by `retention`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.filing import files
from service.inventory.store.decisions import known_asset
from service.limits import check_text

BIN: Final = timedelta(days=30)
"""How long what was deleted can be had back."""
MANY: Final = 500
"""Notes with one device."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as the device page shows it."""

    id: UUID
    text: str
    written_by: str
    written_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filed:
    """A file without its content."""

    id: UUID
    name: str
    kind: str
    size: int
    added_by: str
    added_at: datetime
    deleted_at: datetime | None


_OF = "(asset_id = $2 or asset_id in (select id from asset where town_id = $1 and merged_into = $2))"
"""What hangs on a device or on one that became part of it."""
_NOTES = """select id, text, written_by, written_at, deleted_at from device_note where town_id = $1 and OF_IT
order by written_at desc, id desc""".replace("OF_IT", _OF)
_FILES = """select id, name, kind, size, added_by, added_at, deleted_at from attachment where town_id = $1 and OF_IT
order by added_at desc, id desc""".replace("OF_IT", _OF)
_CONTENT = """select name, kind, content from attachment
where town_id = $1 and OF_IT and id = $3 and deleted_at is null""".replace("OF_IT", _OF)
_DELETE_NOTE = """update device_note set deleted_at = $4
where town_id = $1 and OF_IT and id = $3 and deleted_at is null returning id""".replace("OF_IT", _OF)
_RESTORE_NOTE = """update device_note set deleted_at = null
where town_id = $1 and OF_IT and id = $3 and deleted_at > $4 returning id""".replace("OF_IT", _OF)
_DELETE = {"note": _DELETE_NOTE, "attachment": _DELETE_NOTE.replace("device_note", "attachment")}
_RESTORE = {"note": _RESTORE_NOTE, "attachment": _RESTORE_NOTE.replace("device_note", "attachment")}


async def notes(tx: SafeTransaction, town: int, asset: UUID) -> tuple[Note, ...]:
    """The newest first, those in the bin too."""
    return tuple(Note(**dict(row)) for row in await tx.connection.fetch(_NOTES, town, asset))


async def attachments(tx: SafeTransaction, town: int, asset: UUID) -> tuple[Filed, ...]:
    """The newest first, those in the bin too."""
    return tuple(Filed(**dict(row)) for row in await tx.connection.fetch(_FILES, town, asset))


async def write(tx: SafeTransaction, town: int, asset: UUID, text: str, *, by: Actor, now: datetime) -> UUID:
    """File a note.

    Raises:
        Missing: the town has no such device.
        Wrong: no text, too long, or too many notes.
    """
    await known_asset(tx, town, asset)
    told = text.replace("\r\n", "\n").strip()
    if not told:
        raise Wrong(_("Die Notiz ist leer."), _("Notiz"))
    check_text(told, _("Notiz"))
    if await tx.connection.fetchval("select count(*) from device_note where town_id = $1 and asset_id = $2", town, asset) >= MANY:
        raise Wrong(_("Zu diesem Gerät gibt es schon sehr viele Notizen."), _("Notiz"), _("Löschen Sie zuerst alte."))
    key = uuid7()
    await tx.connection.execute(
        "insert into device_note (town_id, id, asset_id, text, written_by, written_at) values ($1, $2, $3, $4, $5, $6)",
        town, key, asset, told, by.name[:200], now,
    )  # fmt: skip
    await audit(tx, by, "note.write", f"asset/{asset}", after={"note": str(key), "characters": len(told)})
    return key


async def attach(tx: SafeTransaction, town: int, asset: UUID, name: str, content: bytes, *, by: Actor, now: datetime) -> UUID:
    """File a file.

    Raises:
        Missing: the town has no such device.
        Wrong: the file may not be filed, or there are too many.
    """
    await known_asset(tx, town, asset)
    plain, kind = files.checked(name, content)
    held = await tx.connection.fetchrow(
        "select count(*) as number, coalesce(sum(size), 0) as bytes from attachment where town_id = $1 and asset_id = $2",
        town,
        asset,
    )
    if held["number"] >= files.MOST or held["bytes"] + len(content) > files.MOST_BYTES:
        raise Wrong(
            _("Zu diesem Gerät gibt es schon zu viele Dateien."), _("Datei"), _("Erlaubt sind 50 Dateien mit zusammen 100 MB.")
        )
    key = uuid7()
    digest = hashlib.sha256(content).hexdigest()
    await tx.connection.execute(
        "insert into attachment (town_id, id, asset_id, name, kind, size, sha256, content, added_by, added_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, key, asset, plain, kind, len(content), digest, content, by.name[:200], now,
    )  # fmt: skip
    after = {"attachment": str(key), "name": plain, "bytes": len(content), "sha256": digest}
    await audit(tx, by, "attachment.add", f"asset/{asset}", after=after)
    return key


async def content(tx: SafeTransaction, town: int, asset: UUID, key: UUID) -> tuple[str, str, bytes]:
    """(name, kind, content) of a file that is not in the bin."""
    row = await tx.connection.fetchrow(_CONTENT, town, asset, key)
    if row is None:
        raise Missing
    return row["name"], row["kind"], row["content"]


async def delete(tx: SafeTransaction, town: int, asset: UUID, what: str, key: UUID, *, by: Actor, now: datetime) -> None:
    """Put a note or a file into the bin."""
    if what not in _DELETE or await tx.connection.fetchval(_DELETE[what], town, asset, key, now) is None:
        raise Missing
    await audit(tx, by, f"{what}.delete", f"asset/{asset}", before={what: str(key)})


async def restore(tx: SafeTransaction, town: int, asset: UUID, what: str, key: UUID, *, by: Actor, now: datetime) -> None:
    """Take it out of the bin."""
    if what not in _DELETE or await tx.connection.fetchval(_RESTORE[what], town, asset, key, now - BIN) is None:
        raise Missing
    await audit(tx, by, f"{what}.restore", f"asset/{asset}", after={what: str(key)})
