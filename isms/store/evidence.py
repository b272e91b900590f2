"""Runs of the automatic checks and what they found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from isms.checks import all_checks
from isms.contradiction import Change, Contradiction, State, Step, plan
from isms.finding import Check, Finding, Result
from isms.modelling import Placed, places
from isms.store.catalogues import requirements
from isms.store.contradictions import happened
from isms.store.estate import estate_facts
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.objects import store as objects
from service.objects.store import devices

MACHINE = Actor("Prüflauf")


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run of the checks brought."""

    at: datetime
    assets: int
    findings: int
    refuted: int
    opened: int
    closed: int


async def run_checks(tx: SafeTransaction, town: int, now: datetime, actor: Actor = MACHINE) -> Summary:
    """Look at the whole estate of a town, replace its findings, open and close contradictions. Claims stay untouched.

    Called after every merge; running it twice on the same estate changes nothing but the time of the run.
    """
    await tx.connection.execute("select pg_advisory_xact_lock(4713, $1)", town)
    estate = await estate_facts(tx, town, now)
    findings = tuple(finding for check in all_checks() for finding in check.run(estate))
    known = await _known(tx, town)
    scans = {x.id: [x.full_scan_at] for x in estate.assets if x.full_scan_at is not None}
    versions = {check.id: check.version for check in all_checks()}
    steps = plan([value for value, _id in known.values()], findings, scans, now, versions)
    await _replace(tx, town, findings, now)
    for step in steps:
        await _apply(tx, town, step, known, now)
    await place(tx, town)
    changes = Counter(step.change for step in steps)
    opened = sum(changes[x] for x in (Change.OPENED, Change.REOPENED, Change.EXPIRED, Change.RULE_CHANGED))
    refuted = sum(1 for x in findings if x.result is Result.NOT_SATISFIED)
    summary = Summary(
        now, len(estate.assets), len(findings), refuted, opened, changes[Change.RESOLVED] + changes[Change.WITHDRAWN]
    )
    await tx.connection.execute(
        "insert into check_run (town_id, id, at, assets, findings, refuted, opened, closed) values ($1,$2,$3,$4,$5,$6,$7,$8)",
        town,
        uuid7(),
        now,
        summary.assets,
        summary.findings,
        summary.refuted,
        summary.opened,
        summary.closed,
    )
    if summary.opened or summary.closed:
        await record(tx, actor, "checks.run", "checks", after={"opened": summary.opened, "closed": summary.closed})
    return summary


async def place(tx: SafeTransaction, town: int) -> None:
    """Say anew which requirement at which object findings and contradictions touch; after a run or a new modelling."""
    connection = tx.connection
    estate = await devices.estate(tx, town)
    placed = [Placed(x.id, estate.members(x.rule), x.rule.draws) for x in await objects.targets(tx, town)]
    labels = {x.label: x.key for x in await requirements(tx, town)}
    modelled: dict[UUID, set[str]] = {}
    for row in await connection.fetch("select target_id, control from modelling where town_id = $1 and removed_at is null", town):
        modelled.setdefault(row["target_id"], set()).add(row["control"])
    touched = {check.id: [labels[x] for x in check.controls if x in labels] for check in all_checks()}
    spots: dict[tuple[str, UUID | None], list[tuple[UUID, str]]] = {}

    def where(check: str, asset: UUID | None) -> list[tuple[UUID, str]]:
        if (check, asset) not in spots:
            spots[check, asset] = [
                (target, control) for control in touched.get(check, ()) for target in places(asset, control, placed, modelled)
            ]
        return spots[check, asset]

    counts: dict[tuple[UUID, str, str], Counter[str]] = {}
    rows = await connection.fetch(
        "select check_id, asset_id, result, count(*)::int as number from finding where town_id = $1"
        " group by check_id, asset_id, result",
        town,
    )
    for row in rows:
        for target, control in where(row["check_id"], row["asset_id"]):
            counts.setdefault((target, control, row["check_id"]), Counter())[row["result"]] += row["number"]
    await connection.execute("delete from evidence where town_id = $1", town)
    await connection.executemany(
        "insert into evidence (town_id, id, target_id, control, check_id, refutes, supports, unknown)"
        " values ($1,$2,$3,$4,$5,$6,$7,$8)",
        [
            (town, uuid7(), target, control, check, count[Result.NOT_SATISFIED], count[Result.SATISFIED], count[Result.UNKNOWN])
            for (target, control, check), count in counts.items()
        ],
    )
    await connection.execute("delete from contradiction_place where town_id = $1", town)
    cases = await connection.fetch("select id, check_id, asset_id from contradiction where town_id = $1", town)
    await connection.executemany(
        "insert into contradiction_place (town_id, id, contradiction_id, target_id, control) values ($1,$2,$3,$4,$5)",
        [
            (town, uuid7(), case["id"], target, control)
            for case in cases
            for target, control in where(case["check_id"], case["asset_id"])
        ],
    )


async def _known(tx: SafeTransaction, town: int) -> dict[tuple[str, UUID | None, str], tuple[Contradiction, UUID]]:
    rows = await tx.connection.fetch(
        "select id, check_id, asset_id, place, state, opened_at, last_evidence_at, until, clean_scans, last_clean_at, decided_at,"
        " rule_version from contradiction where town_id = $1 for update",
        town,
    )
    found = {}
    for row in rows:
        key = (row["check_id"], row["asset_id"], row["place"])
        value = Contradiction(
            key,
            State(row["state"]),
            row["opened_at"],
            row["last_evidence_at"],
            row["until"],
            row["clean_scans"],
            row["last_clean_at"],
            row["decided_at"],
            row["rule_version"],
        )
        found[key] = (value, row["id"])
    return found


