"""What one town sees of another's software: exactly what it released, by row security and on every page."""

from __future__ import annotations

import re
from typing import Any

import asyncpg
import pytest

from service.db import DB, town_tx

BASE = "/towns/{}/software"
SECRET = {
    "note": "Kanarienvogel-Notiz", "exit_plan": "Kanarienvogel-Ausstieg", "solved": "Kanarienvogel-Geloest",
    "contact": "Kanarienvogel-Amt", "release": "9.9-kanarie", "cost_yearly": "987654", "users": "7531",
    "contract_end": "2031-03-31", "notice_on": "2030-12-31",
}  # fmt: skip
SHOWN = {
    "solved": "Kanarienvogel-Geloest", "contact": "Kanarienvogel-Amt", "release": "9.9-kanarie", "cost_yearly": "987.654",
    "users": "7.531", "contract_end": "31.03.2031",
}  # fmt: skip
ALWAYS_HIDDEN = ("Kanarienvogel-Notiz", "Kanarienvogel-Ausstieg", "31.12.2030")


async def enter(visitor: Any, town: str, *facets: str, **fields: str) -> str:
    """Enter a product by its form; answers the address of its page."""
    data = {"name": "Grabweg", "maker": "Steinlicht", "purpose": "Friedhof", "hosting": "cloud", "facets": list(facets)}
    answer = await visitor.send_form(BASE.format(town) + "/new", data | SECRET | fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def everything(visitor: Any, town: str) -> str:
    """All that a user of the town can read about software, as one text."""
    base, texts = BASE.format(town), []
    paths = ("", "?q=kanarie", "/compare", "/found?state=", "/licences", "/export?format=csv", "/new")
    texts += [(await visitor.get(base + path)).text for path in paths]
    answer = await visitor.get(f"{base}/product?key=grabweg")
    return "\n".join([*texts, answer.text if answer.status_code == 200 else ""])


async def test_nothing_is_shared_unless_it_is_ticked(log_in) -> None:
    await enter(await log_in("it_admin", "erbach"), "erbach")
    other = await log_in("it_admin", "michelstadt")
    seen = await everything(other, "michelstadt")
    assert "Grabweg" not in seen
    assert "anarie" not in seen.replace("?q=kanarie", "").replace('value="kanarie"', "").replace("q=kanarie", "")
    assert (await other.get(BASE.format("michelstadt") + "/product?key=grabweg")).status_code == 404


@pytest.mark.parametrize("facet", ["", *SHOWN])
async def test_another_town_sees_the_released_facets_and_never_the_others(log_in, facet: str) -> None:
    mine = await log_in("it_admin", "erbach")
    await enter(mine, "erbach", "use", *([facet] if facet else []))
    own = (await mine.get(BASE.format("erbach") + "/product?key=grabweg")).text
    assert all(text in own for text in (*SHOWN.values(), *ALWAYS_HIDDEN))
    seen = await everything(await log_in("it_admin", "michelstadt"), "michelstadt")
    assert "Grabweg" in seen
    assert "Friedhof" in seen
    for name, text in SHOWN.items():
        assert (text in seen) is (name == facet), name
    assert not any(text in seen for text in ALWAYS_HIDDEN)


async def test_what_is_no_longer_released_is_gone_at_once(log_in, db) -> None:
    mine, other = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    await enter(mine, "erbach", "use", "release", "solved")
    assert "9.9-kanarie" in await everything(other, "michelstadt")
    edit = re.findall(r'href="([^"]+/edit)"', (await mine.get(BASE.format("erbach") + "/product?key=grabweg")).text)[0]
    data = {"name": "Grabweg neu", "purpose": "Friedhof", "facets": ["use"], "version": "1"} | SECRET
    assert (await mine.send_form(edit, data)).status_code == 303
    seen = await everything(other, "michelstadt")
    assert "Grabweg neu" in seen
    assert "9.9-kanarie" not in seen
    assert "Geloest" not in seen
    assert (await mine.send_form(edit, data | {"facets": [], "version": "2"})).status_code == 303
    assert "Grabweg" not in await everything(other, "michelstadt")
    async with town_tx({0}) as tx:
        assert await tx.connection.fetchval("select count(*) from shared_use") == 0


async def test_a_use_that_ended_is_not_shared_until_it_is_taken_back(log_in) -> None:
    mine, other = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    url = await enter(mine, "erbach", "use")
    page = (await mine.get(url)).text
    end = re.findall(r'action="([^"]+/end)"', page)[0]
    answer = await mine.send_form(end)
    assert answer.status_code == 303
    assert "Grabweg" not in await everything(other, "michelstadt")
    assert "Grabweg" not in (await mine.get(BASE.format("erbach"))).text.replace("„Grabweg“", "")
    assert (await mine.send_form(end.replace("/end", "/resume"))).status_code == 303
    assert "Grabweg" in await everything(other, "michelstadt")


async def test_single_facets_without_the_use_are_refused_in_words(log_in) -> None:
    mine = await log_in("it_admin", "erbach")
    answer = await mine.send_form(BASE.format("erbach") + "/new", {"name": "X", "facets": ["cost_yearly"]})
    assert answer.status_code == 422
    assert "nur zusammen damit" in answer.text


async def test_row_security_lets_a_town_write_only_its_own_rows_of_the_group(towns, db) -> None:
    erbach, other = towns["erbach"], towns["michelstadt"]
    insert = (
        "insert into shared_use (town_id, id, of_town, key, name, maker, purpose, facets, shared_at)"
        " values (0, gen_random_uuid(), $1, 'x', 'X', '', '', '{use}', now())"
    )

    async def as_town(town: int, of_town: int) -> None:
        async with town_tx({town, 0}, 0) as tx:
            await tx.connection.execute("select set_config('app.for_town', $1, true)", str(town))
            await tx.connection.execute(insert, of_town)

    await as_town(other, other)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_town(erbach, other)
    async with town_tx({erbach, 0}, 0) as tx:
        await tx.connection.execute("select set_config('app.for_town', $1, true)", str(erbach))
        assert await tx.connection.execute("delete from shared_use") == "DELETE 0"
        assert await tx.connection.execute("update shared_use set name = 'Y'") == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with town_tx({erbach}, erbach) as tx:
            await tx.connection.execute(insert, erbach)
    async with town_tx({erbach, 0}, erbach) as tx:
        for table in ("product", "product_use", "licence", "product_rule"):
            assert await tx.connection.fetchval(f"select count(*) from {table} where town_id = $1", other) == 0


async def test_a_town_reads_no_row_of_another_towns_products_rules_or_licences(log_in, towns) -> None:
    mine = await log_in("it_admin", "erbach")
    url = await enter(mine, "erbach", "use")
    page = (await mine.get(url)).text
    product = re.findall(r"/products/([0-9a-f-]{36})/edit", page)[0]
    data = {"product": product, "metric": "device", "quantity": "4711", "reference": "Vertrag-4711"}
    assert (await mine.send_form(BASE.format("erbach") + "/licences/new", data)).status_code == 303
    other = await log_in("it_admin", "michelstadt")
    base = BASE.format("michelstadt")
    assert "4711" not in await everything(other, "michelstadt")
    for path in (f"/products/{product}/edit", f"/products/{product}/devices"):
        assert (await other.get(base + path)).status_code == 404
    assert (await other.send_form(f"{base}/products/{product}/end")).status_code == 404
    async with town_tx({towns["michelstadt"], 0}) as tx:
        for table in ("product", "product_use", "licence", "product_rule"):
            assert await tx.connection.fetchval(f"select count(*) from {table}") == 0
    await enter(other, "michelstadt", name="Ruheplan")
    answer = await other.send_form(base + "/licences/new", data)
    assert answer.status_code == 422
    assert "Bitte wählen Sie ein Produkt." in answer.text


async def test_sharing_and_saving_happen_together_or_not_at_all(log_in, towns) -> None:
    from service.audit.chain import Actor
    from service.db import uuid7
    from service.settings import now
    from service.software.store import door, entries
    from service.software.values import Entry

    town = towns["erbach"]
    item = Entry(id=uuid7(), key="", name="Grabweg", facets=("use",))

    async def save_and_fail() -> None:
        async with door(town, write=True) as tx:
            await entries.save(tx, town, item, Actor("Test"), now())
            assert await tx.connection.fetchval("select app.write_town()") == town
            assert await tx.connection.fetchval("select count(*) from shared_use") == 1
            raise RuntimeError("the rest of the request fails")

    with pytest.raises(RuntimeError):
        await save_and_fail()
    async with town_tx({town, 0}) as tx:
        assert await tx.connection.fetchval("select count(*) from shared_use") == 0
        assert await tx.connection.fetchval("select count(*) from product") == 0
    assert DB.current_transaction.get() is None
