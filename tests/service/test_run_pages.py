"""The page of a run says what became of what it found, also of what became no device."""

from __future__ import annotations

from uuid import UUID

from scanners.observation import Collection, Name, Observation, Origin, Source
from service.db import town_tx, uuid7
from service.inventory.store import TakenRow
from service.jobs import store as jobs
from service.jobs.queue import TASKS, Job, Result, perform
from service.settings import now
from service.worker import entries, scan


def seen(source: Source, address: str, mac: str = "") -> Observation:
    macs, names = ((mac,), (Name(f"pc-{address[-1]}", Origin.PTR),)) if mac else ((), ())
    return Observation(source=source, key=address, observed_at=now(), ips=(address,), macs=macs, names=names)


async def merged(town: int, *collections: Collection) -> UUID:
    """A run whose scan found this: everything behind the packets, as after a scan."""

    async def work(job: Job) -> Result:
        return await scan._take_in(job, collections, scan.Done(now(), scan.Plan((), ()), "test", [], []))

    TASKS["scan.test"] = work
    async with town_tx({town}, town) as tx:
        run = await jobs.enqueue(tx, "scan.test", town, "Scan", "Test", now())
    try:
        await perform("scan.test", town, run)
    finally:
        del TASKS["scan.test"]
    return run


async def test_addresses_that_a_scan_could_not_assign_are_listed_with_the_reason(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    found = [seen(Source.NMAP, "10.20.3.7", "3c:22:fb:9f:3a:07"), seen(Source.NMAP, "10.20.3.8"), seen(Source.NMAP, "10.20.3.9")]
    run = await merged(town, Collection(Source.NMAP, tuple(found)))
    async with town_tx({town}) as tx:
        view = await jobs.run(tx, town, run)
    assert view.text == "3 Adressen antworteten: 1 neu, 0 geändert, 0 gleich, 2 ohne Zuordnung."
    assert [one["address"] for one in view.result["unassigned_addresses"]] == ["10.20.3.8", "10.20.3.9"]
    page = (await visitor.get(f"/towns/erbach/runs/{run}")).text
    table = page[page.index("Ohne Zuordnung") :]
    assert table.index("10.20.3.8") < table.index("Es fehlt ein Merkmal") < table.index("10.20.3.9")
    assert "10.20.3.7" not in table
    assert "Geräte, die heute gesehen wurden" in page
    assert "Ergebnis ansehen" not in page


async def test_a_run_that_assigned_everything_has_no_such_section(log_in, towns) -> None:
    run = await merged(towns["erbach"], Collection(Source.NMAP, (seen(Source.NMAP, "10.20.3.7", "3c:22:fb:9f:3a:07"),)))
    assert "Ohne Zuordnung" not in (await (await log_in("it_admin")).get(f"/towns/erbach/runs/{run}")).text


def row(key: str, outcome: str) -> TakenRow:
    return TakenRow(uuid7(), key, outcome, None if outcome in ("unassigned", "asked") else uuid7(), "", "", "")


def test_what_a_later_source_recognises_is_no_longer_unassigned() -> None:
    nowhere = entries.Unassigned()
    nowhere.add([row("10.1.1.1", "unassigned"), row("10.1.1.2", "unassigned"), row("10.1.1.3", "asked")])
    nowhere.add([row("10.1.1.2", "new")])
    assert [one["address"] for one in nowhere.kept()] == ["10.1.1.1", "10.1.1.3"]
    assert "Abweichungen" in nowhere.kept()[1]["reason"]


def test_at_most_two_hundred_addresses_are_kept_and_all_are_counted() -> None:
    nowhere = entries.Unassigned()
    nowhere.add([row(f"10.1.{n // 250}.{n % 250}", "unassigned") for n in range(300)])
    assert (len(nowhere), len(nowhere.kept())) == (300, 200)
