"""Several review cases at once, and the devices that a case is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Wrong
from service.inventory import labels
from service.inventory.manual import checked, entered
from service.inventory.store import decisions
from service.inventory.store.derivation import lock as lock_town
from service.inventory.store.inbox import review
from service.inventory.views import ReviewRow
from service.settings import local_day

AGREE: Mapping[str, str] = {"new": "accept", "changed": "take", "typo": "noted"}
"""What „Annehmen“ means for a selection; the other kinds need a look at each case."""


@dataclass(frozen=True, slots=True)
class Home:
    """The device that a record belongs to."""

    asset: UUID
    name: str


async def homes(tx: SafeTransaction, town: int, records: Sequence[UUID]) -> dict[UUID, Home]:
    """Devices by record, of records that belong to one."""
    rows = await tx.connection.fetch(
        "select s.id, a.id as asset, a.name from sighting s join asset a on a.town_id = s.town_id and a.id = s.asset_id"
        " where s.town_id = $1 and s.id = any ($2::uuid[])",
        town,
        list(records),
    )
    return {row["id"]: Home(row["asset"], row["name"]) for row in rows}


async def label(tx: SafeTransaction, town: int, record: UUID) -> str:
    """How people find a record again: its place in its file."""
    row = await tx.connection.fetchrow(
        "select r.key, c.file from record r join collection c on c.town_id = r.town_id and c.id = r.collection_id"
        " where r.town_id = $1 and r.id = $2",
        town,
        record,
    )
    return f"{row['file']}, {labels.place(row['key'])}" if row else ""


async def agree_to(tx: SafeTransaction, town: int, cases: Sequence[UUID], *, by: Actor, now: datetime) -> int:
    """Agree to all of these cases for which a click is enough, in one act that is undone as one; answers how many."""
    act = await _begin(tx, town, by, now)
    taken = [case for case in await _open(tx, town, cases) if case.kind in AGREE and case.asset is not None]
    for case in taken:
        if case.asset is None:
            continue
        anchor = await tx.connection.fetchval("select anchor from asset where town_id = $1 and id = $2", town, case.asset)
        if case.kind == "new":
            await act.note("accept", asset=case.asset, records=[anchor])
        elif case.kind == "changed":
            field, seen = str(case.details["field"]), str(case.details["seen"])
            await decisions.replace_locks(act, case.asset, [field])
            told = checked(field, seen, local_day(now))
            await act.note(
                "lock", asset=case.asset, records=[anchor], field=field, value=told, reason="in den Abweichungen entschieden"
            )
        elif linked := str(case.details.get("key", "")):
            await act.note("answer", answers=linked, asset=case.asset)
        await act.close(case)
        await audit(tx, by, "review.answer", f"review/{case.id}", after={"kind": case.kind, "answer": AGREE[case.kind]})
    if taken:
        await act.derive()
    return len(taken)


async def ignore_all(tx: SafeTransaction, town: int, cases: Sequence[UUID], *, until: datetime, by: Actor, now: datetime) -> int:
    """Lay all of these cases aside until a day; undone as one."""
    act = await _begin(tx, town, by, now)
    found = await _open(tx, town, cases)
    for case in found:
        await act.close(case, "ignored", until)
        await audit(tx, by, "review.ignore", f"review/{case.id}", after={"until": until.isoformat(), "kind": case.kind})
    return len(found)


async def set_field(
    tx: SafeTransaction, town: int, cases: Sequence[UUID], field: str, value: str, *, reason: str, by: Actor, now: datetime
) -> int:
    """Set one field of the devices of these cases by hand, in one act; the cases stay open. Answers how many devices."""
    told = entered(field, value, local_day(now))
    if not told:
        raise Wrong("Bitte geben Sie einen Wert ein.", "Auswahl")
    act = await _begin(tx, town, by, now)
    assets = list(dict.fromkeys(case.asset for case in await _open(tx, town, cases) if case.asset))
    for asset in assets:
        anchor = await tx.connection.fetchval("select anchor from asset where town_id = $1 and id = $2", town, asset)
        await decisions.replace_locks(act, asset, [field])
        await act.note("lock", asset=asset, records=[anchor], field=field, value=told, reason=reason)
        await audit(tx, by, "asset.lock", f"asset/{asset}", after={field: told, "reason": reason})
    if assets:
        await act.derive()
    return len(assets)


async def _begin(tx: SafeTransaction, town: int, by: Actor, now: datetime) -> decisions.Act:
    await lock_town(tx, town)
    return decisions.Act(tx, town, by, now, uuid7())


async def _open(tx: SafeTransaction, town: int, cases: Sequence[UUID]) -> list[ReviewRow]:
    found = [await review(tx, town, case) for case in dict.fromkeys(cases)]
    return [case for case in found if case is not None and case.state in ("open", "ignored")]
