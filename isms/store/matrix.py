"""Versions of the risk matrix in the database: the same for all towns, added to and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from isms import matrix
from isms.matrix import FIRST, Scheme
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Outdated, Wrong
from service.i18n import gettext as _
from service.settings import local_day

_Cells = dict[str, tuple[str, ...]]


async def versions(tx: SafeTransaction) -> Sequence[Scheme]:
    """All versions, newest first, the shipped one last."""
    rows = await tx.connection.fetch(
        "select number, cells, valid_from, reason, made_by, made_at from risk_matrix order by number desc"
    )
    made = [
        Scheme(
            x["number"],
            msgspec.json.decode(x["cells"], type=_Cells),
            x["valid_from"],
            x["reason"],
            x["made_by"],
            x["made_at"],
        )
        for x in rows
    ]
    return [*made, FIRST]


async def current(tx: SafeTransaction, today: date) -> Scheme:
    """The version that holds on this day."""
    return matrix.current(await versions(tx), today)


async def publish(
    tx: SafeTransaction,
    cells: Mapping[str, tuple[str, ...]],
    reason: str,
    valid_from: date,
    expected: int,
    actor: Actor,
    now: datetime,
) -> Scheme:
    """Add a version that follows `expected`, the newest one shown; the transaction writes the group.

    Raises `Wrong` for what cannot be a matrix or begins too early, `Outdated` if somebody was faster.
    """
    await tx.connection.execute("select pg_advisory_xact_lock(4717, 0)")
    newest = (await versions(tx))[0]
    if newest.number != expected:
        raise Outdated(newest.by, newest.at)
    if (text := matrix.fault(cells)) is not None:
        raise Wrong(text, "cells")
    if not matrix.differences(newest, cells):
        raise Wrong(_("Diese Matrix ist die gleiche wie Fassung %(number)s.", number=newest.number), "cells")
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum die Matrix geändert wird."), "reason")
    if valid_from < local_day(now) or (newest.valid_from is not None and valid_from < newest.valid_from):
        raise Wrong(_("Die neue Fassung kann nicht vor heute und nicht vor der jüngsten Fassung beginnen."), "valid_from")
    made = Scheme(newest.number + 1, cells, valid_from, reason.strip(), actor.name, now)
    await tx.connection.execute(
        "insert into risk_matrix (id, number, cells, reason, valid_from, made_by, made_at) values ($1,$2,$3,$4,$5,$6,$7)",
        uuid7(),
        made.number,
        msgspec.json.encode(dict(cells)).decode(),
        made.reason,
        valid_from,
        actor.name,
        now,
    )
    after = {"number": made.number, "cells": dict(cells), "valid_from": valid_from, "reason": made.reason}
    await record(tx, actor, "matrix.publish", f"risk_matrix/{made.number}", before={"number": newest.number}, after=after)
    return made
