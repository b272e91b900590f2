"""Scans that probes are asked for: given, handed out, withheld, done. Every change is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from scanners import wire
from scanners.observation import Collection
from service.audit import store as audit
from service.audit.chain import Actor
from service.db import SafeTransaction, uuid7
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import ngettext
from service.probes.store.register import Speaker, probe


@dataclass(frozen=True, slots=True)
class JobRow:
    """A scan that a probe was asked for."""

    id: UUID
    probe_id: UUID
    probe_name: str
    targets: tuple[str, ...]
    state: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    text: str
    purpose: str
    """The reason that was given; empty: none was needed."""


async def add_job(
    tx: SafeTransaction,
    town: int,
    key: UUID,
    targets: Sequence[str],
    scope_version: str,
    *,
    by: Actor,
    now: datetime,
    purpose: str = "",
) -> UUID:
    """Ask a probe for a scan, outside the windows if a `purpose` is given. Raises `Wrong` for one that is not in service."""
    found = await probe(tx, town, key)
    if found.state != "active":
        raise Wrong(_("Diese Sonde ist nicht in Betrieb."), found.name, _("Bestätigen Sie sie zuerst."))
    job = uuid7()
    await tx.connection.execute(
        "insert into probe_job (town_id, id, probe_id, targets, scope_version, requested_by, requested_at, purpose)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        town,
        job,
        key,
        msgspec.json.encode(list(targets)).decode(),
        scope_version,
        by.name,
        now,
        purpose,
    )
    after = {"probe": found.name, "targets": list(targets), "scope_version": scope_version}
    after |= {"purpose": purpose} if purpose else {}
    await audit.record(tx, by, "probe.ask", f"probe_job/{job}", after=after)
    return job


async def orders(tx: SafeTransaction, who: Speaker, results: Sequence[wire.Result], now: datetime) -> list[wire.Job]:
    """Note what became of jobs, then all that are open."""
    for result in results:
        state = result.state if result.state in ("done", "failed", "refused") else "failed"
        done = await tx.connection.fetchval(
            "update probe_job set state = $4, finished_at = $5, text = $6 where town_id = $1 and probe_id = $2 and id = $3"
            " and state in ('waiting', 'fetched') returning id",
            who.town,
            who.id,
            result.id,
            state,
            now,
            result.text.replace("\0", "")[:1000],
        )
        if done is not None:
            await audit.record(tx, who.actor, f"probe_job.{state}", f"probe_job/{result.id}", after={"text": result.text[:500]})
    rows = await tx.connection.fetch(
        "update probe_job set state = 'fetched', fetched_at = coalesce(fetched_at, $3) where town_id = $1 and probe_id = $2"
        " and state in ('waiting', 'fetched') returning id, targets, scope_version, requested_at, purpose",
        who.town,
        who.id,
        now,
    )
    found = [
        wire.Job(
            row["id"], msgspec.json.decode(row["targets"]), row["scope_version"], row["requested_at"], purpose=row["purpose"]
        )
        for row in rows
    ]
    return sorted(found, key=lambda job: (job.requested_at, job.id))


async def note_reread(tx: SafeTransaction, town: int, key: UUID, found: Collection, at: datetime) -> None:
    """A probe read devices again because they called: a line in the log of scans as any job."""
    targets = [part.strip() for part in found.scope.split(",") if part.strip()]
    name = (await probe(tx, town, key)).name
    await tx.connection.execute(
        "insert into probe_job (town_id, id, probe_id, targets, state, requested_by, requested_at, finished_at, text, purpose)"
        " values ($1, $2, $3, $4, 'done', $5, $6, $7, $8, $9)",
        town,
        uuid7(),
        key,
        msgspec.json.encode(targets[:100]).decode(),
        f"Sonde {name}",
        found.started_at or at,
        found.finished_at or at,
        ngettext("%(num)s Gerät antwortete.", "%(num)s Geräte antworteten.", len(found.observations)),
        found.purpose.replace("\0", "")[:200],
    )


async def refuse(tx: SafeTransaction, who: Speaker, job: UUID, text: str, now: datetime) -> None:
    """The centre hands an open job out no more."""
    await tx.connection.execute(
        "update probe_job set state = 'withheld', finished_at = $4, text = $5 where town_id = $1 and probe_id = $2 and id = $3"
        " and state in ('waiting', 'fetched')",
        who.town,
        who.id,
        job,
        now,
        text[:1000],
    )
    await audit.record(tx, who.actor, "probe_job.withheld", f"probe_job/{job}", after={"text": text[:500]})


async def jobs(tx: SafeTransaction, town: int, *, limit: int = 20) -> list[JobRow]:
    """The newest jobs of all probes."""
    rows = await tx.connection.fetch(
        "select j.id, j.probe_id, p.name as probe_name, j.targets, j.state, j.requested_by, j.requested_at, j.finished_at,"
        " j.text, j.purpose"
        " from probe_job j join probe p on p.town_id = j.town_id and p.id = j.probe_id where j.town_id = $1"
        " order by j.requested_at desc, j.id desc limit $2",
        town,
        limit,
    )
    return [JobRow(**_job(row)) for row in rows]


def _job(row: Any) -> dict[str, Any]:
    return dict(row) | {"targets": tuple(msgspec.json.decode(row["targets"]))}
