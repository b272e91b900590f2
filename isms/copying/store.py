"""Releases of answers' texts, copied texts and their confirmation. Transactions read the group (town 0) too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from isms.copying.passing import COPIED, ORIGINS, Passed, Place, Release, matched
from isms.measures import Claim
from isms.sheet import Given
from isms.store import sheets
from isms.store.catalogues import requirements
from isms.store.standing import Spot
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, group_write, uuid7
from service.errors import Missing
from service.objects import store as objects

GROUP = 0
_RELEASE = "select id, of_town, partial, released_at from answer_release where town_id = 0"
_LIVE = "exists (select from answer_release r where r.town_id = 0 and r.id = c.release)"


async def releases(tx: SafeTransaction, towns: Sequence[int]) -> Sequence[Release]:
    """Those of these towns that let their texts be copied."""
    rows = await tx.connection.fetch(f"{_RELEASE} and of_town = any($1::int[]) order by of_town", list(towns))
    return [Release(**dict(row)) for row in rows]


async def release(tx: SafeTransaction, town: int, actor: Actor, now: datetime, *, partial: bool) -> None:
    """Let the texts of this town's answers be copied; a new release voids what waits by the former one."""
    await record(tx, actor, "answers.release", "check", after={"partial": partial})
    async with group_write(tx):
        await tx.connection.execute(
            "insert into answer_release (town_id, id, of_town, partial, released_at) values (0, $1, $2, $3, $4)"
            " on conflict (town_id, of_town) do update"
            " set id = excluded.id, partial = excluded.partial, released_at = excluded.released_at",
            uuid7(),
            town,
            partial,
            now,
        )


async def withdraw(tx: SafeTransaction, town: int, actor: Actor) -> None:
    """No more copying from this town; what waits for a confirmation elsewhere is void at once. Raises `Missing`."""
    async with group_write(tx):
        gone = await tx.connection.fetchval("delete from answer_release where town_id = 0 and of_town = $1 returning id", town)
    if gone is None:
        raise Missing
    await record(tx, actor, "answers.withdraw", "check")


async def offered(tx: SafeTransaction, town: int, giver: int) -> Sequence[Passed]:
    """What could be copied from the giving town: its texts at requirements that wait for an answer here.

    The transaction reads both towns; that the person may is asked before. Raises `Missing` without a release.
    """
    let = await releases(tx, [giver])
    if not let:
        raise Missing
    places = matched(await _places(tx, giver), await _places(tx, town))
    names = {x.id: x.name for x in await objects.targets(tx, town)}
    known = {x.key: x for x in await requirements(tx, town)}
    free = await _free(tx, town)
    rows = await tx.connection.fetch(
        "select a.target_id, a.control, a.claim, a.reason, a.responsible from assessment a"
        " join modelling m on m.town_id = a.town_id and m.target_id = a.target_id and m.control = a.control"
        " where a.town_id = $1 and a.superseded_at is null and m.removed_at is null and a.origin = any($2::text[])"
        " and a.claim = any($3::text[]) and (a.reason <> '' or a.responsible <> '')",
        giver,
        list(ORIGINS),
        [str(x) for x in let[0].claims],
    )
    found = [
        Passed(goal, names[goal], one.key, one.label, one.title, Claim(row["claim"]), row["reason"], row["responsible"])
        for row in rows
        if (goal := places.get(row["target_id"])) is not None
        and (one := known.get(row["control"])) is not None
        and (goal, one.key) in free
    ]
    order = {ident: i for i, ident in enumerate(names)}
    return sorted(found, key=lambda x: (order[x.target], known[x.control].position))


async def _places(tx: SafeTransaction, town: int) -> Sequence[Place]:
    return [Place(x.id, x.kind, x.name) for x in await objects.targets(tx, town)]


async def _free(tx: SafeTransaction, town: int) -> frozenset[Spot]:
    """Requirements without an answer, a proposal of the IT or a copied text."""
    rows = await tx.connection.fetch(
        "select m.target_id, m.control from modelling m where m.town_id = $1 and m.removed_at is null"  # noqa: S608 our constants
        " and not exists (select from assessment a where a.town_id = m.town_id and a.target_id = m.target_id"
        " and a.control = m.control and a.superseded_at is null)"
        " and not exists (select from copied_answer c where c.town_id = m.town_id and c.target_id = m.target_id"
        f" and c.control = m.control and {_LIVE})",
        town,
    )
    return frozenset((row["target_id"], row["control"]) for row in rows)


