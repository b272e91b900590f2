"""What a device is, out of short recordings: one sentence about the product each."""

from __future__ import annotations

import pytest

from scanners.observation import Neighbour, Observation, Origin, Software
from scanners.snmp.mibs.host import product
from scanners.sources import snmprec

DESCR, OBJECT_ID = "1.3.6.1.2.1.1.1.0|4|", "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1."
MAC = "1.3.6.1.2.1.2.2.1.6."
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"


def seen(*lines: str) -> Observation:
    return snmprec.parse("\n".join(lines).encode(), "x.snmprec").observations[0]


def interface(number: int, mac: str) -> tuple[str, str]:
    return f"1.3.6.1.2.1.2.2.1.2.{number}|4|eth{number}", f"{MAC}{number}|4x|{mac}"


def test_a_device_that_nobody_described_is_named_by_its_enterprise_number_and_its_words() -> None:
    one = seen(OBJECT_ID + "8691.7.69", DESCR + "Model: EDS-510A, Firmware Version 3.11, S/N: TAB0001234")
    assert (one.vendor, one.model, one.os_version, one.serials) == ("Moxa", "EDS-510A", "3.11", ("TAB0001234",))
    assert one.origins["serials"] == Origin.SYS_DESCR


def test_a_linux_machine_has_no_maker_and_no_model() -> None:
    one = seen(OBJECT_ID + "8072.3.2.10", DESCR + "Linux erb-srv 6.1.0-18-amd64 #1 SMP x86_64", *interface(2, "3cecef000001"))
    assert (one.kind, one.vendor, one.model, one.os, one.os_version) == ("server", None, None, "Linux", "6.1.0-18-amd64")


@pytest.mark.parametrize("mac", ["005056000001", "000c29000001", "525400000001", "00155d000001"])
def test_a_server_with_only_virtual_cards_is_a_virtual_machine(mac: str) -> None:
    assert seen(OBJECT_ID + "8072.3.2.10", DESCR + "Linux a 6.1.0", *interface(2, mac)).kind == "vm"
    both = seen(OBJECT_ID + "8072.3.2.10", DESCR + "Linux a 6.1.0", *interface(2, mac), *interface(3, "3cecef000001"))
    assert both.kind == "server"


def test_the_kernel_of_an_appliance_is_not_its_version() -> None:
    one = seen(OBJECT_ID + "2604.5", DESCR + "Linux fw 4.14.277 #2 SMP x86_64")
    assert (one.kind, one.os, one.os_version) == ("firewall", "Sophos Firewall", None)


def test_a_device_behind_a_common_agent_is_known_by_what_it_answers() -> None:
    one = seen(OBJECT_ID + "8072.3.2.10", DESCR + "Linux a 4.4", "1.3.6.1.4.1.6574.1.5.1.0|4|DS220+")
    assert (one.kind, one.vendor, one.model, one.os) == ("storage", "Synology", "DS220+", "Synology DSM")


def test_a_hypervisor_is_made_by_the_maker_of_its_hardware() -> None:
    chassis = (
        f"{ENTITY}.2.1|4|PowerEdge R740",
        f"{ENTITY}.5.1|2|3",
        f"{ENTITY}.12.1|4|Dell Inc.",
        f"{ENTITY}.13.1|4|PowerEdge R740",
    )
    one = seen(OBJECT_ID + "6876.4.1", DESCR + "VMware ESXi 7.0.3 build-21930508 VMware, Inc. x86_64", *chassis)
    assert (one.kind, one.vendor, one.model, one.os, one.os_version) == (
        "hypervisor",
        "Dell",
        "PowerEdge R740",
        "VMware ESXi",
        "7.0.3",
    )


def test_the_maker_of_the_card_names_a_device_only_where_nothing_else_does() -> None:
    pages = "1.3.6.1.2.1.43.10.2.1.4.1.1|65|12"
    assert seen(pages, *interface(1, "0017c8000001")).vendor == "Kyocera"
    assert seen(pages, OBJECT_ID + "2435.2.3.9.1", *interface(1, "0017c8000001")).vendor == "Brother"
    assert seen(OBJECT_ID + "8072.3.2.10", *interface(1, "0017c8000001")).vendor is None


