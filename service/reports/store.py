"""Loads what the reports that need several parts of the service stand on. Reads only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from isms.measures import AcceptanceState
from isms.store import contradictions, evidence, measures, risks, sheets, standing
from isms.store.catalogues import requirements
from service.db import SafeTransaction
from service.inventory import support
from service.lamps import Work
from service.priority import Level
from service.reports.situation import AnswerFact, MeasureFact, NetworkFact, RequestFact, Situation
from service.settings import BERLIN, local_day

UNSUPPORTED = "W06"
ASKED = ("OW-ORG-02", "OW-ORG-04", "OW-SIC-02", "OW-SIC-03", "OW-NOT-03", "OW-NOT-07", "OW-NOT-09", "OW-MEN-03")
NETWORKS = """
    select n.name, host(n.cidr) || '/' || masklen(n.cidr) as cidr, n.purpose, n.mode, n.released_at, n.agreed_at, s.name as site,
      (select max(a.scanned_at) from asset a where a.town_id = n.town_id and n.id = any(a.network_ids)) as last_scan
    from network n left join site s on s.town_id = n.town_id and s.id = n.site_id
    where n.town_id = $1 order by n.cidr, n.scope, n.name
"""


def end_of(day: date | None) -> datetime | None:
    """The end of a deadline's day in the towns' time: a deadline is a date, and its whole day counts."""
    return None if day is None else datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=BERLIN).astimezone(UTC)


async def networks(tx: SafeTransaction, town: int) -> list[Any]:
    """Networks of a town with the last sighting by a machine."""
    return list(await tx.connection.fetch(NETWORKS, town))


async def situation(tx: SafeTransaction, town: int, now: datetime) -> Situation:
    """The facts behind a town's lamps. The transaction should also read the group (town 0) for central measures."""
    connection = tx.connection
    labels = {one.key: one.label for one in await requirements(tx, town)}
    sheet = await sheets.load(tx, town, local_day(now), spots=await standing.labelled(tx, town, set(ASKED)))
    old = await evidence.refuting(tx, town, UNSUPPORTED)
    names = await connection.fetch(
        "select coalesce(nullif(trim(coalesce(os, '') || ' ' || coalesce(os_version, '')), ''), name) as name from asset"
        " where town_id = $1 and id = any($2) and gone_at is null order by 1",
        town,
        list(old),
    )
    register = await risks.risks(tx, town)
    todo, taken = await measures.measures(tx, town), await measures.acceptances(tx, town)
    by_id = {risk.id: risk for risk in register}
    requested = [a for a in await risks.acceptances(tx, town) if a.state == "requested" and a.risk_id in by_id]
    return Situation(
        now=now,
        networks=tuple(
            NetworkFact(row["name"], row["cidr"], row["purpose"], row["mode"], row["released_at"], row["last_scan"])
            for row in await networks(tx, town)
        ),
        checked_at=sheet.checked_at,
        unsupported=tuple(row["name"] for row in names),
        unknown_devices=await connection.fetchval(
            "select count(*)::int from review where town_id = $1 and kind = 'new' and state = 'open'", town
        ),
        contradictions=await contradictions.open_against_claims(tx, town, local_day(now)),
        answers=_answers(sheet.entries),
        measures=tuple(_measure(item, labels, taken.get(item.id), now) for item in todo if item.open),
        requests=tuple(
            RequestFact(
                by_id[a.risk_id].name,
                by_id[a.risk_id].title,
                a.category,
                end_of(a.until),
                a.reason,
                a.requested_by,
                str(a.risk_id),
            )
            for a in requested
        ),
        risks=tuple(register),
        devices=await connection.fetchval("select count(*)::int from asset where town_id = $1 and gone_at is null", town),
    )


def _answers(entries: Iterable[Any]) -> dict[str, AnswerFact]:
    """The answer of each asked requirement; where it applies at several objects the oldest and worst counts."""
    rank = {"nein": 0, "teilweise": 1, "ja": 2, "entbehrlich": 3}
    found: dict[str, AnswerFact] = {}
    for entry in entries:
        label = entry.requirement.label
        if label not in ASKED:
            continue
        claim = entry.state.claim.value
        at = entry.answer.at if entry.answer else None
        new = AnswerFact(claim, at) if at is not None and claim in rank else AnswerFact()
        before = found.get(label)
        if before is None or (before.at and (new.at is None or (rank[new.claim], new.at) < (rank[before.claim], before.at))):
            found[label] = new
    return found


def _measure(item: measures.Measure, labels: dict[str, str], taken: measures.Taken | None, now: datetime) -> MeasureFact:
    cost_known = item.cost_once is not None or item.cost_yearly is not None
    cents = (item.cost_once or 0) + (item.cost_yearly or 0)
    budget = True if cost_known and cents == 0 else item.budget_secured
    return MeasureFact(
        name=item.name,
        title=item.title,
        state=item.state,
        work=Work(item.title, Level(item.priority).word, end_of(item.due), budget, bool(item.owner.strip())),
        cost=cents // 100 if cost_known else None,
        labels=tuple(labels[key] for key in item.controls if key in labels),
        key=str(item.id),
        offered=item.shared,
        decided=taken is not None and taken.value.on(local_day(now)) is not AcceptanceState.ANGEBOTEN,
    )


async def stock(tx: SafeTransaction, town: int) -> list[Any]:
    """Every device that is not gone, sorted as people sort."""
    return list(
        await tx.connection.fetch(
            "select kind, name, manufacturer, model, serial, host(primary_ip) as ip, status, site_name, room, purchase_date,"
            " first_seen, last_seen, sources, inventory_no from asset where town_id = $1 and gone_at is null"
            " order by kind, sort_name, name, id",
            town,
        )
    )


async def ending(tx: SafeTransaction, town: int, today: date) -> tuple[list[dict[str, Any]], Mapping[support.State, int]]:
    """Devices whose support has ended or ends within a year, and how many devices stand how."""
    rows = await tx.connection.fetch(
        "select name, kind, manufacturer, model, os, os_version, firmware, site_name, room from asset where town_id = $1"
        " and gone_at is null and lent_from is null and status not in ('retired', 'disposed') order by sort_name, id",
        town,
    )
    found, counts = [], Counter[support.State]()
    for row in rows:
        product = support.Product(row["manufacturer"], row["model"], row["os"], row["os_version"], row["firmware"])
        state = support.state(product, today)
        counts[state] += 1
        if state in (support.State.ENDED, support.State.SOON):
            first, place = support.ends(product)[0], ", ".join(part for part in (row["site_name"], row["room"]) if part)
            found.append({"name": row["name"], "kind": row["kind"], "place": place, "system": first.name, "ends": first.ends})
    return found, counts
