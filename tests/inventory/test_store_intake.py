"""Taking in on a real database: once, twice, in any order, as a trial, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from scanners.observation import Collection, Interface, Name, Observation, Origin, Service, Software, Source
from service.audit import store as audit
from service.audit.chain import Actor
from service.db import town_tx
from service.errors import Wrong
from service.inventory import store
from service.inventory.views import AssetDetail, AssetFilter, AssetRow
from tests.inventory.sightings import M1, M2, M3, host, row, walk

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
BY = Actor("Jannis Liguster")


def at(day: int) -> datetime:
    """A moment so many days before now."""
    return NOW - timedelta(days=day)


async def take(town: int, when: datetime, *seen: Observation, **named: Any) -> store.Taken:
    """One file with these observations."""
    raw = msgspec.json.encode([one.as_line() for one in seen]) + str(when).encode()
    collection = Collection(seen[0].source, tuple(seen), full=named.pop("full", False))
    async with town_tx([town], town) as tx:
        return await store.take_in(
            tx,
            town,
            collection,
            by=BY,
            raw=raw,
            file=named.pop("file", "datei"),
            now=named.pop("now", NOW),
            observed_at=when,
            **named,
        )


async def estate(town: int) -> list[AssetRow]:
    async with town_tx([town]) as tx:
        return list((await store.assets(tx, town, now=NOW, size=500)).rows)


async def detail(town: int, name: str) -> AssetDetail:
    async with town_tx([town]) as tx:
        (found,) = (await store.assets(tx, town, AssetFilter(q=name), now=NOW)).rows
        asset = await store.asset(tx, town, found.id)
    assert asset is not None
    return asset


async def export(what: str, towns: Iterable[int]) -> list[dict[str, Any]]:
    async with town_tx(list(towns)) as tx:
        return [one async for one in store.rows(tx, what, list(towns))]


LIST = [
    row(
        1,
        name="ERB-NB007",
        serial="PF3ABCDE",
        mac=M1,
        kind="notebook",
        inventory_no="ERB-7",
        fields={"user": "Kim", "room": "2.01"},
    ),
    row(2, name="ERB-PRN1", serial="VCF12345", kind="printer", inventory_no="ERB-8", fields={"room": "1.07"}),
]
SCAN = [host("10.61.20.34", M1, says="ERB-NB007", ports=[22, 445]), host("10.61.30.5", M2, says="ERB-X")]


async def test_a_list_and_a_scan_meet_in_one_device(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    taken = await take(town, at(2), *SCAN)
    assert (taken.new, taken.changed, taken.unchanged) == (1, 0, 1)
    notebook = await detail(town, "erb-nb007")
    assert {value.source for value in notebook.values["hostname"]} == {"list", "nmap"}
    assert notebook.row.serial == "PF3ABCDE"
    assert notebook.row.status == "in_use"
    assert [service.port for service in notebook.services] == [22, 445]
    assert [one.why for one in notebook.sightings] == ["gleiche MAC, gleicher Name", "erste Sichtung"]


async def test_the_same_file_twice_changes_nothing(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    before = await export("assets", [town])
    again = await take(town, at(9), *LIST)
    assert again.repeated
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    assert await export("assets", [town]) == before
    assert len(await export("records", [town])) == 2


async def test_the_order_of_arrival_does_not_matter(towns: dict[str, int]) -> None:
    files = [(at(9), LIST), (at(2), SCAN), (at(1), [walk("10.61.30.5", M2, serials=["S1234567"], says="sw-1", kind="switch")])]
    for town, order in ((towns["erbach"], files), (towns["michelstadt"], files[::-1])):
        for when, seen in order:
            await take(town, when, *seen)
    one, other = [
        [
            {key: value for key, value in line.items() if key not in ("asset_id", "town")}
            for line in await export("assets", [towns[slug]])
        ]
        for slug in ("erbach", "michelstadt")
    ]
    assert one == other


async def test_a_dry_run_tells_everything_and_writes_nothing(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    trial = await take(town, at(9), *LIST, dry_run=True)
    assert (trial.new, trial.changed) == (2, 0)
    assert "create notebook ERB-NB007" in trial.plan.text()
    assert await estate(town) == []
    assert await export("records", [town]) == []
    assert (await take(town, at(9), *LIST)).new == 2


async def test_an_import_can_be_taken_back_for_a_day_and_taken_in_again(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    before = await export("assets", [town])
    scan = await take(town, at(2), *SCAN)
    async with town_tx([town], town) as tx:
        plan = await store.undo_import(tx, town, scan.collection, by=BY, now=NOW + timedelta(hours=3))
    assert plan.counts() == {"leave": 1, "touch": 1}
    assert await export("assets", [town]) == before
    assert len(await export("records", [town])) == 4
    await take(town, at(2), *SCAN)
    assert len(await estate(town)) == 3


async def test_after_a_day_an_import_stays(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    taken = await take(town, at(9), *LIST)
    async with town_tx([town], town) as tx:
        with pytest.raises(Wrong, match="24 Stunden"):
            await store.undo_import(tx, town, taken.collection, by=BY, now=NOW + timedelta(hours=25))


async def test_every_import_and_its_undoing_stand_in_the_audit_log(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    taken = await take(town, at(9), *LIST)
    async with town_tx([town], town) as tx:
        await store.undo_import(tx, town, taken.collection, by=BY, now=NOW)
        lines = await audit.lines(tx, town)
    assert [line.action for line in lines] == ["collection.undo", "collection.take_in"]


async def test_no_record_is_ever_missing_and_each_says_what_became_of_it(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST, file="liste.csv")
    await take(town, at(2), *SCAN, host("10.61.20.99"), file="scan.xml")
    lines = {(line["file"], line["key"]): line for line in await export("records", [town])}
    assert set(lines) == {
        ("liste.csv", "row:1"),
        ("liste.csv", "row:2"),
        ("scan.xml", "10.61.20.34"),
        ("scan.xml", "10.61.30.5"),
        ("scan.xml", "10.61.20.99"),
    }
    assert {line["decision"] for line in lines.values()} == {"new_asset", "joined", "unassigned"}
    assert lines["scan.xml", "10.61.20.99"]["asset_id"] is None
    assert lines["scan.xml", "10.61.20.34"]["asset_id"] == lines["liste.csv", "row:1"]["asset_id"]


async def test_a_device_of_a_person_shows_days_and_never_hours(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    await take(town, at(2) + timedelta(minutes=37), *SCAN)
    notebook, other = await detail(town, "erb-nb007"), await detail(town, "erb-x")
    local = {moment.astimezone(UTC).minute for moment in (notebook.row.last_seen, notebook.sightings[0].observed_at)}
    assert local == {0}
    assert notebook.services[0].last_seen.hour == 23  # midnight in the towns
    assert other.row.last_seen.minute == 37


async def test_a_scan_of_all_ports_closes_what_it_does_not_find(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), host("10.61.10.5", M3, says="SRV1", ports=[22, 23]), full=True)
    await take(town, at(2), host("10.61.10.5", M3, says="SRV1", ports=[22]), full=True)
    services = {service.port: service.open for service in (await detail(town, "srv1")).services}
    assert services == {22: True, 23: False}


async def test_a_device_that_nobody_knows_is_new_and_stands_in_the_inbox(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(2), *SCAN)
    async with town_tx([town]) as tx:
        inbox = await store.reviews(tx, town, now=NOW)
    assert inbox.counts == {"new": 2}
    assert {one.asset_name for one in inbox.rows} == {"ERB-NB007", "ERB-X"}
    await take(town, at(1), *LIST)
    async with town_tx([town]) as tx:
        assert (await store.reviews(tx, town, now=NOW)).counts == {"new": 1}


async def test_what_a_switch_hears_connects_devices(towns: dict[str, int]) -> None:
    from scanners.observation import Learned

    town = towns["erbach"]
    switch = Observation(
        Source.SNMP,
        "10.61.70.2",
        kind="switch",
        macs=(M3,),
        names=(Name("sw-rathaus", Origin.SYS_NAME),),
        interfaces=(Interface("Gi1/0/1", M3, (), 1_000_000_000, True),),
        learned=(Learned(M1, "Gi1/0/1"), Learned(M2, "Gi1/0/24"), Learned("48:2a:e3:00:00:77", "Gi1/0/24")),
        origins={"kind": Origin.SYS_OBJECT_ID},
    )
    await take(town, at(9), *LIST)
    await take(town, at(2), switch)
    (relation,) = (await detail(town, "erb-nb007")).relations
    assert (relation.kind, relation.other_name, relation.detail, relation.outgoing) == (
        "connected_to",
        "sw-rathaus",
        "Gi1/0/1",
        True,
    )


async def test_programs_of_a_device_are_kept_with_their_versions(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    seen = Observation(
        Source.AGENT,
        "agent",
        names=(Name("ERB-NB007", Origin.AGENT),),
        serials=("PF3ABCDE",),
        agent_id="erb-nb007-2026",
        software=(Software("Firefox", "140.0", "Mozilla"), Software("7-Zip", "25.01", None)),
    )
    await take(town, at(2), seen)
    assert [(one.name, one.version) for one in (await detail(town, "erb-nb007")).software] == [
        ("7-Zip", "25.01"),
        ("Firefox", "140.0"),
    ]


async def test_a_town_sees_and_changes_nothing_of_another(towns: dict[str, int]) -> None:
    erbach, michelstadt = towns["erbach"], towns["michelstadt"]
    taken = await take(erbach, at(9), *LIST)
    async with town_tx([michelstadt], michelstadt) as tx:
        assert (await store.assets(tx, erbach, now=NOW)).total == 0
        for asset in {one.asset for one in taken.rows if one.asset}:
            assert await store.asset(tx, erbach, asset) is None
        assert await store.collections(tx, erbach) == []


async def test_facts_for_checks_hold_what_checks_ask_for(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, at(9), *LIST)
    telnet = Observation(
        Source.NMAP,
        "10.61.20.34",
        macs=(M1,),
        services=(Service("tcp", 23, "telnet", facts={"banner": "login:"}),),
        ips=("10.61.20.34",),
    )
    await take(town, at(2), telnet)
    async with town_tx([town]) as tx:
        (found,) = await store.facts_for_checks(tx, [town])
    notebook = next(asset for asset in found.assets if asset.name == "ERB-NB007")
    assert found.lists_known
    assert notebook.listed
    assert set(notebook.seen) == {"list", "nmap"}
    assert [(one.ip, one.port, one.name, one.facts) for one in notebook.services] == [
        ("10.61.20.34", 23, "telnet", {"banner": "login:"})
    ]
