"""`odenwacht snapshot verify`: are frozen states what was sealed? Needs no database."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from isms.snapshots.joint import check_any
from isms.snapshots.verify import check_chain
from service.errors import Wrong


def add(commands: Any) -> None:
    """Register the sub-commands."""
    snapshot = commands.add_parser("snapshot", help="Prüfstände").add_subparsers(dest="act", required=True, metavar="WAS")
    verify = snapshot.add_parser(
        "verify", help="Pakete allein aus ihren Dateien nachrechnen, gemeinsame und mehrere auch als Kette"
    )
    verify.add_argument("file", type=Path, nargs="+", metavar="PAKET.zip")
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """One line a package on stdout, of a joint one its cover first. Raises `Wrong` that names the first file that differs."""
    verdicts = [one for path in args.file for one in check_any(str(path), path.read_bytes())]
    for one in verdicts:
        told = "unverändert" if one.fault is None else f"{one.fault.file}: {one.fault.reason}"
        sys.stdout.write(f"{one.name}\t{one.snapshot}\t{one.seal}\t{told}\n")
    fault = next((x for x in verdicts if x.fault), None)
    if fault is not None and fault.fault is not None:
        raise Wrong(fault.fault.reason, f"{fault.name}, {fault.fault.file}", "Vergleichen Sie mit einer anderen Kopie.")
    chain = check_chain(verdicts)
    if chain is not None:
        raise Wrong(chain.reason, chain.file, "Vergleichen Sie mit einer anderen Kopie.")
    return 0
