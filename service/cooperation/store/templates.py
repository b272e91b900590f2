"""Templates: a town's own, those the others share, and copies that remember their origin."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.audit.store import record as audit
from service.cooperation.rules import OtherTemplate, Template, check_template, copied, free_title, next_edition
from service.db import SafeTransaction, group_write, uuid7
from service.errors import Missing, Outdated

_OWN = """select o.id, o.kind, o.title, o.text, o.edition, o.file_name, o.file_kind, o.shared, o.origin, o.origin_edition,
  coalesce(t.name, '') as origin_name, o.version,
  case when s.edition > (select max(c.origin_edition) from town_template c where c.town_id = $1 and c.origin = o.origin)
    then s.edition end as newer
from town_template o left join town t on t.id = o.origin_town
left join shared_template s on s.town_id = 0 and s.id = o.origin where o.town_id = $1"""
_OTHERS = """select s.id, s.of_town, t.name as town, s.kind, s.title, s.text, s.edition, s.file_name, s.file_kind,
  (select max(c.origin_edition) from town_template c where c.town_id = $1 and c.origin = s.id) as ours
from shared_template s join town t on t.id = s.of_town where s.town_id = 0 and s.of_town <> $1"""


async def own(tx: SafeTransaction, town: int) -> Sequence[Template]:
    """The town's templates by title."""
    rows = await tx.connection.fetch(_OWN + " order by app.din5007(o.title), o.id", town)
    return [Template(**dict(row)) for row in rows]


async def template(tx: SafeTransaction, town: int, key: UUID) -> Template:
    """One of them; raises `Missing`."""
    row = await tx.connection.fetchrow(_OWN + " and o.id = $2", town, key)
    if row is None:
        raise Missing
    return Template(**dict(row))


async def others(tx: SafeTransaction, town: int) -> Sequence[OtherTemplate]:
    """What other towns share, by title."""
    rows = await tx.connection.fetch(_OTHERS + " order by app.din5007(s.title), t.name, s.id", town)
    return [OtherTemplate(**dict(row)) for row in rows]


async def other(tx: SafeTransaction, town: int, key: UUID) -> OtherTemplate:
    """One of them; raises `Missing`, also once it is shared no more."""
    row = await tx.connection.fetchrow(_OTHERS + " and s.id = $2", town, key)
    if row is None:
        raise Missing
    return OtherTemplate(**dict(row))


async def content(tx: SafeTransaction, town: int, key: UUID, *, shared: bool = False) -> tuple[str, str, bytes]:
    """Name, kind and bytes of the file of an own template, or of one that another town shares; raises `Missing`."""
    if shared:
        await other(tx, town, key)
        sql, args = "select file_name, file_kind, content from shared_template where town_id = 0 and id = $1", (key,)
    else:
        sql, args = "select file_name, file_kind, content from town_template where id = $1 and town_id = $2", (key, town)  # type: ignore[assignment]  # one more
    row = await tx.connection.fetchrow(sql, *args)
    if row is None or row["content"] is None:
        raise Missing
    return row["file_name"], row["file_kind"], row["content"]


async def save(
    tx: SafeTransaction, town: int, item: Template, file: tuple[str, str, bytes] | None, by: Actor, now: datetime
) -> UUID:
    """Add (version 0) or change a template; `file` is name, kind and bytes of a new file. What is shared changes with it.

    Raises `Wrong`, `Missing`, `Outdated`.
    """
    before = await template(tx, town, item.id) if item.version else None
    check_template(item, has_file=file is not None or bool(before and before.file_name))
    if before is None:
        item = dataclasses.replace(item, id=uuid7())
        await _insert(tx, town, item, None, file, by, now)
    else:
        done = await tx.connection.fetchval(
            "update town_template set kind = $4, title = $5, text = $6, edition = $7, changed_by = $8, changed_at = $9,"
            " version = version + 1 where town_id = $1 and id = $2 and version = $3 returning id",
            town, item.id, item.version, item.kind, item.title, item.text,
            next_edition(before, item, new_file=file is not None), by.name[:200], now,
        )  # fmt: skip
        if done is None:
            raise Outdated
        if file is not None:
            await tx.connection.execute(
                "update town_template set file_name = $3, file_kind = $4, content = $5 where town_id = $1 and id = $2",
                town,
                item.id,
                *file,
            )
    await _publish(tx, town, item.id, now)
    after = {"kind": item.kind, "title": item.title, "file": file[0] if file else None}
    await audit(tx, by, "template.change" if before else "template.add", f"town_template/{item.id}", after=after)
    return item.id


