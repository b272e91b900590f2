"""Whole towns over weeks through the real parsers and the merge, scored against the truth. No database.

Manifest → `scanners.sources` → `clues` → `link` per town → `loans` with `auto_loan` → `records.jsonl`, `assets.jsonl`.
As a program: `python -m tests.inventory.townsim_harness --seeds 1 2 3 --families base churn hard`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from scanners.observation import Collection, Observation
from scanners.sources import csv_file, nmap, snmprec, xlsx
from service.inventory.clues import Clues
from service.inventory.identity import clues, link, loans, traces
from service.inventory.linking import Linking
from service.inventory.loans import Loan
from tests.shared import shared

NAMESPACE = uuid.UUID("6f64656e-7761-6368-7420-746f776e7369")
KEY = b"a key that only the group knows"


@dataclass
class Town:
    """What one town took in and what was made of it."""

    number: int
    clues: list[Clues] = field(default_factory=list)
    linking: Linking = field(default_factory=lambda: Linking(()))


@dataclass
class Merged:
    """A merged data set; `where` says which file and key a record is."""

    towns: dict[str, Town]
    where: dict[uuid.UUID, tuple[str, str]]
    loans: tuple[Loan, ...] = ()
    parse_seconds: float = 0.0
    link_seconds: float = 0.0

    @property
    def records(self) -> int:
        return len(self.where)


def townsim(*arguments: str) -> str:
    """The program that knows the truth, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "townsim", *arguments],
        env={"PYTHONPATH": str(shared()), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def generate(folder: Path, seed: int, family: str, weeks: int = 8, devices: int = 120) -> Path:
    """Write a data set, once."""
    if not (folder / "truth.json").exists():
        size = ["--weeks", str(weeks), "--devices-per-town", str(devices)]
        townsim("generate", "--seed", str(seed), "--family", family, *size, "--out", str(folder))
    return folder


def parse(data: bytes, entry: dict[str, Any]) -> Collection:
    """One file through the source its kind names."""
    at = datetime.fromisoformat(entry["observed_at"])
    name = entry["file"]
    match entry["kind"]:
        case "nmap":
            return nmap.parse(data, name, at)
        case "snmp":
            return snmprec.parse(data, name, at, address=entry["address"])
        case _:
            return xlsx.parse(data, name, at) if name.endswith(".xlsx") else csv_file.parse(data, name, at)


def observations(folder: Path) -> Iterator[tuple[dict[str, Any], Observation]]:
    """Everything a data set holds, in the order of its manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["inputs"]:
        for observation in parse((folder / entry["file"]).read_bytes(), entry).observations:
            yield entry, observation


def read(folder: Path) -> Merged:
    """Parse a data set into clues."""
    started = time.perf_counter()
    towns: dict[str, Town] = {}
    where: dict[uuid.UUID, tuple[str, str]] = {}
    for entry, observation in observations(folder):
        town = towns.setdefault(entry["town"], Town(len(towns) + 1))
        record = uuid.uuid5(NAMESPACE, f"{entry['file']} {observation.key}")
        where[record] = (entry["file"], observation.key)
        collection = uuid.uuid5(NAMESPACE, entry["file"])
        at = datetime.fromisoformat(entry["observed_at"])
        town.clues.append(clues(record, town.number, "", collection, at, observation))
    return Merged(towns, where, parse_seconds=time.perf_counter() - started)


def merge(folder: Path) -> Merged:
    """Parse and link a data set."""
    merged = read(folder)
    started = time.perf_counter()
    for town in merged.towns.values():
        town.linking = link(town.clues)
    all_traces = [t for town in merged.towns.values() for t in traces(town.number, town.clues, town.linking.clusters, KEY)]
    merged.loans = loans(all_traces)
    merged.link_seconds = time.perf_counter() - started
    return merged


def write(merged: Merged, folder: Path) -> None:
    """The two files that are scored, as `export records` and `export assets` write them (identity only)."""
    slugs = {town.number: slug for slug, town in merged.towns.items()}
    owners = {(loan.guest_town, loan.guest): (loan.owner_town, loan.owner) for loan in merged.loans if loan.sure}
    assets: dict[str, dict[str, Any]] = {}
    lines: list[dict[str, Any]] = []
    for slug, town in merged.towns.items():
        for cluster in town.linking.clusters:
            number, anchor = owners.get((town.number, cluster.anchor), (town.number, cluster.anchor))
            assets[str(anchor)] = {"asset_id": str(anchor), "town": slugs[number]}
            lines += [_line(merged, record, str(anchor), slug) for record in cluster.records]
        nobody = [one.record for one in town.linking.unassigned] + [one.record for one in town.linking.asked]
        lines += [_line(merged, record, None, slug) for record in nobody]
    for name, rows in (("records", lines), ("assets", list(assets.values()))):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _line(merged: Merged, record: uuid.UUID, asset: str | None, town: str) -> dict[str, Any]:
    file, key = merged.where[record]
    return {"file": file, "key": key, "asset_id": asset, "town": town}


def score(merged: Merged, folder: Path) -> dict[str, Any]:
    """The figures of townsim."""
    with tempfile.TemporaryDirectory() as out:
        write(merged, Path(out))
        said = townsim(
            "score",
            "--json",
            "--truth",
            f"{folder}/truth.json",
            "--records",
            f"{out}/records.jsonl",
            "--assets",
            f"{out}/assets.jsonl",
        )
    result: dict[str, Any] = json.loads(said.splitlines()[-1])
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line of figures for each data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--families", nargs="+", default=["base", "churn", "hard"])
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--devices", type=int, default=120)
    parser.add_argument("--keep", type=Path, help="folder in which the data sets stay")
    parser.add_argument("--worst", action="store_true", help="name the worst merges and splits")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        for family in args.families:
            for seed in args.seeds:
                folder = generate((args.keep or Path(scratch)) / f"{family}{seed}", seed, family, args.weeks, args.devices)
                merged = merge(folder)
                _print(score(merged, folder), merged, worst=args.worst)


def _print(result: dict[str, Any], merged: Merged, *, worst: bool) -> None:
    print(
        f"{result['family']} {result['seed']}: P {result['bcubed']['precision']:.4f} R {result['bcubed']['recall']:.4f} F1"
        f" {result['bcubed']['f1']:.4f} merged {result['over_merged_assets']} split {result['over_split_groups']} leaks"
        f" {result['cross_town_leaks']} lost {result['lost_records']} phantom {result['phantom_records']} undecided"
        f" {result['undecided_records']} of {merged.records} questions"
        f" {sum(len(town.linking.asks) for town in merged.towns.values())} loans {len(merged.loans)} parse {merged.parse_seconds:.1f} s"
        f" link {merged.records / merged.link_seconds:,.0f} records/s"
    )
    if worst:
        for line in (*result["worst_merges"], *result["worst_splits"]):
            print("   ", line)


if __name__ == "__main__":
    main()
