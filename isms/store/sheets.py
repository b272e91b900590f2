"""Modelling and answers of a town; `load` gathers the whole check as one value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from isms.assess import assess, unmet
from isms.measures import Answer, Claim, Inherited, effective
from isms.modelling import Objekt, model
from isms.scales import claims
from isms.sheet import Entry, Given, Sheet
from isms.store import rechecks, standing
from isms.store.catalogues import asked, ensure_starter, requirements
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated, Wrong
from service.i18n import gettext as _
from service.objects import store as objects
from service.objects.standard import TargetKind
from service.settings import local_day

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


async def load(
    tx: SafeTransaction, town: int, today: date, *, at: UUID | None = None, spots: Collection[standing.Spot] | None = None
) -> Sheet:
    """The check of a town: whole, of one object (`at`), or only some requirements (`spots`, in their order).

    The transaction should also read the group (town 0) for central measures.
    """
    known = await standing.frame(tx, town, today)
    found = await _read(tx, town, at, spots)
    controls = {x.key: x for x in known.requirements}
    missing = await _unmet(tx, known, found)
    changed = await rechecks.spots(tx, town)
    order = {x[0]: i for i, x in enumerate(found.objects)}
    names = {x[0]: x[1] for x in found.objects}
    entries: list[Entry] = []
    removed: list[Entry] = []
    for row in found.places:
        control, target = controls.get(row["control"]), row["target_id"]
        if control is None or target not in names:
            continue
        key = (target, control.key)
        answer = found.current.get(key)
        supports, unknown = found.evidence.get(key, (0, 0))
        state = assess(
            _claimed(known, control.key, target, answer),
            open_contradictions=found.against.get(key, 0),
            supports=supports,
            unknown=unknown,
            prerequisite_missing=key in missing,
        )
        prepared, reason = found.prepared.get(key), row["removed_reason"]
        entry = Entry(target, names[target], control, state, row["category"], answer, prepared, reason, key in changed)
        (entries if reason is None else removed).append(entry)
    if spots is None:
        entries.sort(key=lambda x: (order[x.target], x.requirement.position))
    else:
        asked_for = {spot: i for i, spot in enumerate(spots)}
        entries.sort(key=lambda x: asked_for[x.target, x.requirement.key])
    return Sheet(tuple(entries), found.objects, await standing.checked(tx, town), tuple(removed))


@dataclass(frozen=True, slots=True)
class _Found:
    """What the tables say about some requirements at some objects."""

    objects: tuple[tuple[UUID, str, str], ...]
    places: Sequence[Mapping[str, Any]]
    current: Mapping[standing.Spot, Given]
    prepared: Mapping[standing.Spot, Given]
    evidence: Mapping[standing.Spot, tuple[int, int]]
    against: Mapping[standing.Spot, int]


async def _read(tx: SafeTransaction, town: int, at: UUID | None, spots: Collection[standing.Spot] | None) -> _Found:
    fetch = tx.connection.fetch
    near: list[UUID] | None = None
    if at is not None or spots is not None:
        near = [at] if at is not None else list(dict.fromkeys(x for x, _control in spots or ()))
    only = "" if near is None else " and {}target_id = any($2::uuid[])"
    given: tuple[Any, ...] = (town,) if near is None else (town, near)
    if spots is not None:
        only += " and ({}target_id, {}control) in (select * from unnest($3::uuid[], $4::text[]))"
        given += ([x for x, _control in spots], [x for _target, x in spots])
    plain, placed = only.format("", "", ""), only.format("p.", "p.", "p.")
    targets = await fetch(
        "select id, name, kind from target_object where town_id = $1 and retired_at is null"  # noqa: S608 our constants
        + ("" if near is None else " and id = any($2::uuid[])")
        + " order by position, app.din5007(name)",
        *given[:2],
    )
    answers = await fetch(_ANSWER + "and superseded_at is null" + plain, *given)
    seen = await fetch(
        "select target_id, control, sum(supports)::int as supports, sum(unknown)::int as unknown from evidence"  # noqa: S608 our constants
        f" where town_id = $1{plain} group by target_id, control",
        *given,
    )
    against = await fetch(
        "select p.target_id, p.control, count(*)::int as number from contradiction_place p"  # noqa: S608 our constants
        " join contradiction c on c.town_id = p.town_id and c.id = p.contradiction_id"
        f" where p.town_id = $1 and c.state = 'open'{placed} group by p.target_id, p.control",
        *given,
    )
    return _Found(
        tuple((x["id"], x["name"], x["kind"]) for x in targets),
        await fetch(f"select target_id, control, category, removed_reason from modelling where town_id = $1{plain}", *given),  # noqa: S608 our constants
        {(x["target_id"], x["control"]): _given(x) for x in answers if x["origin"] != "prepared"},
        {(x["target_id"], x["control"]): _given(x) for x in answers if x["origin"] == "prepared"},
        {(x["target_id"], x["control"]): (x["supports"], x["unknown"]) for x in seen},
        {(x["target_id"], x["control"]): x["number"] for x in against},
    )


def _claimed(known: standing.Frame, control: str, target: UUID, answer: Given | None) -> Inherited:
    own = Answer(answer.claim, local_day(answer.at)) if answer else None
    return effective(own, known.best(control, target), known.today)


async def _unmet(tx: SafeTransaction, known: standing.Frame, found: _Found) -> frozenset[standing.Spot]:
    """Claims of ja at these objects that lack a prerequisite."""
    required = {x.key: x.required for x in known.requirements if x.required}
    if not required or not any(x["control"] in required for x in found.places):
        return frozenset()
    linked = required.keys() | {x for below in required.values() for x in below}
    rows = await tx.connection.fetch(
        "select m.target_id, m.control, o.kind, a.claim, a.answered_at from modelling m"
        " join target_object o on o.town_id = m.town_id and o.id = m.target_id and o.retired_at is null"
        " left join assessment a on a.town_id = m.town_id and a.target_id = m.target_id and a.control = m.control"
        " and a.superseded_at is null and a.origin <> 'prepared'"
        " where m.town_id = $1 and m.removed_at is null and m.control = any($2::text[])"
        " and (m.target_id = any($3::uuid[]) or o.kind = $4)",
        known.town,
        [x.key for x in known.requirements if x.key in linked],
        [x[0] for x in found.objects],
        TargetKind.INSTITUTION,
    )
    here: dict[UUID, dict[str, Claim]] = {}
    whole: dict[str, Claim] = {}
    for row in rows:
        own = Answer(Claim(row["claim"]), local_day(row["answered_at"])) if row["claim"] else None
        claim = effective(own, known.best(row["control"], row["target_id"]), known.today).claim
        here.setdefault(row["target_id"], {})[row["control"]] = claim
        if row["kind"] == TargetKind.INSTITUTION:
            whole[row["control"]] = claim
    return frozenset((target, control) for target, claims in here.items() for control in unmet(claims, whole, required))


async def neighbours(tx: SafeTransaction, town: int, target: UUID, control: str) -> tuple[str | None, str | None]:
    """The requirement before and after this one at the same object."""
    rows = await tx.connection.fetch(
        "select control from modelling where town_id = $1 and target_id = $2 and removed_at is null", town, target
    )
    here = {row["control"] for row in rows}
    keys = [x.key for x in await requirements(tx, town) if x.key in here]
    if control not in keys:
        return None, None
    index = keys.index(control)
    return (keys[index - 1] if index else None), (keys[index + 1] if index + 1 < len(keys) else None)


async def answer(
    tx: SafeTransaction, town: int, target: UUID, control: str, value: Given, actor: Actor, *, expected: int | None = None
) -> int:
    """Give an answer; the former one is kept as history. Answers the new version.

    `value.origin` `prepared` stands beside the answer that counts until `confirm`. A reason goes with its claim: that of
    another claim is no reason for entbehrlich, and that of entbehrlich is dropped with it. Raises `Missing` where the
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
    standing_ = await tx.connection.fetch(
        _ANSWER + "and target_id = $2 and control = $3 and superseded_at is null", town, target, control
    )
    former = next((x for x in standing_ if (x["origin"] == "prepared") == (value.origin == "prepared")), None)
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
    value = _with_own_reason(value, standing_)
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


def _with_own_reason(value: Given, before: Sequence[Mapping[str, Any]]) -> Given:
    """The answer with a reason that is meant for its claim, not left over from another; raises `Wrong` where one is needed."""
    reason = value.reason.strip()
    others = [x["claim"] for x in before if reason and x["reason"].strip() == reason and x["claim"] != value.claim]
    if not others:
        return value
    if value.claim is Claim.ENTBEHRLICH:
        raise Wrong(
            _("Diese Begründung gehört noch zur bisherigen Antwort „%(claim)s“.", claim=others[0]),
            "reason",
            _("Bitte begründen Sie, warum die Anforderung hier entbehrlich ist."),
        )
    return replace(value, reason="") if Claim.ENTBEHRLICH in others else value


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
