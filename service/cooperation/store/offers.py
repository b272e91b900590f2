"""Offers of help: a town's own, those of the others, and answers that two towns alone see.

What others see is a copy in the group's tenant, written in the same transaction (`group_write`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.cooperation.rules import Answer, Offer, OtherOffer, answer_state, check_offer
from service.cooperation.store import GROUP
from service.db import SafeTransaction, group_write, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _

_OWN = """select o.id, o.kind, o.title, o.text, o.valid_until, o.contact, o.state, o.version, coalesce(t.name, '') as given_to,
  (select count(*)::int from shared_answer a where a.town_id = 0 and a.to_town = o.town_id and a.offer = o.id) as answers
from help_offer o left join town t on t.id = o.given_to where o.town_id = $1"""
_OTHERS = """select s.id, s.of_town, t.name as town, s.kind, s.title, s.text, s.valid_until, s.contact,
  coalesce(s.to_town = $1, false) as mine,
  exists (select from offer_answer a where a.town_id = $1 and a.offer = s.id) as answered
from shared_offer s join town t on t.id = s.of_town
where s.town_id = 0 and s.of_town <> $1 and (s.to_town = $1 or (s.to_town is null and s.valid_until >= $2))"""


async def own(tx: SafeTransaction, town: int) -> Sequence[Offer]:
    """The town's offers, open ones first, then by their last day."""
    rows = await tx.connection.fetch(_OWN + " order by o.state <> 'open', o.valid_until, o.id", town)
    return [Offer(**dict(row)) for row in rows]


async def offer(tx: SafeTransaction, town: int, key: UUID) -> Offer:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_OWN + " and o.id = $2", town, key)
    if row is None:
        raise Missing
    return Offer(**dict(row))


async def others(tx: SafeTransaction, town: int, today: date) -> Sequence[OtherOffer]:
    """What other towns offer now, and what they gave to this town."""
    rows = await tx.connection.fetch(_OTHERS + " order by s.valid_until, t.name, s.id", town, today)
    return [OtherOffer(**dict(row)) for row in rows]


async def other(tx: SafeTransaction, town: int, key: UUID, today: date) -> OtherOffer:
    """One of them; raises `Missing` for what is over, taken back or given to somebody else."""
    row = await tx.connection.fetchrow(_OTHERS + " and s.id = $3", town, today, key)
    if row is None:
        raise Missing
    return OtherOffer(**dict(row))


async def answers(tx: SafeTransaction, town: int, key: UUID) -> Sequence[Answer]:
    """Who needs an own offer, in the order of asking."""
    rows = await tx.connection.fetch(
        "select a.offer, a.of_town as town_id, t.name as town, '' as title, a.note, a.contact, a.answered_at"
        " from shared_answer a join town t on t.id = a.of_town"
        " where a.town_id = 0 and a.to_town = $1 and a.offer = $2 order by a.answered_at, a.id",
        town,
        key,
    )
    return [Answer(**dict(row)) for row in rows]


async def own_answers(tx: SafeTransaction, town: int, today: date) -> Sequence[Answer]:
    """What the town answered to others, newest first, and what became of it."""
    known = {one.id: one for one in await others(tx, town, today)}
    rows = await tx.connection.fetch(
        "select a.offer, a.to_town as town_id, t.name as town, a.title, a.note, a.contact, a.answered_at"
        " from offer_answer a join town t on t.id = a.to_town where a.town_id = $1 order by a.answered_at desc",
        town,
    )
    return [Answer(**dict(row), state=answer_state(known.get(row["offer"]))) for row in rows]


async def save(tx: SafeTransaction, town: int, item: Offer, by: Actor, now: datetime, today: date) -> UUID:
    """Make (version 0) or change an offer; it is seen by the other towns at once. Raises `Wrong`, `Missing`, `Outdated`."""
    check_offer(item, today)
    if item.version:
        before = await offer(tx, town, item.id)
        if before.state != "open":
            raise Wrong(_("Dieses Angebot ist nicht mehr offen."), "", _("Machen Sie ein neues."))
        done = await tx.connection.fetchval(
            "update help_offer set kind = $4, title = $5, text = $6, valid_until = $7, contact = $8, changed_at = $9,"
            " version = version + 1 where town_id = $1 and id = $2 and version = $3 returning id",
            town, item.id, item.version, item.kind, item.title, item.text, item.valid_until, item.contact, now,
        )  # fmt: skip
        if done is None:
            raise Outdated
    else:
        item = dataclasses.replace(item, id=uuid7())
        await tx.connection.execute(
            "insert into help_offer (town_id, id, kind, title, text, valid_until, contact, created_by, changed_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            town, item.id, item.kind, item.title, item.text, item.valid_until, item.contact, by.name[:200], now,
        )  # fmt: skip
    async with group_write(tx):
        await tx.connection.execute("delete from shared_offer where town_id = 0 and of_town = $1 and id = $2", town, item.id)
        await tx.connection.execute(
            "insert into shared_offer (town_id, id, of_town, kind, title, text, valid_until, contact, shared_at)"
            " values (0, $2, $1, $3, $4, $5, $6, $7, $8)",
            town, item.id, item.kind, item.title, item.text, item.valid_until, item.contact, now,
        )  # fmt: skip
    after = {"kind": item.kind, "title": item.title, "valid_until": item.valid_until.isoformat()}
    await audit(tx, by, "offer.change" if item.version else "offer.add", f"help_offer/{item.id}", after=after)
    return item.id


