"""Devices that nobody described are named all the same, by what every device says in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanners.devices import tree
from scanners.devices.catalogue import catalogue
from scanners.devices.match import enterprise
from scanners.observation import Observation
from scanners.sources import snmprec
from tests.scanners.devices import leave_one_out
from tests.shared import needs_shared


def seen(*lines: str) -> Observation:
    return snmprec.parse("\n".join(lines).encode(), "x.snmprec").observations[0]


@needs_shared
def test_devices_are_recognised_without_any_file_of_their_maker() -> None:
    share = leave_one_out.score(leave_one_out.lines(leave_one_out.recordings(), leave_one_out.without(*leave_one_out.makers())))
    # measured: vendor 0.86 (eight makers' devices hide behind another's number), kind 0.89, hardware 0.58, version 0.66, serial 0.51
    asked = {"vendor": 0.85, "kind": 0.85, "hardware": 0.55, "version": 0.6, "serial": 0.45, "macs": 1, "ports": 1}
    assert {fact: share[fact] for fact in asked if share[fact] < asked[fact]} == {}


def test_a_number_of_the_register_names_the_maker() -> None:
    known = catalogue()
    maker = enterprise(known, "1.3.6.1.4.1.9527.1.2")
    assert maker
    assert maker.name == "Inkras Networks"
    assert enterprise(known, "1.3.6.1.4.1.999999999") is None


def test_every_line_of_the_register_is_a_number_and_a_name() -> None:
    register = Path(tree.__file__).with_name("enterprises.tsv").read_text(encoding="utf-8").splitlines()[1:]
    numbers = [int(line.split("\t")[0]) for line in register]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > 10_000
    assert all(name.strip() and "@" not in name for _, name in (line.split("\t") for line in register))


def test_a_maker_of_one_sort_of_device_gives_the_kind() -> None:
    assert seen("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.12148.7").kind == "ups"
    assert (
        seen("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.12148.7", "1.3.6.1.2.1.1.1.0|4|Compact environment monitor").kind
        == "environment_sensor"
    )


def test_the_group_with_the_version_tells_the_rest() -> None:
    rows = [
        ("1.9.1.1.0", "10.20.30.40"),
        ("1.9.2.1.0", "town hall"),
        ("1.9.2.5.0", "RX-200 Pro"),
        ("1.9.2.6.0", "3.0.6 Build 20200805"),
        ("1.9.2.8.0", "AB12345678"),
        ("1.9.3.1.0", "V9.9.9"),
    ]
    assert tree.identity(rows) == {"os_version": "3.0.6 Build 20200805", "model": "RX-200 Pro", "serial": "AB12345678"}
    assert "serial" not in tree.identity(rows, "box AB12345678")


@pytest.mark.parametrize(
    "text", ["192.168.1.20", "255.255.255.0", "23.5", "12.03.2021", "2021.03.12 08:00", "1.3.6.1.4.1.9.1", "-54.2", "V"]
)
def test_addresses_days_and_readings_are_no_versions(text: str) -> None:
    assert tree.identity([("1.9.1.0", text), ("1.9.2.0", "RX-200 Pro")]) == {}


def test_an_undescribed_device_is_asked_for_its_own_words() -> None:
    one = seen(
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9527.1", "1.3.6.1.4.1.9527.2.1.0|4|PM-1800", "1.3.6.1.4.1.9527.2.2.0|4|V2.11.0", "1.3.6.1.4.1.9527.2.3.0|4|D1800A0042"
    )  # fmt: skip
    assert (one.vendor, one.model, one.os_version, one.serials) == ("Inkras Networks", "PM-1800", "V2.11.0", ("D1800A0042",))


def test_the_model_stands_behind_the_makers_name() -> None:
    one = seen(
        "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9527.1", "1.3.6.1.2.1.1.1.0|4|Inkras Networks, Inc. PointMaster 1800X, Release 2.1.3"
    )
    assert (one.model, one.os_version) == ("PointMaster 1800X", "2.1.3")


def test_the_inventory_of_lldp_med_is_read() -> None:
    med = "1.0.8802.1.1.2.1.5.4795.1.2"
    one = seen("1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9527.1", f"{med}.4.0|4|v4.2.1", f"{med}.5.0|4|SN00012345", f"{med}.7.0|4|DX-2400")
    assert (one.model, one.os_version, one.serials) == ("DX-2400", "4.2.1", ("SN00012345",))
