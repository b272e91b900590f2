"""SNMP access on its pages: entered once, never shown, used where granted."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from scanners.snmp.client import Community, User
from service.db import town_tx
from service.inventory.store import access, places
from service.inventory.store.access import Trial
from service.settings import now
from service.worker.credentials import credential
from tests.inventory.estate import BY

BASE = "/towns/erbach/networks/snmp"
V3 = {"name": "Switches", "version": "3", "user": "odw", "level": "authPriv", "auth": "SHA-512", "privacy": "AES-256"}
PASSWORDS = {"auth_password": "geheim-auth-1", "privacy_password": "geheim-priv-1"}
V2 = {"name": "alt", "version": "2c", "community": "geheim-lesen"}


async def sets(town: int) -> dict[str, access.Access]:
    async with town_tx({town}) as tx:
        return {one.name: one for one in await access.accesses(tx, town)}


async def opened(town: int):
    async with town_tx({town}) as tx:
        return [credential(one.secret) for one in await access.opened(tx, town)]


async def network(town: int, cidr: str, **values) -> UUID:
    async with town_tx({town}, town) as tx:
        return await places.put_network(tx, town, cidr, by=BY, now=now(), name=f"Netz {cidr}", **values)


async def test_s40_a_set_is_sealed_used_and_never_shown_again(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    assert "Noch keine Zugänge" in (await admin.get(BASE)).text
    made = await admin.send_form(BASE, V3 | PASSWORDS)
    assert made.status_code == 303
    assert (await admin.send_form(BASE, V2)).status_code == 303
    assert set(await opened(town)) == {
        User("odw", "SHA-512", "geheim-auth-1", "AES-256", "geheim-priv-1"),
        Community("geheim-lesen", "2c"),
    }
    at = made.headers["location"]
    pages = [(await admin.get(url)).text for url in (BASE, at, f"{at}/replace", f"{at}/remove", f"{BASE}/new?version=2c")]
    assert "Switches" in pages[0]
    assert not any("geheim" in page for page in pages)
    async with town_tx({town}) as tx:
        kept = await tx.connection.fetch("select row_to_json(s)::text as everything from snmp_access s")
        logged = await tx.connection.fetch("select row_to_json(d)::text as everything from audit_detail d")
    assert not any("geheim" in row["everything"] for row in (*kept, *logged))


async def test_granting_networks_and_taking_them_back(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    one, two = await network(town, "10.1.1.0/24"), await network(town, "10.1.2.0/24")
    guest = await network(town, "10.1.60.0/24", mode="guest", purpose="guest")
    await admin.send_form(BASE, V2)
    key = (await sets(town))["alt"].id
    assert "in keinem Netz" in (await admin.get(BASE)).text
    page = (await admin.get(f"{BASE}/{key}")).text
    assert str(one) in page
    assert str(guest) not in page
    assert (await admin.send_form(f"{BASE}/{key}/networks", {"network": str(two)})).status_code == 303
    assert (await sets(town))["alt"].networks == [two]
    assert re.search(rf'value="{two}" checked', (await admin.get(f"{BASE}/{key}")).text)
    assert "Netz 10.1.2.0/24" in (await admin.get(BASE)).text
    assert "alt" in (await admin.get(f"/towns/erbach/networks/{two}")).text
    assert "kein Zugang freigegeben" in (await admin.get(f"/towns/erbach/networks/{one}")).text
    refused = await admin.send_form(f"{BASE}/{key}/networks", {"network": str(guest)})
    assert refused.status_code == 422
    assert "Gastnetzen" in refused.text
    assert (await admin.send_form(f"{BASE}/{key}/networks", {})).status_code == 303
    assert (await sets(town))["alt"].networks == []


async def test_refusals_are_shown_and_tried_again_on_request(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await network(town, "10.1.1.0/24")
    await admin.send_form(BASE, V2)
    key = (await sets(town))["alt"].id
    async with town_tx({town}, town) as tx:
        tried = [Trial(key, net, f"10.1.1.{last}", None, now(), now().date(), 1) for last in (5, 6)]
        await access.keep_trials(tx, town, [*tried, Trial(key, net, "10.1.1.7", now(), None, None, 0)])
    text = (await admin.get(BASE)).text
    assert "an 2 Geräten abgelehnt" in text
    assert "an 1 Gerät gültig" in text
    assert "Erneut versuchen" in (await admin.get(f"{BASE}/{key}")).text
    assert (await admin.send_form(f"{BASE}/{key}/retry")).status_code == 303
    assert ((await sets(town))["alt"].refused, (await sets(town))["alt"].working) == (0, 1)
    assert "Erneut versuchen" not in (await admin.get(f"{BASE}/{key}")).text


async def test_replacing_keeps_name_and_networks_and_removing_forgets_all(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await network(town, "10.1.1.0/24")
    await admin.send_form(BASE, V2)
    key = (await sets(town))["alt"].id
    await admin.send_form(f"{BASE}/{key}/networks", {"network": str(net)})
    twice = await admin.send_form(BASE, V2)
    assert twice.status_code == 422
    assert "gibt es schon" in twice.text
    wrong = await admin.send_form(f"{BASE}/{key}/replace", V3 | {"auth_password": "kurz"})
    assert wrong.status_code == 422
    assert (await admin.send_form(f"{BASE}/{key}/replace", V3 | PASSWORDS)).status_code == 303
    found = (await sets(town))["alt"]
    assert (found.id, found.version, found.networks) == (key, "3", [net])
    assert (await admin.send_form(f"{BASE}/{key}/remove")).status_code == 303
    assert await sets(town) == {}
    assert (await admin.get(f"{BASE}/{key}")).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "einen Namen"),
        ({"user": ""}, "Benutzernamen"),
        ({"auth_password": "1234567"}, "Kennwort der Anmeldung"),
        ({"privacy_password": ""}, "Kennwort der Verschlüsselung"),
        ({"auth": "ROT13"}, "Dieses Verfahren"),
        ({"privacy": "DES"}, "Dieses Verfahren"),
        ({"level": "keine"}, "Sicherheitsstufe"),
        ({"version": "4"}, "Diese Version"),
        ({"version": "2c", "community": ""}, "Community ein"),
        ({"version": "1", "community": " lesen"}, "Leerzeichen am Rand"),
    ],
)
async def test_what_no_device_would_take_is_refused_and_no_secret_comes_back(log_in, towns, change, said) -> None:
    admin = await log_in("it_admin")
    answer = await admin.send_form(BASE, V3 | PASSWORDS | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "geheim" not in answer.text
    assert await sets(towns["erbach"]) == {}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("authNoPriv", User("odw", "SHA-512", "geheim-auth-1")), ("noAuthNoPriv", User("odw"))],
)
async def test_lower_levels_keep_only_what_they_use(log_in, towns, level, expected) -> None:
    admin = await log_in("it_admin")
    assert (await admin.send_form(BASE, V3 | PASSWORDS | {"level": level})).status_code == 303
    assert await opened(towns["erbach"]) == [expected]


async def test_sets_are_the_it_administrations_alone(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    await admin.send_form(BASE, V2)
    key = (await sets(town))["alt"].id
    for role in ("isb", "dpo", "auditor", "staff_council", "mayor"):
        visitor = await log_in(role)
        assert (await visitor.get(BASE)).status_code == 403
        assert (await visitor.get(f"{BASE}/{key}")).status_code == 403
    stranger = await log_in("it_admin", "michelstadt")
    assert (await stranger.get(f"/towns/michelstadt/networks/snmp/{key}")).status_code == 404
    assert (await stranger.send_form(f"/towns/michelstadt/networks/snmp/{key}/remove")).status_code == 404