def test_printers_on_a_computer_do_not_make_it_a_printer() -> None:
    device = ("1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5", "1.3.6.1.2.1.25.3.2.1.3.1|4|Microsoft Print To PDF")
    one = seen(OBJECT_ID + "311.1.1.3.1.2", DESCR + "Windows Version 10.0 (Build 17763 Multiprocessor Free)", *device)
    assert (one.kind, one.model, one.os) == ("server", None, "Microsoft Windows Server 2019")


@pytest.mark.parametrize(
    ("tree", "build", "os"),
    [("1", 19045, "Microsoft Windows 10"), ("2", 20348, "Microsoft Windows Server 2022"), ("3", 99999, "Microsoft Windows")],
)
def test_the_build_names_the_windows(tree: str, build: int, os: str) -> None:
    one = seen(OBJECT_ID + f"311.1.1.3.1.{tree}", DESCR + f"Software: Windows Version 10.0 (Build {build} Multiprocessor Free)")
    assert one.os == os


def test_the_stack_is_one_device_with_the_first_serial_and_all_members() -> None:
    rows = [f"{ENTITY}.5.1|2|11", f"{ENTITY}.2.1|4|Stack"]
    for place, serial in ((2001, "BBB222"), (1001, "AAA111")):
        rows += [
            f"{ENTITY}.2.{place}|4|Unit",
            f"{ENTITY}.5.{place}|2|3",
            f"{ENTITY}.4.{place}|2|1",
            f"{ENTITY}.11.{place}|4|{serial}",
        ]
    one = seen(OBJECT_ID + "9.1.1208", *rows)
    assert one.serials == ("AAA111",)
    assert [(member.serial, member.position) for member in one.members] == [("AAA111", 1), ("BBB222", 2)]


def test_power_supplies_and_modules_give_no_serial_number() -> None:
    psu = (f"{ENTITY}.2.5|4|Power Supply", f"{ENTITY}.5.5|2|6", f"{ENTITY}.4.5|2|1", f"{ENTITY}.11.5|4|PSU0001")
    box = (f"{ENTITY}.2.1|4|Chassis", f"{ENTITY}.5.1|2|3", f"{ENTITY}.4.1|2|0")
    assert seen(OBJECT_ID + "9.1.1208", *box, *psu).serials == ()


def test_a_maker_that_prints_the_mac_as_serial_number_is_believed() -> None:
    one = seen(
        OBJECT_ID + "368.1.1",
        DESCR + " ; AXIS M3045-V; Network Camera; 9.80.3; Jun 16 2021 10:35; 78A; 1;",
        *interface(2, "accc8e000001"),
    )
    assert (one.kind, one.model, one.os_version, one.serials) == ("camera", "M3045-V", "9.80.3", ("ACCC8E000001",))


def test_a_battery_says_how_it_is() -> None:
    one = seen(
        "1.3.6.1.2.1.33.1.1.1.0|4|Riello", "1.3.6.1.2.1.33.1.1.2.0|4|SDU 5000", "1.3.6.1.2.1.33.1.2.1.0|2|3",
        "1.3.6.1.2.1.33.1.2.3.0|2|7", "1.3.6.1.2.1.33.1.2.4.0|2|21", "1.3.6.1.2.1.33.1.4.1.0|2|5",
        "1.3.6.1.2.1.33.1.4.4.1.5.1|2|38", "1.3.6.1.2.1.33.1.4.4.1.5.2|2|44",
    )  # fmt: skip
    assert (one.kind, one.vendor, one.model) == ("ups", "Riello", "SDU 5000")
    assert {name: value for name, value in one.facts.items() if name.startswith("ups")} == {
        "ups_status": "low", "ups_source": "battery", "ups_minutes_left": 7, "ups_charge_percent": 21, "ups_load_percent": 44,
    }  # fmt: skip


