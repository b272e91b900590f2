"""Networks: asked for by one, released by a second, agreed to by the data protection officer; only then scanned."""

from __future__ import annotations

import dataclasses
from uuid import UUID

import pytest

from scanners import policy
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory.store import places
from service.jobs import store as jobs
from service.settings import BERLIN, now, settings
from tests.inventory.estate import BY

BASE = "/towns/erbach/networks"


async def networks(town: int):
    async with town_tx({town}) as tx:
        return await places.networks(tx, town)


async def runs(town: int):
    async with town_tx({town}) as tx:
        return await jobs.runs(tx, town, task="scan.run")


async def open_all(town: int) -> None:
    """Tests run at night, too."""
    async with town_tx({town}, town) as tx:
        await tx.connection.execute("update network set scan_window = null")


async def released(town: int, cidr: str = "10.20.30.0/24", **values) -> UUID:
    async with town_tx({town}, town) as tx:
        net = await places.put_network(tx, town, cidr, by=BY, now=now(), name=f"Netz {cidr}", **values)
        await places.release(tx, town, net, by=Actor("ISB"), now=now())
        await places.release(tx, town, net, by=Actor("DSB"), now=now(), agreed=True)
    return net


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
    await open_all(town)
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


@pytest.mark.parametrize(
    ("cidr", "said"),
    [
        ("10.0.0.0/8", "zu groß"),
        ("10.4.0.0/19", "höchstens /20"),
        ("fd00:5::/64", "Nachbartabellen"),
        ("10.20.30.0/24", "schon eingetragen"),
        ("127.0.0.0/24", "nie gescannt"),
    ],
)
async def test_what_no_scan_can_take_and_what_is_there_already_is_refused_at_entry(log_in, towns, cidr, said) -> None:
    admin = await log_in("it_admin")
    first = {"name": "Server", "cidr": "10.20.30.0/24", "purpose": "server"}
    assert (await admin.send_form(BASE, first)).status_code == 303
    answer = await admin.send_form(BASE, {"name": "Neu", "cidr": cidr, "purpose": "client"})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{cidr}"' in answer.text
    assert [net.name for net in await networks(towns["erbach"])] == ["Server"]


async def test_an_ipv6_network_is_entered_passively_and_never_becomes_an_active_one(log_in, towns) -> None:
    town, admin, isb = towns["erbach"], await log_in("it_admin"), await log_in("isb")
    typed = {"name": "IPv6", "cidr": "fd00:5::/64", "purpose": "client", "mode": "passive"}
    assert (await admin.send_form(BASE, typed)).status_code == 303
    (net,) = await networks(town)
    assert net.mode == "passive"
    rules = {"purpose": "client", "mode": "active", "rate_cap": "300", "snmp_rate": "20", "scan_window": "", "excluded": ""}
    answer = await admin.send_form(f"{BASE}/{net.id}/edit", rules)
    assert answer.status_code == 422
    assert "Adresse für Adresse" in answer.text
    async with town_tx({town}, town) as tx:  # as entered before such networks were refused
        await tx.connection.execute("update network set mode = 'active'")
    answer = await isb.send_form(f"{BASE}/{net.id}/release")
    assert answer.status_code == 422
    for path in (BASE, f"{BASE}/{net.id}"):
        page = (await admin.get(path)).text
        assert "etwa" not in page
        assert "Jetzt scannen" not in page


