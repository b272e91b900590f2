"""People's word on a real database: it wins, it is remembered, it can be taken back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from service.audit import store as audit
from service.audit.chain import Actor
from service.db import town_tx
from service.errors import Missing, Wrong
from service.inventory import store
from service.inventory.plan import Plan
from service.inventory.store import decided
from service.inventory.views import ReviewRow
from tests.inventory.sightings import M1, M2, M3, host, row, walk
from tests.inventory.test_store_intake import BY, LIST, NOW, SCAN, at, detail, estate, export, take

PIA = Actor("Pia Eberesche")


async def case(town: int, kind: str) -> ReviewRow:
    async with town_tx([town]) as tx:
        (found,) = (await store.reviews(tx, town, now=NOW, kind=kind)).rows
    return found


async def open_cases(town: int) -> dict[str, int]:
    async with town_tx([town]) as tx:
        return dict((await store.reviews(tx, town, now=NOW)).counts)


async def undo(town: int) -> Plan:
    async with town_tx([town], town) as tx:
        return await store.undo_last(tx, town, by=BY, now=NOW)


async def test_a_locked_value_survives_every_source_and_the_difference_is_asked_once(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    asset = (await detail(town, "erb-nb007")).row.id
    async with town_tx([town], town) as tx:
        locks = {"hostname": "ERB-NB007", "room": "Keller"}
        await store.lock(tx, town, asset, locks, reason="Typenschild", by=BY, now=NOW - timedelta(days=5))
    await take(town, at(2), walk("10.61.20.34", M1, says="erb-nb107"))
    found = await detail(town, "erb-nb007")
    assert (found.row.hostname, found.row.room) == ("ERB-NB007", "Keller")
    assert found.values["room"][0].locked_by == BY.name
    assert found.values["room"][0].reason == "Typenschild"
    drift = {one.details["field"]: one for one in found.reviews if one.kind == "changed"}
    assert drift["hostname"].details["seen"] == "erb-nb107"
    async with town_tx([town], town) as tx:
        await store.answer(tx, town, drift["hostname"].id, "keep", by=BY, now=NOW)
    await take(town, at(1), walk("10.61.20.34", M1, says="erb-nb107"))
    assert [one.details["field"] for one in (await detail(town, "erb-nb007")).reviews] == []


async def test_a_lock_needs_a_reason_and_a_value_that_can_be(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    asset = (await detail(town, "erb-nb007")).row.id
    async with town_tx([town], town) as tx:
        with pytest.raises(Wrong, match="Grund"):
            await store.lock(tx, town, asset, {"room": "1"}, reason=" ", by=BY, now=NOW)
        for field, value in {
            "kind": "toaster",
            "purchase_date": "gestern",
            "price": "viel",
            "macs": "x",
            "status": "kaputt",
        }.items():
            with pytest.raises(Wrong):
                await store.lock(tx, town, asset, {field: value}, reason="so", by=BY, now=NOW)
        with pytest.raises(Missing):
            await store.lock(tx, town, uuid.uuid4(), {"room": "1"}, reason="so", by=BY, now=NOW)


async def test_a_lock_ends_when_it_is_taken_back(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    asset = (await detail(town, "erb-nb007")).row.id
    async with town_tx([town], town) as tx:
        await store.lock(tx, town, asset, {"room": "Keller"}, reason="steht da", by=BY, now=NOW)
        await store.unlock(tx, town, asset, "room", by=PIA, now=NOW)
        assert [line.action for line in await audit.lines(tx, town, obj=f"asset/{asset}")] == ["asset.unlock", "asset.lock"]
    assert (await detail(town, "erb-nb007")).row.room == "2.01"


async def test_accepting_ends_the_state_new_and_undoing_brings_it_and_its_case_back(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(2), SCAN[1])
    found = await case(town, "new")
    async with town_tx([town], town) as tx:
        await store.answer(tx, town, found.id, "accept", by=BY, now=NOW)
    assert (await estate(town))[0].status == "in_use"
    assert await open_cases(town) == {}
    await undo(town)
    assert (await estate(town))[0].status == "new"
    assert await open_cases(town) == {"new": 1}


async def test_merging_field_by_field_and_undoing_it(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    await take(town, at(2), host("10.61.30.5", M2, says="DRUCKER-ALT", ports=[9100]))
    printer, unknown = (await detail(town, "erb-prn1")).row.id, (await detail(town, "drucker-alt")).row.id
    before = await export("assets", [town])
    async with town_tx([town], town) as tx:
        plan = await store.merge(
            tx, town, printer, unknown, fields={"hostname": "ERB-PRN1"}, reason="am Gerät gesehen", by=BY, now=NOW
        )
    assert plan.counts()["join"] == 1
    found = await detail(town, "erb-prn1")
    assert (found.row.id, found.row.primary_ip, found.row.hostname) == (printer, "10.61.30.5", "ERB-PRN1")
    assert {one.decision for one in found.sightings} >= {"by_person"}
    async with town_tx([town]) as tx:
        gone = await store.asset(tx, town, unknown)
    assert gone is not None
    assert gone.merged_into == printer
    await undo(town)
    assert await export("assets", [town]) == before


async def test_a_split_is_remembered_when_the_same_evidence_comes_again(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), host("10.61.20.34", M1, says="PC-A"))
    await take(town, at(8), host("10.61.20.77", M1, says="PC-B"))
    (both,) = await estate(town)
    async with town_tx([town]) as tx:
        newest = (await store.sightings_of(tx, town, both.id))[0]
    async with town_tx([town], town) as tx:
        await store.split(tx, town, both.id, [newest.record], reason="zwei Geräte an einem Dock", by=BY, now=NOW)
    assert len(await estate(town)) == 2
    await take(town, at(1), row(1, serial="PF3ABCDE", name="PC-C"))
    assert len(await estate(town)) == 3
    await undo(town)
    assert len(await estate(town)) == 2


async def test_a_split_leaves_something_and_takes_something(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    taken = await take(town, at(9), *LIST)
    asset = taken.rows[0].asset
    assert asset is not None
    async with town_tx([town], town) as tx:
        with pytest.raises(Wrong, match="Trennen"):
            await store.split(tx, town, asset, [taken.rows[0].record], by=BY, now=NOW)


async def test_a_silent_sighting_can_be_assigned_by_hand(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    ping = await take(town, at(2), host("10.61.20.99"))
    printer = (await detail(town, "erb-prn1")).row.id
    async with town_tx([town], town) as tx:
        await store.assign(tx, town, [ping.rows[0].record], printer, reason="Etikett", by=BY, now=NOW)
    found = await detail(town, "erb-prn1")
    assert found.row.primary_ip == "10.61.20.99"
    assert found.sightings[0].why == "von Hand zugeordnet"
    await undo(town)
    assert (await detail(town, "erb-prn1")).row.primary_ip is None


async def test_a_case_rests_until_its_day(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(2), SCAN[1])
    found = await case(town, "new")
    async with town_tx([town], town) as tx:
        await store.ignore(tx, town, found.id, until=NOW + timedelta(days=14), by=BY, now=NOW)
        assert (await store.reviews(tx, town, now=NOW)).total == 0
        assert (await store.reviews(tx, town, now=NOW, state="ignored")).total == 1
        assert (await store.reviews(tx, town, now=NOW + timedelta(days=15))).total == 1
    await take(town, at(1), SCAN[1])
    assert await open_cases(town) == {}


async def test_what_people_said_outlives_the_import_it_was_said_about(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    taken = await take(town, at(9), *LIST)
    asset = (await detail(town, "erb-nb007")).row.id
    async with town_tx([town], town) as tx:
        await store.lock(tx, town, asset, {"note": "Leihgerät der Schule"}, reason="Vertrag", by=BY, now=NOW)
        await store.undo_import(tx, town, taken.collection, by=BY, now=NOW)
    (left,) = await estate(town)
    assert left.id == asset
    await take(town, at(8), LIST[0])
    found = await detail(town, "erb-nb007")
    assert found.note == "Leihgerät der Schule"


async def test_missing_devices_are_asked_about_after_half_a_year_and_settle_when_they_come_back(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(200), host("10.61.20.34", M1, says="ERB-NB007"))
    async with town_tx([town], town) as tx:
        assert await store.ask_for_missing(tx, town, NOW) == 1
        assert await store.ask_for_missing(tx, town, NOW) == 0
    assert (await case(town, "missing")).asset_name == "ERB-NB007"
    await take(town, at(1), host("10.61.20.34", M1, says="ERB-NB007"))
    async with town_tx([town], town) as tx:
        await store.ask_for_missing(tx, town, NOW)
    assert "missing" not in await open_cases(town)


async def test_a_device_declared_missing_says_so(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(200), host("10.61.20.34", M3, says="ERB-NB009"))
    async with town_tx([town], town) as tx:
        await store.ask_for_missing(tx, town, NOW)
    found = await case(town, "missing")
    async with town_tx([town], town) as tx:
        await store.answer(tx, town, found.id, "missing", by=BY, now=NOW)
    assert (await estate(town))[0].status == "missing"


async def test_undo_takes_back_only_ones_own_newest_act(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    asset = (await detail(town, "erb-nb007")).row.id
    async with town_tx([town], town) as tx:
        await store.lock(tx, town, asset, {"room": "Keller"}, reason="so", by=BY, now=NOW)
        await store.lock(tx, town, asset, {"unit": "Hauptamt"}, reason="so", by=PIA, now=NOW + timedelta(minutes=1))
        await store.undo_last(tx, town, by=BY, now=NOW + timedelta(minutes=2))
        with pytest.raises(Wrong, match="nichts"):
            await store.undo_last(tx, town, by=BY, now=NOW + timedelta(minutes=3))
    found = await detail(town, "erb-nb007")
    assert (found.row.room, found.row.unit) == ("2.01", "Hauptamt")


async def merged(town: int) -> tuple[uuid.UUID, uuid.UUID]:
    """Two devices that BY made one, with a reason; their ids."""
    await take(town, at(5), row(1, serial="SERIAL-A", inventory_no="A-1", kind="notebook", model="T14"))
    await take(town, at(4), row(1, serial="SERIAL-B", inventory_no="B-1", kind="notebook", model="T15"))
    ids = {one.row.inventory_no: one.row.id for name in ("T14 (A-1)", "T15 (B-1)") if (one := await detail(town, name))}
    async with town_tx([town], town) as tx:
        await store.merge(tx, town, ids["A-1"], ids["B-1"], by=BY, now=at(3), reason="Typenschild verglichen")
    return ids["A-1"], ids["B-1"]


async def acts(town: int, asset: uuid.UUID) -> list[decided.Decided]:
    async with town_tx([town]) as tx:
        return await decided.of_device(tx, town, asset)


async def test_a_merge_is_told_at_the_device_and_taken_back_though_other_decisions_followed(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    keep, other = await merged(town)
    await take(town, at(2), row(1, serial="SERIAL-C", inventory_no="C-1", kind="monitor", model="P24"))
    elsewhere = (await detail(town, "P24 (C-1)")).row.id
    async with town_tx([town], town) as tx:
        await store.lock(tx, town, elsewhere, {"room": "1"}, reason="abgelesen", by=BY, now=at(1))
    (told,) = await acts(town, keep)
    assert (told.kind, told.by, told.reason, told.at) == ("same", BY.name, "Typenschild verglichen", at(3))
    assert decided.what(told) == "zusammengeführt mit T15 (B-1)"
    async with town_tx([town], town) as tx:
        await store.undo_decision(tx, town, told.batch, by=PIA, now=NOW)
    assert sorted(row["inventory_no"] for row in await export("assets", [town])) == ["A-1", "B-1", "C-1"]
    async with town_tx([town]) as tx:
        back = await store.asset(tx, town, other)
    assert back is not None
    assert back.gone_at is None
    assert {line.action for line in back.history if line.actor == PIA.name} == {"unmerged"}
    (told,) = await acts(town, keep)
    assert (told.taken_back_by, told.taken_back_at) == (PIA.name, NOW)


async def test_a_merge_on_which_a_later_one_stands_is_not_taken_back_alone(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    keep, _other = await merged(town)
    await take(town, at(2), row(1, serial="SERIAL-C", inventory_no="C-1", kind="notebook", model="T16"))
    third = (await detail(town, "T16 (C-1)")).row.id
    async with town_tx([town], town) as tx:
        await store.merge(tx, town, keep, third, by=PIA, now=at(1))
    later, first = await acts(town, keep)
    with pytest.raises(Wrong, match=r"zusammengeführt mit T16 \(C-1\) \(Pia Eberesche"):
        async with town_tx([town], town) as tx:
            await store.undo_decision(tx, town, first.batch, by=BY, now=NOW)
    for one in (later, first):
        async with town_tx([town], town) as tx:
            await store.undo_decision(tx, town, one.batch, by=BY, now=NOW)
    assert len(await export("assets", [town])) == 3


async def test_the_history_of_a_device_that_became_part_of_another_names_it(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    _keep, other = await merged(town)
    async with town_tx([town]) as tx:
        found = await store.asset(tx, town, other)
    assert found is not None
    (line,) = [one for one in found.history if one.action == "merged"]
    assert (line.other, dict(line.changes)) == ("T15 (B-1)", {})


async def test_a_replaced_device_is_one_case_and_its_answer_accepts_the_new_one(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    for days, mac in ((8, M1), (6, M1), (4, M2), (2, M2)):
        await take(town, at(days), host("10.0.0.50", mac, says="pc1"))
    assert await open_cases(town) == {"new": 1, "replaced": 1}
    asked = await case(town, "replaced")
    assert (await case(town, "new")).asset == asked.asset
    async with town_tx([town], town) as tx:
        await store.answer(tx, town, asked.id, "different", by=BY, now=NOW)
    await take(town, at(1), host("10.0.0.50", M2, says="pc1"))
    assert await open_cases(town) == {"new": 1}
    async with town_tx([town]) as tx:
        fresh = await store.asset(tx, town, asked.other)
    assert fresh is not None
    assert fresh.row.status == "in_use"
