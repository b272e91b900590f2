"""Read the dates of a town from contracts, software, sites, devices and certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from service.contracts.store import certificates as registered
from service.contracts.store import contracts, phones
from service.contracts.words import PHONES
from service.db import SafeTransaction
from service.deadlines.calendar import AHEAD, BEFORE, Deadline
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.lifecycle import ABSENT
from service.inventory.store import site_facts
from service.software import values
from service.software.store import entries
from service.software.store import licences as rights

NAMED = 3
"""So many devices or certificates of one day are named; the rest is a number."""


async def deadlines(tx: SafeTransaction, town: int, slug: str, now: datetime) -> Sequence[Deadline]:
    """All dates that are known; of certificates and contracts only those of the calendar's window."""
    base, today = f"/towns/{slug}", now.date()
    agreed = await contracts.targets(tx, town)
    found = [*await _software(tx, town, base, agreed), *await _contracts(tx, town, base, today)]
    names: dict[UUID, str] = {}
    for site in await site_facts.sites(tx, town):
        names[site.id] = site.name
        # A contract of the register knows it better than the fact of the site.
        if (ends := site.facts.get("phone_contract_end")) and ("line", site.id) not in agreed:
            found.append(Deadline(date.fromisoformat(ends), "line", site.name, f"{base}/sites/{site.id}", ref=f"site/{site.id}"))
    for one in await phones.systems(tx, town):
        if one.support_ends:
            title = f"{one.name or PHONES[one.kind]} ({names[one.site]})"
            found.append(Deadline(one.support_ends, "support", title, f"{base}/phones", ref=f"phone_system/{one.id}"))
    longer = await contracts.covered(tx, town, today)
    warranties = await tx.connection.fetch(
        _WARRANTIES, town, [str(x) for x in ABSENT], NAMED, list(longer), list(longer.values())
    )
    found += [_grouped(row, "warranty", f"{base}/assets") for row in warranties]
    certificates = await tx.connection.fetch(_CERTIFICATES, town, now - BEFORE, now + AHEAD, NAMED)
    found += [_grouped(row, "certificate", f"{base}/certificates") for row in certificates]
    return [*found, *await _registered(tx, town, base, today)]


async def _software(tx: SafeTransaction, town: int, base: str, agreed: frozenset[tuple[str, UUID]]) -> list[Deadline]:
    """Contracts and support of procedures in use, licences."""
    mine = {x.id: x for x in await entries.entries(tx, town)}
    urls = {x.id: f"{base}/software/product?{urlencode({'key': x.key})}" for x in mine.values()}
    found: list[Deadline] = []
    for one in mine.values():
        if not one.used or one.ended:
            continue
        told, ref = ("product", one.id) in agreed, f"product/{one.id}"
        if one.notice_on and not told:
            found.append(Deadline(one.notice_on, "notice", one.name, urls[one.id], ref=ref))
        if one.contract_end and not told:
            found.append(Deadline(one.contract_end, "contract", one.name, urls[one.id], ref=ref))
        if support := values.support_of(one.name, one.release):
            found.append(Deadline(support.ends, "support", support.name, urls[one.id], ref=ref))
    found += [
        Deadline(
            x.ends_on,
            "licence",
            f"{mine[x.product].name}: {x.reference}" if x.reference else mine[x.product].name,
            urls[x.product],
            ref=f"licence/{x.id}",
        )
        for x in await rights.licences(tx, town)
        if x.ends_on
    ]
    return found


async def _contracts(tx: SafeTransaction, town: int, base: str, today: date) -> list[Deadline]:
    """Last days to give notice, and ends of contracts that do not go on by themselves."""
    found: list[Deadline] = []
    for one in await contracts.contracts(tx, town):
        url, ref = f"{base}/contracts/{one.id}", f"contract/{one.id}"
        found += [Deadline(day, "notice", one.title, url, ref=ref) for day in one.notices(today - BEFORE, today + AHEAD)]
        if ends := one.last_day():
            found.append(Deadline(ends, "line" if one.kind == "line" else "contract", one.title, url, ref=ref))
    return found


async def _registered(tx: SafeTransaction, town: int, base: str, today: date) -> list[Deadline]:
    """Certificates of the own list by day; not those that scans see anyway, that are revoked or have a good successor."""
    seen = await registered.seen(tx, town)
    mine = await registered.certificates(tx, town)
    good = {x.id for x in mine if x.state(today) in ("soon", "valid")}
    days: dict[date, list[str]] = {}
    for one in mine:
        if one.id not in seen and one.state(today) != "revoked" and one.successor not in good:
            days.setdefault(one.not_after, []).append(one.subject)
    return [
        _grouped(
            {"day": day, "number": len(names), "names": sorted(names)[:NAMED]}, "certificate", f"{base}/certificates/registered"
        )
        for day, names in days.items()
    ]


_WARRANTIES = """
select warranty_until as day, count(*)::int as number, (array_agg(name order by sort_name, id))[1:$3] as names from asset
where town_id = $1 and warranty_until is not null and gone_at is null and merged_into is null and lent_from is null
  and status <> all($2)
  and not exists (select from unnest($4::uuid[], $5::date[]) as c (id, until) where c.id = asset.id and c.until > warranty_until)
group by warranty_until
"""
_CERTIFICATES = """
with shown as (
  select distinct on (s.certificate ->> 'fingerprint') (s.certificate ->> 'not_after')::timestamptz as ends,
    coalesce(substring(s.certificate ->> 'subject' from 'CN=([^,]+)'), s.certificate ->> 'subject', a.name) as name
  from service s join asset a on a.town_id = s.town_id and a.id = s.asset_id
  where s.town_id = $1 and s.open and jsonb_typeof(s.certificate) = 'object' and a.gone_at is null and a.lent_from is null
    and (s.certificate ->> 'not_after')::timestamptz between $2 and $3
  order by s.certificate ->> 'fingerprint', a.sort_name, a.id
)
select (ends at time zone 'Europe/Berlin')::date as day, count(*)::int as number, (array_agg(name order by name))[1:$4] as names
from shown group by 1
"""


def _grouped(row: Mapping[str, Any], kind: str, url: str) -> Deadline:
    """Things that end on one day in one line: some by name, the rest as a number; together they are what reminders name."""
    names = ", ".join(x or _("ohne Namen") for x in row["names"])
    if row["number"] > NAMED:
        names += " " + ngettext("und %(num)s weiteres", "und %(num)s weitere", row["number"] - NAMED)
    return Deadline(row["day"], kind, names, url, row["number"], ref=url.rpartition("/")[2])