async def _insert(
    tx: SafeTransaction, town: int, item: Template, origin_town: int | None, file: tuple[str, str, bytes] | None, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    name, kind, data = file or (None, None, None)
    await tx.connection.execute(
        "insert into town_template (town_id, id, kind, title, text, file_name, file_kind, content, origin_town, origin,"
        " origin_edition, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        town, item.id, item.kind, item.title, item.text, name, kind, data, origin_town, item.origin, item.origin_edition,
        by.name[:200], now,
    )  # fmt: skip


async def share(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime, *, shared: bool) -> None:
    """Release a template, or take the release back: the others lose it at once, their own copies stay. Raises `Missing`."""
    done = await tx.connection.fetchval(
        "update town_template set shared = $3, changed_by = $4, changed_at = $5, version = version + 1"
        " where town_id = $1 and id = $2 returning id",
        town, key, shared, by.name[:200], now,
    )  # fmt: skip
    if done is None:
        raise Missing
    await _publish(tx, town, key, now)
    await audit(tx, by, "template.share" if shared else "template.unshare", f"town_template/{key}")


async def delete(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime) -> str:
    """Delete an own template for good; answers its title. Raises `Missing`."""
    before = await template(tx, town, key)
    await tx.connection.execute("update town_template set shared = false where town_id = $1 and id = $2", town, key)
    await _publish(tx, town, key, now)
    await tx.connection.execute("delete from town_template where town_id = $1 and id = $2", town, key)
    await audit(tx, by, "template.delete", f"town_template/{key}", before={"title": before.title})
    return before.title


async def _publish(tx: SafeTransaction, town: int, key: UUID, now: datetime) -> None:
    """Bring the copy that others see in step with the template: the one place that says what leaves the town."""
    row = await tx.connection.fetchrow(
        "select id, kind, title, text, edition, file_name, file_kind, content from town_template"
        " where town_id = $1 and id = $2 and shared",
        town,
        key,
    )
    async with group_write(tx):
        await tx.connection.execute("delete from shared_template where town_id = 0 and of_town = $1 and id = $2", town, key)
        if row is not None:
            await tx.connection.execute(
                "insert into shared_template (town_id, of_town, shared_at, id, kind, title, text, edition, file_name, file_kind,"
                " content) values (0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                town,
                now,
                *row.values(),
            )


async def adopt(tx: SafeTransaction, town: int, key: UUID, by: Actor, now: datetime) -> tuple[UUID, bool]:
    """„In unsere Stadt übernehmen“: an own copy, shared with nobody, under a title that no own template has yet.

    Answers the copy, and whether it is new: an edition that the town has a copy of is not copied again. Raises `Missing`.
    """
    found = await other(tx, town, key)
    copies = "select id from town_template where town_id = $1 and origin = $2 and origin_edition = $3 order by id limit 1"
    there = await tx.connection.fetchval(copies, town, found.id, found.edition)
    if there is not None:
        return there, False
    file = await content(tx, town, key, shared=True) if found.file_name else None
    item = copied(found, uuid7())
    item = dataclasses.replace(item, title=free_title(item.title, found.edition, {x.title for x in await own(tx, town)}))
    await _insert(tx, town, item, found.of_town, file, by, now)
    after = {"title": item.title, "town": found.town, "edition": found.edition}
    await audit(tx, by, "template.adopt", f"town_template/{item.id}", after=after)
    return item.id, True
