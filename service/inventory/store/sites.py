"""Sites of a town with what hangs on them. Every change is in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.i18n import ngettext

_PLAIN = "select s.id, s.name, s.kind, s.address, s.changed_at, s.facts from site s where s.town_id = $1"
_COUNTED = """
select s.id, s.name, s.kind, s.address, s.changed_at, s.facts,
  coalesce(a.number, 0)::int as devices, coalesce(n.number, 0)::int as networks
from site s
left join (select site_id, count(*) as number from asset where town_id = $1 and gone_at is null and lent_from is null
  group by site_id) a on a.site_id = s.id
left join (select site_id, count(*) as number from network where town_id = $1 group by site_id) n on n.site_id = s.id
where s.town_id = $1"""
_BY_NAME = " order by app.din5007(s.name)"
FORMER = "former_names"
"""Fact: names the site had; lists go on calling it so."""
_FOLLOW = """update asset set site_id = $2, site_name = $3
where town_id = $1 and (site_id = $2 or (site_id is null and lower(site_name) = lower($3)))"""


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site."""

    id: UUID
    name: str
    kind: str | None
    address: str | None
    changed_at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CountedSite(SiteView):
    """A site with the number of devices and networks there."""

    devices: int
    networks: int


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {"facts": msgspec.json.decode(row["facts"])}


async def sites(tx: SafeTransaction, town: int) -> list[SiteView]:
    """All sites by name."""
    return [SiteView(**_values(row)) for row in await tx.connection.fetch(_PLAIN + _BY_NAME, town)]


async def counted(tx: SafeTransaction, town: int) -> list[CountedSite]:
    """All sites by name, with what is there: reads every device."""
    return [CountedSite(**_values(row)) for row in await tx.connection.fetch(_COUNTED + _BY_NAME, town)]


async def site(tx: SafeTransaction, town: int, key: UUID) -> CountedSite:
    """One site; raises `Missing`."""
    row = await tx.connection.fetchrow(_COUNTED + " and s.id = $2", town, key)
    if row is None:
        raise Missing
    return CountedSite(**_values(row))


async def save(
    tx: SafeTransaction,
    town: int,
    key: UUID | None,
    values: Mapping[str, Any],
    *,
    since: datetime | None,
    by: Actor,
    now: datetime,
) -> UUID:
    """Add a site, or change one: `name`, `kind`, `address`, `facts`.

    Raises `Wrong` for a name that is missing or taken, `Missing`, and `Outdated` where it was changed after `since`.
    """
    name = str(values["name"]).strip()
    if not name:
        raise Wrong(_("Der Standort braucht einen Namen."), "name")
    before = await site(tx, town, key) if key else None
    facts = dict(values["facts"])
    former = [*(before.facts.get(FORMER, ()) if before else ()), *([before.name] if before and before.name != name else ())]
    if former:
        facts[FORMER] = [old for old in dict.fromkeys(former) if old != name]
    told = msgspec.json.encode(facts).decode()
    arguments = (town, key or uuid7(), name, values["kind"] or None, values["address"] or None, told, now)
    try:
        if before is None:
            sql = (
                "insert into site (town_id, id, name, kind, address, facts, changed_at)"
                " values ($1, $2, $3, $4, $5, $6, $7) returning id"
            )
            found = await tx.connection.fetchval(sql, *arguments)
        else:
            sql = (
                "update site set name = $3, kind = $4, address = $5, facts = $6, changed_at = $7"
                " where town_id = $1 and id = $2 and changed_at = $8 returning id"
            )
            found = await tx.connection.fetchval(sql, *arguments, since)
    except asyncpg.UniqueViolationError as taken:
        raise Wrong(
            _("Einen Standort „%(name)s“ gibt es schon.", name=name[:60]), "name", _("Wählen Sie einen anderen Namen.")
        ) from taken
    if found is None:
        raise Outdated
    await tx.connection.execute(_FOLLOW, town, found, name)
    after = {"name": name, "kind": values["kind"], "address": values["address"], **values["facts"]}
    was = {"name": before.name, "kind": before.kind, "address": before.address, **before.facts} if before else None
    await audit(tx, by, "site.put", f"site/{found}", before=was, after=after)
    known: UUID = found
    return known


async def put(
    tx: SafeTransaction,
    town: int,
    name: str,
    *,
    by: Actor,
    now: datetime,
    kind: str | None = None,
    address: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> UUID:
    """Add a site, or change the one of this name; what is not told stays as it is. Raises `Wrong` as `save`."""
    row = await tx.connection.fetchrow(_PLAIN + " and s.name = $2", town, name.strip())
    before = SiteView(**_values(row)) if row else None
    values = {
        "name": name,
        "kind": kind or (before.kind if before else None),
        "address": address or (before.address if before else None),
        "facts": {**(before.facts if before else {}), **(facts or {})},
    }
    if before and (before.kind, before.address, before.facts) == (values["kind"], values["address"], values["facts"]):
        return before.id
    return await save(
        tx, town, before.id if before else None, values, since=before.changed_at if before else None, by=by, now=now
    )


async def remove(tx: SafeTransaction, town: int, key: UUID, *, by: Actor) -> str:
    """Delete a site that nothing hangs on; answers its name. Raises `Wrong` where devices or networks are there."""
    found = await site(tx, town, key)
    if found.devices or found.networks:
        there = ngettext("%(num)s Gerät", "%(num)s Geräte", found.devices)
        also = ngettext("%(num)s Netz", "%(num)s Netze", found.networks)
        raise Wrong(
            _("Der Standort wird noch gebraucht: %(devices)s, %(networks)s.", devices=there, networks=also),
            "",
            _("Ordnen Sie sie zuerst einem anderen Standort zu."),
        )
    try:
        async with tx.connection.transaction():
            await tx.connection.execute("delete from site where town_id = $1 and id = $2", town, key)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as used:
        raise Wrong(
            _("Der Standort wird noch gebraucht: Ein Vertrag oder eine Telefonanlage nennt ihn."),
            "",
            _("Ändern Sie zuerst den Eintrag dort. Gelöschte Einträge zählen noch 30 Tage."),
        ) from used
    await audit(tx, by, "site.remove", f"site/{key}", before={"name": found.name})
    return found.name
