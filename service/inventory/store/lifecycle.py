"""Steps in the life of devices: each is a lock on the state with day, reason and perhaps a proof; undone as any decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import lifecycle
from service.inventory.lifecycle import Step, Wish
from service.inventory.store.decisions import Act, begin, replace_locks
from service.settings import local_day

_STEPS = """select d.asset_id, d.value, coalesce(d.effective_on, (d.decided_at at time zone 'Europe/Berlin')::date) as day,
  d.reason, coalesce(d.proof, '') as proof, d.decided_by, d.decided_at from decision d
where d.town_id = $1 and d.asset_id = any ($2::uuid[]) and d.kind = 'lock' and d.field = 'status'
  and (d.taken_back_at is null or exists (select from decision n where n.town_id = $1 and n.asset_id = d.asset_id
    and n.kind = 'lock' and n.field = 'status' and n.decided_at = d.taken_back_at and n.batch <> d.batch))
order by d.decided_at desc, d.id desc"""
"""What was replaced by a later step stays; what was taken back is gone."""

_GIVEN = """select distinct on (h.asset_id) h.asset_id, h.role, t.name from handover h join town t on t.id = h.partner_town
where h.town_id = $1 and h.asset_id = any ($2::uuid[]) and h.state = 'accepted'
order by h.asset_id, h.answered_at desc, h.id desc"""


async def steps(tx: SafeTransaction, town: int, assets: Sequence[UUID]) -> Mapping[UUID, tuple[Step, ...]]:
    """The life of devices as people entered it, the newest step first."""
    out: dict[UUID, list[Step]] = {}
    for row in await tx.connection.fetch(_STEPS, town, list(assets)):
        step = Step(row["value"], row["day"], row["reason"], row["proof"], row["decided_by"], row["decided_at"])
        out.setdefault(row["asset_id"], []).append(step)
    return {key: tuple(found) for key, found in out.items()}


async def given(tx: SafeTransaction, town: int, assets: Sequence[UUID]) -> Mapping[UUID, str]:
    """Of these devices those that another town has taken over and not given back, with its name."""
    rows = await tx.connection.fetch(_GIVEN, town, list(assets))
    return {row["asset_id"]: row["name"] for row in rows if row["role"] == "giver"}


async def enter(act: Act, asset: UUID, to: str, *, on: date, reason: str, proof: str = "", before: str = "") -> None:
    """Write a step that was checked: the new state as a lock, the estate after it, an entry in the audit log."""
    anchor = await act.tx.connection.fetchval("select anchor from asset where town_id = $1 and id = $2", act.town, asset)
    await replace_locks(act, asset, ["status"])
    await act.note(
        "lock", asset=asset, records=[anchor], field="status", value=to, reason=reason, effective_on=on, proof=proof or None
    )
    await act.derive()
    after = {"status": to, "on": on.isoformat(), "reason": reason, "proof": proof}
    await audit(act.tx, act.by, "asset.state", f"asset/{asset}", before={"status": before}, after=after)


async def change(tx: SafeTransaction, town: int, asset: UUID, wish: Wish, *, by: Actor, now: datetime) -> None:
    """One device takes a step.

    Raises:
        Missing: the town has no such device.
        Wrong: it cannot go there, or not on that day.
    """
    day = lifecycle.checked(wish, local_day(now))
    act = await begin(tx, town, by, now)
    row = await tx.connection.fetchrow(
        "select kind, status, purchase_date from asset where town_id = $1 and id = $2", town, asset
    )
    if row is None:
        raise Missing
    last = next(iter((await steps(tx, town, [asset])).get(asset, ())), None)
    away = lifecycle.away((await given(tx, town, [asset])).get(asset, ""))
    why = away or lifecycle.refused(row["kind"], row["status"], wish.to, wish.proof)
    why = why or lifecycle.too_early(wish.to, day, last, row["purchase_date"])
    if why:
        raise Wrong(_("Das geht nicht: Das Gerät %(why)s.", why=why), _("Zustand ändern"))
    await enter(act, asset, wish.to, on=day, reason=wish.reason.strip(), proof=wish.proof.strip(), before=row["status"])
