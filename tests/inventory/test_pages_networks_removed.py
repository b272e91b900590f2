"""Networks that go: what was never scanned goes for good, what was scanned stays in the log with its end."""

from __future__ import annotations

from service.db import town_tx
from service.inventory import store
from service.inventory.store import places, retention
from service.jobs import store as jobs
from service.settings import now
from tests.inventory.estate import BY
from tests.inventory.test_pages_networks import BASE, networks, released


async def test_a_network_entered_by_mistake_is_removed_for_good(log_in, towns, db) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await released(town)
    page = (await admin.get(f"{BASE}/{net}/remove")).text
    assert "nie gescannt" in page
    assert (await admin.send_form(f"{BASE}/{net}/remove")).status_code == 303
    assert await networks(town) == []
    assert (await admin.get(f"{BASE}/{net}")).status_code == 404
    async with town_tx({town}) as tx:
        assert await store.closed_networks(tx, town) == []
        assert await tx.connection.fetchval("select count(*) from audit_detail where action = 'network.remove'") == 1
    assert (await (await log_in("isb")).send_form(f"{BASE}/{net}/remove")).status_code == 403


async def test_a_network_that_was_scanned_stays_in_the_log_and_its_plans_go_on_without_it(log_in, towns, db) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net, other = await released(town), await released(town, "10.20.31.0/24")
    async with town_tx({town}, town) as tx:
        for title, ids in (("beide", [net, other]), ("eines", [net])):
            args = {"networks": [str(one) for one in ids]}
            await jobs.add_schedule(tx, town, "scan.run", title, "0 10 * * mon", "IT", now(), args=args)
        await store.mark_scanned(tx, town, [net], now())
    assert "bleibt es mit dem Datum" in (await admin.get(f"{BASE}/{net}/remove")).text
    assert (await admin.send_form(f"{BASE}/{net}/remove")).status_code == 303
    assert [one.id for one in await networks(town)] == [other]
    async with town_tx({town}, town) as tx:
        (closed,) = await store.closed_networks(tx, town)
        plans = {one.title: (one.args.get("networks"), one.enabled) for one in await jobs.schedules(tx) if "networks" in one.args}
    assert (closed.name, closed.cidr, closed.released_by, closed.agreed_by) == (
        "Netz 10.20.30.0/24",
        "10.20.30.0/24",
        "ISB",
        "DSB",
    )
    assert plans == {"beide": ([str(other)], True), "eines": ([], False)}
    page = await (await log_in("staff_council")).get("/towns/erbach/scanning")
    assert "Netz 10.20.30.0/24" in page.text
    assert "Nicht mehr gescannt" in page.text
    async with town_tx({town}, town) as tx:
        await retention.apply(tx, town, by=BY, now=now() + retention.SCAN_LOG * 2)
        assert await store.closed_networks(tx, town) == []


async def test_removing_what_kept_packets_out_asks_for_the_release_of_the_rest_again(log_in, towns) -> None:
    town, admin = towns["erbach"], await log_in("it_admin")
    net = await released(town)
    async with town_tx({town}, town) as tx:
        inner = await places.put_network(tx, town, "10.20.30.4/31", by=BY, now=now(), name="OT2", purpose="plc")
    assert "neu freigeben" in (await admin.get(f"{BASE}/{inner}/remove")).text
    assert (await admin.send_form(f"{BASE}/{inner}/remove")).status_code == 303
    (left,) = await networks(town)
    assert (left.id, left.scannable) == (net, False)