def test_a_printer_says_its_pages_and_what_is_left_of_each_supply() -> None:
    supplies = "1.3.6.1.2.1.43.11.1.1"
    one = seen(
        OBJECT_ID + "1347.41", "1.3.6.1.2.1.43.5.1.1.17.1|4|VCF1234567", "1.3.6.1.2.1.43.10.2.1.4.1.1|65|48213",
        *(f"{supplies}.6.1.{row}|4|{name}" for row, name in enumerate(("Black Toner", "Waste Box", "Drum", "Staples"), 1)),
        *(f"{supplies}.8.1.{row}|2|{most}" for row, most in enumerate((12500, 100, 0, -2), 1)),
        *(f"{supplies}.9.1.{row}|2|{left}" for row, left in enumerate((3125, -3, 5, -2), 1)),
    )  # fmt: skip
    assert one.facts["page_count"] == 48213
    assert one.facts["supplies"] == [
        {"name": "Black Toner", "percent": 25}, {"name": "Waste Box", "some": True}, {"name": "Drum"}, {"name": "Staples"},
    ]  # fmt: skip


def test_a_neighbour_is_heard_on_the_port_that_the_device_itself_names() -> None:
    lldp = "1.0.8802.1.1.2.1"
    rows = [f"{lldp}.4.1.1.{column}.77.5.1|{tag}|{value}" for column, tag, value in
            ((4, "2", "4"), (5, "4x", "a0d3c1000001"), (6, "2", "5"), (7, "4", "Gi1/0/9"), (8, "4", "uplink"), (9, "4", "sw-2"))]  # fmt: skip
    port = (f"{lldp}.3.7.1.2.5|2|5", f"{lldp}.3.7.1.3.5|4|eth2", f"{lldp}.3.7.1.4.5|4|to the cellar")
    heard = (Neighbour("lldp", "eth2", "a0:d3:c1:00:00:01", "sw-2", "Gi1/0/9"),)
    assert seen(*interface(2, "a0d3c10000ff"), *interface(5, "a0d3c10000fe"), *rows, *port).neighbours == heard


def test_hostile_text_is_harmless() -> None:
    one = seen("1.3.6.1.2.1.1.5.0|4x|" + "3c7363726970743e1b5b324ae280ae" * 400, "1.3.6.1.2.1.1.3.0|67|1")
    (name,) = one.hostnames
    assert name.isprintable()
    assert len(name) <= 4096


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("openssl_3.0.11-1~deb12u2_amd64", Software("openssl", "3.0.11-1~deb12u2")),
        ("python3.11-3.11.2-6", Software("python3.11", "3.11.2-6")),
        ("openssh-server-1:9.2p1-2+deb12u2", Software("openssh-server", "1:9.2p1-2+deb12u2")),
        ("bash-5.1.8-6.el9.x86_64", Software("bash", "5.1.8-6.el9.x86_64")),
        ("Microsoft Visual C++ 2019 X64 Minimum Runtime - 14.29.30133", Software("Microsoft Visual C++ 2019 X64 Minimum Runtime", "14.29.30133")),
        ("7-Zip 19.00 (x64)", Software("7-Zip 19.00 (x64)", "19.00")),
        ("ProSoz Bau Client", Software("ProSoz Bau Client", None)),
    ],
)  # fmt: skip
def test_installed_software_gives_name_and_version(said: str, read: Software) -> None:
    assert product(said) == read


def test_members_that_only_the_makers_table_knows_are_told_by_it() -> None:
    table = "1.3.6.1.4.1.2636.3.40.1.4.1.1.1"
    rows = [f"{table}.2.{n}|4|PE370000000{n}" for n in (0, 1)] + [f"{table}.8.{n}|4|ex4300-48t" for n in (0, 1)]
    one = seen(
        OBJECT_ID + "2636.1.1.1.2.63", DESCR + "Juniper Networks, Inc. ex4300-48t Ethernet Switch, kernel JUNOS 18.4R2.7", *rows
    )
    assert [(member.serial, member.model, member.position) for member in one.members] == [
        ("PE3700000000", "ex4300-48t", 1),
        ("PE3700000001", "ex4300-48t", 2),
    ]
    assert (one.serials, one.origins["serials"]) == (("PE3700000000",), Origin.VENDOR_OID)
