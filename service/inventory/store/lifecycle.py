"""Steps in the life of devices: each is a lock on the state with day, reason and perhaps a proof; undone as any decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import lifecycle
from service.inventory.lifecycle import Step, Wish
from service.inventory.store.decisions import begin, replace_locks
from service.settings import BERLIN

_STEPS = """select d.asset_id, d.value, coalesce(d.effective_on, (d.decided_at at time zone 'Europe/Berlin')::date) as day,
  d.reason, coalesce(d.proof, '') as proof, d.decided_by, d.decided_at from decision d
where d.town_id = $1 and d.asset_id = any ($2::uuid[]) and d.kind = 'lock' and d.field = 'status'
  and (d.taken_back_at is null or exists (select from decision n where n.town_id = $1 and n.asset_id = d.asset_id
    and n.kind = 'lock' and n.field = 'status' and n.decided_at = d.taken_back_at and n.batch <> d.batch))
order by d.decided_at desc, d.id desc"""
"""What was replaced by a later step stays; what was taken back is gone."""


async def steps(tx: SafeTransaction, town: int, assets: Sequence[UUID]) -> Mapping[UUID, tuple[Step, ...]]:
    """The life of devices as people entered it, the newest step first."""
    out: dict[UUID, list[Step]] = {}
    for row in await tx.connection.fetch(_STEPS, town, list(assets)):
        step = Step(row["value"], row["day"], row["reason"], row["proof"], row["decided_by"], row["decided_at"])
        out.setdefault(row["asset_id"], []).append(step)
    return {key: tuple(found) for key, found in out.items()}


async def change(tx: SafeTransaction, town: int, asset: UUID, wish: Wish, *, by: Actor, now: datetime) -> None:
    """One device takes a step.

    Raises:
        Missing: the town has no such device.
        Wrong: it cannot go there, or not on that day.
    """
    day = lifecycle.checked(wish, now.astimezone(BERLIN).date())
    act = await begin(tx, town, by, now)
    row = await tx.connection.fetchrow("select kind, status, anchor from asset where town_id = $1 and id = $2", town, asset)
    if row is None:
        raise Missing
    last = next(iter((await steps(tx, town, [asset])).get(asset, ())), None)
    why = lifecycle.refused(row["kind"], row["status"], wish.to, wish.proof) or lifecycle.too_early(day, last)
    if why:
        raise Wrong(_("Das geht nicht: Das Gerät %(why)s.", why=why), _("Zustand ändern"))
    await replace_locks(act, asset, ["status"])
    await act.note(
        "lock", asset=asset, records=[row["anchor"]], field="status", value=wish.to, reason=wish.reason.strip(),
        effective_on=day, proof=wish.proof.strip() or None,
    )  # fmt: skip
    await act.derive()
    after = {"status": wish.to, "on": day.isoformat(), "reason": wish.reason.strip(), "proof": wish.proof.strip()}
    await audit(tx, by, "asset.state", f"asset/{asset}", before={"status": row["status"]}, after=after)
