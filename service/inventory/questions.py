"""What people are asked: new devices, differences, and the open ends of linking, each with a key that never changes.

Pure. A question that was answered or laid aside stays so: the store writes by key and never asks twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.inventory.derive import Derived
from service.inventory.fields import fold
from service.inventory.linking import Ask, AskKind
from service.inventory.reconcile import as_builtins

NEW, CHANGED, MISSING, LOAN = "new", "changed", "missing", "loan"
IDENTITY = frozenset(str(kind) for kind in AskKind)
"""Kinds that come from linking; the others hang on one asset."""

DOUBTS = frozenset({str(AskKind.REPLACED), str(AskKind.DUPLICATE)})
"""Questions whether two devices are one."""

RANKS = {"new": 2, "changed": 2, "missing": 2, "replaced": 3, "typo": 1, "duplicate": 3, "bearer": 2, "loan": 2}
"""Priority on the four-step scale before a person changes it; an unknown device among servers gets one more."""


@dataclass(frozen=True, slots=True)
class Question:
    """A review case as it is to be written."""

    key: str
    kind: str
    rank: int
    asset: UUID | None = None
    other: UUID | None = None
    records: tuple[UUID, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


def about(asset: UUID, derived: Derived, *, known: bool = False) -> list[Question]:
    """Questions that one asset raises by itself. `known`: another question asks whether it is a device of its own."""
    out = []
    row = derived.row
    if row["status"] == "new" and not row["virtual"] and not known:
        out.append(Question(f"new:{asset}", NEW, RANKS[NEW], asset, details={"ip": row["primary_ip"], "name": row["name"]}))
    for drift in derived.reconciled.drift:
        key = f"drift:{asset}:{drift.field}:{fold(drift.field, drift.seen)}"
        if len(key) > 380:
            key = f"drift:{asset}:{drift.field}:{hashlib.sha256(key.encode()).hexdigest()}"
        out.append(Question(key, CHANGED, 3 if drift.locked else RANKS[CHANGED], asset, details=as_builtins(drift)))
    return out


def open_ends(asks: Iterable[Ask], homes: Mapping[UUID, UUID]) -> list[Question]:
    """Questions of linking; `homes` maps records to their assets."""
    out = []
    for ask in asks:
        sides = [next((homes[record] for record in side if record in homes), None) for side in ask.sides]
        named = list(dict.fromkeys(side for side in sides if side is not None))
        details = {"values": list(ask.values), "sides": [[str(record) for record in side] for side in ask.sides]}
        key = ask.key if len(ask.key) <= 380 else f"{ask.kind}:{hashlib.sha256(ask.key.encode()).hexdigest()}"
        details["key"] = ask.key
        out.append(
            Question(
                key,
                str(ask.kind),
                RANKS[str(ask.kind)],
                named[0] if named else None,
                named[1] if len(named) > 1 else None,
                tuple(record for side in ask.sides for record in side),
                details,
            )
        )
    return out
