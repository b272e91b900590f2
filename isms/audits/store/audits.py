"""The plan: audits with their findings, steps, samples of sites."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from isms.audits import plan
from isms.audits.plan import Act, Audit, Entry, Finding, Sample, State
from isms.audits.store import findings
from service.audit.chain import Actor
from service.audit.store import record as audit_log
from service.contracts.store import rows
from service.contracts.store.rows import Kept
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.inventory.store import sites
from service.objects import store as objects

KEPT: Final = Kept(
    "security_audit",
    "security_audit",
    ("title", "kind", "planned_on", "ends_on", "lead", "scope_sites", "scope_objects", "scope_areas", "scope_note", "result"),
)
_COLUMNS: Final = ", ".join(("town_id", "id", "number", "state", "version", *KEPT.columns))


async def entries(tx: SafeTransaction, towns: Collection[int]) -> Sequence[Entry]:
    """The plan of these towns by day; findings by number."""
    found = await tx.connection.fetch(
        f"select {_COLUMNS} from security_audit where town_id = any($1) and removed_at is null"  # noqa: S608 our names
        " order by planned_on, town_id, number",
        list(towns),
    )
    known: dict[UUID, list[Finding]] = {}
    for one in await findings.findings(tx, towns):
        known.setdefault(one.audit, []).append(one)
    return [Entry(_audit(dict(row)), tuple(known.get(row["id"], ()))) for row in found]


async def audit(tx: SafeTransaction, town: int, key: UUID) -> Audit:
    """One audit; raises `Missing`."""
    row = await tx.connection.fetchrow(
        f"select {_COLUMNS} from security_audit where town_id = $1 and id = $2 and removed_at is null",  # noqa: S608 our names
        town,
        key,
    )
    if row is None:
        raise Missing
    return _audit(dict(row))


async def entry(tx: SafeTransaction, town: int, key: UUID) -> Entry:
    """One audit with its findings; raises `Missing`."""
    return Entry(await audit(tx, town, key), tuple(await findings.findings(tx, [town], key)))


async def save(tx: SafeTransaction, town: int, item: Audit, actor: Actor, now: datetime) -> UUID:
    """Add (version 0) or change; raises `Wrong`, `Missing`, `Outdated`."""
    plan.check_audit(item)
    await _known(tx, town, item)
    values = {name: getattr(item, name) for name in KEPT.columns}
    values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    if item.version:
        return await rows.save(tx, KEPT, town, item.id, item.version, values, actor, now)
    await tx.connection.execute("select pg_advisory_xact_lock(4716, $1)", town)
    number = await tx.connection.fetchval("select coalesce(max(number), 0) + 1 from security_audit where town_id = $1", town)
    kept = Kept(KEPT.table, KEPT.noun, (*KEPT.columns, "number"))
    return await rows.save(tx, kept, town, None, 0, values | {"number": number}, actor, now)


async def _known(tx: SafeTransaction, town: int, item: Audit) -> None:
    """Raises `Wrong` where the scope names what this town does not have."""
    if item.scope_sites and not set(item.scope_sites) <= {x.id for x in await sites.sites(tx, town)}:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "scope_sites")
    if item.scope_objects and not set(item.scope_objects) <= {x.id for x in await objects.targets(tx, town)}:
        raise Wrong(_("Bitte wählen Sie aus der Liste."), "scope_objects")


async def act(tx: SafeTransaction, town: int, key: UUID, step: Act, version: int, actor: Actor, now: datetime) -> State:
    """Begin, finish, cancel or open again; answers the new state.

    Raises:
        Wrong: the step does not fit, or nothing is said about the result.
        Missing: no such audit.
        Outdated: another version is stored.
    """
    item = await audit(tx, town, key)
    after = plan.after(item.state, step)
    if step is Act.FINISH and not item.result.strip():
        raise Wrong(
            _("Zum Abschluss fehlt das Ergebnis in Kürze."),
            "",
            _("Tragen Sie es unter „Bearbeiten“ ein, und schließen Sie dann ab."),
        )
    done = await tx.connection.fetchval(
        "update security_audit set state = $3, changed_at = $4, version = version + 1"
        " where town_id = $1 and id = $2 and version = $5 returning id",
        town, key, after.value, now, version,
    )  # fmt: skip
    if done is None:
        raise Outdated
    told = {"state": item.state.value}, {"state": after.value}
    await audit_log(tx, actor, f"security_audit.{step}", f"security_audit/{key}", before=told[0], after=told[1])
    return after


async def population(tx: SafeTransaction, town: int, item: Audit) -> tuple[tuple[UUID, str], ...]:
    """The sites in the scope of an audit."""
    return tuple((x.id, x.name) for x in await sites.sites(tx, town) if not item.scope_sites or x.id in item.scope_sites)


async def draw(tx: SafeTransaction, town: int, key: UUID, seed: str, actor: Actor, now: datetime) -> Sample:
    """Choose sites by a seed and record it with all that is needed to repeat the choice. Raises `Missing`, `Wrong`."""
    item = await audit(tx, town, key)
    sites_ = await population(tx, town, item)
    if not sites_:
        raise Wrong(_("Im Umfang dieses Audits liegt kein Standort."), "", _("Tragen Sie zuerst Standorte ein."))
    chosen = frozenset(plan.draw((x for x, _name in sites_), seed))
    return await _sampled(tx, town, key, Sample(sites_, chosen, seed, "", actor.name[:200], now), actor)


async def choose(
    tx: SafeTransaction, town: int, key: UUID, sites_: Collection[UUID], reason: str, actor: Actor, now: datetime
) -> Sample:
    """Choose sites by hand, with the reason. Raises `Missing`, `Wrong`."""
    item = await audit(tx, town, key)
    known = await population(tx, town, item)
    plan.check_hand([x for x, _name in known], sites_, reason)
    sample = Sample(known, frozenset(sites_), "", reason.strip(), actor.name[:200], now)
    return await _sampled(tx, town, key, sample, actor)


async def _sampled(tx: SafeTransaction, town: int, key: UUID, sample: Sample, actor: Actor) -> Sample:
    await tx.connection.execute(
        "insert into audit_sample (town_id, id, audit_id, population, names, chosen, seed, reason, made_by, made_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        town, uuid7(), key, [x for x, _name in sample.population], [name for _x, name in sample.population],
        list(sample.chosen), sample.seed, sample.reason, sample.by, sample.at,
    )  # fmt: skip
    told = {"sites": ", ".join(sample.names), "seed": sample.seed, "reason": sample.reason}
    await audit_log(tx, actor, "security_audit.sample", f"security_audit/{key}", after=told)
    return sample


async def samples(tx: SafeTransaction, town: int, key: UUID) -> Sequence[Sample]:
    """All choices of sites ever made, the newest first; the first counts."""
    found = await tx.connection.fetch(
        "select population, names, chosen, seed, reason, made_by, made_at from audit_sample"
        " where town_id = $1 and audit_id = $2 order by made_at desc, id desc",
        town,
        key,
    )
    return [
        Sample(
            tuple(zip(row["population"], row["names"], strict=True)), frozenset(row["chosen"]),
            row["seed"], row["reason"], row["made_by"], row["made_at"],
        )
        for row in found
    ]  # fmt: skip


async def due(tx: SafeTransaction, town: int) -> Sequence[tuple[date, str, str, UUID, UUID | None]]:
    """Dates of the calendar: (day, kind, title, audit, finding or None)."""
    found: list[tuple[date, str, str, UUID, UUID | None]] = []
    for one in await entries(tx, [town]):
        item = one.audit
        if item.state in plan.OPEN:
            last = item.ends_on if item.state is State.RUNNING else item.planned_on
            if last:
                found.append((last, "audit", f"{item.name} {item.title}", item.id, None))
        for finding in one.findings:
            if finding.state == "closed":
                continue
            title = f"{item.name}/{finding.number} {finding.title}"
            if finding.due and not finding.rechecked_at:
                found.append((finding.due, "finding", title, item.id, finding.id))
            if finding.recheck_on:
                found.append((finding.recheck_on, "recheck", title, item.id, finding.id))
    return found


def _audit(row: dict[str, Any]) -> Audit:
    lists = {name: tuple(row[name]) for name in ("scope_sites", "scope_objects", "scope_areas")}
    return Audit(**row | lists | {"state": State(row["state"])})
