"""The `odenwacht` command: one function a sub-command, grouped by subject.

Exit code 0 done, 1 the input or the world was wrong (one German sentence on stderr), 2 wrong usage. Results go to
stdout, everything else to stderr. Heavy modules are imported by the sub-command that needs them.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from scanners.version import VERSION
from service.errors import Wrong
from service.settings import settings


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    from service.cli import catalogues, demo, estate, people, probe, reports, running, security, snapshots

    top = argparse.ArgumentParser(prog="odenwacht", description="Gemeinsame Informationssicherheit benachbarter Städte")
    top.add_argument("--version", action="version", version=f"%(prog)s {VERSION}", help="Version zeigen")
    commands = top.add_subparsers(dest="command", required=True, metavar="BEFEHL")
    for group in (running, demo, people, estate, probe, reports, catalogues, security, snapshots):
        group.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    chosen = parser().parse_args(arguments)
    logging.basicConfig(level=settings().log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("procrastinate", "apscheduler", "pikepdf", "pyhanko"):
        logging.getLogger(chatty).setLevel("WARNING")
    try:
        return chosen.run(chosen) or 0
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename}: Diese Datei gibt es nicht. Prüfen Sie den Pfad.\n")
    except PermissionError as error:
        sys.stderr.write(f"{error.filename}: Diese Datei darf nicht gelesen werden. Prüfen Sie die Rechte.\n")
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        sys.stderr.write("Abgebrochen.\n")
    return 1
