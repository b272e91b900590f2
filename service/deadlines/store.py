"""Read the dates of a town from software, sites and devices; keep, find and revoke calendar feeds."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.deadlines.calendar import AHEAD, BEFORE, Deadline
from service.errors import Missing
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.store import certificates, lists, sites
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
    """All dates that are known; of devices and certificates only those of the calendar's window."""
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
    for site in await sites.sites(tx, town):
        if ends := site.facts.get("phone_contract_end"):
            found.append(Deadline(date.fromisoformat(ends), "line", site.name, f"{base}/sites/{site.id}"))
    first, last = now - BEFORE, now + AHEAD
    found += _by_day(await lists.warranties(tx, town, first.date(), last.date()), "warranty", f"{base}/assets")
    found += _by_day(await certificates.ending(tx, town, first, last), "certificate", f"{base}/certificates")
    return found


def _by_day(ends: Iterable[tuple[date, str]], kind: str, url: str) -> Iterator[Deadline]:
    """Things that end on one day in one line: some by name, the rest as a number."""
    days: dict[date, list[str]] = {}
    for day, name in ends:
        days.setdefault(day, []).append(name or _("ohne Namen"))
    for day, names in days.items():
        more = len(names) - NAMED
        rest = " " + ngettext("und %(num)s weiteres", "und %(num)s weitere", more) if more > 0 else ""
        yield Deadline(day, kind, ", ".join(names[:NAMED]) + rest, url, len(names))


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
