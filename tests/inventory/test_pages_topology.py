"""The page „Netz“, the ports of a switch, and „Angeschlossen an“, on a simulated town hall."""

from __future__ import annotations

import re

import pytest

from service.db import town_tx
from service.inventory.store import places
from service.inventory.store import sites as site_store
from service.inventory.store.cabling import SORTS
from service.settings import now
from tests.inventory.estate import BY
from tests.inventory.test_store_cabling import TOWN, filled

BASE = "/towns/erbach/topology"


@pytest.fixture
async def erbach(towns: dict[str, int]) -> int:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        site = await site_store.put(tx, town, "Rathaus", by=BY, now=now())
        await places.put_network(tx, town, "10.61.0.0/16", by=BY, now=now(), name="Rathaus", site=site)
    await filled(town)
    return town


async def test_without_links_the_page_says_what_to_do(log_in, towns) -> None:
    page = (await (await log_in("it_admin")).get(BASE)).text
    assert "Noch ist keine Verbindung bekannt." in page
    assert "Netze und SNMP-Zugänge" in page
    assert "Aufzeichnung importieren" in page
    assert "Netze und SNMP-Zugänge" not in (await (await log_in("bc_officer")).get(BASE)).text


async def test_the_map_shows_switches_with_their_cables_and_counts_what_hangs_on_them(log_in, erbach) -> None:
    page = (await (await log_in("it_admin")).get(BASE)).text
    drawing = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert drawing
    for name in TOWN.switches:
        assert f'aria-label="{name} Switch"' in drawing[0]
    assert "Po1 – Trk1" in drawing[0] or "Trk1 – Po1" in drawing[0]
    assert re.search(r'aria-label="\d+ Endgeräte [^"]* an sw-og1[":]', drawing[0])
    assert "Rathaus: " in page
    assert not any(f'aria-label="{host.name} ' in drawing[0] for host in TOWN.hosts.values() if host.kind == "phone")


async def test_every_filter_narrows_the_table(log_in, erbach) -> None:
    visitor = await log_in("isb")

    async def shown(query: str) -> int:
        page = await visitor.get(f"{BASE}{query}")
        assert page.status_code == 200
        found = re.search(r"([\d.]+) Verbindung", page.text)
        return int(found[1].replace(".", "")) if found and "Keine Verbindung passt" not in page.text else 0

    everything = await shown("")
    async with town_tx({erbach}) as tx:
        (site,) = await site_store.sites(tx, erbach)
    assert await shown(f"?site={site.id}") == everything
    assert await shown("?site=00000000-0000-0000-0000-000000000001") == 0
    assert 0 < await shown("?kind=phone") == sum(h.kind == "phone" for h in TOWN.hosts.values())
    assert 0 < await shown("?how=behind") < everything
    assert 0 < await shown("?vlan=40") < everything
    assert await shown(f"?q={TOWN.gateway.mac.upper()}") == 1
    assert await shown("?q=gibtesnicht%25_") == 0
    assert await shown("?how=%27&kind=quatsch&vlan=99999999&site=unsinn&sort=quatsch&page=9999") >= 0
    for sort in SORTS:
        assert await shown(f"?sort=-{sort}") == everything


async def test_a_device_says_where_it_is_plugged_in_and_what_hangs_behind_it(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    behind = next(
        h for h in TOWN.hosts.values() if h.over and TOWN.hosts[h.over].kind == "phone" and h.listed and not h.moved_from
    )

    async def page(name: str, tab: str = "") -> str:
        async with town_tx({erbach}) as tx:
            key = await tx.connection.fetchval("select id from asset where town_id = $1 and name = $2", erbach, name)
        return (await visitor.get(f"/towns/erbach/assets/{key}{tab}")).text

    text = await page(behind.name)
    assert "Angeschlossen an" in text
    assert f">{behind.spot[0]}</a>, Anschluss {behind.spot[1]}" in text
    assert f">{behind.over}</a>" in text
    assert f">{behind.name}</a> (" in await page(behind.over)
    switch = await page(behind.spot[0], "/ports")
    assert f">{behind.over}</a>" in switch
    assert f"hinter {behind.over}" in switch


async def test_a_device_without_ports_says_so(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    async with town_tx({erbach}) as tx:
        key = await tx.connection.fetchval("select id from asset where town_id = $1 and name = $2", erbach, TOWN.gateway.name)
    assert "Dieses Gerät sagt nichts über seine Anschlüsse." in (await visitor.get(f"/towns/erbach/assets/{key}/ports")).text


async def test_who_may_not_read_the_inventory_finds_no_page(log_in, erbach) -> None:
    assert (await (await log_in("mayor")).get(BASE)).status_code == 403
    assert (await (await log_in("it_admin", "michelstadt")).get(BASE)).status_code == 404
