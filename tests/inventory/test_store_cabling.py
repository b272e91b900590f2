"""Links of a town on a real database: a simulated town hall goes in through the door of all records."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanners.observation import Learned, Name, Observation, Origin, Source
from scanners.sources import snmprec
from service.db import town_tx
from service.inventory import store
from service.inventory.store import cabling
from service.inventory.store.derivation import rederive
from service.inventory.views import LinkFilter, LinkRow
from tests.inventory.cabling import AT, Town
from tests.inventory.test_store_intake import BY, NOW, take

pytestmark = pytest.mark.usefixtures("db")
TOWN = Town(7, stale=0.03, lost=0.0)


def listed() -> list[Observation]:
    """What a list and a scan know of the hosts: name, kind, address, hardware address."""
    return [
        Observation(
            Source.SNMP,
            host.ip,
            observed_at=AT,
            kind=host.kind,
            names=(Name(host.name, Origin.SYS_NAME),),
            ips=(host.ip,),
            macs=(host.mac,),
            origins={"kind": Origin.SYS_OBJECT_ID},
        )
        for host in TOWN.hosts.values()
        if host.listed
    ]


def recorded() -> list[Observation]:
    found = []
    for name, address, text in TOWN.recordings():
        found += snmprec.parse(text.encode(), f"{name}.snmprec", AT, address=address).observations
    return found


async def links(town: int, **narrow: object) -> list[LinkRow]:
    async with town_tx([town]) as tx:
        page = await cabling.links(tx, town, LinkFilter(**narrow), sort="asset", page=1, size=1000)  # type: ignore[arg-type]  # fields by name
    assert page.total == len(page.rows)
    return list(page.rows)


async def filled(town: int) -> None:
    await take(town, AT, *listed())
    await take(town, AT, *recorded())


async def test_links_of_a_simulated_town_hall_are_right_in_the_database(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await filled(town)
    found = await links(town)
    truth, cables, shared = TOWN.plugs(), TOWN.cables(), TOWN.shared()
    plugged = {}
    between = set()
    for link in found:
        if link.how == "somewhere" or link.other is None:
            continue
        if link.other_name in TOWN.switches:
            between.add(frozenset({(link.asset_name, link.port), (link.other_name, link.other_port)}))
        else:
            how = "shared" if (link.asset_name, link.port) in shared else link.how
            plugged[link.other_name] = ((link.asset_name, link.port), link.via_name or "" if how == "behind" else "")
    wrong = {name: (said, truth[name]) for name, said in plugged.items() if said != truth[name]}
    assert not wrong
    assert between == cables
    assert len(plugged) >= 0.98 * len(truth)


async def test_deriving_again_changes_no_link_and_another_order_gives_the_same(towns: dict[str, int]) -> None:
    here, there = towns["erbach"], towns["michelstadt"]
    await filled(here)
    before = await links(here)
    async with town_tx([here], here) as tx:
        stamps = await tx.connection.fetch("select id, xmin::text from link where town_id = $1 order by id", here)
        await rederive(tx, here, by="test", now=NOW, force=True)
        assert await tx.connection.fetch("select id, xmin::text from link where town_id = $1 order by id", here) == stamps
    assert await links(here) == before
    await take(there, AT, *reversed(recorded()))
    await take(there, AT, *reversed(listed()))

    def plain(rows: list[LinkRow]) -> set[tuple[object, ...]]:
        return {
            (r.asset_name, r.port, r.how, r.other_name, r.other_port, r.via_name, r.vlans, r.evidence, r.confidence) for r in rows
        }

    assert plain(await links(there)) == plain(before)


async def test_links_are_the_towns_own(towns: dict[str, int]) -> None:
    await filled(towns["erbach"])
    assert await links(towns["michelstadt"]) == []
    async with town_tx([towns["michelstadt"]]) as tx:
        assert await tx.connection.fetchval("select count(*) from link") == 0


async def test_a_withdrawn_recording_takes_its_links_along(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await take(town, AT, *listed())
    taken = await take(town, AT, *recorded())
    assert await links(town)
    async with town_tx([town], town) as tx:
        await store.undo_import(tx, town, taken.collection, by=BY, now=NOW)
    assert await links(town) == []


async def test_the_ports_of_a_stack_stand_in_its_order_with_what_hangs_on_each(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await filled(town)
    async with town_tx([town]) as tx:
        core = await tx.connection.fetchval("select id from asset where town_id = $1 and name = 'sw-kern'", town)
        ports = await cabling.ports(tx, town, core)
        detail = await store.asset(tx, town, core)
    names = [port.name for port in ports]
    assert names.index("Gi1/0/2") < names.index("Gi1/0/10") < names.index("Gi2/0/1")
    bundle = next(port for port in ports if port.name == "Po1")
    assert (bundle.members, [link.other_name for link in bundle.links]) == (TOWN.switches["sw-kern"].bundles["Po1"], ["sw-og1"])
    assert next(port for port in ports if port.name == bundle.members[0]).bundle == "Po1"
    gateway = next(port for port in ports if port.name == TOWN.gateway.spot[1])
    assert [link.other_name for link in gateway.links] == [TOWN.gateway.name]
    assert detail is not None
    assert len([note for note in detail.notes if note["kind"] == "members"]) == 2


async def test_times_of_a_persons_device_are_days(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    await filled(town)
    host = next(h for h in TOWN.hosts.values() if h.kind == "notebook" and h.listed and not h.moved_from)
    row = Observation(Source.LIST, "row:1", names=(Name(host.name, Origin.LIST),), macs=(host.mac,), fields={"user": "A. Muster"})
    await take(town, AT + timedelta(days=1), row)
    (link,) = await links(town, q=host.name)
    assert (link.observed_at.astimezone(AT.tzinfo).hour, link.observed_at.minute) == (23, 0)


async def test_five_thousand_learned_addresses_stay_small(towns: dict[str, int]) -> None:
    town = towns["erbach"]
    learned = tuple(
        Learned(
            f"48:2a:e3:{n >> 16:02x}:{n >> 8 & 255:02x}:{n & 255:02x}", f"GigabitEthernet{n % 4 + 1}/0/{n % 48 + 1}", n % 9 + 1
        )
        for n in range(5000)
    )
    switch = Observation(
        Source.SNMP, "10.61.70.2", kind="switch", macs=("ac:7e:8a:00:00:01",), learned=learned, origins={"kind": Origin.SYS_OBJECT_ID}
    )  # fmt: skip
    await take(town, AT, switch)
    async with town_tx([town]) as tx:
        sizes = await tx.connection.fetchrow(
            "select octet_length(r.observation::text) as kept, octet_length(a.links::text) as told"
            " from record r join asset a on a.town_id = r.town_id where r.town_id = $1",
            town,
        )
    assert max(sizes["kept"], sizes["told"]) < 90_000