async def copy(tx: SafeTransaction, town: int, giver: int, wanted: Sequence[str], actor: Actor, now: datetime) -> int:
    """Put these texts (`Passed.id`) as proposals into the taking town; answers how many. Raises `Missing` for one not offered."""
    listed = {x.id: x for x in await offered(tx, town, giver)}
    (let,) = await releases(tx, [giver])
    chosen = [listed.get(x) for x in dict.fromkeys(wanted)]
    void = f"delete from copied_answer c where c.town_id = $1 and not {_LIVE}"  # noqa: S608 our constants
    await tx.connection.execute(void, town)
    for one in chosen:
        if one is None:
            raise Missing
        await tx.connection.execute(
            "insert into copied_answer (town_id, id, target_id, control, claim, reason, responsible, release,"
            " copied_by, copied_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            town,
            uuid7(),
            one.target,
            one.control,
            str(one.claim),
            one.reason,
            one.responsible,
            let.id,
            actor.name[:200],
            now,
        )
    await record(tx, actor, "answers.copy", "check", after={"number": len(chosen)})
    return len(chosen)


async def passed_on(tx: SafeTransaction, actor: Actor, to: str, number: int) -> None:
    """The giving town's log says that texts went to another town; in a transaction that writes the giving town."""
    await record(tx, actor, "answers.passed", "check", after={"to": to, "number": number})


async def waiting(tx: SafeTransaction, town: int, spot: Spot | None = None) -> Sequence[Passed]:
    """Copied texts that nobody confirmed yet and whose release still holds; all, or the one at a requirement."""
    rows = await tx.connection.fetch(
        "select c.target_id, t.name, c.control, c.claim, c.reason, c.responsible from copied_answer c"  # noqa: S608 our constants
        " join target_object t on t.town_id = c.town_id and t.id = c.target_id and t.retired_at is null"
        f" where c.town_id = $1 and {_LIVE} and ($2::uuid is null or (c.target_id = $2 and c.control = $3))"
        " order by t.position, app.din5007(t.name)",
        town,
        *(spot or (None, None)),
    )
    known = {x.key: x for x in await requirements(tx, town)}
    found = []
    for row in rows:
        one = known.get(row["control"])
        if one is not None:
            said = (Claim(row["claim"]), row["reason"], row["responsible"])
            found.append(Passed(row["target_id"], row["name"], one.key, one.label, one.title, *said))
    place = {ident: i for i, ident in enumerate(dict.fromkeys(x.target for x in found))}
    return sorted(found, key=lambda x: (place[x.target], known[x.control].position))


async def confirm(tx: SafeTransaction, town: int, wanted: Sequence[str], actor: Actor, name: str, now: datetime) -> int:
    """Make these copied texts answers of the town; answers how many.

    Raises `Missing` for one that does not wait (any more), `Outdated` where somebody answered the requirement meanwhile.
    """
    listed = {x.id: x for x in await waiting(tx, town)}
    for key in dict.fromkeys(wanted):
        one = listed.get(key)
        if one is None:
            raise Missing
        given = Given(one.claim, one.reason, one.responsible, None, "", COPIED, 0, name, now)
        await sheets.answer(tx, town, one.target, one.control, given, actor, expected=0)
        await _drop(tx, town, one)
    return len(set(wanted))


async def discard(tx: SafeTransaction, town: int, wanted: Sequence[str], actor: Actor) -> int:
    """These texts are not wanted; they may be copied again. Raises `Missing`."""
    listed = {x.id: x for x in await waiting(tx, town)}
    for key in dict.fromkeys(wanted):
        if key not in listed:
            raise Missing
        await _drop(tx, town, listed[key])
    await record(tx, actor, "answers.discard", "check", before={"number": len(set(wanted))})
    return len(set(wanted))


async def _drop(tx: SafeTransaction, town: int, one: Passed) -> None:
    await tx.connection.execute(
        "delete from copied_answer where town_id = $1 and target_id = $2 and control = $3", town, one.target, one.control
    )
