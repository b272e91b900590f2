"""A town is founded, people are let in, sharing is decided: the same steps for the command line and the wizard.

Accounts, roles and the founding stand in the group's chain of the audit log; what concerns the town's rows in its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.audit import store as audit
from service.audit.chain import Actor
from service.auth import invitations, store, towns
from service.auth.people import Account, TownRef
from service.auth.roles import ROLES
from service.db import SafeTransaction, service_tx, town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory import scanning
from service.inventory.store import places, sites
from service.jobs import store as jobs
from service.joining import rules
from service.joining.rules import Facts, Member
from service.software import words

GROUP = store.GROUP
_COUNTS = """select
  (select count(*)::int from site where town_id = $1) as sites,
  (select count(*)::int from network where town_id = $1) as networks,
  (select count(*)::int from network where town_id = $1 and mode = 'active') as active,
  (select count(*)::int from network where town_id = $1 and mode = 'active' and released_at is not null) as released,
  (select count(*)::int from network where town_id = $1 and mode = 'active' and agreed_at is not null) as agreed,
  (select max(taken_at) from collection where town_id = $1 and source = 'list' and withdrawn_at is null) as listed_at,
  (select max(observed_at) from collection where town_id = $1 and source in ('nmap', 'snmp')
    and withdrawn_at is null) as scanned_at"""


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a town itself."""

    name: str
    slug: str
    ags: str = ""
    inhabitants: int | None = None
    short: str = ""
    """Short sign in numbers of frozen states; empty: the first letters of the slug."""


async def found(said: Details, by: Actor, now: datetime, *, again: bool = False) -> TownRef:
    """Found a town with its nightly run; the wizard goes on with it, and nothing is shared until the town says so.

    `again`: a town with this slug is answered as it is, instead of refused. Raises `Wrong`.
    """
    name, slug = rules.checked_name(said.name), rules.checked_slug(said.slug)
    ags, inhabitants = rules.checked_ags(said.ags), rules.checked_inhabitants(said.inhabitants)
    short = rules.checked_short(said.short)
    async with town_tx({GROUP}, GROUP) as tx:
        known = await store.town(tx, slug)
        if known is not None and not again:
            raise Wrong(_("Das Kürzel „%(slug)s“ hat schon eine Stadt.", slug=slug), "slug", _("Nehmen Sie ein anderes."))
        made = await store.add_town(tx, slug, name, inhabitants, now)
        if known is None:
            await towns.set_settings(tx, made.id, ags=ags or None, short=short or None, joining=now.isoformat(), facets=[])
            await audit.record(tx, by, "town.add", f"town/{made.slug}", after={"name": made.name})
    async with town_tx({made.id}, made.id) as tx:
        if not any(one.task == jobs.NIGHTLY[0] for one in await jobs.schedules(tx) if one.town_id == made.id):
            await jobs.add_schedule(tx, made.id, *jobs.NIGHTLY, "odenwacht", now)
    return made


async def change(town: TownRef, said: Details, by: Actor) -> None:
    """Correct what was said of the town; the slug stays. Raises `Wrong`."""
    name, ags = rules.checked_name(said.name), rules.checked_ags(said.ags)
    inhabitants, short = rules.checked_inhabitants(said.inhabitants), rules.checked_short(said.short)
    async with town_tx({GROUP}, GROUP) as tx:
        told = await towns.settings(tx, town.id)
        before = {"name": town.name, "inhabitants": town.inhabitants} | {x: told.get(x, "") for x in ("ags", "short")}
        after = {"name": name, "inhabitants": inhabitants, "ags": ags, "short": short}
        if before == after:
            return
        await towns.rename(tx, town.id, name, inhabitants)
        await towns.set_settings(tx, town.id, ags=ags or None, short=short or None)
        await audit.record(tx, by, "town.change", f"town/{town.slug}", before=before, after=after)


async def add_sites(town: TownRef, names: Iterable[str], by: Actor, now: datetime) -> None:
    """Enter sites by name; those that are there stay as they are."""
    async with town_tx({town.id}, town.id) as tx:
        for name in names:
            await sites.put(tx, town.id, name, by=by, now=now)


async def let_in(
    mail: str, name: str, role: str, into: Sequence[TownRef], by: Actor, now: datetime,
    *, password_hash: str = invitations.NO_PASSWORD, until: datetime | None = None,
) -> UUID:  # fmt: skip
    """Give a role in towns, with a new account where the address has none. Raises `Wrong`."""
    if role not in ROLES:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "role")
    mail = rules.checked_mail(mail)
    async with town_tx({GROUP}, GROUP) as tx:
        known = next((one for one in await store.accounts(tx) if one.mail == mail), None)
        if known is not None and known.disabled:
            raise Wrong(_("Dieses Konto ist gesperrt."), "mail", _("Entsperrt wird es auf dem Server: odenwacht user reset"))
        key = known.id if known else await store.add_account(tx, mail, name or mail.split("@")[0], password_hash, now)
        for town in into:
            await store.grant(tx, key, role, town.id, valid_until=until)
        said = {"role": role, "towns": [town.slug for town in into], "until": until.isoformat() if until else None}
        await audit.record(tx, by, "account.grant", f"account/{key}", after=said)
    return key