async def _replace(tx: SafeTransaction, town: int, findings: Sequence[Finding], now: datetime) -> None:
    await tx.connection.execute("delete from finding where town_id = $1", town)
    await tx.connection.execute(
        "insert into finding (town_id, id, check_id, rule_version, asset_id, place, result, sentence, observed_at, checked_at)"
        " select $1, i, c, v, a, p, r, s, o, $10 from unnest($2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::text[],"
        " $7::text[], $8::text[], $9::timestamptz[]) as n(i, c, v, a, p, r, s, o)",
        town,
        [uuid7() for _x in findings],
        [x.check for x in findings],
        [x.version for x in findings],
        [x.asset for x in findings],
        [x.where for x in findings],
        [str(x.result) for x in findings],
        [x.sentence for x in findings],
        [x.observed_at for x in findings],
        now,
    )


async def _apply(
    tx: SafeTransaction,
    town: int,
    step: Step,
    known: Mapping[tuple[str, UUID | None, str], tuple[Contradiction, UUID]],
    now: datetime,
) -> None:
    value, finding = step.contradiction, step.finding
    ident = known[value.key][1] if value.key in known else uuid7()
    check, asset, spot = value.key
    if step.change is Change.OPENED and finding is not None:
        await tx.connection.execute(
            "insert into contradiction (town_id, id, check_id, rule_version, asset_id, place, sentence, state, opened_at,"
            " last_evidence_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
            town,
            ident,
            check,
            finding.version,
            asset,
            spot,
            finding.sentence,
            str(value.state),
            value.opened_at,
            value.last_evidence_at,
        )
    else:
        await tx.connection.execute(
            "update contradiction set state = $3, last_evidence_at = $4, until = $5, clean_scans = $6, last_clean_at = $7,"
            " decided_at = $8, sentence = coalesce($9, sentence), rule_version = coalesce($10, rule_version),"
            " version = version + 1"
            " where town_id = $1 and id = $2",
            town,
            ident,
            str(value.state),
            value.last_evidence_at,
            value.until,
            value.clean_scans,
            value.last_clean_at,
            value.decided_at,
            finding.sentence if finding else None,
            finding.version if finding else None,
        )
    if step.change is not Change.REFRESHED:
        await happened(tx, town, ident, now, str(step.change), MACHINE.name, finding.sentence if finding else "")


AT_ONCE, LOOKED_AT = 100, 2000
"""Findings read in one go, and at most, to find the first sentences that belong to an object."""


async def findings_at(
    tx: SafeTransaction, town: int, target: UUID, control: str, result: Result, limit: int = 10
) -> tuple[int, Sequence[str]]:
    """How many findings of a kind stand at a requirement, and the first sentences of them."""
    number = await tx.connection.fetchval(
        "select coalesce(sum(case $4 when 'satisfied' then supports when 'unknown' then unknown else refutes end), 0)::int"
        " from evidence where town_id = $1 and target_id = $2 and control = $3",
        town,
        target,
        control,
        str(result),
    )
    if not number:
        return 0, ()
    rule = (await objects.target(tx, town, target)).rule
    found: list[str] = []
    for start in range(0, LOOKED_AT, AT_ONCE):
        rows = await tx.connection.fetch(
            "select f.sentence, f.asset_id from finding f where f.town_id = $1 and f.result = $4 and f.check_id in"
            " (select e.check_id from evidence e where e.town_id = $1 and e.target_id = $2 and e.control = $3)"
            " order by f.observed_at desc nulls last, f.sentence, f.id limit $5 offset $6",
            town,
            target,
            control,
            str(result),
            AT_ONCE,
            start,
        )
        ids = [row["asset_id"] for row in rows if row["asset_id"] is not None]
        estate = await devices.estate(tx, town, only=ids)
        members = estate.members(rule) if rule.draws else {*estate.ids, None}
        found += [row["sentence"] for row in rows if row["asset_id"] in members]
        if len(found) >= limit or len(rows) < AT_ONCE:
            break
    return number, found[:limit]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One check with the figures of the newest run."""

    check: Check
    refutes: int
    supports: int
    unknown: int


async def rules(tx: SafeTransaction, town: int) -> Sequence[RuleLine]:
    """Every automatic check with what it found last."""
    rows = await tx.connection.fetch(
        "select check_id, result, count(*)::int as number from finding where town_id = $1 group by check_id, result", town
    )
    found = {(row["check_id"], row["result"]): row["number"] for row in rows}
    return [
        RuleLine(
            check,
            found.get((check.id, "not_satisfied"), 0),
            found.get((check.id, "satisfied"), 0),
            found.get((check.id, "unknown"), 0),
        )
        for check in all_checks()
    ]


async def refuting(tx: SafeTransaction, town: int, check: str) -> Sequence[UUID]:
    """Devices against which a check speaks, e.g. W06 for systems without support."""
    rows = await tx.connection.fetch(
        "select distinct asset_id from finding where town_id = $1 and check_id = $2 and result = 'not_satisfied'"
        " and asset_id is not null",
        town,
        check,
    )
    return [row["asset_id"] for row in rows]
