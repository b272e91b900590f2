"""A device is described by three things: an entry in a YAML file, a recording, and the facts expected of it.

The recordings stand in `recordings/<file>/<device>.snmprec`, what they must give beside them in `expected.jsonl`
(`--update-goldens` writes it anew, to be read by a person). Recordings written by hand say so in their first line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanners.devices.catalogue import catalogue
from scanners.devices.match import candidates, holds, wanted
from scanners.observation import Observation
from scanners.snmp.recording import finish, read_snmprec
from scanners.snmp.values import text
from scanners.sources import snmprec

RECORDINGS = Path(__file__).with_name("recordings")
FOLDERS = sorted(RECORDINGS.iterdir())
FILES = sorted(RECORDINGS.rglob("*.snmprec"))
GENERAL = "general.yaml"


def facts(seen: Observation) -> dict[str, Any]:
    said = {name: getattr(seen, name) for name in ("kind", "vendor", "model", "os", "os_version", "firmware")}
    found = {name: value for name, value in said.items() if value} | ({"serials": list(seen.serials)} if seen.serials else {})
    return found | ({"members": [f"{one.serial} {one.model or ''}".strip() for one in seen.members]} if seen.members else {})


def expected(folder: Path) -> dict[str, dict[str, Any]]:
    lines = map(json.loads, (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines())
    return {line.pop("file"): line for line in lines}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_recordings_give_the_facts_expected_of_them(folder: Path, update_goldens: bool) -> None:
    said = {
        path.name: facts(snmprec.parse(path.read_bytes(), path.name).observations[0]) for path in sorted(folder.glob("*.snmprec"))
    }
    if update_goldens:
        lines = [json.dumps({"file": name} | found, ensure_ascii=False) for name, found in said.items()]
        (folder / "expected.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert said == expected(folder)


def used(path: Path) -> set[str]:
    """The definitions whose conditions a recording meets."""
    device = read_snmprec(path.read_bytes())
    object_id, descr = (text(device.rows.get(f"1.3.6.1.2.1.1.{n}.0")) for n in (2, 1))
    fitting = candidates(catalogue(), object_id, descr)
    instances, _ = wanted(fitting)
    said = {oid: found for oid, value in finish(device.get(*instances)).items() if (found := text(value))}
    return {one.definition.where for one in fitting if holds(one, said)}


def test_every_entry_has_a_recording() -> None:
    """„Adding a device“ is complete only with something to prove it on."""
    proved = set().union(*map(used, FILES))
    missing = {one.where for one in catalogue().definitions if not one.where.startswith(GENERAL)} - proved
    assert missing == set()


def test_every_file_of_entries_has_its_recordings_and_every_recording_its_expected_facts() -> None:
    files = {one.where.partition(".")[0] for one in catalogue().definitions} - {GENERAL.partition(".")[0]}
    assert {folder.name for folder in FOLDERS} == files
    for folder in FOLDERS:
        told = expected(folder)
        assert set(told) == {path.name for path in folder.glob("*.snmprec")}
        assert all(found.get("kind") or found.get("vendor") or found.get("os") for found in told.values()), folder.name


def test_recordings_written_by_hand_say_so() -> None:
    for path in FILES:
        assert path.read_text(encoding="latin-1").startswith("# "), path
