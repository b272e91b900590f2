"""Rules of cabling, one each, and what must hold in any town."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.inventory.topology import Confidence, Device, Facts, Hearing, How, Link, derive
from service.inventory.topology.facts import Table, Under
from tests.inventory.cabling import AT, QUIET, TALKING, Town
from tests.inventory.test_topology_town import key, reading, score

CORE, EDGE, FAR = UUID(int=1), UUID(int=2), UUID(int=3)
PC, PHONE, POINT, HOST, VM, OTHER, GATE = (UUID(int=n) for n in range(11, 18))


def mac(device: UUID) -> str:
    return f"482ae3{device.int:06x}"


def device(id_: UUID, kind: str = "workstation") -> Device:
    return Device(id_, kind, (mac(id_),), (f"d{id_.int}",), (f"10.61.20.{id_.int}",))


SWITCHES = [device(one, "switch") for one in (CORE, EDGE, FAR)]


def table(at: datetime = AT, **ports: tuple[UUID, ...]) -> Table:
    return Table(at, {port.removeprefix("p"): {"20": "".join(sorted(map(mac, some)))} for port, some in ports.items()})


def facts(*tables: Table, heard: tuple[Hearing, ...] = (), **more: object) -> Facts:
    return Facts(max(one.at for one in tables), heard, tables, **more)  # type: ignore[arg-type]  # fields by name


def links(known: list[Device], **said: Facts) -> dict[UUID | None, Link]:
    names = {"core": CORE, "edge": EDGE, "far": FAR}
    return {one.other: one for one in derive([*SWITCHES, *known], {names[name]: told for name, told in said.items()})}


def test_a_mac_behind_an_uplink_is_not_plugged_in_there() -> None:
    core = facts(table(p24=(EDGE, PC), p1=(OTHER,)))
    edge = facts(table(p1=(CORE, OTHER), p5=(PC,)))
    found = links([device(PC), device(OTHER)], core=core, edge=edge)
    assert (found[PC].end.asset, found[PC].end.port, found[PC].how, found[PC].vlans) == (EDGE, "5", How.PLUGGED, (20,))
    assert found[PC].confidence is Confidence.LIKELY
    assert (found[OTHER].end.asset, found[OTHER].end.port) == (CORE, "1")


def test_behind_a_switch_that_tells_nothing_a_device_is_only_somewhere() -> None:
    found = links([device(PC)], core=facts(table(p24=(EDGE, PC))))
    assert (found[PC].how, found[PC].end.port, found[PC].via) == (How.SOMEWHERE, "24", EDGE)
    assert found[EDGE].end.port == "24"


def test_what_both_sides_hear_is_one_link_and_sure() -> None:
    here = facts(table(p24=(EDGE,)), heard=(Hearing("24", "lldp", (mac(EDGE),), far_port="GigabitEthernet1/0/1"),))
    there = facts(table(**{"pGi1/0/1": (CORE,)}), heard=(Hearing("Gi1/0/1", "lldp", (mac(CORE),), far_port="24"),))
    (found,) = derive(SWITCHES, {CORE: here, EDGE: there})
    assert (found.end.port, found.other_port, found.evidence) == ("24", "Gi1/0/1", ("both", "fdb", "lldp"))
    assert found.confidence is Confidence.SURE


def test_a_bundle_heard_on_each_of_its_ports_is_one_link() -> None:
    heard = tuple(Hearing(port, "lldp", (mac(EDGE),), far_port=port) for port in ("23", "24"))
    back = tuple(Hearing(port, "lldp", (mac(CORE),), far_port=port) for port in ("23", "24"))
    here = facts(table(pPo1=(EDGE,)), heard=heard, trunks={"Po1": ("23", "24")})
    there = facts(table(pTrk1=(CORE,)), heard=back, trunks={"Trk1": ("23", "24")})
    (found,) = derive(SWITCHES, {CORE: here, EDGE: there})
    assert (found.end.port, found.end.members, found.other_port) == ("Po1", ("23", "24"), "Trk1")


def test_a_pc_hangs_behind_the_telephone_of_its_port() -> None:
    found = links([device(PC), device(PHONE, "phone")], edge=facts(table(p5=(PC, PHONE))))
    assert (found[PHONE].how, found[PC].how, found[PC].via) == (How.PLUGGED, How.BEHIND, PHONE)


def test_two_pcs_on_one_port_share_it_for_something_unknown_stands_between() -> None:
    found = links([device(PC), device(OTHER)], edge=facts(table(p5=(PC, OTHER))))
    assert {found[PC].how, found[OTHER].how} == {How.SHARED}


def test_clients_hang_behind_their_access_point_and_machines_behind_their_host() -> None:
    known = [device(POINT, "access_point"), device(PC, "notebook"), device(HOST, "hypervisor"), device(VM, "vm")]
    found = links(known, edge=facts(table(p5=(POINT, PC), p6=(HOST, VM))))
    assert (found[PC].via, found[VM].via) == (POINT, HOST)
    assert (found[POINT].how, found[HOST].how) == (How.PLUGGED, How.PLUGGED)


def test_a_virtual_machine_is_never_plugged_in_itself() -> None:
    assert links([device(VM, "vm")], edge=facts(table(p6=(VM,))))[VM].how is How.SHARED


def test_what_moved_is_where_the_later_table_has_it() -> None:
    core, edge = facts(table(AT - timedelta(days=3), p24=(EDGE,), p7=(PC,))), facts(table(p1=(CORE,), p5=(PC,)))
    assert links([device(PC)], core=core, edge=edge)[PC].end.port == "5"
    later = facts(table(AT + timedelta(days=3), p24=(EDGE,), p7=(PC,)))
    assert links([device(PC)], core=later, edge=edge)[PC].end.port == "7"


def test_two_places_at_once_are_none_unless_the_switch_of_the_gateway_knows() -> None:
    core, edge, far = (
        facts(table(p24=(EDGE,), p23=(FAR,))),
        facts(table(p1=(CORE,), p5=(PC,))),
        facts(table(p1=(CORE,), p9=(PC,))),
    )
    assert PC not in links([device(PC)], core=core, edge=edge, far=far)
    core = facts(table(p24=(EDGE, PC), p23=(FAR,), p2=(GATE,)))
    assert links([device(PC), device(GATE, "firewall")], core=core, edge=edge, far=far)[PC].end.asset == EDGE


def test_a_mac_of_two_devices_places_neither() -> None:
    twin = Device(OTHER, "workstation", (mac(PC),))
    assert links([device(PC), twin], edge=facts(table(p5=(PC,)))).keys().isdisjoint({PC, OTHER})


def test_a_neighbour_that_nobody_knows_is_named() -> None:
    found = links([], edge=facts(table(p5=(PC,)), heard=(Hearing("5", "lldp", (mac(PC),), name="kamera-hof"),)))
    assert (found[None].label, found[None].how) == ("kamera-hof", How.PLUGGED)
    assert links([], edge=facts(table(p5=(PC,))))[None].label == "48:2a:e3:00:00:0b"


def test_a_device_that_hears_its_switch_says_itself_where_it_is_plugged_in() -> None:
    core = facts(table(p3=(POINT,), p24=(EDGE,)))
    point = Facts(AT, (Hearing("eth0", "lldp", (mac(CORE),), far_port="3"),))
    found = {one.other: one for one in derive([*SWITCHES, device(POINT, "access_point")], {CORE: core, POINT: point})}
    assert (found[POINT].end.asset, found[POINT].end.port, found[POINT].other_port) == (CORE, "3", "eth0")
    assert found[POINT].confidence is Confidence.SURE


def test_old_evidence_is_only_possible() -> None:
    edge = facts(table(p5=(OTHER,)), table(AT - timedelta(days=10), p6=(PC,)))
    found = links([device(PC), device(OTHER)], edge=edge)
    assert (found[PC].confidence, found[OTHER].confidence) == (Confidence.POSSIBLE, Confidence.LIKELY)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from([TALKING, QUIET, TALKING | {"lldp": 0.5}]), st.sets(st.integers(0, 3), max_size=3))
def test_whoever_keeps_silent_no_link_is_invented(seed: int, speaking: dict[str, float], silent: set[int]) -> None:
    # what moved to a silent switch without a word is known to nobody
    town = Town(seed, speaking=speaking, stale=0.0 if silent else 0.05)
    devices, told = reading(town)
    quiet = {key(name) for n, name in enumerate(town.switches) if n in silent}
    found = derive(devices, {asset: one for asset, one in told.items() if asset not in quiet})
    assert score(town, found).invented == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(seed: int, rng) -> None:
    town = Town(seed, speaking=TALKING | {"lldp": 0.5})
    devices, told = reading(town)
    straight = derive(devices, told)
    rng.shuffle(devices)
    pairs = list(told.items())
    rng.shuffle(pairs)
    assert derive(devices, dict(pairs)) == straight


MACS = st.lists(st.sampled_from([CORE, EDGE, FAR, PC, PHONE, POINT, OTHER]), max_size=5, unique=True).map(tuple)
SAID = st.builds(
    lambda ports, far, at: facts(
        table(AT + timedelta(hours=at), **{f"p{n}": some for n, some in enumerate(ports) if some}),
        heard=tuple(Hearing(str(n), "lldp", (mac(who),), far_port=str(far)) for n, some in enumerate(ports) for who in some[:1]),
        under=(Under("vm", "d11", ()),),
    ),
    st.lists(MACS, max_size=4),
    st.integers(0, 4),
    st.integers(0, 48),
)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({}, optional={"core": SAID, "edge": SAID, "far": SAID}))
def test_contradicting_tables_of_any_kind_end_in_at_most_one_place_a_card(said: dict[str, Facts]) -> None:
    known = [device(PC), device(PHONE, "phone"), device(POINT, "access_point"), device(OTHER)]
    names = {"core": CORE, "edge": EDGE, "far": FAR}
    found = derive([*SWITCHES, *known], {names[name]: told for name, told in said.items()})
    assert len(set(found)) == len(found)
    for one in known:
        learned = [link for link in found if link.other == one.id and link.evidence == ("fdb",)]
        assert len(learned) <= 1
