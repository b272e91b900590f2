"""Hand-overs: the same offer in two towns, one row in each under one id; neither reads the other's devices.

Why a row in each town and not one in the group's tenant 0: every town that reads the group would read that row, and a
query that names its town is only as good as the next query. A row of one's own is guarded by row security like
everything else, and holds only what was released.

The giver's row decides. Whoever acts, on either side, first changes it in one transaction together with the giver's
device; `tell` then makes the receiver's row like it in a second one, and with it the device there. Between the two a
process may die: the giver's row says so (`told_at` is empty), and `tell` may be called as often as one likes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, town_tx, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.inventory import handover as rules
from service.inventory import lifecycle
from service.inventory.handover import Handover, Offer
from service.inventory.store import lifecycle as life
from service.inventory.store import loans
from service.inventory.store.decisions import Act, begin
from service.inventory.store.derivation import lock
from service.inventory.store.detail import asset as detail
from service.inventory.store.intake import take_in
from service.settings import local_day

_ROW = """select h.id, h.town_id, h.role, h.partner_town, t.name as partner, h.asset_id, coalesce(a.name, '') as asset_name,
  h.fields, h.planned_on, h.reason, h.state, h.offered_by, h.offered_at, h.answered_by, h.answered_at, h.answer, h.told_at
from handover h join town t on t.id = h.partner_town left join asset a on a.town_id = h.town_id and a.id = h.asset_id
where h.town_id = $1 """
_PUT = """insert into handover (town_id, id, role, partner_town, asset_id, fields, planned_on, reason, offered_by, offered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (town_id, id) do nothing"""
_ANSWER = """update handover set state = $3, answered_by = $4, answered_at = $5, answer = $6, told_at = null,
  batch = coalesce($7, batch), asset_id = coalesce($8, asset_id), collection_id = coalesce($9, collection_id)
where town_id = $1 and id = $2"""
_EVENT = """insert into history (town_id, id, asset_id, at, actor, action, changes) values ($1, $2, $3, $4, $5, $6, $7)"""


async def handovers(tx: SafeTransaction, town: int, asset: UUID | None = None) -> Sequence[Handover]:
    """A town's hand-overs in both directions, or those of one device: open ones first, then the newest."""
    rows = await tx.connection.fetch(
        _ROW + "and ($2::uuid is null or h.asset_id = $2)"
        " order by (h.state in ('offered', 'agreed') or (h.role = 'giver' and h.told_at is null)) desc,"
        " h.offered_at desc, h.id desc",
        town,
        asset,
    )
    return [_handover(row) for row in rows]


async def handover(tx: SafeTransaction, town: int, key: UUID) -> Handover:
    """One of them. Raises `Missing`."""
    row = await tx.connection.fetchrow(_ROW + "and h.id = $2", town, key)
    if row is None:
        raise Missing
    return _handover(row)


async def waiting(tx: SafeTransaction, town: int) -> tuple[int, int]:
    """How many offers wait for this town's answer, and how many of its own wait for another's."""
    row = await tx.connection.fetchrow(
        "select count(*) filter (where role = 'receiver')::int, count(*) filter (where role = 'giver')::int from handover"
        " where town_id = $1 and state = 'offered'",
        town,
    )
    return row[0], row[1]


async def towns(tx: SafeTransaction, town: int) -> list[tuple[str, str]]:
    """Slug and name of the towns to which a device may go."""
    rows = await tx.connection.fetch("select slug, name from town where id > 0 and id <> $1 order by name", town)
    return [(row["slug"], row["name"]) for row in rows]


async def offer(tx: SafeTransaction, town: int, asset: UUID, wish: Offer, *, by: Actor, now: datetime) -> UUID:
    """Offer a device to another town; `tell` then carries the offer there.

    Raises:
        Missing: the town has no such device.
        Outdated: it is offered already.
        Wrong: it cannot be handed over; `where` names the field.
    """
    await lock(tx, town)
    device = await detail(tx, town, asset)
    if device is None or device.gone_at is not None:
        raise Missing
    at_once = await tx.connection.fetchrow(
        "select offered_by, offered_at from handover where town_id = $1 and asset_id = $2 and role = 'giver'"
        " and state in ('offered', 'agreed')",
        town,
        asset,
    )
    if at_once is not None:
        raise Outdated(at_once["offered_by"], at_once["offered_at"])
    if why := await _kept_back(tx, town, asset):
        raise Wrong(_("Das geht nicht: Das Gerät %(why)s.", why=why), _("Übergabe"))
    day = rules.checked(wish, local_day(now))
    fields = rules.released(rules.held(device), wish.fields)
    partner = await tx.connection.fetchval("select id from town where slug = $1 and id > 0 and id <> $2", wish.town, town)
    if partner is None:
        raise Wrong(_("Diese Stadt nimmt nicht oder nicht mehr teil."), _("Stadt"), _("Wählen Sie eine aus der Liste."))
    key, reason = uuid7(), wish.reason.strip()
    await tx.connection.execute(_PUT, town, key, "giver", partner, asset, _json(fields), day, reason, by.name, now)
    after = {"handover": str(key), "to": partner, "fields": sorted(fields), "on": day.isoformat(), "reason": reason}
    await audit(tx, by, "handover.offer", f"asset/{asset}", after=after)
    return key


async def accept(giver: int, receiver: int, key: UUID, *, by: Actor, now: datetime) -> None:
    """The receiver takes the device: it is retired with the giver, then `tell`. Opens a transaction for each town.

    Where the day of the hand-over is still to come, both sides only note that it is agreed; `due` does it on that day.

    Raises:
        Missing: the receiver was offered nothing of that kind.
        Outdated: withdrawn or answered meanwhile.
        Wrong: the giver does not have the device any more.
    """
    async with town_tx([giver], giver) as tx:
        act = await begin(tx, giver, by, now)
        row = await _deciding(tx, giver, receiver, key)
        if row.state not in ("offered", "agreed", "accepted"):
            raise Outdated(row.answered_by or "", row.answered_at)
        if row.open and row.asset_id:
            if row.planned_on > local_day(now):
                await _agree(act, row, row.asset_id)
            else:
                await _give(act, row, row.asset_id)
    await tell(giver, key, now=now)


async def due(town: int, *, now: datetime) -> int:
    """Do what was agreed for a day that has come, with this town as giver; answers how many devices went.

    What cannot be any more is withdrawn with the reason, for both sides to read.
    """
    async with town_tx([town]) as tx:
        ready = await tx.connection.fetch(
            "select id from handover where town_id = $1 and role = 'giver' and state = 'agreed' and planned_on <= $2",
            town,
            local_day(now),
        )
    gone = 0
    for item in ready:
        try:
            async with town_tx([town], town) as tx:
                row = await handover(tx, town, item["id"])
                act = await begin(tx, town, Actor(row.answered_by or row.offered_by), now)
                row = await handover(tx, town, item["id"])
                if row.state == "agreed" and row.asset_id:
                    await _give(act, row, row.asset_id)
                    gone += 1
        except Wrong as wrong:
            async with town_tx([town]) as tx:
                row = await handover(tx, town, item["id"])
            await close(town, row.partner_town, row.id, "withdrawn", wrong.what, by=Actor(row.offered_by), now=now)
        await tell(town, item["id"], now=now)
    return gone


async def close(giver: int, receiver: int, key: UUID, state: str, why: str, *, by: Actor, now: datetime) -> None:
    """The receiver refuses or the giver withdraws (`state`), with a reason; then `tell`.

    Raises:
        Missing: there is no such offer between the two.
        Outdated: the other side was faster.
        Wrong: without a reason.
    """
    why = rules.checked_answer(why)
    async with town_tx([giver], giver) as tx:
        await lock(tx, giver)
        row = await _deciding(tx, giver, receiver, key)
        if row.state not in (*rules.PENDING, state):
            raise Outdated(row.answered_by or "", row.answered_at)
        if row.pending:
            await tx.connection.execute(_ANSWER, giver, key, state, by.name, now, why, None, None, None)
            word = "handover.refuse" if state == "refused" else "handover.withdraw"
            await audit(
                tx,
                _abroad(by) if state == "refused" else by,
                word,
                f"asset/{row.asset_id}",
                after={"handover": str(key), "reason": why},
            )
    await tell(giver, key, now=now)


async def tell(giver: int, key: UUID, *, now: datetime) -> None:
    """Make the receiver's row like the giver's, and with an acceptance the device there; again and again without harm."""
    async with town_tx([giver]) as tx:
        row = await handover(tx, giver, key)
        name = await tx.connection.fetchval("select name from town where id = $1", giver)
    by = Actor(row.answered_by or row.offered_by)
    town = row.partner_town
    async with town_tx([town], town) as tx:
        act = await begin(tx, town, by, now)
        told = await tx.connection.execute(
            _PUT,
            town,
            key,
            "receiver",
            giver,
            None,
            _json(row.fields),
            row.planned_on,
            row.reason,
            row.offered_by,
            row.offered_at,
        )
        if told.endswith(" 1"):
            await audit(
                tx,
                Actor(row.offered_by),
                "handover.offered",
                f"handover/{key}",
                after={"from": giver, "fields": sorted(row.fields)},
            )
        here = await handover(tx, town, key)
        if here.pending and not row.open and here.state != row.state:  # an answer is final: nothing read before it counts
            await _follow(act, row, here, str(name))
    async with town_tx([giver], giver) as tx:
        await tx.connection.execute(
            "update handover set told_at = $3 where town_id = $1 and id = $2 and state = $4 and told_at is null",
            giver,
            key,
            now,
            row.state,
        )


async def catch_up(town: int, *, now: datetime) -> int:
    """Finish what a killed process left half done with this town as giver; answers how many."""
    async with town_tx([town]) as tx:
        left = await tx.connection.fetch(
            "select id from handover where town_id = $1 and role = 'giver' and told_at is null", town
        )
    for row in left:
        await tell(town, row["id"], now=now)
    return len(left)


async def _deciding(tx: SafeTransaction, giver: int, receiver: int, key: UUID) -> Handover:
    """The giver's row, if it is one between these two. The town's lock must be held."""
    row = await handover(tx, giver, key)
    if row.role != "giver" or row.partner_town != receiver:
        raise Missing
    return row


async def _kept_back(tx: SafeTransaction, town: int, asset: UUID) -> str:
    """Why this device cannot be handed over, as a sentence's end; empty where it can."""
    row = await tx.connection.fetchrow(
        "select kind, status, gone_at, lent_from from asset where town_id = $1 and id = $2", town, asset
    )
    if row is None or row["gone_at"] is not None:
        return _("wird nicht mehr geführt")
    if row["lent_from"] is not None:
        return _("gehört einer anderen Stadt; nur sie kann es übergeben")
    away = lifecycle.away((await life.given(tx, town, [asset])).get(asset, ""))
    return away or rules.kept_back(row["kind"], row["status"])


async def _give(act: Act, row: Handover, asset: UUID) -> None:
    """The giver's half of an acceptance: the device is retired, loans end, the row says so."""
    if await _kept_back(act.tx, act.town, asset):
        raise _not_there(row)
    await loans.end(act.tx, act.town, asset, row.partner_town, by=act.by, now=act.now)
    status = await act.tx.connection.fetchval("select status from asset where town_id = $1 and id = $2", act.town, asset)
    abroad = dataclasses.replace(act, by=_abroad(act.by))
    reason = f"übergeben an {row.partner}: {row.reason}"
    last = next(iter((await life.steps(act.tx, act.town, [asset])).get(asset, ())), None)
    day = rules.effective(row.planned_on, local_day(act.now), last)
    await life.enter(abroad, asset, "retired", on=day, reason=reason, before=status)
    await act.tx.connection.execute(_ANSWER, act.town, row.id, "accepted", act.by.name, act.now, "", act.batch, None, None)
    await _event(act, asset, "given", "", row.partner)
    await audit(act.tx, abroad.by, "handover.accept", f"asset/{asset}", after={"handover": str(row.id), "to": row.partner_town})


async def _agree(act: Act, row: Handover, asset: UUID) -> None:
    """The receiver takes it, but the day is still to come: the row says so, the device stays."""
    if await _kept_back(act.tx, act.town, asset):
        raise _not_there(row)
    await act.tx.connection.execute(_ANSWER, act.town, row.id, "agreed", act.by.name, act.now, "", None, None, None)
    after = {"handover": str(row.id), "to": row.partner_town, "on": row.planned_on.isoformat()}
    await audit(act.tx, _abroad(act.by), "handover.agree", f"asset/{asset}", after=after)


def _not_there(row: Handover) -> Wrong:
    return Wrong(
        _("Das Gerät steht dort nicht mehr zur Übergabe bereit."),
        row.title,
        _("Bitten Sie die andere Stadt, das Angebot zurückzuziehen, oder lehnen Sie es ab."),
    )


async def _follow(act: Act, row: Handover, here: Handover, giver: str) -> None:
    """The receiver's half: after an acceptance the device is there, else the row says how it ended."""
    tx, town = act.tx, act.town
    at = act.now if here.state == "agreed" else row.answered_at or act.now
    asset = collection = batch = None
    if row.state == "accepted":
        raw = msgspec.json.encode({"handover": str(row.id), "from": giver, "fields": dict(row.fields)})
        taken = await take_in(
            tx, town, rules.arrival(row.fields, at), by=act.by, raw=raw, file=f"Übernommen von {giver}", now=at, observed_at=at
        )
        collection, asset, batch = taken.collection, taken.rows[0].asset, act.batch
    if asset is not None:
        await loans.end(tx, town, asset, row.town_id, by=act.by, now=at)
        status = await tx.connection.fetchval("select status from asset where town_id = $1 and id = $2", town, asset)
        last = next(iter((await life.steps(tx, town, [asset])).get(asset, ())), None)
        day = rules.effective(row.planned_on, local_day(at), last)
        reason = f"übernommen von {giver}: {row.reason}"
        await life.enter(act, asset, "in_stock", on=day, reason=reason, before=status)
        await _event(act, asset, "received", giver, "")
    await tx.connection.execute(_ANSWER, town, row.id, row.state, act.by.name, at, row.answer, batch, asset, collection)
    words = {"accepted": "handover.accept", "refused": "handover.refuse", "agreed": "handover.agree"}
    word = words.get(row.state, "handover.withdraw")
    after = {"from": row.town_id, "reason": row.answer, "asset": str(asset) if asset else None}
    await audit(tx, act.by, word, f"handover/{here.id}", before={"state": here.state}, after=after)


async def _event(act: Act, asset: UUID, action: str, before: str, after: str) -> None:
    """A line in the device's history."""
    changes = _json({"town": [before, after]})
    await act.tx.connection.execute(_EVENT, act.town, uuid7(), asset, act.now, act.by.name, action, changes)


def _abroad(by: Actor) -> Actor:
    """Who acted from the other town, without the address of the computer there."""
    return Actor(by.name, by.account, by.role)


def _json(values: Mapping[str, Any]) -> str:
    return msgspec.json.encode(dict(values)).decode()


def _handover(row: Mapping[str, Any]) -> Handover:
    return Handover(**(dict(row) | {"fields": msgspec.json.decode(row["fields"], type=dict[str, str])}))
