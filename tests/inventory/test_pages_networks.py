"""Networks: asked for by one, released by a second, agreed to by the data protection officer; only then scanned."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from service.db import town_tx
from service.inventory.store import access, places
from service.jobs import store as jobs
from service.settings import now
from service.worker import scan
from tests.inventory.estate import BY

BASE = "/towns/erbach/networks"


async def networks(town: int):
    async with town_tx({town}) as tx:
        return await places.networks(tx, town)


async def runs(town: int):
    async with town_tx({town}) as tx:
        return await jobs.runs(tx, town, task="scan.run")


async def test_the_way_from_wish_to_scan_takes_three_people(log_in, towns) -> None:
    town = towns["erbach"]
    admin, isb, dpo = await log_in("it_admin"), await log_in("isb"), await log_in("dpo")
    added = await admin.send_form(BASE, {"name": "Server Rathaus", "cidr": "10.20.30.0/24", "purpose": "server", "site": ""})
    assert added.status_code == 303
    (net,) = await networks(town)
    assert (net.cidr, net.purpose, net.mode, net.scannable) == ("10.20.30.0/24", "server", "active", False)
    page = (await admin.get(BASE)).text
    assert "wartet auf Freigabe" in page
    assert "Jetzt scannen" not in page
    assert (await admin.send_form(f"{BASE}/{net.id}/scan")).status_code == 422
    assert (await admin.send_form(f"{BASE}/{net.id}/release")).status_code == 403
    assert (await isb.send_form(f"{BASE}/{net.id}/agree")).status_code == 403
    assert (await isb.send_form(f"{BASE}/{net.id}/release")).status_code == 303
    assert "Datenschutz: offen" in (await dpo.get(BASE)).text
    assert (await admin.send_form(f"{BASE}/{net.id}/scan")).status_code == 422
    assert (await dpo.send_form(f"{BASE}/{net.id}/agree")).status_code == 303
    assert "Jetzt scannen" in (await admin.get(BASE)).text
    started = await admin.send_form(f"{BASE}/{net.id}/scan")
    (run,) = await runs(town)
    assert started.headers["location"] == f"/towns/erbach/runs/{run.id}"
    assert run.args["networks"] == [str(net.id)]
    assert "Server Rathaus" in (await admin.get(started.headers["location"])).text
    assert (await dpo.send_form(f"{BASE}/{net.id}/withdraw")).status_code == 303
    assert (await admin.send_form(f"{BASE}/{net.id}/scan")).status_code == 422
    assert len(await runs(town)) == 1


async def test_whoever_asks_never_releases_even_with_both_roles(log_in, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        net = await places.put_network(tx, town, "10.1.0.0/24", by=BY, now=now(), name="Test")
    visitor = await log_in("it_admin")
    from service.auth import sessions, store
    from service.db import service_tx
    from service.settings import real_now

    async with service_tx() as tx:
        (account, *_rest) = await store.account_by_mail(tx, "it_admin-erbach@test.example")
        await store.grant(tx, account.id, "isb", town)
        await store.grant(tx, account.id, "dpo", town)
        token = await store.open_session(tx, account.id, 2, "test", real_now())
    visitor.cookies.set(sessions.COOKIE, token, domain="localhost.local", path="/")
    for word in ("release", "agree"):
        refused = await visitor.send_form(f"{BASE}/{net}/{word}")
        assert refused.status_code == 422
        assert "zweite Person" in refused.text
    assert not (await networks(town))[0].scannable


async def test_whoever_released_does_not_agree_as_well(log_in, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        net = await places.put_network(tx, town, "10.1.0.0/24", by=BY, now=now(), name="Test")
    from service.auth import store
    from service.db import service_tx

    visitor = await log_in("isb")
    async with service_tx() as tx:
        (account, *_rest) = await store.account_by_mail(tx, "isb-erbach@test.example")
        await store.grant(tx, account.id, "dpo", town)
    from service.auth import sessions

    sessions.forget()
    assert (await visitor.send_form(f"{BASE}/{net}/release")).status_code == 303
    assert (await visitor.send_form(f"{BASE}/{net}/agree")).status_code == 422


async def test_s22_a_guest_network_is_never_released_nor_scanned(log_in, towns) -> None:
    town = towns["erbach"]
    admin, isb = await log_in("it_admin"), await log_in("isb")
    await admin.send_form(BASE, {"name": "Gäste", "cidr": "10.9.0.0/24", "purpose": "guest"})
    (net,) = await networks(town)
    assert net.mode == "guest"
    assert "Gästenetze werden nie gescannt" in (await isb.get(BASE)).text
    assert (await isb.send_form(f"{BASE}/{net.id}/release")).status_code == 422
    assert (await admin.send_form(f"{BASE}/{net.id}/scan")).status_code == 422


@pytest.mark.parametrize(
    ("cidr", "said"),
    [
        ("10.20.30.0/33", "kein Netz"),
        ("-oN /etc/passwd", "kein Netz"),
        ("10.20.30.7/24", "10.20.30.0/24"),
        ("", "kein Netz"),
    ],
)
async def test_what_is_no_network_is_refused_with_help(log_in, towns, cidr, said) -> None:
    admin = await log_in("it_admin")
    answer = await admin.send_form(BASE, {"name": "Test", "cidr": cidr, "purpose": "client"})
    assert answer.status_code == 422
    assert said in answer.text
    assert await networks(towns["erbach"]) == []


async def test_a_network_needs_a_name_and_keeps_what_was_typed(log_in, towns) -> None:
    admin = await log_in("it_admin")
    answer = await admin.send_form(BASE, {"name": "", "cidr": "10.4.0.0/16", "purpose": "client", "site": "quatsch"})
    assert answer.status_code == 422
    assert "einen Namen" in answer.text
    assert 'value="10.4.0.0/16"' in answer.text


async def test_snmp_access_is_sealed_and_never_shown_again(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    short = await admin.send_form(f"{BASE}/snmp", {"snmp_name": "v3", "version": "3", "user": "u", "auth_password": "kurz"})
    assert short.status_code == 422
    assert "mindestens 8 Zeichen" in short.text
    v3 = {"snmp_name": "v3", "version": "3", "user": "odw", "auth": "SHA-256", "privacy": "AES"}
    both = {"auth_password": "geheim-auth-1", "privacy_password": "geheim-priv-1"}
    assert (await admin.send_form(f"{BASE}/snmp", v3 | both)).status_code == 303
    v2 = {"snmp_name": "alt", "version": "2c", "community": "rathaus-lesen"}
    assert (await admin.send_form(f"{BASE}/snmp", v2)).status_code == 303
    page = (await admin.get(BASE)).text
    assert "alt (v2c)" in page
    assert not re.search("geheim|rathaus-lesen", page)
    assert "SNMP-Zugänge" not in (await (await log_in("isb")).get(BASE)).text
    async with town_tx({town}) as tx:
        kept = await tx.connection.fetch("select sealed, row_to_json(s)::text as everything from snmp_access s")
        clear = scan.credentials(await access.secrets_of(tx, town))
    assert not any("geheim" in row["everything"] or "rathaus-lesen" in row["everything"] for row in kept)
    assert {one.version for one in clear} == {"2c", "3"}


async def test_another_towns_network_does_not_exist_here(log_in, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        net: UUID = await places.put_network(tx, town, "10.1.0.0/24", by=BY, now=now(), name="Test")
    stranger = await log_in("it_admin", "michelstadt")
    assert (await stranger.send_form(f"/towns/michelstadt/networks/{net}/scan")).status_code == 404
    isb = await log_in("isb", "michelstadt")
    assert (await isb.send_form(f"/towns/michelstadt/networks/{net}/release")).status_code == 404
