"""`python3 run.py bench [NAME …]`: measure the budgets and print them against their references.

Each module here with a `measure() -> list[Row]` is one subject. Ratios are taken in one run on one machine; plain figures name it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import signal
import sys
import traceback
from pathlib import Path

from tests.bench.row import Row

SKIP = {"row", "database", "__main__"}


def main(wanted: list[str]) -> int:
    """Measure what is wanted, or everything; 1 if a budget is broken."""
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name not in SKIP]
    unknown = set(wanted) - set(names)
    if unknown:
        sys.stderr.write(f"Unbekannt: {', '.join(sorted(unknown))}. Es gibt: {', '.join(names)}\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaving cleans up: servers, agents, namespaces, folders
    rows: list[Row] = []
    for name in wanted or names:
        sys.stderr.write(f"· {name} …\n")
        module = importlib.import_module(f"tests.bench.{name}")
        if not hasattr(module, "measure"):
            continue
        try:
            rows += module.measure()
        except Exception:  # noqa: BLE001  # one subject that cannot run must not hide the others
            traceback.print_exc()
            rows.append(Row(name, "–", "–", held=False, note="abgebrochen, siehe oben"))
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} Kerne, Python {platform.python_version()}\n")
    for row in rows:
        state = {True: "gehalten", False: "GERISSEN", None: "nicht messbar"}[row.held]
        ratio = f"{row.ratio:.2f} ×" if row.ratio is not None else ""
        sys.stdout.write(f"{row.work:60} {ratio:>8}  {row.figure:40} Budget {row.budget:28} {state}  {row.note}\n")
    return 1 if any(row.held is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
