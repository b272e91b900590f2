"""Read the dates of a town from software, sites and devices; keep, find and revoke calendar feeds."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.deadlines.calendar import AHEAD, BEFORE, Deadline
from service.errors import Missing
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.lifecycle import ABSENT
from service.inventory.store import site_facts
from service.software import values
from service.software.store import entries
from service.software.store import licences as rights

NAMED = 3
"""So many devices or certificates of one day are named; the rest is a number."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription as its owner sees it."""

    id: UUID
    made_at: datetime
    fetched_at: datetime | None


async def deadlines(tx: SafeTransaction, town: int, slug: str, now: datetime) -> Sequence[Deadline]:
    """All dates that are known; of certificates only those of the calendar's window."""
    base = f"/towns/{slug}"
    mine = {x.id: x for x in await entries.entries(tx, town)}
    urls = {x.id: f"{base}/software/product?{urlencode({'key': x.key})}" for x in mine.values()}
    found: list[Deadline] = []
    for one in mine.values():
        if not one.used or one.ended:
            continue
        if one.notice_on:
            found.append(Deadline(one.notice_on, "notice", one.name, urls[one.id]))
        if one.contract_end:
            found.append(Deadline(one.contract_end, "contract", one.name, urls[one.id]))
        if support := values.support_of(one.name, one.release):
            found.append(Deadline(support.ends, "support", support.name, urls[one.id]))
    found += [
        Deadline(
            x.ends_on,
            "licence",
            f"{mine[x.product].name}: {x.reference}" if x.reference else mine[x.product].name,
            urls[x.product],
        )
        for x in await rights.licences(tx, town)
        if x.ends_on
    ]
    for site in await site_facts.sites(tx, town):
        if ends := site.facts.get("phone_contract_end"):
            found.append(Deadline(date.fromisoformat(ends), "line", site.name, f"{base}/sites/{site.id}"))
    warranties = await tx.connection.fetch(_WARRANTIES, town, [str(x) for x in ABSENT], NAMED)
    found += [_grouped(row, "warranty", f"{base}/assets") for row in warranties]
    certificates = await tx.connection.fetch(_CERTIFICATES, town, now - BEFORE, now + AHEAD, NAMED)
    found += [_grouped(row, "certificate", f"{base}/certificates") for row in certificates]
    return found


_WARRANTIES = """
select warranty_until as day, count(*)::int as number, (array_agg(name order by sort_name, id))[1:$3] as names from asset
where town_id = $1 and warranty_until is not null and gone_at is null and merged_into is null and lent_from is null
  and status <> all($2)
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
    """Things that end on one day in one line: some by name, the rest as a number."""
    names = ", ".join(x or _("ohne Namen") for x in row["names"])
    if row["number"] > NAMED:
        names += " " + ngettext("und %(num)s weiteres", "und %(num)s weitere", row["number"] - NAMED)
    return Deadline(row["day"], kind, names, url, row["number"])


async def feeds(tx: SafeTransaction, town: int, account: UUID) -> Sequence[Feed]:
    """One's own subscriptions in this town, the newest first."""
    rows = await tx.connection.fetch(
        "select id, made_at, fetched_at from calendar_feed where town_id = $1 and account_id = $2 and revoked_at is null"
        " order by made_at desc, id",
        town, account,
    )  # fmt: skip
    return [Feed(**dict(row)) for row in rows]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def subscribe(tx: SafeTransaction, town: int, account: UUID, actor: Actor, now: datetime) -> str:
    """A new subscription; answers its secret, which is shown once and kept nowhere."""
    secret, key = secrets.token_urlsafe(32), uuid7()
    await tx.connection.execute(
        "insert into calendar_feed (town_id, id, account_id, digest, made_at) values ($1, $2, $3, $4, $5)",
        town, key, account, _digest(secret), now,
    )  # fmt: skip
    await audit(tx, actor, "feed.add", f"calendar_feed/{key}")
    return secret


async def revoke(tx: SafeTransaction, town: int, account: UUID, key: UUID, actor: Actor, now: datetime) -> None:
    """End one's own subscription; raises `Missing`."""
    done = await tx.connection.fetchval(
        "update calendar_feed set revoked_at = $4 where town_id = $1 and account_id = $2 and id = $3 and revoked_at is null"
        " returning id",
        town, account, key, now,
    )  # fmt: skip
    if done is None:
        raise Missing
    await audit(tx, actor, "feed.revoke", f"calendar_feed/{key}")


async def owner(tx: SafeTransaction, town: int, secret: str, now: datetime) -> UUID | None:
    """Whose subscription this secret opens, None for none; notes the day of the fetch."""
    key: UUID | None = await tx.connection.fetchval(
        "select account_id from calendar_feed where town_id = $1 and digest = $2 and revoked_at is null", town, _digest(secret)
    )
    if key is not None:
        await tx.connection.execute(
            "update calendar_feed set fetched_at = $3 where town_id = $1 and digest = $2"
            " and (fetched_at is null or fetched_at < $3)",
            town, _digest(secret), now.replace(hour=0, minute=0, second=0, microsecond=0),
        )  # fmt: skip
    return key
