"""Loads what home pages show. Reads only."""

from datetime import date, datetime
from typing import Any

from isms.store import contradictions, measures, sheets, standing
from isms.store.standing import Wanted
from service.auth.people import TownRef
from service.db import SafeTransaction
from service.home.views import Deadlines, Estate, TownLine
from service.inventory.certificates import DUE, CertificateFilter, CertificatePage
from service.inventory.store import certificates, support
from service.inventory.support import State
from service.reports.situation import SCAN_AGE
from service.reports.store import end_of
from service.settings import local_day

FIGURES = """
    select
      (select count(*)::int from asset where town_id = $1 and gone_at is null) as devices,
      (select count(*)::int from asset where town_id = $1 and gone_at is null and accepted_at is not null) as confirmed,
      (select min(opened_at) from review where town_id = $1 and state = 'open') as oldest_review,
      (select count(*)::int from network where town_id = $1) as networks,
      (select count(*)::int from network where town_id = $1 and released_at is not null) as released,
      (select count(*)::int from network where town_id = $1 and released_at is null and mode = 'active') as waiting_for_release,
      (select max(observed_at) from collection where town_id = $1 and source in ('nmap', 'snmp')
        and withdrawn_at is null) as last_scan,
      (select max(taken_at) from collection where town_id = $1 and source not in ('nmap', 'snmp')
        and withdrawn_at is null) as last_import,
      (select count(*)::int from run where town_id = $1 and state in ('waiting', 'running')) as scans_running,
      (select count(*)::int from assessment where town_id = $1 and superseded_at is null and origin <> 'prepared') as answers
"""


async def estate(tx: SafeTransaction, town: int, now: datetime, person: str = "") -> Estate:
    """The figures of a town; `person` is whose measures are named."""
    connection = tx.connection
    row = await connection.fetchrow(FIGURES, town)
    reviews = await connection.fetch(
        "select kind, count(*)::int as number from review where town_id = $1 and state = 'open' group by kind order by kind", town
    )
    last = await connection.fetchrow(
        "select title, state from run where town_id = $1 and finished_at is not null order by finished_at desc limit 1", town
    )
    open_measures = [item for item in await measures.measures(tx, town) if item.open]
    late = [item for item in open_measures if item.due is not None and item.due < local_day(now)]
    mine = sorted((item for item in open_measures if person and item.owner == person), key=lambda x: x.due or date.max)
    return Estate(
        reviews={item["kind"]: item["number"] for item in reviews},
        last_failed=last["title"] if last is not None and last["state"] == "failed" else "",
        measures_open=len(open_measures),
        measures_overdue=len(late),
        measures_mine=tuple((str(item.id), item.title, end_of(item.due)) for item in mine[:5]),
        **dict(row),
    )


async def deadlines(tx: SafeTransaction, town: int, now: datetime) -> Deadlines:
    """What ends soon or has ended in the town's network."""
    counts = await support.counts(tx, town, now)
    due, none = CertificateFilter(state=DUE), CertificatePage((), 0)
    found = await certificates.due(tx, town, now)
    page = await certificates.certificates(tx, town, due, size=5, now=now) if found.expired or found.soon else none
    return Deadlines(
        found,
        page.rows,
        counts.get(State.ENDED, 0),
        counts.get(State.SOON, 0),
    )


async def town_line(tx: SafeTransaction, town: TownRef, now: datetime) -> TownLine:
    """One row of the cockpit. The transaction reads the town and the group (town 0)."""
    today = local_day(now)
    whole = await standing.figures(tx, town.id, today)
    exercised = await sheets.load(tx, town.id, today, spots=await standing.labelled(tx, town.id, {"OW-NOT-09"}))
    late, _spots = await standing.find(tx, town.id, today, Wanted(state="überfällig"), limit=1)
    quota = whole.quota
    figures = await estate(tx, town.id, now)
    share = quota.share
    exercises = [e.answer.at for e in exercised.entries if e.answer and e.answer.claim == "ja"]
    requested = await tx.connection.fetchval(
        "select count(*)::int from risk_acceptance where town_id = $1 and state = 'requested'", town.id
    )
    ends = await certificates.due(tx, town.id, now)
    return TownLine(
        slug=town.slug,
        name=town.name,
        share=None if share is None or not quota.answered else float(share),
        answered=quota.answered,
        total=quota.total,
        checked=whole.checked_at,
        contradictions=await contradictions.open_against_claims(tx, town.id, today),
        overdue=figures.measures_overdue + late,
        reviews=figures.open_reviews,
        certificates_due=ends.expired + ends.soon,
        last_scan=figures.last_scan,
        stale=figures.last_scan is None or now - figures.last_scan > SCAN_AGE,
        exercise=max(exercises, default=None),
        to_release=figures.waiting_for_release + requested,
    )


async def runs(tx: SafeTransaction, town: int, limit: int = 8) -> list[Any]:
    """The newest runs that looked at the network or took lists in."""
    return list(
        await tx.connection.fetch(
            "select id, title, state, requested_by, requested_at, finished_at, text from run where town_id = $1"
            " order by requested_at desc limit $2",
            town,
            limit,
        )
    )


async def own_devices(tx: SafeTransaction, town: int, name: str) -> list[Any]:
    """What is kept about the devices assigned to a person, for that person (self-view)."""
    if not name.strip():
        return []
    return list(
        await tx.connection.fetch(
            "select id, kind, name, manufacturer, model, serial, inventory_no, room, sources, last_seen from asset"
            " where town_id = $1 and gone_at is null and lower(user_name) = lower($2) order by sort_name, name",
            town,
            name.strip(),
        )
    )


async def dpo_networks(tx: SafeTransaction, town: int) -> list[Any]:
    """Networks without the data protection officer's agreement."""
    return list(
        await tx.connection.fetch(
            "select name, host(cidr) || '/' || masklen(cidr) as cidr, released_at from network"
            " where town_id = $1 and agreed_at is null and mode = 'active' order by cidr",
            town,
        )
    )