async def invite(town: TownRef, mail: str, name: str, role: str, by: Actor, now: datetime) -> str | None:
    """Invite a person; answers the token of the one-time link, None for an account that needs none. Raises `Wrong`."""
    if role not in rules.INVITED:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "role")
    if not name.strip():
        raise Wrong(_("Bitte geben Sie den Namen der Person an."), "name")
    async with service_tx() as tx:
        me = await store.account(tx, UUID(by.account)) if by.account else None
    if me is not None and me.mail == rules.checked_mail(mail):
        raise Wrong(
            _("Sich selbst gibt niemand eine Rolle."), "mail", _("Bitten Sie eine zweite Person der Verbundadministration.")
        )
    return await new_link(await let_in(mail, name.strip()[:200], role, [town], by, now), by, now)


async def new_link(key: UUID, by: Actor, now: datetime) -> str | None:
    """A fresh link for an account that has no password yet; an older one ends."""
    async with town_tx({GROUP}, GROUP) as tx:
        token = await invitations.invite(tx, key, now)
        if token is not None:
            until = (now + invitations.VALID).isoformat()
            await audit.record(tx, by, "account.invite", f"account/{key}", after={"until": until})
    return token


async def take_back(town: TownRef, key: UUID, role: str, by: Actor) -> None:
    """End a role that was given by mistake. Raises `Missing`."""
    async with town_tx({GROUP}, GROUP) as tx:
        if role not in rules.INVITED or not await invitations.take_back(tx, key, role, town.id):
            raise Missing
        await audit.record(tx, by, "account.ungrant", f"account/{key}", before={"role": role, "towns": [town.slug]})


async def enter_network(town: TownRef, name: str, cidr: str, purpose: str, site: UUID | None, by: Actor, now: datetime) -> UUID:
    """Enter a network as the town's own IT does; nothing is released by it. Raises `Wrong`."""
    if not name.strip():
        raise Wrong(_("Bitte geben Sie dem Netz einen Namen."), "name")
    if purpose not in places.PURPOSES:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "purpose")
    mode = scanning.mode_for(purpose)
    async with town_tx({town.id}, town.id) as tx:
        if site is not None and site not in {one.id for one in await sites.sites(tx, town.id)}:
            raise Wrong(_("Diese Auswahl gibt es nicht."), "site")
        try:
            await places.refuse_new(tx, town.id, cidr, mode)
            return await places.put_network(
                tx, town.id, cidr, by=by, now=now, name=name, purpose=purpose, site=site, mode=mode, scan_window=scanning.OFFICE
            )
        except Wrong as wrong:
            raise Wrong(wrong.what, "cidr", wrong.todo) from wrong


async def decide_sharing(town: TownRef, facets: Iterable[str], by: Actor, now: datetime) -> tuple[str, ...]:
    """What is ticked when the town enters a product: nothing that stands already is shared or closed by it. Raises `Wrong`."""
    chosen = tuple(one for one in words.FACETS if one in set(facets))
    if chosen and "use" not in chosen:
        raise Wrong(_("Einzelne Angaben teilen Sie nur zusammen damit, dass Sie das Produkt nutzen."), "facets")
    async with town_tx({town.id}, town.id) as tx:
        before = (await towns.settings(tx, town.id)).get("facets")
        await towns.set_settings(tx, town.id, facets=list(chosen), sharing_decided=now.isoformat())
        await audit.record(tx, by, "town.sharing", f"town/{town.slug}", before={"facets": before}, after={"facets": chosen})
    return chosen


async def close(town: TownRef, by: Actor, now: datetime) -> None:
    """Conclude the joining: the wizard changes the town no more. Raises `Wrong` while nobody of the town can go on."""
    facts = await gather(town, now)
    if not rules.may_close(facts):
        raise Wrong(
            _("Der Beitritt lässt sich noch nicht abschließen."), town.name,
            _("Zuerst muss sich die IT-Administration der Stadt einmal angemeldet haben."),
        )  # fmt: skip
    async with town_tx({GROUP}, GROUP) as tx:
        await towns.set_settings(tx, town.id, joined=now.isoformat())
        await audit.record(tx, by, "town.joined", f"town/{town.slug}", after={"name": town.name})


async def gather(town: TownRef, now: datetime) -> Facts:
    """What the list is computed from; reads this town alone."""
    async with town_tx({town.id}) as tx:
        counts = dict(await tx.connection.fetchrow(_COUNTS, town.id))
        said = await towns.settings(tx, town.id)
        members = await _members(tx, town, now)
    return Facts(
        inhabitants=town.inhabitants, ags=said.get("ags", ""), short=said.get("short", ""), members=members,
        sharing_decided="sharing_decided" in said,
        begun_at=_time(said, "joining"), closed_at=_time(said, "joined"), **counts,
    )  # fmt: skip


def _time(said: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(said[name]) if name in said else None


async def _members(tx: SafeTransaction, town: TownRef, now: datetime) -> tuple[Member, ...]:
    waiting = await invitations.waiting(tx)
    return tuple(
        Member(str(one.id), grant.role, one.name, one.mail, _state(one, waiting, now))
        for one in await store.accounts(tx)
        for grant in one.grants
        if grant.town.id == town.id and grant.holds(now)
    )


def _state(one: Account, waiting: dict[UUID, datetime | None], now: datetime) -> str:
    if one.disabled:
        return "shut"
    if one.id in waiting:
        until = waiting[one.id]
        return "invited" if until is not None and until > now else "expired"
    return "ready" if one.has_totp else "half"
