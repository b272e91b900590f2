"""How towns come to terms about a lot: who leads, who proposes what, who agrees, and from when it stands fast.

Everything here writes the group and waits for each other; the version of the terms stays, for they stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from service.audit.chain import Actor
from service.audit.store import Line, lines, record
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.purchasing import consent
from service.purchasing.consent import Party
from service.purchasing.lots import Key, Lot, Tier, checked
from service.purchasing.store import group
from service.purchasing.store.group import GROUP


async def set_lead(tx: SafeTransaction, of: Lot, town: int, party: Party, by: Actor, now: datetime) -> None:
    """Say which town of the lot leads. Raises `Wrong` where somebody else decides or the town has no part in it."""
    of = await _lock(tx, of, by, now)
    consent.require(allowed=consent.may_lead(of, party))
    if not consent.takes_part(of, Party(town)):
        raise Wrong(_("Diese Stadt hat keinen Anteil am Los."), "lead", _("Wählen Sie eine aus der Liste."))
    if not consent.decides(of, party) and town != party.town:
        raise Wrong(_("Für eine andere Stadt geht das nicht."), "lead", _("Übernehmen Sie die Federführung selbst."))
    await _set(tx, of, "lead = $4", town)
    await record(tx, by, "lot.lead", group.name(of), before={"lead": of.terms.consent.lead}, after={"lead": town})


async def propose(
    tx: SafeTransaction, of: Lot, tiers: Sequence[Tier], key: Key, party: Party, by: Actor, now: datetime
) -> None:  # fmt: skip
    """A town of the lot says how it would have prices and key; one proposal a town. Raises `Wrong`."""
    of = await _lock(tx, of, by, now)
    consent.require(allowed=consent.takes_part(of, party))
    consent.require_open(of)
    ordered = checked(tiers)
    if not ordered:
        raise Wrong(_("Der Vorschlag hat keinen Preis."), "tiers", _("Tragen Sie mindestens eine Staffel ein."))
    told = {"tiers": group.pairs(ordered), "key": str(key), "by": by.name, "at": now.isoformat()}
    await _set(
        tx, of, "proposals = proposals || jsonb_build_object($4::text, $5::text::jsonb)",
        str(party.town), msgspec.json.encode(told).decode(),
    )  # fmt: skip
    after = {"town": party.town, "tiers": told["tiers"], "key": told["key"]}
    await record(tx, by, "lot.propose", group.name(of), after=after)


async def adopt(tx: SafeTransaction, of: Lot, town: int, version: int, party: Party, by: Actor, now: datetime) -> None:
    """Who decides takes a town's proposal over. Raises `Missing`, `Wrong`, `Outdated`."""
    of = await _lock(tx, of, by, now)
    found = next((one for one in of.terms.consent.proposals if one.town == town), None)
    if found is None:
        raise Missing
    await group.agree(tx, of, found.tiers, found.key, version, party, by, now)
    await _set(
        tx, of, "proposals = proposals - $4::text, agreed = agreed || to_jsonb($5::int)", str(town), town
    )  # fmt: skip


async def agree_to(tx: SafeTransaction, of: Lot, version: int, party: Party, by: Actor, now: datetime) -> bool:
    """A town agrees to prices and key as they are; answers whether all did now, so that they stand fast.

    Raises `Wrong`, `Outdated`.
    """
    of = await _ready(tx, of, version, by, now)
    consent.require(allowed=consent.takes_part(of, party))
    if party.town in of.terms.consent.agreed:
        return False
    await _set(tx, of, "agreed = agreed || to_jsonb($4::int)", party.town)
    await record(tx, by, "lot.consent", group.name(of), after={"town": party.town})
    done = consent.by_all(of, of.terms.consent.agreed | {party.town})
    if done:
        await _set(tx, of, "fixed_by = $4, fixed_at = $5", by.name, now)
        await record(tx, by, "lot.fix", group.name(of), after={"all": True})
    return done


async def fix(tx: SafeTransaction, of: Lot, version: int, party: Party, by: Actor, now: datetime) -> None:
    """Who decides lays prices and key down. Raises `Wrong`, `Outdated`."""
    of = await _ready(tx, of, version, by, now)
    consent.require(allowed=consent.decides(of, party))
    await _set(tx, of, "fixed_by = $4, fixed_at = $5", by.name, now)
    await record(tx, by, "lot.fix", group.name(of), after={"all": False})


async def reopen(tx: SafeTransaction, of: Lot, party: Party, by: Actor, now: datetime) -> None:
    """Prices and key may change again; nobody's consent counts any more. Raises `Wrong`."""
    of = await _lock(tx, of, by, now)
    if of.terms.invoice:
        raise Wrong(_("Dieses Los ist abgerechnet."), "tiers", _("Nehmen Sie zuerst die Rechnung zurück."))
    consent.require(allowed=consent.may_reopen(of, party))
    await _set(tx, of, "fixed_by = null, fixed_at = null, agreed = '[]'")
    await record(tx, by, "lot.reopen", group.name(of))


async def history(tx: SafeTransaction, of: Lot) -> Sequence[Line]:
    """Who changed what of the lot, newest first."""
    return await lines(tx, GROUP, obj=group.name(of))


async def _lock(tx: SafeTransaction, of: Lot, by: Actor, now: datetime) -> Lot:
    await tx.connection.execute(group.LOCK)
    of = await group.lot(tx, of.class_id, of.quarter)
    await group.begin(tx, of, by, now)
    return of


async def _ready(tx: SafeTransaction, of: Lot, version: int, by: Actor, now: datetime) -> Lot:
    """The lot with prices to agree to, as the person saw them."""
    of = await _lock(tx, of, by, now)
    consent.require_open(of)
    await group.current(tx, of, version)
    if not of.terms.tiers:
        raise Wrong(_("Es stehen noch keine Preise da."), "tiers", _("Zustimmen lässt sich, sobald sie eingetragen sind."))
    return of


async def _set(tx: SafeTransaction, of: Lot, what: str, *values: Any) -> None:
    await tx.connection.execute(
        f"update lot_terms set {what} where town_id = $1 and class_id = $2 and quarter = $3",  # noqa: S608 constant text
        GROUP, of.class_id, of.quarter, *values,
    )  # fmt: skip
