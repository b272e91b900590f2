"""Read the dates of a town from contracts, software, sites, devices, certificates, documents, measures and risks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from isms.audits.store import audits
from isms.documents.store import documents
from isms.incidents import store as incidents
from isms.incidents.words import DUTIES
from isms.store import dates as isms
from isms.training import store as training
from service.contracts.store import certificates as registered
from service.contracts.store import contracts, phones
from service.contracts.words import PHONES
from service.db import SafeTransaction
from service.deadlines.calendar import AHEAD, BEFORE, Deadline
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory.store import certificates, lists, sites
from service.settings import local_day
from service.software import values
from service.software.store import entries
from service.software.store import licences as rights

NAMED = 3
"""So many devices or certificates of one day are named; the rest is a number."""


async def deadlines(tx: SafeTransaction, town: int, slug: str, now: datetime) -> Sequence[Deadline]:
    """All dates that are known; of devices, certificates and contracts only those of the calendar's window."""
    base, today = f"/towns/{slug}", local_day(now)
    agreed = await contracts.targets(tx, town)
    found = [*await _software(tx, town, base, agreed), *await _contracts(tx, town, base, today)]
    names: dict[UUID, str] = {}
    for site in await sites.sites(tx, town):
        names[site.id] = site.name
        # A contract of the register knows it better than the fact of the site.
        if (ends := site.facts.get("phone_contract_end")) and ("line", site.id) not in agreed:
            found.append(Deadline(date.fromisoformat(ends), "line", site.name, f"{base}/sites/{site.id}", ref=f"site/{site.id}"))
    for one in await phones.systems(tx, town):
        if one.support_ends:
            title = f"{one.name or PHONES[one.kind]} ({names[one.site]})"
            found.append(Deadline(one.support_ends, "support", title, f"{base}/phones", ref=f"phone_system/{one.id}"))
    found += [
        Deadline(
            local_day(at),
            "statutory",
            f"{one.name}: {DUTIES[duty]}",
            f"{base}/incidents/{one.id}",
            ref=f"incident/{one.id}/{duty}",
        )
        for at, duty, one in await incidents.dates(tx, town, now)
    ]
    for day, paper in await documents.due(tx, town):
        url, ref = f"{base}/documents/{paper.id}", f"managed_document/{paper.id}"
        found.append(Deadline(day, "document", f"{paper.number} {paper.title}", url, ref=ref))
    for day, kind, title, audit, finding in await audits.due(tx, town):
        url = f"{base}/audits/{audit}/findings/{finding}" if finding else f"{base}/audits/{audit}"
        found.append(Deadline(day, kind, title, url, ref=f"audit_finding/{finding}" if finding else f"security_audit/{audit}"))
    found += [Deadline(x.day, x.kind, x.title, base + x.path, ref=x.ref) for x in await isms.due(tx, town, today)]
    found += await trainings(tx, town, base)
    longer = {key: one.until for key, one in (await contracts.covered(tx, town, today)).items() if one.until}
    first, last = now - BEFORE, now + AHEAD
    found += _by_day(await lists.warranties(tx, town, first.date(), last.date(), longer), "warranty", f"{base}/assets")
    found += _by_day(await certificates.ending(tx, town, first, last), "certificate", f"{base}/certificates")
    return [*found, *_by_day(await _registered(tx, town, today), "certificate", f"{base}/certificates/registered")]


async def trainings(tx: SafeTransaction, town: int, base: str) -> list[Deadline]:
    """The days on which courses are held."""
    return [
        Deadline(held.held_on, "training", held.title, f"{base}/training/{held.course}", ref=f"course_date/{held.id}")
        for held in await training.dates(tx, town)
    ]


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


async def _registered(tx: SafeTransaction, town: int, today: date) -> list[tuple[date, str]]:
    """Certificates of the own list; not those that scans see anyway, that are revoked or have a good successor."""
    seen = await registered.seen(tx, town)
    mine = await registered.certificates(tx, town)
    good = {x.id for x in mine if x.state(today) in ("soon", "valid")}
    return sorted(
        (x.not_after, x.subject) for x in mine if x.id not in seen and x.state(today) != "revoked" and x.successor not in good
    )


def _by_day(ends: Iterable[tuple[date, str]], kind: str, url: str) -> Iterator[Deadline]:
    """Things that end on one day in one line: some by name, the rest as a number; together they are what reminders name."""
    days: dict[date, list[str]] = {}
    for day, name in ends:
        days.setdefault(day, []).append(name or _("ohne Namen"))
    for day, names in days.items():
        more = len(names) - NAMED
        rest = " " + ngettext("und %(num)s weiteres", "und %(num)s weitere", more) if more > 0 else ""
        yield Deadline(day, kind, ", ".join(names[:NAMED]) + rest, url, len(names), ref=url.rpartition("/")[2])
