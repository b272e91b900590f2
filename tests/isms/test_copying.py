"""Texts of answers between two towns: who may, what travels, and what never does."""

import json

import asyncpg
import pytest

from isms.contradiction import State
from isms.copying import store
from isms.copying.passing import Place, matched
from isms.measures import Claim
from isms.sheet import Given
from isms.store import catalogues, evidence, sheets
from service.audit.chain import Actor
from service.audit.store import lines
from service.db import town_tx, uuid7
from service.errors import Missing
from tests.isms import stock
from tests.isms.stock import NOW

ISB = Actor("Mira Sanddorn")
GIVER, TAKER = "erbach", "michelstadt"
SECRET = "Geheimwort"
"""Stands in everything that must not travel."""
CLAIMS = (Claim.JA, Claim.TEILWEISE, Claim.NEIN, Claim.ENTBEHRLICH)
BASE = f"/towns/{TAKER}/controls/copying"


@pytest.fixture
async def two(db, towns) -> dict[str, int]:
    """Both modelled; the giver answered four requirements, with a contradiction against the ja and papers at all of them."""
    for slug in (GIVER, TAKER):
        async with town_tx({towns[slug]}, towns[slug]) as tx:
            await catalogues.ensure_starter(tx, NOW)
            await sheets.take_over(tx, towns[slug], ISB, NOW)
    giver = towns[GIVER]
    async with town_tx({giver}, giver) as tx:
        await stock.network(tx, giver, "10.61.70.0/24", "management")
        switch = await stock.device(tx, giver, f"sw-{SECRET}", "switch", "10.61.70.11")
        await stock.port(tx, giver, switch, "10.61.70.11", 23)
        await evidence.run_checks(tx, giver, NOW)
        refuted = await tx.connection.fetchrow("select target_id, control from contradiction_place limit 1")
        whole = await sheets.load(tx, giver, NOW.date())
        spots = [(refuted["target_id"], refuted["control"])]
        spots += [(x.target, x.requirement.key) for x in whole.entries if (x.target, x.requirement.key) not in spots][:3]
        for spot, claim in zip(spots, CLAIMS, strict=True):
            text = SECRET if claim is Claim.NEIN else f"Text zu {claim}"
            given = Given(claim, text, "IT-Leitung", NOW.date(), f"Akte {SECRET}", "own", 0, "Mira Sanddorn", NOW)
            await sheets.answer(tx, giver, *spot, given, ISB)
        assert await tx.connection.fetchval("select count(*) from contradiction where state = $1", State.OPEN)
    return {GIVER: giver, TAKER: towns[TAKER]}


async def let(two, *, partial: bool = False) -> None:
    async with town_tx({two[GIVER], 0}, two[GIVER]) as tx:
        await store.release(tx, two[GIVER], ISB, NOW, partial=partial)


async def offered(two) -> list[store.Passed]:
    async with town_tx({*two.values(), 0}) as tx:
        return list(await store.offered(tx, two[TAKER], two[GIVER]))


def test_objects_are_matched_by_type_and_name_or_where_both_towns_have_one_of_a_type() -> None:
    def place(kind: str, name: str) -> Place:
        return Place(uuid7(), kind, name)

    here = [place("institution", "Erbach"), place("room", "Serverraum"), place("room", "Archiv"), place("network", "WLAN")]
    there = [place("institution", "Michelstadt"), place("room", "serverraum "), place("network", "A"), place("network", "B")]
    assert matched(here, there) == {here[0].id: there[0].id, here[1].id: there[1].id}


async def test_only_released_texts_of_ja_and_entbehrlich_are_offered_and_teilweise_where_the_town_says_so(two) -> None:
    with pytest.raises(Missing):
        await offered(two)
    await let(two)
    assert sorted(x.claim for x in await offered(two)) == [Claim.ENTBEHRLICH, Claim.JA]
    await let(two, partial=True)
    found = await offered(two)
    assert sorted(x.claim for x in found) == [Claim.ENTBEHRLICH, Claim.JA, Claim.TEILWEISE]
    assert {(x.reason, x.responsible) for x in found} == {(f"Text zu {x.claim}", "IT-Leitung") for x in found}


