"""The device files are sound: every mistake in them would be one in the product."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scanners import makers, oui
from scanners.devices import catalogue as files
from scanners.devices.catalogue import catalogue, definition
from scanners.devices.match import candidates, enterprise, recognise, vendor_name, wanted
from scanners.nmap import profiles

SCANNERS = Path(files.__file__).parents[1]


def test_every_definition_says_something() -> None:
    for entry in catalogue().definitions:
        assert entry.values or entry.models or entry.reads or entry.extracts or entry.lookups or entry.descr, entry.where


def test_object_ids_are_numbers_below_a_maker() -> None:
    for entry in catalogue().definitions:
        for tree in entry.object_ids:
            assert re.fullmatch(r"1\.3\.6\.1\.4\.1(\.\d+)+", tree), entry.where


def test_every_described_tree_has_a_maker() -> None:
    for entry in catalogue().definitions:
        for tree in entry.object_ids:
            assert enterprise(catalogue(), tree), (entry.where, tree)


def test_makers_are_written_in_one_way() -> None:
    known = catalogue()
    makers = {vendor.name for vendor in known.enterprises.values()} | {
        entry.values["vendor"] for entry in known.definitions if "vendor" in entry.values
    }
    assert {maker: vendor_name(known, maker) for maker in makers if vendor_name(known, maker) != maker} == {}


def test_no_code_names_a_maker() -> None:
    """Devices are data: a vendor's name in a condition of the code would be a definition in the wrong place."""
    makers = {vendor.name.lower() for vendor in catalogue().enterprises.values() if len(vendor.name) > 3}
    for path in [path for part in ("snmp", "devices", "nmap") for path in (SCANNERS / part).rglob("*.py")]:
        tree = ast.parse(path.read_text())
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
        said = {
            node.value.lower()
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        }
        assert not said & makers, path


@pytest.mark.parametrize(
    "entry",
    [
        {"objekt_id": "1.3.6.1.4.1.9"},
        {"kind": "toaster"},
        {"descr": "("},
        {"read": {"serial": "no.oid"}},
        {"models": {"1": {"colour": "red"}}},
    ],
)
def test_a_mistake_in_a_file_is_named(entry: dict[str, object]) -> None:
    with pytest.raises((ValueError, re.error)):
        definition("test.yaml:1", entry)


def test_the_longest_tree_wins_and_others_fill_the_gaps() -> None:
    fitting = candidates(catalogue(), "1.3.6.1.4.1.9.6.1.1006.24.5", "CBS350-24P-4X 24-Port Gigabit Switch")
    facts = recognise(fitting, {})
    assert facts["os"].value == "Cisco Small Business"
    assert facts["kind"].value == "switch"


def test_a_tree_is_no_prefix_of_digits() -> None:
    assert enterprise(catalogue(), "1.3.6.1.4.1.99999999.1") is None
    assert not [one for one in candidates(catalogue(), "1.3.6.1.4.1.36811", None) if one.definition.object_ids]


def test_few_instances_are_asked_of_any_device() -> None:
    """Every definition that could fit costs the device a request; none may make it many."""
    trees = {tree for entry in catalogue().definitions for tree in entry.object_ids}
    for tree in trees:
        instances, columns = wanted(candidates(catalogue(), tree, "Linux"))
        assert len(instances) <= 48, tree
        assert len(columns) <= 3, tree


def test_a_card_is_named_by_its_maker_without_asking_the_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("no connection wanted"))
    assert oui.vendor("00:17:c8:00:00:01") == "Kyocera"
    assert oui.registrant("00:a0:57:00:00:01") == "LANCOM Systems GmbH"


@pytest.mark.parametrize("mac", ["02:42:ac:11:00:02", "01:00:5e:00:00:01", "00:00:00:00:00:00"])
def test_made_up_and_group_macs_have_no_maker(mac: str) -> None:
    assert oui.vendor(mac) is None


def test_all_ways_to_a_maker_spell_it_alike() -> None:
    """SNMP, banners, cards and lists name a maker in one way, or one device would contradict itself."""
    known = catalogue()
    named = {vendor.name for vendor in known.enterprises.values()} | {name for _, name in known.spellings}
    named |= {one.values["vendor"] for one in known.definitions if "vendor" in one.values}
    named |= {vendor for _, _, vendor in profiles.RULES if vendor} | set(profiles.CARDS) | set(makers.SPELLINGS)
    assert {name: makers.canonical(name) for name in named if makers.canonical(name) != name} == {}
