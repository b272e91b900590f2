"""Which catalogues a town works with, and the profiles that narrow them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from isms.editions.profiles import Selection, shipped
from isms.store import sheets
from isms.store.catalogues import STARTER, selections
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _


async def adopted(tx: SafeTransaction, town: int) -> Mapping[tuple[str, str], datetime]:
    """(catalogue, profile or "") → since when; empty = the town works with the starter catalogue."""
    rows = await tx.connection.fetch("select catalogue, profile, adopted_at from adoption where town_id = $1", town)
    return {(x["catalogue"], x["profile"]): x["adopted_at"] for x in rows}


async def adopt(tx: SafeTransaction, town: int, catalogue: str, profile: str, actor: Actor, now: datetime) -> int:
    """From now on the town works with it too; answers how many requirements were placed. Raises `Missing`.

    The starter catalogue, which holds while nothing is chosen, stays. Another catalogue counts in the town's one
    Umsetzungsgrad only once a person says so (`count`): a number that was told does not fall by what was added today.
    """
    if not await tx.connection.fetchval(
        "select exists (select from catalogue k join catalogue_version v on v.catalogue = k.id where k.key = $1 and v.current)",
        catalogue,
    ):
        raise Missing
    if profile and (await selections(tx, [profile])).get(profile, Selection("", "", "")).catalogue != catalogue:
        raise Missing
    wanted = [(catalogue, profile)]
    if not await adopted(tx, town) and catalogue != STARTER:
        wanted.insert(0, (STARTER, ""))
    counted = await counting(tx, town)
    for one, name in wanted:
        await tx.connection.execute(
            "insert into adoption (town_id, id, catalogue, profile, adopted_by, adopted_at, counts)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (town_id, catalogue, profile) do nothing",
            town, uuid7(), one, name, actor.name, now, one in (counted or {STARTER}),
        )  # fmt: skip
    await record(tx, actor, "catalogue.adopt", f"catalogue/{catalogue}", after={"profile": profile})
    return await sheets.remodel(tx, town)


async def counting(tx: SafeTransaction, town: int) -> frozenset[str]:
    """Catalogues that count in the town's one Umsetzungsgrad; empty = those the town works with."""
    rows = await tx.connection.fetch("select distinct catalogue from adoption where town_id = $1 and counts", town)
    return frozenset(x["catalogue"] for x in rows)


async def count(tx: SafeTransaction, town: int, catalogue: str, counts: bool, actor: Actor) -> None:
    """Let a catalogue count in the town's one Umsetzungsgrad, or not. Raises `Missing`, and `Wrong` for the last one."""
    before = await counting(tx, town)
    if catalogue not in {x for x, _profile in await adopted(tx, town)}:
        raise Missing
    if not counts and before == {catalogue}:
        raise Wrong(
            _("Ein Katalog muss im Umsetzungsgrad zählen."), "catalogue", _("Lassen Sie zuerst einen anderen mitzählen.")
        )  # fmt: skip
    await tx.connection.execute("update adoption set counts = $3 where town_id = $1 and catalogue = $2", town, catalogue, counts)
    was, now_ = {"counts": catalogue in before}, {"counts": counts}
    await record(tx, actor, "catalogue.count", f"catalogue/{catalogue}", before=was, after=now_)


async def drop(tx: SafeTransaction, town: int, catalogue: str, profile: str, actor: Actor) -> None:
    """The town stops working with it; its answers stay and count again once it is adopted again. Raises `Missing`, `Wrong`."""
    chosen = await adopted(tx, town)
    if (catalogue, profile) not in chosen:
        raise Missing
    if len(chosen) == 1 and catalogue != STARTER:
        raise Wrong(
            _("Das ist der einzige Katalog der Stadt."), "catalogue", _("Nehmen Sie zuerst einen anderen hinzu.")
        )  # fmt: skip
    await tx.connection.execute(
        "delete from adoption where town_id = $1 and catalogue = $2 and profile = $3", town, catalogue, profile
    )
    await record(tx, actor, "catalogue.drop", f"catalogue/{catalogue}", before={"profile": profile})
    await sheets.remodel(tx, town)


async def save_profile(tx: SafeTransaction, item: Selection, known: Sequence[str], actor: Actor, now: datetime) -> None:
    """Correct a profile, or add one. `known` are the labels of the catalogue. Raises `Wrong`, `Outdated`."""
    if not item.title.strip():
        raise Wrong(_("Das Profil braucht einen Namen."), "title", _("Zum Beispiel „Basis-Absicherung Kommunalverwaltung“."))
    unknown = [x for x in item.ids if x not in set(known)]
    if known and unknown:
        raise Wrong(
            _("Diese Kennungen gibt es im Katalog nicht: %(ids)s.", ids=", ".join(unknown[:10])), "ids",
            _("Prüfen Sie die Schreibweise, eine Kennung je Zeile."),
        )  # fmt: skip
    old = (await selections(tx, [item.key])).get(item.key)
    stored = old.version if old else 0
    if stored != item.version:
        raise Outdated(old.changed_by if old else "", None)
    await tx.connection.execute(
        "insert into profile (id, key, title, catalogue, step, ids, levels, note, version, changed_by, changed_at)"
        " values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) on conflict (key) do update"
        " set title = $3, ids = $6, levels = $7, note = $8, version = $9, changed_by = $10, changed_at = $11",
        uuid7(), item.key, item.title.strip()[:200], item.catalogue, item.step, list(item.ids), list(item.levels), item.note,
        stored + 1, actor.name, now,
    )  # fmt: skip
    before = {"title": old.title, "ids": list(old.ids), "levels": list(old.levels)} if old else None
    after = {"title": item.title, "ids": list(item.ids), "levels": list(item.levels)}
    await record(tx, actor, "profile.save", f"profile/{item.key}", before=before, after=after)


async def reset_profile(tx: SafeTransaction, key: str, actor: Actor) -> None:
    """Back to how the profile was shipped. Raises `Missing` for one that was not."""
    if key not in {x.key for x in shipped()}:
        raise Missing
    await tx.connection.execute("delete from profile where key = $1", key)
    await record(tx, actor, "profile.reset", f"profile/{key}")
