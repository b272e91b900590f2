"""Inventories of agents: the device is read, people are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanners.observation import KINDS, Source
from scanners.sources import glpi
from tests.shared import needs_shared, shared

NOTEBOOK = (Path(__file__).with_name("data") / "glpi" / "notebook" / "input.json").read_bytes()
PERSONAL = (b"mustermann", b"outlook.exe", b"teamviewer", b"AAAAA-BBBBB", b"8949", b"07:55:00", b"logdate", b"USERNAME")


def test_what_concerns_persons_is_dropped_before_anything_is_kept() -> None:
    kept = glpi.redact(NOTEBOOK)
    assert all(mark in NOTEBOOK for mark in PERSONAL)
    assert not any(mark in kept for mark in PERSONAL)


def test_no_observation_holds_anything_about_persons() -> None:
    said = repr(glpi.parse(NOTEBOOK, "a")).encode()
    assert not any(mark in said for mark in PERSONAL)


def test_the_redacted_file_says_the_same_about_the_device() -> None:
    assert glpi.parse(glpi.redact(NOTEBOOK), "a") == glpi.parse(NOTEBOOK, "a")


def test_an_adapter_at_usb_is_no_card_of_the_computer() -> None:
    (seen,) = glpi.parse(NOTEBOOK, "a").observations
    assert seen.macs == ("48:2a:e3:00:00:07",)
    assert [face.mac for face in seen.interfaces if face.name == "Dock"] == ["00:e0:4c:00:00:09"]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b'{"content": []}', b'{"deviceid": "x"}', b"\xff\xfe", b'{"content":' * 100_000, NOTEBOOK[:-300]],
)
def test_what_is_no_inventory_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|GLPI"):
        glpi.parse(data, "a")


@pytest.mark.parametrize("junk", [None, 1, "x", [], [None], [[]], {"a": {"b": []}}])
def test_parts_of_the_wrong_shape_are_left_out(junk: object) -> None:
    parts = (
        "bios",
        "hardware",
        "operatingsystem",
        "networks",
        "softwares",
        "monitors",
        "virtualmachines",
        "network_ports",
        "users",
    )
    content = dict.fromkeys(parts, junk)
    (seen,) = glpi.parse(json.dumps({"deviceid": "x", "content": content}).encode(), "a").observations
    assert seen.source is Source.AGENT
    content["network_device"] = {"ips": junk, "mac": junk, "name": junk}
    assert glpi.parse(json.dumps({"deviceid": "x", "content": content}).encode(), "a").observations


@needs_shared
def test_inventories_of_other_people_are_read() -> None:
    files = [path for path in sorted(shared("samples", "glpi").glob("*.json")) if "schema" not in path.name]
    assert len(files) == 19
    for path in files:
        (seen,) = glpi.parse(path.read_bytes(), path.name).observations
        assert seen.serials or seen.uuids, path.name
        assert seen.kind is None or seen.kind in KINDS
        assert seen.vendor, path.name


def test_a_printer_says_its_pages_and_how_much_toner_is_left() -> None:
    content = {
        "network_device": {"type": "Printer", "mac": "00:c0:ee:11:22:33"},
        "pagecounters": {"total": 1802},
        "cartridges": [{"tonerblack": "71"}, {"drumblack": "OK", "tonercyan": "0%"}, "unfug", {"wastetoner": "1800 Seiten"}],
    }
    document = {"action": "netinventory", "deviceid": "p", "itemtype": "Printer", "content": content}
    (seen,) = glpi.parse(json.dumps(document).encode(), "p.json").observations
    assert seen.facts["page_count"] == 1802
    assert seen.facts["supplies"] == [
        {"name": "tonerblack", "percent": 71},
        {"name": "drumblack"},
        {"name": "tonercyan", "percent": 0},
        {"name": "wastetoner"},
    ]
