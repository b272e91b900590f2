"""How well devices are recognised that nobody described: one file of definitions at a time is taken away.

`python -m tests.scanners.devices.leave_one_out` prints a line a file and one for all makers' files at once, measured on
the recordings beside this checkout by their own `score.py`. The agents of operating systems stay: they name no maker.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from scanners.devices.catalogue import Catalogue, catalogue
from scanners.snmp.collect import collect
from scanners.snmp.recording import Recording, finish, read_snmprec
from tests.shared import shared

GENERAL = frozenset({"general.yaml", "linux.yaml", "microsoft.yaml"})
FACTS = ("vendor", "kind", "hardware", "version", "serial")


def makers() -> list[str]:
    """The files that describe makers' devices."""
    return sorted({_file(one.where) for one in catalogue().definitions} - GENERAL)


def _file(where: str) -> str:
    return where.partition(":")[0]


def without(*names: str) -> Catalogue:
    """The catalogue as if these files had never been written; makers' numbers stay."""
    full = catalogue()
    return dataclasses.replace(full, definitions=tuple(one for one in full.definitions if _file(one.where) not in names))


def recordings() -> dict[str, Recording]:
    """The recordings by file name."""
    return {path.name: read_snmprec(path.read_bytes()) for path in sorted(shared("snmp", "recordings").glob("*.snmprec"))}


def lines(devices: dict[str, Recording], known: Catalogue) -> dict[str, str]:
    """The observation of each device as its JSON line."""
    return {
        name: json.dumps(finish(collect(device, key=name, file=name, known=known)).as_line()) for name, device in devices.items()
    }


def score(told: dict[str, str]) -> dict[str, float]:
    """Share of each fact that is right among the devices in `told`."""
    names = {name.removesuffix(".snmprec") for name in told}
    expected = [line for line in shared("snmp", "expected.jsonl").read_text().splitlines() if json.loads(line)["name"] in names]
    with tempfile.TemporaryDirectory() as folder:
        seen, wanted = Path(folder, "seen.jsonl"), Path(folder, "expected.jsonl")
        seen.write_text("\n".join(told.values()))
        wanted.write_text("\n".join(expected) + "\n")
        command = [sys.executable, str(shared("snmp", "score.py")), str(seen), "--expected", str(wanted)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    share: dict[str, float] = json.loads(out.splitlines()[-1]).get("known_os", {})
    return share


def main() -> None:
    """Print the table."""
    devices = recordings()
    full = lines(devices, catalogue())
    print(f"{'left out':18}{'devices':>8}" + "".join(f"{fact:>10}" for fact in FACTS))
    for names in [[name] for name in makers()] + [makers()]:
        told = lines(devices, without(*names))
        told = {name: line for name, line in told.items() if len(names) > 1 or line != full[name]}
        share = score(told) if told else {}
        shown = "".join(f"{share[fact]:10.1%}" if fact in share else f"{'–':>10}" for fact in FACTS)
        print(f"{names[0] if len(names) == 1 else 'all makers':18}{len(told):8}{shown}")


if __name__ == "__main__":
    main()
