"""What the group holds: classes, released needs, prices, thresholds, inhabitants. Every transaction here reads town 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from service.audit.chain import Actor
from service.audit.store import record
from service.auth import store as auth
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import format_percent
from service.i18n import gettext as _
from service.limits import check_text
from service.purchasing import consent
from service.purchasing.consent import Consent, Party, Proposal
from service.purchasing.lots import Invoice, Key, Lot, Part, Released, Terms, Tier, Town, checked, pool
from service.purchasing.thresholds import Threshold
from service.purchasing.views import SpecClass

GROUP = 0
LOCK = "select pg_advisory_xact_lock(4715, 0)"
"""Releasing a need and settling a lot wait for each other."""


async def classes(tx: SafeTransaction) -> tuple[SpecClass, ...]:
    """All classes, retired ones last."""
    rows = await tx.connection.fetch(
        "select id, name, description, retired_at is not null as retired, version from spec_class where town_id = $1"
        " order by retired_at is not null, app.din5007(name)",
        GROUP,
    )
    return tuple(SpecClass(**dict(row)) for row in rows)


async def save_class(tx: SafeTransaction, item: SpecClass, by: Actor, now: datetime) -> UUID:
    """Add (version 0) or change a class. Raises `Wrong`, `Outdated`; writes the group."""
    name = " ".join(item.name.split())
    if not name:
        raise Wrong(_("Die Klasse braucht einen Namen."), "name", _("Zum Beispiel „Notebook 14 Zoll“."))
    check_text(name, "name", 120)
    check_text(item.description, "description")
    if await tx.connection.fetchval(
        "select exists (select from spec_class where town_id = $1 and lower(name) = lower($2) and id <> $3)", GROUP, name, item.id
    ):
        raise Wrong(_("Eine Klasse „%(name)s“ gibt es schon.", name=name), "name", _("Wählen Sie einen anderen Namen."))
    if item.version == 0:
        await tx.connection.execute(
            "insert into spec_class (town_id, id, name, description, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6)",
            GROUP, item.id, name, item.description.strip(), by.name, now,
        )  # fmt: skip
        await record(tx, by, "class.add", f"spec_class/{item.id}", after={"name": name})
        return item.id
    old = await tx.connection.fetchrow(
        "select name, description, retired_at is not null as retired, changed_by, changed_at from spec_class"
        " where town_id = $1 and id = $2",
        GROUP, item.id,
    )  # fmt: skip
    if old is None:
        raise Missing
    done = await tx.connection.fetchval(
        "update spec_class set name = $4, description = $5, changed_by = $6, changed_at = $7, version = version + 1,"
        " retired_at = case when $8 then coalesce(retired_at, $7) end"
        " where town_id = $1 and id = $2 and version = $3 returning id",
        GROUP, item.id, item.version, name, item.description.strip(), by.name, now, item.retired,
    )  # fmt: skip
    if done is None:
        raise Outdated(old["changed_by"], old["changed_at"])
    after = {"name": name, "description": item.description.strip(), "retired": item.retired}
    before = {key: old[key] for key in after}
    await record(tx, by, "class.change", f"spec_class/{item.id}", before=before, after=after)
    return item.id


async def towns(tx: SafeTransaction) -> tuple[Town, ...]:
    """The towns without the group, by slug, which is the code that breaks ties."""
    found = (Town(one.id, one.slug, one.name, one.inhabitants) for one in await auth.towns(tx) if one.id != GROUP)
    return tuple(sorted(found, key=lambda town: town.code))


async def set_inhabitants(tx: SafeTransaction, town: int, number: int | None, by: Actor) -> None:
    """The number that the key of inhabitants uses. Raises `Missing`; writes the group's log."""
    old = next((one for one in await towns(tx) if one.id == town), None)
    if old is None:
        raise Missing
    if old.inhabitants == number:
        return
    await auth.set_inhabitants(tx, town, number)
    await record(
        tx, by, "town.inhabitants", f"town/{old.code}", before={"inhabitants": old.inhabitants}, after={"inhabitants": number}
    )


async def released(tx: SafeTransaction) -> tuple[Released, ...]:
    """What all towns released, and nothing else of it."""
    rows = await tx.connection.fetch(
        "select of_town, class_id, quarter, quantity from pooled_demand where town_id = $1 order by of_town, id", GROUP
    )
    return tuple(Released(**dict(row)) for row in rows)


async def terms(tx: SafeTransaction) -> Mapping[tuple[UUID, str], Terms]:
    """What was agreed, by class and quarter."""
    known = {town.id: town for town in await towns(tx)}
    rows = await tx.connection.fetch("select * from lot_terms where town_id = $1", GROUP)
    return {(row["class_id"], row["quarter"]): _terms(row, known) for row in rows}


