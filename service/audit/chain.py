"""The hash chain of the audit log: how an entry looks in bytes, and how a broken chain is found.

Pure. Entry n carries `h(n) = SHA-256(h(n-1) ‖ SHA-256(entry))`, h(0) = 64 zeros; hashes are joined as hex text.
A chain alone proves nothing about its tail, so checkpoints (length and hash) are kept outside the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's account, or a part of the service (`name` only)."""

    name: str
    account: str | None = None
    role: str = ""
    ip: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not fit: its number and what is wrong with it, in German."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Length and newest hash of a town's chain at some time, kept elsewhere."""

    town: int
    seq: int
    hash: str


def digest(value: Any) -> str | None:
    """SHA-256 of a value's canonical JSON; None stays None."""
    return None if value is None else hashlib.sha256(canonical(value).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that the same content has the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def person(actor: Actor, salt: str) -> str:
    """The actor as it stands in the chain: a salted hash that erasing the side table makes meaningless."""
    return hashlib.sha256(f"{salt}|{actor.account or actor.name}".encode()).hexdigest()[:32]


def entry(*, seq: int, town: int, at: datetime, actor: Actor, salt: str, action: str, obj: str, before: Any, after: Any) -> str:
    """Canonical text of one entry."""
    return canonical(
        {
            "seq": seq,
            "town": town,
            "utc": at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "actor": person(actor, salt),
            "role": actor.role,
            "ip": digest(f"{salt}|{actor.ip}") if actor.ip else "",
            "action": action,
            "object": obj,
            "before": digest(before),
            "after": digest(after),
            "request": actor.request,
        }
    )


def link(previous: str, text: str) -> str:
    """Hash of the entry `text` behind the link `previous`."""
    return hashlib.sha256((previous + hashlib.sha256(text.encode()).hexdigest()).encode()).hexdigest()


def verify(rows: Iterable[tuple[int, str, str]], checkpoint: Checkpoint | None = None) -> Break | None:
    """Walk (seq, entry, hash) in order; None if every link fits and the checkpoint, if given, is met."""
    previous, expected, met = START, 1, checkpoint is None or checkpoint.seq == 0
    for seq, text, stored in rows:
        if seq != expected:
            return Break(expected, f"Eintrag {expected} fehlt.")
        if json.loads(text).get("seq") != seq:
            return Break(seq, f"Eintrag {seq} trägt eine andere Nummer.")
        previous = link(previous, text)
        if previous != stored:
            return Break(seq, f"Eintrag {seq} passt nicht zu seiner Prüfsumme.")
        if checkpoint and seq == checkpoint.seq:
            if stored != checkpoint.hash:
                return Break(seq, f"Eintrag {seq} stimmt nicht mit dem aufbewahrten Prüfpunkt überein.")
            met = True
        expected += 1
    if not met and checkpoint:
        return Break(expected, f"Das Protokoll endet bei {expected - 1}, der Prüfpunkt kennt {checkpoint.seq} Einträge.")
    return None
