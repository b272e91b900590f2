"""The centre refuses what is not proven, signs for what it has, and shows a code once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from scanners import policy, wire
from scanners.observation import Collection, Source
from service.db import town_tx
from service.inventory.store import places
from service.jobs.queue import perform
from service.probes import store
from service.probes.pages.machine import centre_key
from service.settings import BERLIN, now, real_now
from service.worker import TASKS
from tests.probe import BY
from tests.probe.at_centre import At, batch, enrolled


def receipt_of(answer, probe: At, asked: wire.Request) -> wire.Receipt:
    wire.believe("receipt", asked.batch.bytes, answer.content, answer.headers[wire.SIGNATURE], wire.public(centre_key()))
    return msgspec.json.decode(answer.content, type=wire.Receipt)


async def audited(db, town: int) -> list[tuple[str, str]]:
    async with town_tx({town}) as tx:
        rows = await tx.connection.fetch("select action, after from audit_detail where town_id = $1 order by seq", town)
    return [(row["action"], row["after"] or "") for row in rows]


async def code_from_page(visitor, town: str = "erbach") -> str:
    page = await visitor.send_form(f"/towns/{town}/probes", {"name": "Sonde Rathaus", "site": ""})
    assert page.status_code == 200
    return re.search(r"\b([A-Z2-7]{6}(?:-[A-Z2-7]{6}){7})\b", page.text).group(1)


async def enrol(visitor, code: str, key=None):
    key = key or wire.new_key()
    body = msgspec.json.encode(wire.Enrol(code, wire.text(wire.public(key)), "0.1.0"))
    return await visitor.post(wire.ENROL, content=body, headers={"sec-fetch-site": ""})


async def test_a_probe_is_made_shown_once_enrolled_compared_and_confirmed(app, log_in, towns, db) -> None:
    admin = await log_in("it_admin", "erbach")
    code = await code_from_page(admin)
    assert code not in (await admin.get("/towns/erbach/probes")).text
    key = wire.new_key()
    probe = At(app, towns["erbach"], UUID(int=0), key)
    answer = await enrol(probe, code, key)
    assert answer.status_code == 200
    wire.believe("enrolled", wire.public(key), answer.content, answer.headers[wire.SIGNATURE], wire.public(centre_key()))
    told = msgspec.json.decode(answer.content, type=wire.Enrolled)
    assert wire.code(code).pin == wire.pin(wire.public_key(told.centre_key))
    probe.probe = told.probe
    assert (await probe.report()).status_code == 403
    assert (await probe.say(wire.BATCHES, batch("10.99.0.1"))).status_code == 403
    page = (await admin.get("/towns/erbach/probes")).text
    assert wire.fingerprint(wire.public(key)) in page
    assert (await admin.send_form(f"/towns/erbach/probes/{told.probe}/approve")).status_code == 303
    assert (await probe.report()).status_code == 200
    assert "in Betrieb" in (await admin.get("/towns/erbach/probes")).text
    assert (await admin.send_form(f"/towns/erbach/probes/{told.probe}/withdraw")).status_code == 303
    assert (await probe.report()).status_code == 401
    actions = [action for action, _ in await audited(db, towns["erbach"])]
    assert actions == ["probe.invite", "probe.enrol", "probe.approve", "probe.withdraw"]
    assert code not in str(await audited(db, towns["erbach"]))


async def test_s27_a_code_works_once_for_its_town_and_only_in_time(app, towns, db) -> None:
    erbach = towns["erbach"]
    visitor = At(app, erbach, UUID(int=0), wire.new_key())
    async with town_tx({erbach}, erbach) as tx:
        centre = wire.public(centre_key())
        _id, used = await store.invite(tx, erbach, "a", None, centre, by=BY, now=real_now())
        _id, late = await store.invite(
            tx, erbach, "b", None, centre, by=BY, now=real_now() - store.CODE_FOR - timedelta(seconds=1)
        )
        gone, away = await store.invite(tx, erbach, "c", None, centre, by=BY, now=real_now())
        await store.withdraw(tx, erbach, gone, by=BY, now=real_now())
    key = wire.new_key()
    assert (await enrol(visitor, str(used), key)).status_code == 200
    assert (await enrol(visitor, str(used), key)).status_code == 200  # the first answer was lost
    for code in (used, late, away, replace(used, town=towns["oberzent"])):
        async with town_tx(()) as tx:
            await tx.connection.execute("delete from attempt")
        assert (await enrol(visitor, str(code))).status_code == 403
    reasons = [after for action, after in await audited(db, erbach) if action == "probe.enrol_refused"]
    assert ["used before" in reasons[0], "expired" in reasons[1], "withdrawn" in reasons[2]] == [True] * 3
    assert [action for action, _ in await audited(db, towns["oberzent"])] == ["probe.enrol_refused"]
    async with town_tx({erbach}) as tx:
        kept = await tx.connection.fetch("select code_hash, state from probe where town_id = $1 order by name", erbach)
    assert [row["state"] for row in kept] == ["waiting", "invited", "withdrawn"]
    assert all(row["code_hash"] != str(used) for row in kept)


async def test_s13_guessing_codes_is_slowed_down(app, towns) -> None:
    visitor = At(app, towns["erbach"], UUID(int=0), wire.new_key())
    answers = [(await enrol(visitor, str(wire.new_code(towns["erbach"], b"x")))).status_code for _ in range(20)]
    assert answers.count(403) <= 4
    assert answers[-1] == 429


async def test_a_batch_is_acknowledged_and_reaches_the_estate(app, towns) -> None:
    probe = await enrolled(app, towns["erbach"])
    await release(towns["erbach"], "10.99.0.0/24")
    body = batch("10.99.0.11", "10.99.0.12")
    asked = probe.header()
    answer = await probe.say(wire.BATCHES, body, asked)
    assert answer.status_code == 200
    receipt = receipt_of(answer, probe, asked)
    assert (receipt.probe, receipt.batch, receipt.counter) == (probe.probe, asked.batch, asked.counter)
    assert await take(towns["erbach"]) == "done"
    assert await estate(towns["erbach"]) == ["10.99.0.11", "10.99.0.12"]
    async with town_tx({towns["erbach"]}) as tx:
        assert await tx.connection.fetchval("select count(*) from probe_batch where body is not null or taken_at is null") == 0


async def test_s28_duplicates_are_harmless_and_get_the_same_receipt(app, towns) -> None:
    probe = await enrolled(app, towns["erbach"])
    asked, body = probe.header(), batch("10.99.0.11")
    first = await probe.say(wire.BATCHES, body, asked)
    again = await probe.say(wire.BATCHES, body, replace(asked, at=asked.at + timedelta(minutes=9)))
    assert (again.status_code, again.content) == (200, first.content)
    async with town_tx({towns["erbach"]}) as tx:
        assert await tx.connection.fetchval("select count(*) from probe_batch") == 1
        assert await tx.connection.fetchval("select count(*) from run where task = 'probe.take'") == 1


async def test_s28_altered_foreign_and_contradicting_batches_are_refused(app, towns, db) -> None:
    probe, other = await enrolled(app, towns["erbach"]), await enrolled(app, towns["erbach"], name="Bauhof")
    stranger = await enrolled(app, towns["oberzent"])
    asked, body = probe.header(), batch("10.99.0.11")
    headers = asked.headers(wire.BATCHES, body, probe.key)
    assert (await probe.post(wire.BATCHES, content=body + b" ", headers=headers)).status_code == 401
    assert (await probe.post(wire.BATCHES, content=body)).status_code == 401
    for key in (other.key, stranger.key, wire.new_key()):
        assert (await probe.say(wire.BATCHES, body, asked, key)).status_code == 401
    assert (await probe.say(wire.BATCHES, body, replace(asked, town=towns["oberzent"]))).status_code == 401
    assert (await probe.post(wire.JOBS, content=body, headers=headers)).status_code == 401
    assert (await probe.say(wire.BATCHES, body, asked)).status_code == 200
    assert (await probe.say(wire.BATCHES, batch("10.99.0.66"), asked)).status_code == 409
    assert (await probe.say(wire.BATCHES, body, replace(asked, batch=UUID(int=5)))).status_code == 409
    assert (await other.say(wire.BATCHES, batch("10.99.0.77"), replace(asked, probe=other.probe))).status_code == 200
    assert [action for action, _ in await audited(db, towns["erbach"])].count("probe.alarm") >= 1
    async with town_tx({towns["erbach"]}) as tx:
        assert await tx.connection.fetchval("select count(*) from probe_batch") == 2


async def test_s28_an_old_request_for_jobs_is_refused(app, towns) -> None:
    probe = await enrolled(app, towns["erbach"])
    first, second = probe.header(), probe.header()
    assert (await probe.report(asked=second)).status_code == 200
    for old in (first, second):
        assert (await probe.report(asked=old)).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'{"source":"nmap"}', batch("10.99.0.1").replace(b"nmap", b"list"),
        batch("10.99.0.1").replace(b"10.99.0.1", b"fe80::1%eth0"), batch("10.99.0.1").replace(b"10.99.0.1", b"nirgendwo"),
        batch("10.99.0.1").replace(b"00:11:32", b"<b>:11:32"), batch("10.99.0.1").replace(b"+00:00", b"").replace(b"00Z", b"00"),
        b'{"source":"nmap","observations":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)  # fmt: skip
async def test_what_no_scanner_wrote_is_refused_before_it_is_signed_for(app, towns, body) -> None:
    probe = await enrolled(app, towns["erbach"])
    assert (await probe.say(wire.BATCHES, body)).status_code == 422
    async with town_tx({towns["erbach"]}) as tx:
        assert await tx.connection.fetchval("select count(*) from probe_batch") == 0


async def test_s22_the_centre_leaves_out_what_lies_outside_the_released_networks(app, towns) -> None:
    probe = await enrolled(app, towns["erbach"])
    await release(towns["erbach"], "10.99.0.0/24")
    await probe.say(wire.BATCHES, batch("10.99.0.11", "10.98.0.21"))
    assert await take(towns["erbach"]) == "done_with_notes"
    assert await estate(towns["erbach"]) == ["10.99.0.11"]
    async with town_tx({towns["erbach"]}) as tx:
        assert "keinem freigegebenen Netz" in await tx.connection.fetchval("select problems::text from collection")


async def test_s22_what_nobody_may_have_asked_is_not_taken_in_and_named(app, towns, db) -> None:
    town = towns["erbach"]
    probe = await enrolled(app, town)
    near = await release(town, "10.99.0.0/24")
    async with town_tx({town}, town) as tx:
        await manners(tx, town, near, excluded="10.99.0.2")
        await places.put_network(tx, town, "10.99.0.4/31", by=BY, now=now(), name="OT2", purpose="plc")
        await places.put_network(tx, town, "10.99.0.6/31", by=BY, now=now(), name="Gast2", purpose="guest")
        await places.put_network(tx, town, "10.99.0.8/31", by=BY, now=now(), name="neu")
    told = msgspec.json.decode(batch("10.99.0.5", source=Source.SNMP), type=Collection)
    heard = replace(told, observations=tuple(replace(one, facts={"heard_by": "10.99.0.11"}) for one in told.observations))
    await probe.say(wire.BATCHES, batch(*(f"10.99.0.{last}" for last in (2, 4, 6, 7, 8, 11))))
    await probe.say(wire.BATCHES, msgspec.json.encode(heard))
    await take(town)
    assert await estate(town) == ["10.99.0.5", "10.99.0.11"]
    async with town_tx({town}) as tx:
        said = await tx.connection.fetchval("select string_agg(problems::text, ' ') from collection")
        hints = await tx.connection.fetchval("select string_agg(result::text, ' ') from run where task = 'probe.take'")
        raw = await tx.connection.fetchval("select count(*) from collection c where c::text like '%10.99.0.7%'")
    for text in (
        "bei den Ausnahmen",
        "nur passiv beobachtet",
        "2 Beobachtungen",
        "im Gastnetz 10.99.0.6/31",
        "nicht (mehr) freigegeben",
    ):
        assert text in said
        assert text in hints
    assert "10.99.0.6, 10.99.0.7" in said
    assert raw <= 1  # the sentence that names it
    (left,) = [after for action, after in await audited(db, town) if action == "probe.left_out"]
    assert "10.99.0.4" in left


async def manners(tx, town: int, key: UUID, *, window: str = "", excluded: str = "") -> None:
    await places.set_manners(
        tx, town, key, by=BY, now=now(), purpose="other", mode="active", rate_cap=300, snmp_rate=20, scan_window=window,
        excluded=excluded,
    )  # fmt: skip


async def test_s22_outside_the_window_a_job_needs_a_reason_and_what_is_closed_gets_none(app, log_in, towns, db) -> None:
    town = towns["erbach"]
    probe, admin = await enrolled(app, town), await log_in("it_admin", "erbach")
    near = await release(town, "10.99.0.0/24")
    tomorrow = policy.DAYS[(now().astimezone(BERLIN).weekday() + 1) % 7]
    async with town_tx({town}, town) as tx:
        await manners(tx, town, near, window=f"{tomorrow} 00:00-01:00")
    asked = {"probe": str(probe.probe), "network": str(near)}
    for purpose in ("", "kurz"):
        answer = await admin.send_form("/towns/erbach/probes/jobs", asked | {"purpose": purpose})
        assert answer.status_code == 422
        assert "Außerhalb des Zeitfensters" in answer.text
    assert (await admin.send_form("/towns/erbach/probes/jobs", asked | {"purpose": "Ausfall im Rathaus"})).status_code == 303
    told = msgspec.json.decode((await probe.report()).content, type=wire.Orders)
    assert [job.purpose for job in told.jobs] == ["Ausfall im Rathaus"]
    assert told.networks == [wire.Net("10.99.0.0/24", windows=[f"{tomorrow} 00:00-01:00"])]
    assert "Ausfall im Rathaus" in next(after for action, after in await audited(db, town) if action == "probe.ask")
    async with town_tx({town}, town) as tx:
        await places.put_network(tx, town, "10.99.0.0/25", by=BY, now=now(), name="a", purpose="guest")
        await places.put_network(tx, town, "10.99.0.128/25", by=BY, now=now(), name="b", purpose="plc")
    answer = await admin.send_form("/towns/erbach/probes/jobs", asked | {"purpose": "Ausfall im Rathaus"})
    assert answer.status_code == 422
    told = msgspec.json.decode((await probe.report()).content, type=wire.Orders)
    assert told.jobs == []  # closed since: handed out no more
    assert "nicht herausgegeben" in (await admin.get("/towns/erbach/probes")).text


async def test_a_probe_too_old_for_the_towns_rules_gets_no_job_and_can_read_the_answer(app, towns) -> None:
    town = towns["erbach"]
    probe = await enrolled(app, town)
    await release(town, "10.99.0.0/24")
    async with town_tx({town}, town) as tx:
        await store.add_job(tx, town, probe.probe, ["10.99.0.0/24"], "x", by=BY, now=real_now())
    answer = await probe.report(format_=1)
    assert set(msgspec.json.decode(answer.content)) == {"counter", "version", "jobs"}
    assert msgspec.json.decode(answer.content, type=wire.Orders).jobs == []
    async with town_tx({town}) as tx:
        (job,) = await store.jobs(tx, town)
    assert (job.state, "zu alt" in job.text) == ("withheld", True)


async def test_a_device_that_was_read_again_stands_in_the_log_that_the_staff_council_reads(app, log_in, towns) -> None:
    town = towns["erbach"]
    probe = await enrolled(app, town)
    await release(town, "10.99.0.0/24")
    told = msgspec.json.decode(batch("10.99.0.11", source=Source.SNMP), type=Collection)
    told = replace(told, scope="10.99.0.11/32", purpose="Neu gelesen nach linkUp von 10.99.0.11")
    await probe.say(wire.BATCHES, msgspec.json.encode(told))
    await take(town)
    page = (await (await log_in("staff_council")).get("/towns/erbach/scanning")).text
    for text in ("Neu gelesen nach linkUp von 10.99.0.11", "10.99.0.11/32", "Sonde Rathaus", "1 Gerät antwortete."):
        assert text in page
    async with town_tx({town}) as tx:
        (net,) = await places.networks(tx, town)
    assert net.scanned_at == told.started_at  # one truth: the statement, the network and the log


@how(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([0, 1, 2, 3, 3, 1]))
async def test_s28_the_estate_does_not_depend_on_the_order(app, towns, order) -> None:
    town = towns["erbach"]
    bodies = [
        batch("10.99.0.11", "10.99.0.12"), batch("10.99.0.12"), batch("10.99.0.13", source=Source.SNMP), batch("10.99.0.11"),
    ]  # fmt: skip
    probe = await enrolled(app, town, name=f"Sonde {order}")
    await release(town, "10.99.0.0/24")
    headers = [probe.header() for _ in bodies]
    for place in order:
        assert (await probe.say(wire.BATCHES, bodies[place], headers[place])).status_code == 200
    await take(town)
    assert await estate(town) == ["10.99.0.11", "10.99.0.12", "10.99.0.13"]


async def test_jobs_are_fetched_reported_and_gone(app, log_in, towns) -> None:
    town = towns["erbach"]
    probe, admin = await enrolled(app, town), await log_in("it_admin", "erbach")
    network = await release(town, "10.99.0.0/24")
    told = await admin.send_form("/towns/erbach/probes/jobs", {"probe": str(probe.probe), "network": str(network)})
    assert told.status_code == 303
    asked = probe.header()
    answer = await probe.report(asked=asked)
    wire.believe("orders", probe.probe.bytes, answer.content, answer.headers[wire.SIGNATURE], wire.public(centre_key()))
    orders = msgspec.json.decode(answer.content, type=wire.Orders)
    assert (orders.counter, [job.targets for job in orders.jobs]) == (asked.counter, [["10.99.0.0/24"]])
    again = msgspec.json.decode((await probe.report()).content, type=wire.Orders)
    assert again.jobs == orders.jobs
    done = wire.Result(orders.jobs[0].id, "done", "2 Adressen antworteten.")
    assert msgspec.json.decode((await probe.report(done)).content, type=wire.Orders).jobs == []
    page = (await admin.get("/towns/erbach/probes")).text
    assert "2 Adressen antworteten." in page
    assert "erledigt" in page


async def test_a_network_without_release_gets_no_job(app, log_in, towns) -> None:
    town = towns["erbach"]
    probe, admin = await enrolled(app, town), await log_in("it_admin", "erbach")
    async with town_tx({town}, town) as tx:
        network = await places.put_network(tx, town, "10.97.0.0/24", by=BY, now=now())
    answer = await admin.send_form("/towns/erbach/probes/jobs", {"probe": str(probe.probe), "network": str(network)})
    assert answer.status_code == 422


FEED = "/towns/{town:str}/calendar/feed/{secret:str}/termine.ics"
"""Read only, without a cookie: the secret in the address is its log-in, so it neither needs nor sets a token."""


def test_s14_the_routes_without_token_are_the_probes_and_the_feed(app) -> None:
    exempt = {
        route.path
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.opt.get("exclude_from_csrf")
    }
    assert exempt == {*wire.PATHS, FEED}


async def test_a_body_above_the_limit_is_refused(app, towns) -> None:
    probe = await enrolled(app, towns["erbach"])
    assert (await probe.say(wire.BATCHES, b" " * (wire.BODY_LIMIT + 1))).status_code == 413


async def release(town: int, cidr: str) -> UUID:
    from service.audit.chain import Actor

    async with town_tx({town}, town) as tx:
        key = await places.put_network(tx, town, cidr, by=BY, now=now())
        await places.release(tx, town, key, by=Actor("ISB"), now=now())
        await places.release(tx, town, key, by=Actor("DSB"), now=now(), agreed=True)
    return key


async def take(town: int) -> str:
    """Do what the worker does with the runs that wait."""
    assert "probe.take" in TASKS
    async with town_tx({town}) as tx:
        runs = await tx.connection.fetch("select id from run where task = 'probe.take' and state = 'waiting'")
    for row in runs:
        await perform("probe.take", town, row["id"])
    async with town_tx({town}) as tx:
        return await tx.connection.fetchval("select state from run where id = $1", runs[-1]["id"])


async def estate(town: int) -> list[str]:
    async with town_tx({town}) as tx:
        rows = await tx.connection.fetch("select primary_ip from asset where gone_at is null order by primary_ip")
    return [str(row["primary_ip"]) for row in rows]
