"""The wizard of joining, the one-time link, and the list of a town, on the real database."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from service.auth import invitations, sessions, store, totp
from service.db import service_tx, town_tx
from service.inventory.store import places, sites
from service.settings import now, real_now
from tests.visitor import Visitor

TOWNS = "/group/towns"
NEW = {"name": "Bad Beispiel", "ags": "06437099", "inhabitants": "5.000", "sites": "Rathaus\nBauhof"}
PASSWORD = "veilchen-ulme-distel-olive"
LINK = re.compile(r"https?://[^/\s<]+(/invitation/[A-Za-z0-9_-]{43})")


@pytest.fixture
async def group(log_in: Any) -> Visitor:
    return await log_in("group_admin", "verbund")


async def founded(group: Visitor) -> str:
    answer = await group.send_form(f"{TOWNS}/new", NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{TOWNS}/bad-beispiel/people")
    return f"{TOWNS}/bad-beispiel"


async def invited(group: Visitor, base: str, role: str, mail: str, name: str = "Kim Neu") -> str:
    answer = await group.send_form(f"{base}/people", {"role": role, "name": name, "mail": mail})
    assert answer.status_code == 200, answer.text
    found = LINK.search(answer.text)
    assert found
    return found[1]


async def test_the_first_step_founds_the_town_and_coming_back_loses_nothing(group: Visitor) -> None:
    base = await founded(group)
    page = (await group.get(f"{base}/town")).text
    assert all(text in page for text in ("Bad Beispiel", "06437099", "5000"))
    answer = await group.send_form(f"{base}/town", {"name": "Bad Beispiel", "inhabitants": "5100", "sites": "Freibad"})
    assert answer.status_code == 303
    async with service_tx() as tx:
        town = await store.town(tx, "bad-beispiel")
    assert town is not None
    assert (town.name, town.inhabitants) == ("Bad Beispiel", 5100)
    async with town_tx({town.id}) as tx:
        assert [one.name for one in await sites.sites(tx, town.id)] == ["Bauhof", "Freibad", "Rathaus"]
        nightly = await tx.connection.fetch("select task from schedule where town_id = $1", town.id)
    assert [row["task"] for row in nightly] == ["checks.run"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Namen der Stadt"), ({"slug": "Bad Beispiel"}, "Kleinbuchstaben"), ({"ags": "6437"}, "Gemeindeschlüssel"), ({"short": "O-Z"}, "Kurzzeichen"),
        ({"inhabitants": "viele"}, "nicht lesbar"), ({"inhabitants": "0"}, "kann nicht stimmen"), ({"slug": "erbach"}, "hat schon"),
    ],
)  # fmt: skip
async def test_a_mistake_is_named_and_what_was_typed_stays(group: Visitor, change: dict[str, str], said: str) -> None:
    answer = await group.send_form(f"{TOWNS}/new", NEW | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Rathaus\nBauhof" in answer.text
    async with service_tx() as tx:
        assert await store.town(tx, "bad-beispiel") is None


async def test_an_invited_person_chooses_a_password_once_and_then_the_second_factor(group: Visitor, app: Any) -> None:
    base = await founded(group)
    link = await invited(group, base, "it_admin", "Kim@beispiel.example")
    assert "eingeladen" in (await group.get(f"{base}/people")).text
    assert link not in (await group.get(f"{base}/people")).text
    person = Visitor(app)
    assert "Kim Neu" in (await person.get(link)).text
    short = await person.send_form(link, {"password": "kurz", "again": "kurz"})
    assert (short.status_code, "zu kurz" in short.text) == (422, True)
    other = await person.send_form(link, {"password": PASSWORD, "again": PASSWORD + "x"})
    assert (other.status_code, "verschieden" in other.text) == (422, True)
    assert (await person.send_form(link, {"password": PASSWORD, "again": PASSWORD})).headers["location"] == "/login"
    assert (await person.get(link)).status_code == 404
    assert (await person.send_form(link, {"password": "ein-anderes-passwort-99", "again": "x"})).status_code in {404, 429}
    assert (await person.send_form("/login", {"mail": "kim@beispiel.example", "password": PASSWORD})).status_code == 303
    page = (await person.get("/login/code")).text
    secret = re.findall(r"\b[A-Z2-7]{32}\b", page)[0]
    assert "zweiter Faktor fehlt" in (await group.get(f"{base}/people")).text
    assert (await person.send_form("/login/code", {"code": totp.code(secret, real_now())})).status_code == 303
    assert "angemeldet" in (await group.get(f"{base}/people")).text
    own = await person.get("/towns/bad-beispiel/joining")
    assert "IT-Administration kann sich anmelden" in own.text
    assert 'href="/towns/bad-beispiel/import"' in own.text
    log = (await person.get("/towns/bad-beispiel/audit")).text
    assert "Standort eingetragen" in log


async def test_an_old_link_and_one_that_was_replaced_work_no_more(group: Visitor, app: Any, db: Any) -> None:
    base = await founded(group)
    first = await invited(group, base, "dpo", "dsb@beispiel.example")
    page = (await group.get(f"{base}/people")).text
    again = re.findall(r'action="([^"]+/link)"', page)[0]
    found = LINK.search((await group.send_form(again)).text)
    assert found
    assert (await Visitor(app).get(first)).status_code == 404
    assert (await Visitor(app).get(found[1])).status_code == 200
    async with service_tx() as tx:
        assert (
            await invitations.invited(tx, found[1].rsplit("/", 1)[1], real_now() + invitations.VALID + timedelta(minutes=1))
            is None
        )
        kept = await tx.connection.fetchval("select string_agg(coalesce(invite_hash, ''), '') from account")
    assert found[1].rsplit("/", 1)[1] not in kept


async def test_guessing_links_is_slowed_down(app: Any, db: Any) -> None:
    guesser = Visitor(app)
    codes = [(await guesser.get(f"/invitation/{'x' * 42}{number}")).status_code for number in range(6)]
    assert codes[0] == 404
    assert codes[-1] == 429


async def test_who_has_an_account_keeps_it_and_gets_the_role_at_once(group: Visitor, log_in: Any) -> None:
    isb = await log_in("isb", "erbach")
    base = await founded(group)
    answer = await group.send_form(f"{base}/people", {"role": "isb", "name": "Mira", "mail": "isb-erbach@test.example"})
    assert answer.status_code == 200
    sessions.forget()
    assert (await isb.get("/towns/bad-beispiel/joining")).status_code == 200


async def test_nobody_gives_a_role_to_oneself(group: Visitor) -> None:
    base = await founded(group)
    mine = {"role": "it_admin", "name": "Ich", "mail": "group_admin-verbund@test.example"}
    answer = await group.send_form(f"{base}/people", mine)
    assert answer.status_code == 422
    assert "Sich selbst gibt niemand eine Rolle." in answer.text
    other = await group.send_form(f"{base}/people", mine | {"role": "group_admin", "mail": "x@test.example"})
    assert other.status_code == 422


async def test_a_role_given_by_mistake_is_taken_back_and_its_link_ends(group: Visitor, app: Any) -> None:
    base = await founded(group)
    link = await invited(group, base, "mayor", "falsch@beispiel.example")
    remove = re.findall(r'action="([^"]+/mayor/remove)"', (await group.get(f"{base}/people")).text)[0]
    assert (await group.send_form(remove)).status_code == 303
    assert "falsch@" not in (await group.get(f"{base}/people")).text
    assert (await Visitor(app).get(link)).status_code == 404


async def test_networks_wait_for_both_words_and_the_one_who_enters_them_has_none(group: Visitor, log_in: Any) -> None:
    base = await founded(group)
    net = {"name": "Rathaus", "cidr": "10.99.1.0/24", "purpose": "client"}
    assert (await group.send_form(f"{base}/networks", net)).status_code == 303
    bad = await group.send_form(f"{base}/networks", net | {"cidr": "10.99.1.7/24"})
    assert (bad.status_code, "Gemeint ist wohl 10.99.1.0/24" in bad.text) == (422, True)
    twice = await group.send_form(f"{base}/networks", net)
    assert "schon eingetragen" in twice.text
    assert "0 von 1" in (await group.get(f"{base}/done")).text
    async with service_tx() as tx:
        town = await store.town(tx, "bad-beispiel")
    assert town is not None
    async with town_tx({town.id}) as tx:
        (kept,) = await places.networks(tx, town.id)
    assert not kept.scannable
    assert "group_admin" in kept.requested_by


async def test_sharing_begins_closed_and_what_is_decided_is_ticked_for_new_products(
    group: Visitor, app: Any, log_in: Any
) -> None:
    base = await founded(group)
    assert "checked" not in (await group.get(f"{base}/sharing")).text
    wrong = await group.send_form(f"{base}/sharing", {"facets": ["release"]})
    assert wrong.status_code == 422
    async with service_tx() as tx:
        town = await store.town(tx, "bad-beispiel")
        who = await store.add_account(tx, "it@beispiel.example", "IT", "-", now())
        assert town is not None
        await store.grant(tx, who, "it_admin", town.id)
        token = await store.open_session(tx, who, 2, "test", real_now())
    it = Visitor(app)
    it.cookies.set(sessions.COOKIE, token, domain="localhost.local", path="/")
    assert "checked" not in (await it.get("/towns/bad-beispiel/software/new")).text
    assert (await group.send_form(f"{base}/sharing", {"facets": ["use", "contact"]})).status_code == 303
    page = (await it.get("/towns/bad-beispiel/software/new")).text
    assert re.findall(r'value="(\w+)" checked', page) == ["use", "contact"]
    assert (await it.send_form("/towns/bad-beispiel/joining/sharing", {"facets": []})).status_code == 303
    assert "checked" not in (await it.get("/towns/bad-beispiel/software/new")).text


async def test_a_town_from_before_keeps_the_usual_ticks_and_is_no_business_of_the_wizard(group: Visitor, log_in: Any) -> None:
    it = await log_in("it_admin", "erbach")
    assert "checked" in (await it.get("/towns/erbach/software/new")).text
    assert (await group.get(f"{TOWNS}/erbach/done")).status_code == 200
    for path in ("town", "people", "networks", "list", "sharing"):
        assert (await group.get(f"{TOWNS}/erbach/{path}")).status_code == 422
    person = {"role": "it_admin", "name": "X", "mail": "x@beispiel.example"}
    assert (await group.send_form(f"{TOWNS}/erbach/people", person)).status_code == 422
    assert (await group.get(f"{TOWNS}/verbund/done")).status_code == 404


async def test_joining_ends_when_the_towns_own_it_is_there(group: Visitor, db: Any) -> None:
    base = await founded(group)
    refused = await group.send_form(f"{base}/close")
    assert refused.status_code == 422
    link = await invited(group, base, "it_admin", "kim@beispiel.example")
    async with service_tx() as tx:
        who = await invitations.invited(tx, link.rsplit("/", 1)[1], real_now())
        assert who is not None
        await invitations.accept(tx, link.rsplit("/", 1)[1], "$x", real_now())
        await store.set_totp(tx, who.id, totp.new_secret())
    assert (await group.send_form(f"{base}/close")).status_code == 303
    assert "abgeschlossen" in (await group.get(f"{base}/done")).text
    assert (await group.get(f"{base}/people")).status_code == 422


async def test_the_list_of_towns_names_their_state_and_the_command_for_leaving(group: Visitor) -> None:
    await founded(group)
    page = (await group.get(TOWNS)).text
    assert "tritt bei" in page
    assert "odenwacht town leave" in page
    async with town_tx({0}) as tx:
        rows = await tx.connection.fetch("select action, after::text from audit_detail where town_id = 0 and action = 'town.add'")
    assert [json.loads(row["after"])["name"] for row in rows] == ["Bad Beispiel"]
