"""No town sees another's rows: what the catalogue says, what SQL sees, and what every route answers."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import asyncpg
import pytest

from service.auth.roles import ROLES
from service.db import town_tx, uuid7
from service.settings import now

WITHOUT_TOWN = {
    # who may log in, read before a town is known; touched by service.auth.store alone
    "town", "account", "membership", "session", "attempt", "data_key", "api_token",
    # Piccolo's own note of what ran
    "migration",
    # the queue: ids only, no content
    "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers",
    # catalogues are the same for all towns and changed by the owner's import only
    "catalogue", "catalogue_version", "control", "control_group",
    # what holds for all towns of the group: tables of references between catalogues, selections from them
    "reference_set", "reference", "profile",
    # the risk matrix of the group, the same for all towns; nothing of a town in it
    "risk_matrix",
}  # fmt: skip


async def test_s01_every_tenant_table_forces_row_security_with_four_policies(db) -> None:
    open_tables = await db.fetch(
        """select c.relname from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped
        where c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity and a.attnotnull
          and (select array_agg(p.polcmd order by p.polcmd) from pg_policy p
               where p.polrelid = c.oid and p.polpermissive) = '{a,d,r,w}'::"char"[])"""
    )
    assert [row["relname"] for row in open_tables] == []


async def test_s01_a_table_without_town_is_on_the_reviewed_list(db) -> None:
    rows = await db.fetch(
        """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname = 'public' and not exists (
          select from pg_attribute a where a.attrelid = c.oid and a.attname = 'town_id' and not a.attisdropped)"""
    )
    assert {row["relname"] for row in rows} - WITHOUT_TOWN == set()


async def test_s01_the_application_owns_nothing_and_cannot_bypass(db) -> None:
    role = await db.fetchrow("select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user")
    assert tuple(role) == (False, False, False)
    assert (
        await db.fetchval(
            "select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = current_user)"
        )
        == 0
    )


async def test_s03_foreign_keys_between_tenant_tables_pair_the_town(db) -> None:
    rows = await db.fetch(
        """select k.conname from pg_constraint k
        join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'town_id'
        join pg_attribute b on b.attrelid = k.confrelid and b.attname = 'town_id'
        where k.contype = 'f' and not (a.attnum = any(k.conkey) and b.attnum = any(k.confkey)
          and array_position(k.conkey, a.attnum) = array_position(k.confkey, b.attnum))"""
    )
    assert [row["conname"] for row in rows] == []


async def test_s03_uniqueness_begins_with_the_town(db) -> None:
    rows = await db.fetch(
        """select i.indexrelid::regclass::text as name from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'town_id' and not a.attisdropped
        where i.indisunique and i.indkey[0] <> a.attnum"""
    )
    assert [row["name"] for row in rows] == []


async def test_s03_every_tenant_key_has_its_composite_constraint(db) -> None:
    from piccolo.conf.apps import Finder

    from service.db import TenantKey

    keys = {
        (table._meta.tablename, column._meta.db_column_name)
        for table in Finder().get_table_classes()
        for column in table._meta.columns
        if isinstance(column, TenantKey)
    }
    rows = await db.fetch(
        """select k.conrelid::regclass::text as name, a.attname from pg_constraint k
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) where k.contype = 'f'"""
    )
    assert keys - {(row["name"].strip('"'), row["attname"]) for row in rows} == set()


async def test_s03_no_view_or_function_goes_around_row_security(db) -> None:
    views = await db.fetch(
        """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and (c.relkind = 'm'
          or (c.relkind = 'v' and not coalesce(c.reloptions::text like '%security_invoker=true%', false)))"""
    )
    assert list(views) == []
    functions = await db.fetch(
        """select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where prosecdef and n.nspname not in ('pg_catalog', 'information_schema')"""
    )
    assert list(functions) == []


RUN = "insert into run (town_id, id, task, title, requested_by, requested_at) values ($1, $2, 't', $3, 'x', now())"


async def test_s02_without_a_town_there_is_nothing(db, towns) -> None:
    async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
        await tx.connection.execute(RUN, towns["erbach"], uuid7(), "geheim")
    for read in ((), {towns["michelstadt"]}):
        async with town_tx(read) as tx:
            assert await tx.connection.fetchval("select count(*) from run") == 0
    assert await db.fetchval("select count(*) from run") == 0


async def test_s01_reading_four_towns_writes_only_one(db, towns) -> None:
    everywhere = frozenset(towns.values())
    for town in everywhere:
        async with town_tx({town}, town) as tx:
            await tx.connection.execute(RUN, town, uuid7(), "x")
    async with town_tx(everywhere, towns["erbach"]) as tx:
        assert await tx.connection.execute("update run set title = 'y'") == "UPDATE 1"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with town_tx(everywhere, towns["erbach"]) as tx:
            await tx.connection.execute(RUN, towns["oberzent"], uuid7(), "fremd")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with town_tx(everywhere, towns["erbach"]) as tx:
            await tx.connection.execute("update run set town_id = $1", towns["oberzent"])


async def test_s06_many_transactions_over_few_connections_never_mix_towns(fresh_database) -> None:
    pool = await asyncpg.create_pool(fresh_database.app, min_size=8, max_size=8)
    owner = await asyncpg.connect(fresh_database.app)
    for town in range(1, 5):
        await owner.execute("insert into town (id, slug, name, created_at) values ($1, $2, $2, now())", town, f"t{town}")
        async with owner.transaction():
            await owner.execute(
                "select set_config('app.towns', $1, true), set_config('app.write_town', $2, true)", f"{{{town}}}", str(town)
            )
            for _ in range(5):
                await owner.execute(RUN, town, uuid7(), "x")
    await owner.close()
    dice = random.Random(6)

    async def look(town: int) -> int:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("select set_config('app.towns', $1, true)", f"{{{town}}}")
            rows = await connection.fetch("select town_id from run")
        assert len(rows) == 5
        return sum(row["town_id"] != town for row in rows)

    assert sum(await asyncio.gather(*(look(dice.randint(1, 4)) for _ in range(600)))) == 0
    await pool.close()


# --- every route × every role × every town


def routes(app):
    """(method, path template, access rule) of every route; where a number belongs stands one."""
    from service.auth.guards import rule

    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                if not route.path.startswith("/api/schema"):
                    numbers = [part.name for part in route.path_components if getattr(part, "type", None) is int]
                    path = "/".join("1" if part[1:-1] in numbers else part for part in route.path_format.split("/"))
                    yield method, path, rule(handler), handler


def filled(path: str, town: str) -> str:
    """An address with the town and made-up ids."""
    parts = []
    for part in path.split("/"):
        if part == "{town}":
            parts.append(town)
        elif part.startswith("{"):
            parts.append(str(uuid7()))
        else:
            parts.append(part)
    return "/".join(parts) or "/"


def test_s04_every_route_declares_who_may_call_it(app) -> None:
    assert len(list(routes(app))) > 20


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_s04_routes_answer_each_role_by_its_town(role, app, log_in, towns) -> None:
    mine = "erbach"
    visitor = await log_in(role, mine)
    token = await visitor.token()
    wrong = []
    for method, path, access, _handler in routes(app):
        if "*" in access or "half" in access:
            continue
        for town in towns if "{town}" in path else [mine]:
            answer = await visitor.request(method, filled(path, town), headers={"x-csrftoken": token})
            status = answer.status_code
            if "{town}" in path and town != mine:
                good = status == 404
            elif role in access:
                good = status not in (401, 403) and status < 500
            else:
                good = status in (403, 404)
            if not good:
                wrong.append(f"{method} {path} as {role} in {town}: {status}")
    assert wrong == []


async def test_s04_visitors_are_sent_to_the_log_in(app, visitor) -> None:
    wrong = []
    token = await visitor.token()
    for method, path, access, _handler in routes(app):
        if "*" in access:
            continue
        answer = await visitor.request(method, filled(path, "erbach"), headers={"x-csrftoken": token})
        if answer.status_code not in (302, 303, 401):
            wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []


async def test_s07_an_auditors_access_ends_on_its_day(app, log_in, towns) -> None:
    visitor = await log_in("auditor", "erbach", valid_until=now() + timedelta(seconds=2))
    assert (await visitor.get("/towns/erbach/audit")).status_code == 200
    await asyncio.sleep(2.1)
    assert (await visitor.get("/towns/erbach/audit")).status_code in (403, 404)


async def test_s14_no_change_without_token_or_from_another_site(app, log_in) -> None:
    visitor = await log_in("it_admin", "erbach")
    wrong = []
    for method, path, _access, handler in routes(app):
        if method == "GET" or handler.opt.get("exclude_from_csrf"):
            continue
        bare = await visitor.request(method, filled(path, "erbach"), headers={"sec-fetch-site": "same-origin"})
        foreign = await visitor.request(
            method, filled(path, "erbach"), headers={"sec-fetch-site": "cross-site", "x-csrftoken": await visitor.token()}
        )
        if bare.status_code != 403 or foreign.status_code != 403:
            wrong.append(f"{method} {path}: {bare.status_code} {foreign.status_code}")
    assert wrong == []


async def test_s15_every_answer_carries_the_headers(app, log_in) -> None:
    visitor = await log_in("isb", "erbach")
    for _method, path, _access, _handler in [route for route in routes(app) if route[0] == "GET"]:
        if path.endswith("/events"):
            continue
        answer = await visitor.get(filled(path, "erbach"))
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["referrer-policy"] == "no-referrer", path
        assert "max-age" in answer.headers["strict-transport-security"], path