def _terms(row: Mapping[str, Any], known: Mapping[int, Town]) -> Terms:
    invoice = None
    if row["invoice_on"] is not None:
        invoice = Invoice(row["invoice_cents"], row["invoice_on"], row["single_cents"])
    parts = []
    for told in msgspec.json.decode(row["settled"]):
        now = known.get(told["town"])
        parts.append(
            Part(Town(told["town"], told["code"], now.name if now else told["name"], told["inhabitants"]), told["quantity"])
        )
    tiers = tuple(Tier(least, price) for least, price in msgspec.json.decode(row["tiers"]))
    return Terms(tiers, Key(row["key"]), invoice, tuple(parts), row["version"], _consent(row))


def _consent(row: Mapping[str, Any]) -> Consent:
    told = msgspec.json.decode(row["proposals"])
    proposals = (
        Proposal(
            int(town), tuple(Tier(*pair) for pair in one["tiers"]), Key(one["key"]), one["by"],
            datetime.fromisoformat(one["at"]),
        )
        for town, one in told.items()
    )  # fmt: skip
    agreed = frozenset(msgspec.json.decode(row["agreed"]))
    return Consent(row["lead"], agreed, row["fixed_by"], row["fixed_at"], tuple(sorted(proposals, key=lambda one: one.at)))


async def lots(tx: SafeTransaction) -> tuple[Lot, ...]:
    """All lots, also those of one town that wait for a second."""
    return pool(await released(tx), await towns(tx), await terms(tx))


async def lot(tx: SafeTransaction, class_id: UUID, quarter: str) -> Lot:
    """One lot. Raises `Missing`."""
    for one in await lots(tx):
        if (one.class_id, one.quarter) == (class_id, quarter):
            return one
    raise Missing


async def begin(tx: SafeTransaction, of: Lot, by: Actor, now: datetime) -> None:
    """Make sure that there is a row of this lot to change."""
    await tx.connection.execute(
        "insert into lot_terms (town_id, id, class_id, quarter, version, changed_by, changed_at)"
        " values ($1, $2, $3, $4, 0, $5, $6) on conflict (town_id, class_id, quarter) do nothing",
        GROUP, uuid7(), of.class_id, of.quarter, by.name, now,
    )  # fmt: skip


async def agree(
    tx: SafeTransaction, of: Lot, tiers: Sequence[Tier], key: Key, version: int, party: Party, by: Actor, now: datetime
) -> None:  # fmt: skip
    """Enter prices and key of a lot; what towns agreed to before counts no more.

    Raises `Wrong` (somebody else decides, they stand fast, bad tiers), `Outdated`; writes the group.
    """
    await tx.connection.execute(LOCK)
    of = await lot(tx, of.class_id, of.quarter)
    consent.require(allowed=consent.decides(of, party))
    consent.require_open(of)
    ordered = checked(tiers)
    await begin(tx, of, by, now)
    own = [party.town] if consent.takes_part(of, party) else []
    await _change(
        tx, of, version, by, now, "tiers = $7::text::jsonb, key = $8, agreed = $9::text::jsonb",
        msgspec.json.encode(pairs(ordered)).decode(), str(key), msgspec.json.encode(own).decode(),
    )  # fmt: skip
    before = {"tiers": pairs(of.terms.tiers), "key": of.terms.key}
    after = {"tiers": pairs(ordered), "key": str(key)}
    await record(tx, by, "lot.agree", name(of), before=before, after=after)


def name(of: Lot) -> str:
    """What the log calls a lot."""
    return f"lot/{of.class_id}/{of.quarter}"


def pairs(tiers: Sequence[Tier]) -> list[tuple[int, int]]:
    """Tiers as they are stored."""
    return [(tier.least, tier.price) for tier in tiers]


