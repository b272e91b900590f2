"""Sites: entering what is known, hazards as a filter of devices, names that lists go on using."""

from __future__ import annotations

import re

import pytest

from service.db import town_tx
from service.inventory.store import lists
from service.inventory.store import sites as store
from service.settings import now
from tests.inventory.estate import BY, take

BASE = "/towns/erbach/sites"
LIST = "Inventarnummer;Gerät;Standort\nI-1;PC;Rathaus\nI-2;PC;Rathaus\nI-3;PC;Bauhof\n".encode()
FORM = {
    "name": "Rathaus", "kind": "Rathaus", "address": "Am Markt 1", "hazards": "flood", "uplink_mbit": "1.000", "fibre": "in_house",
    "wlan_percent": "80", "cabling_year": "2009", "phone_contract_end": "2027-03-31", "emergency_power": "ups", "ups_minutes": "12",
    "server_room": "Keller",
}  # fmt: skip


async def added(visitor, **more: str) -> str:
    """The address of a new site."""
    answer = await visitor.send_form(f"{BASE}/new", FORM | more)
    assert answer.status_code == 303, re.findall(r"kern-error.*?<span>(.*?)</span>", answer.text)
    return answer.headers["location"].partition("?")[0]


async def version(visitor, url: str) -> str:
    return re.search(r'name="version" value="([^"]+)"', (await visitor.get(f"{url}/edit")).text)[1]  # type: ignore[index]  # the form has one


async def test_what_is_entered_is_shown_with_units_and_words(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    page = (await visitor.get(await added(visitor))).text
    for shown in (
        "1.000 Mbit/s",
        "im Haus",
        "80 % der Fläche",
        "2009",
        "31.03.2027",
        "12 Minuten",
        "Hochwasserzone",
        "Am Markt 1",
    ):
        assert shown in page
    bare = await added(visitor, **(dict.fromkeys(FORM, "") | {"name": "Freibad"}))
    assert "unbekannt" in (await visitor.get(bare)).text
    assert "Freibad" in (await visitor.get(BASE)).text
    assert "Rathaus" in (await visitor.get(f"{BASE}?hazard=flood")).text
    assert "Kein Standort hat diese Gefahr." in (await visitor.get(f"{BASE}?hazard=forest")).text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Der Standort braucht einen Namen."),
        ("uplink_mbit", "schnell", "„schnell“ passt hier nicht."),
        ("wlan_percent", "120", "von 0 bis 100"),
        ("cabling_year", "1905", "von 1950 bis"),
        ("phone_contract_end", "bald", "ist kein Datum"),
        ("phone_contract_end", "1901-01-01", "Dieses Datum kann nicht stimmen."),
        ("fibre", "vielleicht", "Bitte wählen Sie eine der Möglichkeiten."),
        ("note", "x" * 501, "Der Text ist zu lang"),
        ("address", "x" * 301, "Der Text ist zu lang"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field_and_everything_typed_is_kept(
    log_in, towns, field: str, typed: str, said: str
) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.send_form(f"{BASE}/new", FORM | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="2009"' in answer.text or field == "cabling_year"
    assert "Noch keine Standorte." in (await visitor.get(BASE)).text


async def test_devices_of_lists_find_their_site_and_keep_it_under_a_new_name(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await take(town, LIST, "liste.csv", now())
    url = await added(visitor)
    assert "2 Geräte" in (await visitor.get(f"/towns/erbach/assets?site={url.rpartition('/')[2]}")).text
    assert "2 Geräte" in (await visitor.get("/towns/erbach/assets?hazard=flood")).text
    renamed = FORM | {"name": "Rathaus am Markt", "version": await version(visitor, url)}
    assert (await visitor.send_form(f"{url}/edit", renamed)).status_code == 303
    await take(town, LIST.replace(b"I-3", b"I-4"), "noch-einmal.csv", now())
    async with town_tx({town}) as tx:
        page = await lists.assets(tx, town, now=now())
        (site,) = await store.counted(tx, town)
    assert sorted(str(row.site_name) for row in page.rows) == ["Bauhof", "Bauhof", "Rathaus am Markt", "Rathaus am Markt"]
    assert (site.name, site.devices) == ("Rathaus am Markt", 2)


async def test_who_comes_second_sees_both_versions(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    url = await added(visitor)
    opened = await version(visitor, url)
    assert (await visitor.send_form(f"{url}/edit", FORM | {"ups_minutes": "30", "version": opened})).status_code == 303
    late = await visitor.send_form(f"{url}/edit", FORM | {"ups_minutes": "45", "version": opened})
    assert late.status_code == 409
    for shown in ("Jemand war schneller", "30 Minuten", "45 Minuten"):
        assert shown in late.text


async def test_a_site_that_is_used_stays_and_an_empty_one_can_go(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    await take(towns["erbach"], LIST, "liste.csv", now())
    url = await added(visitor)
    refused = await visitor.send_form(f"{url}/remove")
    assert refused.status_code == 422
    assert "Der Standort wird noch gebraucht: 2 Geräte, 0 Netze." in refused.text
    empty = await added(visitor, name="Freibad")
    assert (await visitor.send_form(f"{empty}/remove")).status_code == 303
    assert "Freibad" not in (await visitor.get(BASE)).text.partition('id="list"')[2]


async def test_two_sites_of_one_name_are_refused_and_other_towns_see_nothing(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    url = await added(visitor)
    again = await visitor.send_form(f"{BASE}/new", FORM)
    assert again.status_code == 422
    assert "gibt es schon" in again.text
    other = await log_in("it_admin", "michelstadt")
    assert (await other.get(url)).status_code == 404
    assert (await other.get(url.replace("erbach", "michelstadt"))).status_code == 404
    assert (await (await log_in("isb")).get(f"{url}/edit")).status_code == 403


async def test_every_change_of_a_site_is_in_the_log(log_in, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        values = {"name": "Bad", "kind": "Bad", "address": "", "facts": {"hazards": ["cellar"]}}
        key = await store.save(tx, town, None, values, since=None, by=BY, now=now())
        await store.remove(tx, town, key, by=BY)
        said = await tx.connection.fetch(
            "select action from audit_detail where town_id = $1 and action like 'site.%' order by action", town
        )
    assert [row["action"] for row in said] == ["site.put", "site.remove"]
