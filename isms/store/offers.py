"""What a town has to do about the group's measures: offers, acceptances that end, and review items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from isms.measures import Mode
from isms.offers import Todo, about
from isms.store import measures
from isms.store.measures import GROUP
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.settings import local_day


async def todos(tx: SafeTransaction, town: int, today: date) -> Sequence[Todo]:
    """What the town has to do about the group's measures, review items first. The transaction reads the group too."""
    if town == GROUP:
        return []
    items = {x.id: x for x in await measures.measures(tx, town)}
    rows = await tx.connection.fetch(
        "select id, measure, kind, reason, opened_at from measure_review where town_id = $1 and settled_at is null"
        " order by opened_at desc",
        town,
    )
    found = [
        Todo(row["kind"], row["measure"], items[row["measure"]].name, items[row["measure"]].title, local_day(row["opened_at"]),
             row["reason"], row["id"])
        for row in rows
        if row["measure"] in items
    ]  # fmt: skip
    taken = await measures.acceptances(tx, town)
    lines = []
    for item in items.values():
        if not item.shared or item.mode == Mode.LOKAL or not item.offered_in(town):
            continue
        kind, day = about(measures.standing_of(item, taken.get(item.id), town), today)
        if kind:
            lines.append(Todo(kind, item.id, item.name, item.title, day))
    return [*found, *sorted(lines, key=lambda x: (x.kind != "ended", x.kind == "offered", x.day or today, x.name))]


async def settle(tx: SafeTransaction, town: int, ident: UUID, remark: str, actor: Actor, now: datetime) -> None:
    """The town has looked at a review item and says what follows; raises `Wrong` without a word, `Missing`."""
    if not remark.strip():
        raise Wrong(_("Bitte schreiben Sie, was für die Stadt daraus folgt."), "remark")
    done = await tx.connection.fetchval(
        "update measure_review set settled_at = $3, settled_by = $4, remark = $5"
        " where town_id = $1 and id = $2 and settled_at is null returning measure",
        town,
        ident,
        now,
        actor.name,
        remark.strip(),
    )
    if done is None:
        raise Missing
    await record(tx, actor, "measure.settle", f"measure/{done}", after={"remark": remark.strip()})