async def withdraw(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime) -> None:
    """Take an open offer back: the others see it no more. Raises `Missing`, `Wrong`."""
    await _end(tx, town, key, "withdrawn", None, now)
    async with group_write(tx):
        await tx.connection.execute("delete from shared_offer where town_id = 0 and of_town = $1 and id = $2", town, key)
    await audit(tx, by, "offer.withdraw", f"help_offer/{key}")


async def give(tx: SafeTransaction, town: int, key: UUID, to: int, by: Actor, now: datetime) -> str:
    """Give an open offer to a town that answered; answers its name. From now on these two alone see it."""
    asked = next((one for one in await answers(tx, town, key) if one.town_id == to), None)
    if asked is None:
        raise Missing
    await _end(tx, town, key, "given", to, now)
    async with group_write(tx):
        await tx.connection.execute(
            "update shared_offer set to_town = $3 where town_id = 0 and of_town = $1 and id = $2", town, key, to
        )
    await audit(tx, by, "offer.give", f"help_offer/{key}", after={"town": asked.town})
    return asked.town


async def _end(tx: SafeTransaction, town: int, key: UUID, state: str, to: int | None, now: datetime) -> None:
    await offer(tx, town, key)
    done = await tx.connection.fetchval(
        "update help_offer set state = $3, given_to = $4, changed_at = $5, version = version + 1"
        " where town_id = $1 and id = $2 and state = 'open' returning id",
        town, key, state, to, now,
    )  # fmt: skip
    if done is None:
        raise Wrong(_("Dieses Angebot ist nicht mehr offen."))


async def reply(
    tx: SafeTransaction, town: int, key: UUID, note: str, contact: str, by: Actor, now: datetime, today: date
) -> None:  # fmt: skip
    """„Wir brauchen das“: seen by the offering town and this one alone. Raises `Missing`, `Wrong`."""
    wanted = await other(tx, town, key, today)
    if not contact.strip():
        raise Wrong(_("Bitte geben Sie an, wer Auskunft gibt."), "contact", _("Amt oder Rolle, kein Name einer Person."))
    if wanted.answered:
        raise Wrong(_("Ihre Stadt hat schon geantwortet."), "", _("Nehmen Sie die Antwort zurück, um eine neue zu geben."))
    values = (town, uuid7(), wanted.of_town, key, note.strip(), contact.strip(), now)
    await tx.connection.execute(
        "insert into offer_answer (town_id, id, to_town, offer, note, contact, answered_at, title, answered_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *values,
        wanted.title,
        by.name[:200],
    )
    async with group_write(tx):
        await tx.connection.execute(
            "insert into shared_answer (town_id, of_town, id, to_town, offer, note, contact, answered_at)"
            " values (0, $1, $2, $3, $4, $5, $6, $7)",
            *values,
        )
    await audit(tx, by, "offer.answer", f"shared_offer/{key}", after={"town": wanted.town, "title": wanted.title})


async def retract(tx: SafeTransaction, town: int, key: UUID, by: Actor) -> None:
    """Take the own answer back. Raises `Missing`."""
    gone = await tx.connection.fetchval("delete from offer_answer where town_id = $1 and offer = $2 returning title", town, key)
    if gone is None:
        raise Missing
    async with group_write(tx):
        await tx.connection.execute("delete from shared_answer where town_id = 0 and of_town = $1 and offer = $2", town, key)
    await audit(tx, by, "offer.retract", f"shared_offer/{key}", before={"title": gone})


__all__ = [
    "GROUP", "answers", "give", "offer", "other", "others", "own", "own_answers", "reply", "retract", "save", "withdraw",
]  # fmt: skip