async def test_what_is_left_out_of_a_network_stands_on_its_page(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await released(town)
    await open_all(town)
    for name, cidr, purpose in (("OT2", "10.20.30.4/31", "plc"), ("Gast2", "10.20.30.6/31", "guest")):
        assert (await admin.send_form(BASE, {"name": name, "cidr": cidr, "purpose": purpose})).status_code == 303
    page = (await admin.get(f"{BASE}/{net}")).text
    assert "Auch ausgelassen" in page
    assert page.index("OT2") < page.index("10.20.30.4/31, nur passiv")
    assert "Gast2" in page
    assert "Jetzt scannen" in page
    for name, cidr in (("a", "10.20.30.0/25"), ("b", "10.20.30.128/25")):
        assert (await admin.send_form(BASE, {"name": name, "cidr": cidr, "purpose": "guest"})).status_code == 303
    page = (await admin.get(f"{BASE}/{net}")).text
    assert "Jede Adresse ist ausgenommen" in page
    assert ">Jetzt scannen<" not in page
    assert (await admin.send_form(f"{BASE}/{net}/scan")).status_code == 422


async def test_a_release_leaves_the_network_with_an_announced_weekly_scan_in_office_hours(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    await admin.send_form(BASE, {"name": "Server", "cidr": "10.20.30.0/24", "purpose": "server"})
    (net,) = await networks(town)
    assert net.scan_window == "Mo-Fr 08:00-17:00"
    assert "kein Zeitplan" in (await admin.get(f"{BASE}/{net.id}")).text
    await (await log_in("isb")).send_form(f"{BASE}/{net.id}/release")
    await (await log_in("dpo")).send_form(f"{BASE}/{net.id}/agree")
    async with town_tx({town}) as tx:
        (plan,) = await jobs.schedules(tx)
    assert (plan.task, plan.cron, plan.enabled, plan.args) == ("scan.run", "0 10 * * mon", True, {"all": True})
    page = (await admin.get(f"{BASE}/{net.id}")).text
    assert "Nächster Scan nach Plan" in page
    assert "kein Zeitplan" not in page
    other = await released(town, "10.20.31.0/24", scan_window="Sa 08:00-12:00")
    assert "trifft das Zeitfenster nie" in (await admin.get(f"{BASE}/{other}")).text
    async with town_tx({town}) as tx:
        assert len(await jobs.schedules(tx)) == 1


@pytest.mark.parametrize(
    ("values", "said", "word"),
    [
        ({"mode": "passive", "purpose": "plc"}, "kein Paket", "nur passiv"),
        ({"mode": "guest", "purpose": "guest"}, "nie gescannt", "Gästenetze werden nie gescannt"),
        ({}, "In der Vorführung gesperrt", "erfundenes Netz"),
    ],
    ids=["passive", "guest", "demo"],
)
async def test_where_no_scan_can_begin_the_reason_stands_in_place_of_the_button(
    log_in, towns, monkeypatch, values, said, word
) -> None:
    from service.inventory.pages import networks as pages

    if not values:
        demo = dataclasses.replace(settings(), demo=True, never_scan=("10.20.0.0/16",))
        monkeypatch.setattr(pages, "settings", lambda: demo)
    town, admin = towns["erbach"], await log_in("it_admin")
    if values.get("mode") == "guest":
        async with town_tx({town}, town) as tx:
            net = await places.put_network(tx, town, "10.20.30.0/24", by=BY, now=now(), name="Gäste", **values)
    else:
        net = await released(town, **values)
    listed, shown = (await admin.get(BASE)).text, (await admin.get(f"{BASE}/{net}")).text
    assert word in listed
    assert said in shown
    assert "Jetzt scannen" not in listed + shown
    refused = await admin.send_form(f"{BASE}/{net}/scan")
    assert refused.status_code == 422
    assert said in refused.text


async def test_outside_its_window_a_network_is_scanned_only_with_a_reason_that_the_log_keeps(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    at = now().astimezone(BERLIN)
    day = policy.DAYS[(at.weekday() + 3) % 7]
    net = await released(town, scan_window=f"{day} 08:00-09:00")
    assert "Außerhalb des Zeitfensters" in (await admin.get(f"{BASE}/{net}")).text
    refused = await admin.send_form(f"{BASE}/{net}/scan", {"purpose": "weil"})
    assert refused.status_code == 422
    assert "mindestens 10 Zeichen" in refused.text
    assert 'value="weil"' in refused.text
    started = await admin.send_form(f"{BASE}/{net}/scan", {"purpose": "Ausfall im Rathaus suchen"})
    assert started.status_code == 303
    (run,) = await runs(town)
    assert run.args["purpose"] == "Ausfall im Rathaus suchen"
    log = (await (await log_in("staff_council")).get("/towns/erbach/scanning")).text
    assert "Ausfall im Rathaus suchen" in log


MANNERS = {"purpose": "server", "mode": "active", "rate_cap": "50", "snmp_rate": "5", "scan_window": "Mo-Do 09:00-15:00"}


async def test_manners_are_changed_and_what_goes_further_loses_the_release(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await released(town)
    saved = await admin.send_form(f"{BASE}/{net}/edit", MANNERS | {"excluded": "10.20.30.7, 10.20.30.128/28"})
    assert saved.status_code == 303
    (row,) = await networks(town)
    assert (row.rate_cap, row.snmp_rate, row.scan_window) == (50, 5, "Mo-Do 09:00-15:00")
    assert row.excluded.splitlines() == ["10.20.30.128/28", "10.20.30.7"]
    assert row.scannable
    page = (await admin.get(f"{BASE}/{net}")).text
    assert "10.20.30.128/28" in page
    assert "höchstens 50 Pakete je Sekunde" in page
    assert (await admin.send_form(f"{BASE}/{net}/edit", MANNERS | {"excluded": "10.20.30.128/28"})).status_code == 303
    assert not (await networks(town))[0].scannable
    form = (await admin.get(f"{BASE}/{net}/edit")).text
    assert 'value="Mo-Do 09:00-15:00"' in form
    async with town_tx({town}) as tx:
        told = await tx.connection.fetch("select after from audit_detail where action = 'network.manners' order by seq")
    assert ['"release":true' in row["after"].replace(" ", "") for row in told] == [True, False]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rate_cap": "0"}, "zwischen 1 und 10.000"),
        ({"rate_cap": "viel"}, "zwischen 1 und 10.000"),
        ({"snmp_rate": "1000"}, "zwischen 1 und 200"),
        ({"scan_window": "immer"}, "Mo-Fr 08:00-17:00"),
        ({"scan_window": "Mo 08:00-09:00, " * 5}, "mehr als 60 Zeichen"),
        ({"excluded": "10.9.9.9"}, "liegt nicht im Netz"),
        ({"purpose": "plc"}, "nur passiv"),
        ({"purpose": "guest"}, "nie gescannt"),
        ({"mode": "laut"}, "gibt es nicht"),
    ],
)
async def test_unclear_manners_are_refused_with_what_to_write_and_nothing_is_lost(log_in, towns, change, said) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await released(town)
    before = await networks(town)
    answer = await admin.send_form(f"{BASE}/{net}/edit", MANNERS | {"excluded": ""} | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await networks(town) == before


async def test_who_only_reads_scans_sees_the_network_but_neither_form_nor_credentials(log_in, towns) -> None:
    net = await released(towns["erbach"])
    for role in ("isb", "dpo", "staff_council", "auditor"):
        visitor = await log_in(role)
        page = await visitor.get(f"{BASE}/{net}")
        assert page.status_code == 200
        assert "SNMP-Zugänge" not in page.text
        assert (await visitor.get(f"{BASE}/{net}/edit")).status_code == 403


async def test_a_network_needs_a_name_and_keeps_what_was_typed(log_in, towns) -> None:
    admin = await log_in("it_admin")
    answer = await admin.send_form(BASE, {"name": "", "cidr": "10.4.0.0/16", "purpose": "client", "site": "quatsch"})
    assert answer.status_code == 422
    assert "einen Namen" in answer.text
    assert 'value="10.4.0.0/16"' in answer.text


async def test_another_towns_network_does_not_exist_here(log_in, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        net: UUID = await places.put_network(tx, town, "10.1.0.0/24", by=BY, now=now(), name="Test")
    stranger = await log_in("it_admin", "michelstadt")
    assert (await stranger.send_form(f"/towns/michelstadt/networks/{net}/scan")).status_code == 404
    isb = await log_in("isb", "michelstadt")
    assert (await isb.send_form(f"/towns/michelstadt/networks/{net}/release")).status_code == 404