async def test_a_copied_text_counts_once_confirmed_and_nothing_about_weaknesses_travels(two, log_in) -> None:
    await let(two, partial=True)
    officer = await log_in("isb", GIVER, TAKER)
    page = await officer.get(f"{BASE}/from/{GIVER}")
    assert "Text zu ja" in page.text
    assert SECRET not in page.text
    ids = [x.id for x in await offered(two)]
    assert (await officer.send_form(f"{BASE}/from/{GIVER}", {"id": ids})).status_code == 303
    async with town_tx({two[TAKER], 0}) as tx:
        assert (await sheets.load(tx, two[TAKER], NOW.date())).quota.done == 0
    waiting = await officer.get(BASE)
    assert "Text zu teilweise" in waiting.text
    target, control = ids[0].split("|")
    url = f"/towns/{TAKER}/controls/objects/{target}/{control}"
    assert "Text aus einer anderen Stadt" in (await officer.get(url)).text
    assert (await officer.send_form(f"{BASE}/confirm", {"id": ids})).status_code == 303
    async with town_tx({two[TAKER], 0}) as tx:
        sheet = await sheets.load(tx, two[TAKER], NOW.date())
        assert {f"{x.target}|{x.requirement.key}": x.answer.origin for x in sheet.entries if x.answer} == dict.fromkeys(
            ids, "copied"
        )
        assert {(x.answer.due, x.answer.document) for x in sheet.entries if x.answer} == {(None, "")}
        rows = ""
        for table in (
            "assessment",
            "copied_answer",
            "contradiction",
            "finding",
            "evidence",
            "document_link",
            "audit_entry",
            "audit_detail",
        ):
            whole = f"select coalesce(json_agg(x), '[]')::text from {table} x where town_id = $1"
            rows += await tx.connection.fetchval(whole, two[TAKER])
        assert "Text zu ja" in rows
        assert SECRET not in rows
        assert GIVER not in rows.casefold().replace(f"isb-{GIVER}-{TAKER}@", "")  # the officer's own address
    shown = (await officer.get(url)).text
    assert "aus einer anderen Stadt übernommen" in shown
    async with town_tx({two[GIVER]}) as tx:
        (passed,) = await lines(tx, two[GIVER], action="answers.passed")
    assert json.loads(passed.after) == {"to": TAKER, "number": 3}


async def test_a_withdrawn_release_voids_what_waits_and_leaves_what_was_confirmed(two, log_in) -> None:
    await let(two)
    first, second = await offered(two)
    async with town_tx({*two.values(), 0}, two[TAKER]) as tx:
        await store.copy(tx, two[TAKER], two[GIVER], [first.id, second.id], ISB, NOW)
        await store.confirm(tx, two[TAKER], [first.id], ISB, ISB.name, NOW)
    giver = await log_in("isb", GIVER)
    assert (await giver.send_form(f"/towns/{GIVER}/controls/copying/withdraw")).status_code == 303
    async with town_tx({two[TAKER], 0}, two[TAKER]) as tx:
        assert await store.waiting(tx, two[TAKER]) == []
        with pytest.raises(Missing):
            await store.confirm(tx, two[TAKER], [second.id], ISB, ISB.name, NOW)
        sheet = await sheets.load(tx, two[TAKER], NOW.date(), spots=[(first.target, first.control)])
        assert sheet.entries[0].answer.reason == first.reason
    with pytest.raises(Missing):
        await offered(two)


@pytest.mark.parametrize(("role", "slugs"), [("isb", (TAKER,)), ("it_admin", (GIVER, TAKER)), ("auditor", (GIVER, TAKER))])
async def test_without_the_role_in_both_towns_nobody_sees_or_copies_a_text(two, log_in, role, slugs) -> None:
    await let(two, partial=True)
    ids = [x.id for x in await offered(two)]
    visitor = await log_in(role, *slugs)
    wanted = 404 if role == "isb" else 403
    assert (await visitor.get(f"{BASE}/from/{GIVER}")).status_code == wanted
    assert (await visitor.send_form(f"{BASE}/from/{GIVER}", {"id": ids})).status_code == wanted
    assert "Text zu" not in (await visitor.get(BASE)).text
    async with town_tx({two[TAKER], 0}) as tx:
        assert await store.waiting(tx, two[TAKER]) == []


async def test_a_town_releases_only_its_own_texts(two) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with town_tx({two[TAKER], 0}, two[TAKER]) as tx:
            await store.release(tx, two[GIVER], ISB, NOW, partial=True)
