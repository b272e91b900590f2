"""What switches, controllers and hosts say of the cables around them and of what is under them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scanners.observation import Learned, Managed, Neighbour, Observation, PortVlan, Trunk
from scanners.snmp.client import Silent
from scanners.snmp.collect import collect
from scanners.snmp.recording import Recording, finish, read_snmprec

SYSTEM = ("1.3.6.1.2.1.1.1.0|4|Switch",)
LLDP = "1.0.8802.1.1.2.1.4"
FDB = "1.3.6.1.2.1.17.4.3.1"


def recording(*rows: str) -> Recording:
    return read_snmprec("\n".join((*SYSTEM, *rows)).encode("latin-1"))


def read(*rows: str, object_id: str = "1.3.6.1.4.1.9.1.1208") -> Observation:
    return finish(collect(recording(f"1.3.6.1.2.1.1.2.0|6|{object_id}", *rows), key="10.0.0.1"))


def ports(*names: str, kinds: dict[str, int] | None = None) -> list[str]:
    """Interfaces 101, 102, …; bridge ports 1, 2, … lie on them."""
    rows = []
    for n, name in enumerate(names, 1):
        rows += [
            f"1.3.6.1.2.1.2.2.1.2.{100 + n}|4|{name}",
            f"1.3.6.1.2.1.2.2.1.3.{100 + n}|2|{(kinds or {}).get(name, 6)}",
            f"1.3.6.1.2.1.17.1.4.1.2.{n}|2|{100 + n}",
        ]
    return rows


def test_a_telephone_is_known_by_its_port_its_address_and_what_it_does() -> None:
    rows = [f"{LLDP}.1.1.{column}.0.1.7|{tag}|{value}" for column, tag, value in (
        (4, "2", "5"), (5, "4x", "010a3d2814"), (6, "2", "3"), (7, "4x", "00041300aabb"), (8, "4", "LAN"), (9, "4", "tel-1"),
        (10, "4", "snom D785"), (12, "4x", "2400"))]  # fmt: skip
    address = f"{LLDP}.2.1.3.0.1.7.1.4.10.61.40.20|2|2"
    assert read(*ports("Gi1/0/1"), *rows, address).neighbours == (
        Neighbour(
            "lldp", "Gi1/0/1", "10.61.40.20", "tel-1", "LAN", "00:04:13:00:aa:bb", "10.61.40.20", "snom D785", ("bridge", "phone")
        ),
    )


def test_cdp_names_the_hardware_address_of_a_telephone_and_where_to_manage_it() -> None:
    cdp = "1.3.6.1.4.1.9.9.23.1.2.1.1"
    rows = [f"{cdp}.{column}.101.1|{tag}|{value}" for column, tag, value in (
        (4, "4x", "0a3d2815"), (6, "4", "SEP00041300AABC"), (7, "4", "Port 1"), (8, "4", "Cisco IP Phone 7841"),
        (9, "4x", "00000490"))]  # fmt: skip
    (heard,) = read(*ports("Gi1/0/1"), *rows).neighbours
    assert (heard.chassis, heard.name, heard.address) == ("00:04:13:00:aa:bc", "SEP00041300AABC", "10.61.40.21")
    assert heard.roles == ("phone", "station")


def test_protocols_of_single_makers_are_asked_of_their_devices_only() -> None:
    fdp = "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1"
    rows = [f"{fdp}.3.101.1|4|sw-2", f"{fdp}.5.101.1|4x|0a3d4602", f"{fdp}.7.101.1|4|ethernet1/1/24", f"{fdp}.8.101.1|4|ICX7150"]
    heard = Neighbour("fdp", "e1", None, "sw-2", "ethernet1/1/24", address="10.61.70.2", platform="ICX7150")
    assert read(*ports("e1"), *rows, object_id="1.3.6.1.4.1.1991.1.3.62").neighbours == (heard,)
    assert read(*ports("e1"), *rows).neighbours == ()
    mndp = "1.3.6.1.4.1.14988.1.1.11.1.1"
    rows = [f"{mndp}.2.9|64|10.61.70.3", f"{mndp}.3.9|4x|4c5e0c000001", f"{mndp}.6.9|4|rb-1", f"{mndp}.8.9|2|101"]
    (near,) = read(*ports("ether1"), *rows, object_id="1.3.6.1.4.1.14988.1").neighbours
    assert (near.via, near.local_port, near.chassis, near.name) == ("mndp", "ether1", "4c:5e:0c:00:00:01", "rb-1")


def test_bundles_are_told_by_the_lag_table_else_by_the_stack_of_interfaces() -> None:
    lag = [f"1.2.840.10006.300.43.1.2.1.1.13.{port}|2|103" for port in (101, 102)]
    names = ("Gi1", "Gi2", "Po1")
    assert read(*ports(*names), *lag).trunks == (Trunk("Po1", ("Gi1", "Gi2")),)
    stacked = [f"1.3.6.1.2.1.31.1.2.1.3.103.{port}|2|1" for port in (101, 102)]
    assert read(*ports(*names, kinds={"Po1": 54}), *stacked).trunks == (Trunk("Po1", ("Gi1", "Gi2")),)
    assert read(*ports(*names), *stacked).trunks == ()


def test_ports_have_the_vlan_in_which_they_send_without_tag() -> None:
    seen = read(*ports("Gi1", "Gi2"), "1.3.6.1.2.1.17.7.1.4.5.1.1.1|66|20", "1.3.6.1.2.1.17.7.1.4.5.1.1.2|66|0")
    assert seen.port_vlans == (PortVlan("Gi1", 20),)
    assert read(*ports("Gi1"), "1.3.6.1.4.1.9.9.68.1.2.2.1.2.101|2|30").port_vlans == (PortVlan("Gi1", 30),)


def test_a_switch_that_shows_one_vlan_at_a_time_is_read_vlan_by_vlan() -> None:
    """Bridge ports are numbered anew in each VLAN; the reserved ones are left out, and one that keeps silent ends it."""
    states = [f"1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{vlan}|2|1" for vlan in (1, 10, 20, 30, 1002)]
    whole = recording(*ports("Gi1", "Gi2"), *states, f"{FDB}.2.72.42.227.0.0.1|2|1", f"{FDB}.3.72.42.227.0.0.1|2|3")
    asked = []

    @asynccontextmanager
    async def views(vlan: int) -> AsyncIterator[Recording]:
        asked.append(vlan)
        if vlan == 30:
            raise Silent
        yield recording(
            "1.3.6.1.2.1.17.1.4.1.2.7|2|102", f"{FDB}.2.72.42.227.0.0.{vlan}|2|7", f"{FDB}.3.72.42.227.0.0.{vlan}|2|3"
        )

    seen = finish(collect(whole, key="10.0.0.1", views=views))
    assert asked == [1, 10, 20, 30]
    assert seen.learned == tuple(Learned(f"48:2a:e3:00:00:{vlan:02x}", "Gi2", vlan) for vlan in (1, 10, 20))
    assert finish(collect(whole, key="10.0.0.1")).learned == (Learned("48:2a:e3:00:00:01", "Gi1"),)


def test_a_controller_lists_its_access_points() -> None:
    table = "1.3.6.1.4.1.14823.2.2.1.5.2.1.4.1"
    rows = [
        f"{table}.2.104.40.207.0.0.1|64|10.61.70.51",
        f"{table}.3.104.40.207.0.0.1|4|ap-1",
        f"{table}.6.104.40.207.0.0.1|4|CN1",
    ]
    point = Managed("access_point", "ap-1", ("68:28:cf:00:00:01",), "10.61.70.51", "CN1")
    assert read(*rows, object_id="1.3.6.1.4.1.14823.1.1.43").managed == (point,)
    assert read(*rows).managed == ()


def test_a_host_lists_its_machines_with_all_their_cards() -> None:
    vms, cards = "1.3.6.1.4.1.6876.2.1.1", "1.3.6.1.4.1.6876.2.4.1.7"
    rows = [f"{vms}.2.12|4|ERB-DC01", f"{cards}.12.4000|4x|005056000001", f"{cards}.12.4001|4x|005056000002"]
    machine = Managed("vm", "ERB-DC01", ("00:50:56:00:00:01", "00:50:56:00:00:02"))
    assert read(*rows, object_id="1.3.6.1.4.1.6876.4.1").managed == (machine,)
