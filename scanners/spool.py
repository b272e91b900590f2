"""The disk spool (Zwischenlager) of a probe: what was found stays until the centre has signed for it.

A batch is one file, written beside, forced to disk, renamed, and its folder forced to disk too; so a file under its final
name is whole whatever was killed. Nothing is deleted but against a receipt; nothing is dropped when the disk is full.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

QUOTA = 1024 * 1024 * 1024
"""Bytes that may wait."""
STOP_AT = 0.8
"""Share of the quota at which scanning stops."""
RESERVE = 32 * 1024 * 1024
"""Bytes that must be free on the disk for a scan to begin."""
_LOG_LIMIT = 4 * 1024 * 1024


class Full(Exception):
    """The disk or the quota is full; nothing was written and nothing was lost. A German sentence."""


class Torn(Exception):
    """A file is not what was written. A German sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A batch that waits."""

    counter: int
    batch: UUID
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is sent; `made_at` aware."""

    counter: int
    batch: UUID
    made_at: datetime
    body: bytes


@contextmanager
def _full_disk(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Full(
                f"{what}: Auf der Festplatte ist kein Platz mehr. Bitte schaffen Sie Platz; gespeichert bleibt alles."
            ) from error
        raise


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file so that it is the old or the new one, whole, whatever happens. Raises `Full`, then it is the old one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with _full_disk(path.name):
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
            settle(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise


def settle(folder: Path) -> None:
    """Force a folder's entries to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def uuid7() -> UUID:
    """A random id that sorts by time (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62))


class Spool:
    """The spool in `folder`: `ready/` waits, `refused/` holds what the centre would not take, `receipts.log` what it took."""

    def __init__(self, folder: Path, quota: int = QUOTA) -> None:
        self.folder, self.quota = folder, quota
        self.ready, self.refused, self.receipts = folder / "ready", folder / "refused", folder / "receipts.log"
        for each in (folder, self.ready, self.refused):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)

    def tidy(self) -> None:
        """Remove what a process left that was killed while writing; only for the one that runs the probe."""
        for left in (*self.folder.glob("*.part"), *self.ready.glob("*.part")):
            left.unlink(missing_ok=True)

    def entries(self) -> list[Entry]:
        """What waits, oldest first."""
        found = []
        for path in sorted(self.ready.glob("*.batch")):
            counter, _, batch = path.stem.partition("_")
            with contextlib.suppress(OSError, ValueError):  # sent and deleted meanwhile, or none of our files
                found.append(Entry(int(counter), UUID(batch), path, path.stat().st_size))
        return found

    def used(self) -> int:
        """Bytes that wait or were refused."""
        return sum(path.stat().st_size for folder in (self.ready, self.refused) for path in folder.iterdir())

    def trouble(self) -> str:
        """Why no scan may begin: the spool or the disk is nearly full. Empty where there is room."""
        used, free = self.used(), shutil.disk_usage(self.folder).free
        if used >= self.quota * STOP_AT:
            return (
                f"Das Zwischenlager ist zu {used * 100 // self.quota} % voll; es wird nicht gescannt, bis die Zentrale"
                " die Ergebnisse abgenommen hat. Bitte prüfen Sie die Verbindung."
            )
        if free < RESERVE:
            left = f"Auf der Festplatte sind nur noch {free // 1_048_576} MiB frei"
            return f"{left}; es wird nicht gescannt. Bitte schaffen Sie Platz."
        return ""

    def number(self, name: str) -> int:
        """The next number of a series; it grows also where its file was lost, because it is never less than the clock (ns)."""
        path = self.folder / name
        last = int(path.read_text() or 0) if path.exists() else 0
        new = max(last + 1, time.time_ns())
        write(path, str(new).encode())
        return new

    def put(self, body: bytes) -> Entry:
        """Keep a batch; once this returns, it survives. Raises `Full`, then nothing was written."""
        if self.used() + len(body) > self.quota:
            raise Full(f"Das Zwischenlager hat seine Grenze von {self.quota // 1_048_576} MiB erreicht.")
        counter, batch = self.number("counter"), uuid7()
        head = {"counter": counter, "batch": str(batch), "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
        head["made_at"] = datetime.now(UTC).isoformat()
        path = self.ready / f"{counter:020d}_{batch}.batch"
        write(path, json.dumps(head).encode() + b"\n" + body)
        return Entry(counter, batch, path, path.stat().st_size)

    def read(self, entry: Entry) -> Batch:
        """A batch, checked against its own hash. Raises `Torn`."""
        line, _, body = entry.path.read_bytes().partition(b"\n")
        try:
            head = json.loads(line)
            good = head["size"] == len(body) and head["sha256"] == hashlib.sha256(body).hexdigest()
            good = good and (head["counter"], head["batch"]) == (entry.counter, str(entry.batch))
            made_at = datetime.fromisoformat(head["made_at"])
        except (ValueError, KeyError, TypeError):
            good, made_at = False, datetime.now(UTC)
        if not good:
            raise Torn(f"Die Datei {entry.path.name} ist beschädigt; sie liegt jetzt im Ordner „refused“.")
        return Batch(entry.counter, entry.batch, made_at, body)

    def done(self, entry: Entry, receipt: bytes, signature: str) -> None:
        """The centre signed for it: keep the receipt, then let the batch go. A full disk does not hinder letting it go."""
        line = json.dumps({"receipt": receipt.decode(), "signature": signature}).encode() + b"\n"
        with contextlib.suppress(OSError):
            if self.receipts.exists() and self.receipts.stat().st_size > _LOG_LIMIT:
                self.receipts.replace(self.receipts.with_suffix(".old"))
            with self.receipts.open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        entry.path.unlink(missing_ok=True)
        settle(self.ready)

    def refuse(self, entry: Entry) -> None:
        """Put a batch aside that the centre will never take; a person looks at it."""
        entry.path.replace(self.refused / entry.path.name)
        settle(self.refused)
        settle(self.ready)