async def settle(
    tx: SafeTransaction, of: Lot, cents: int, on: date, version: int, party: Party, by: Actor, now: datetime, *,
    confirmed: bool = False,
) -> None:  # fmt: skip
    """Enter the invoice: the parts stay as they are now. `confirmed`: it differs much from the offer, and that is right.

    Raises `Wrong` (where: confirmed, if a person must confirm the sum first), `Outdated`; writes the group.
    """
    await tx.connection.execute(LOCK)
    of = await lot(tx, of.class_id, of.quarter)
    consent.require(allowed=consent.decides(of, party))
    if of.terms.invoice:
        raise await _late(tx, of)
    if not of.joint:
        raise Wrong(
            _("Ein Los hat mindestens zwei Kommunen."), "invoice", _("Warten Sie, bis eine zweite ihren Bedarf freigibt.")
        )
    if of.weights() is None:
        raise Wrong(
            _("Die Einwohnerzahl fehlt: %(names)s.", names=", ".join(of.without_inhabitants)), "invoice",
            _("Die Verbundadministration trägt sie ein."),
        )  # fmt: skip
    if (share := consent.far_off(cents, of.pooled)) is not None and not confirmed:
        raise Wrong(
            _("Die Rechnung weicht um %(share)s vom Angebot ab.", share=format_percent(float(abs(share)), 0)), "confirmed",
            _("Prüfen Sie den Betrag; stimmt er, bestätigen Sie ihn."),
        )  # fmt: skip
    settled = [
        {"town": part.town.id, "code": part.town.code, "name": part.town.name, "inhabitants": part.town.inhabitants,
         "quantity": part.quantity} for part in of.parts
    ]  # fmt: skip
    await begin(tx, of, by, now)
    await _change(
        tx, of, version, by, now, "invoice_cents = $7, invoice_on = $8, single_cents = $9, settled = $10::text::jsonb",
        cents, on, of.single, msgspec.json.encode(settled).decode(),
    )  # fmt: skip
    await record(tx, by, "lot.settle", name(of), after={"cents": cents, "on": on.isoformat(), "parts": settled})


async def unsettle(tx: SafeTransaction, of: Lot, version: int, party: Party, by: Actor, now: datetime) -> None:
    """Take an invoice back that was entered by mistake. Raises `Wrong`, `Outdated`; writes the group."""
    consent.require(allowed=consent.decides(of, party))
    if of.terms.invoice is None:
        raise await _late(tx, of)
    await _change(
        tx, of, version, by, now, "invoice_cents = null, invoice_on = null, single_cents = null, settled = $7::text::jsonb", "[]"
    )
    await record(
        tx, by, "lot.unsettle", name(of), before={"cents": of.terms.invoice.cents, "on": of.terms.invoice.on.isoformat()},
    )  # fmt: skip


async def _change(tx: SafeTransaction, of: Lot, version: int, by: Actor, now: datetime, what: str, *values: Any) -> None:
    done = await tx.connection.fetchval(
        f"update lot_terms set changed_by = $5, changed_at = $6, version = version + 1, {what}"  # noqa: S608 constant text
        " where town_id = $1 and class_id = $2 and quarter = $3 and version = $4 returning id",
        GROUP, of.class_id, of.quarter, version, by.name, now, *values,
    )  # fmt: skip
    if done is None:
        raise await _late(tx, of)


async def current(tx: SafeTransaction, of: Lot, version: int) -> None:
    """Raises `Outdated` where prices changed since this version."""
    if of.terms.version != version:
        raise await _late(tx, of)


async def _late(tx: SafeTransaction, of: Lot) -> Outdated:
    """Who changed the lot last."""
    row = await tx.connection.fetchrow(
        "select changed_by, changed_at from lot_terms where town_id = $1 and class_id = $2 and quarter = $3",
        GROUP, of.class_id, of.quarter,
    )  # fmt: skip
    return Outdated(row["changed_by"], row["changed_at"]) if row else Outdated()


async def thresholds(tx: SafeTransaction) -> tuple[Threshold, ...]:
    """The thresholds, lowest first."""
    rows = await tx.connection.fetch("select id, name, cents, hint from threshold where town_id = $1 order by cents, name", GROUP)
    return tuple(Threshold(**dict(row)) for row in rows)


async def set_threshold(tx: SafeTransaction, item: Threshold, by: Actor, now: datetime) -> None:
    """Add or replace a threshold. Raises `Wrong`; writes the group."""
    name = " ".join(item.name.split())
    if not name:
        raise Wrong(_("Die Schwelle braucht einen Namen."), "name", _("Zum Beispiel „Ab hier drei Angebote“."))
    check_text(name, "name", 120)
    check_text(item.hint, "hint", 1000)
    await tx.connection.execute(
        "insert into threshold (town_id, id, name, cents, hint, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (town_id, id) do update set name = $3, cents = $4, hint = $5, changed_by = $6, changed_at = $7",
        GROUP, item.id, name, item.cents, item.hint.strip(), by.name, now,
    )  # fmt: skip
    await record(
        tx, by, "threshold.set", f"threshold/{item.id}", after={"name": name, "cents": item.cents, "hint": item.hint.strip()}
    )


async def remove_threshold(tx: SafeTransaction, key: UUID, by: Actor) -> None:
    """Take a threshold away. Raises `Missing`; writes the group."""
    row = await tx.connection.fetchrow("delete from threshold where town_id = $1 and id = $2 returning name, cents", GROUP, key)
    if row is None:
        raise Missing
    await record(tx, by, "threshold.remove", f"threshold/{key}", before=dict(row))
