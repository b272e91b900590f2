"""Modelling and answers of a town; `load` gathers the whole check as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from isms.assess import assess
from isms.measures import Answer, Claim, Offered, effective
from isms.modelling import Objekt, model
from isms.scales import claims
from isms.sheet import Entry, Given, Requirement, Sheet
from isms.store.catalogues import asked, ensure_starter, requirements
from isms.store.measures import offered
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.objects import store as objects
from service.objects.store import devices

_ANSWER = """select target_id, control, claim, reason, responsible, due, document, origin, version, answered_by as by,
  answered_at as at from assessment where town_id = $1 """


async def take_over(tx: SafeTransaction, town: int, actor: Actor, now: datetime) -> int:
    """Starter catalogue, standard structure and modelling for a town; answers how many objects were added."""
    await ensure_starter(tx, now)
    added = await objects.add_standard(tx, town, actor, now)
    await remodel(tx, town)
    return added


async def remodel(tx: SafeTransaction, town: int) -> int:
    """Propose again which requirement applies where. What a person removed with a reason, or answered, stays so."""
    targets = await objects.targets(tx, town)
    controls = await requirements(tx, town)
    found = model([Objekt(str(x.id), x.categories, x.modules) for x in targets], controls)
    wanted = {(UUID(target), control): category for target, keys in found.items() for control, category in keys.items()}
    rows = await tx.connection.fetch("select target_id, control, removed_at from modelling where town_id = $1", town)
    known = {(x["target_id"], x["control"]): x["removed_at"] for x in rows}
    # What was answered stays where it was answered, even if an update moved the requirement to other categories.
    given = await tx.connection.fetch(
        "select target_id, control from assessment where town_id = $1 and superseded_at is null and origin <> 'prepared'"
        " and control = any ($2::text[])",
        town,
        [x.key for x in controls],
    )
    answered_here = {(x["target_id"], x["control"]) for x in given}
    gone = [key for key, removed in known.items() if key not in wanted and key not in answered_here and removed is None]
    if gone:
        await tx.connection.execute(
            "delete from modelling m using unnest($2::uuid[], $3::text[]) as g(t, c)"
            " where m.town_id = $1 and m.target_id = g.t and m.control = g.c",
            town,
            [x for x, _c in gone],
            [x for _t, x in gone],
        )
    new = [(key, category) for key, category in wanted.items() if key not in known]
    await tx.connection.execute(
        "insert into modelling (town_id, id, target_id, control, category)"
        " select $1, i, t, c, g from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) as n(i, t, c, g)",
        town,
        [uuid7() for _x in new],
        [key[0] for key, _g in new],
        [key[1] for key, _g in new],
        [category for _k, category in new],
    )
    return len(new)


async def load(tx: SafeTransaction, town: int, today: date) -> Sheet:
    """The whole check of a town. The transaction should also read the group (town 0) for central measures."""
    connection = tx.connection
    targets = await objects.targets(tx, town)
    estate = await devices.estate(tx, town)
    controls = {x.key: x for x in await requirements(tx, town)}
    rows = await connection.fetch("select target_id, control, category, removed_reason from modelling where town_id = $1", town)
    given = await connection.fetch(_ANSWER + "and superseded_at is null", town)
    current = {(x["target_id"], x["control"]): _given(x) for x in given if x["origin"] != "prepared"}
    prepared = {(x["target_id"], x["control"]): _given(x) for x in given if x["origin"] == "prepared"}
    evidence = {
        (x["target_id"], x["control"]): x
        for x in await connection.fetch(
            "select target_id, control, sum(supports)::int as supports, sum(unknown)::int as unknown from evidence"
            " where town_id = $1 group by target_id, control",
            town,
        )
    }
    against = {
        (x["target_id"], x["control"]): x["number"]
        for x in await connection.fetch(
            "select p.target_id, p.control, count(*)::int as number from contradiction_place p"
            " join contradiction c on c.town_id = p.town_id and c.id = p.contradiction_id"
            " where p.town_id = $1 and c.state = 'open' group by p.target_id, p.control",
            town,
        )
    }
    measures = await offered(tx, town)
    order = {x.id: i for i, x in enumerate(targets)}
    names = {x.id: x.name for x in targets}
    entries: list[Entry] = []
    removed: list[Entry] = []
    for row in rows:
        control, target = controls.get(row["control"]), row["target_id"]
        if control is None or target not in names:
            continue
        key = (target, control.key)
        answer, seen = current.get(key), evidence.get(key)
        claimed = effective(
            Answer(answer.claim, answer.at.date()) if answer else None, _best(measures, control, target, today), today
        )
        state = assess(
            claimed,
            open_contradictions=against.get(key, 0),
            supports=seen["supports"] if seen else 0,
            unknown=seen["unknown"] if seen else 0,
        )
        entry = Entry(target, names[target], control, state, row["category"], answer, prepared.get(key), row["removed_reason"])
        (entries if row["removed_reason"] is None else removed).append(entry)
    entries.sort(key=lambda x: (order[x.target], x.requirement.position))
    checked = await connection.fetchval("select max(at) from check_run where town_id = $1", town)
    whole = tuple((x.id, x.name, x.kind, estate.count(x.rule)) for x in targets)
    return Sheet(tuple(entries), whole, checked, tuple(removed))


def _best(measures: Mapping[str, Sequence[Offered]], control: Requirement, target: UUID, today: date) -> Offered | None:
    """The measure that says most about a control at an object: an accepted one before an offered one."""
    found = [x for x in measures.get(control.key, ()) if x.reaches(target)]
    return max(found, key=lambda x: x.acceptance is not None and x.acceptance.on(today) == "angenommen", default=None)


async def answer(
    tx: SafeTransaction, town: int, target: UUID, control: str, value: Given, actor: Actor, *, expected: int | None = None
) -> int:
    """Give an answer; the former one is kept as history. Answers the new version.

    `value.origin` `prepared` stands beside the answer that counts until `confirm`. Raises `Missing` where the
    requirement does not apply, `Outdated` where somebody was faster than `expected`, `Wrong` without a needed reason.
    """
    if value.claim is Claim.ENTBEHRLICH and not value.reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum die Anforderung hier entbehrlich ist."), "reason")
    modelled = await tx.connection.fetchval(
        "select 1 from modelling where town_id = $1 and target_id = $2 and control = $3 and removed_at is null for update",
        town,
        target,
        control,
    )
    if modelled is None:
        raise Missing
    former = await tx.connection.fetchrow(
        _ANSWER + "and target_id = $2 and control = $3 and superseded_at is null and (origin = 'prepared') = $4",
        town,
        target,
        control,
        value.origin == "prepared",
    )
    version = former["version"] if former else 0
    if expected is not None and expected != version:
        raise Outdated(former["by"] if former else "", former["at"] if former else None)
    await tx.connection.execute(
        "update assessment set superseded_at = $4 where town_id = $1 and target_id = $2 and control = $3"
        " and superseded_at is null and ((origin = 'prepared') = $5 or origin = 'prepared')",
        town,
        target,
        control,
        value.at,
        value.origin == "prepared",
    )
    text = await asked(tx, control)
    if value.claim not in claims(text.scale):
        raise Wrong(_("Diese Antwort kennt der Katalog nicht."), "claim", _("Wählen Sie eine der angebotenen Antworten."))
    await tx.connection.execute(
        "insert into assessment (town_id, id, target_id, control, claim, reason, responsible, due, document, edition, control_id,"
        " origin, version, answered_by, answered_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)",
        town,
        uuid7(),
        target,
        control,
        str(value.claim),
        value.reason,
        value.responsible,
        value.due,
        value.document,
        text.edition,
        text.id,
        value.origin,
        version + 1,
        value.by,
        value.at,
    )
    before = {"claim": former["claim"], "reason": former["reason"]} if former else None
    after = {"claim": str(value.claim), "reason": value.reason, "responsible": value.responsible, "due": value.due}
    name = "check.prepare" if value.origin == "prepared" else "check.answer"
    await record(tx, actor, name, f"assessment/{target}/{control}", before=before, after=after)
    return int(version) + 1


async def history(tx: SafeTransaction, town: int, target: UUID, control: str) -> Sequence[Given]:
    """All answers ever given here, newest first."""
    rows = await tx.connection.fetch(
        _ANSWER + "and target_id = $2 and control = $3 order by answered_at desc, version desc", town, target, control
    )
    return [_given(row) for row in rows]


async def remove(tx: SafeTransaction, town: int, target: UUID, control: str, reason: str, actor: Actor, now: datetime) -> None:
    """Take a requirement away from an object (Streichbegründung); an empty reason is refused."""
    if not reason.strip():
        raise Wrong(_("Bitte begründen Sie, warum die Anforderung hier gestrichen wird."), "reason")
    await _mark(tx, town, target, control, reason.strip(), actor.name, now)
    await record(tx, actor, "modelling.remove", f"modelling/{target}/{control}", after={"reason": reason})


async def restore(tx: SafeTransaction, town: int, target: UUID, control: str, actor: Actor) -> None:
    """Put a removed requirement back; its answers are still there."""
    await _mark(tx, town, target, control, None, None, None)
    await record(tx, actor, "modelling.restore", f"modelling/{target}/{control}")


async def removals(tx: SafeTransaction, town: int) -> Mapping[tuple[UUID, str], tuple[str, datetime | None]]:
    """Who took a requirement away from an object, and when."""
    rows = await tx.connection.fetch(
        "select target_id, control, removed_by, removed_at from modelling where town_id = $1 and removed_at is not null", town
    )
    return {(row["target_id"], row["control"]): (row["removed_by"] or "", row["removed_at"]) for row in rows}


async def _mark(
    tx: SafeTransaction, town: int, target: UUID, control: str, reason: str | None, by: str | None, now: datetime | None
) -> None:
    done = await tx.connection.fetchval(
        "update modelling set removed_reason = $4, removed_by = $5, removed_at = $6"
        " where town_id = $1 and target_id = $2 and control = $3 returning id",
        town,
        target,
        control,
        reason,
        by,
        now,
    )
    if done is None:
        raise Missing


def _given(row: Mapping[str, Any]) -> Given:
    names = ("reason", "responsible", "due", "document", "origin", "version", "by", "at")
    return Given(Claim(row["claim"]), **{name: row[name] for name in names})
