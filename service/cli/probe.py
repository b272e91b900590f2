"""`odenwacht probe`: enrol this machine as a town's probe, run it, look at it. Needs neither web nor database."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from scanners.version import VERSION
from service.errors import Wrong
from service.settings import settings

HOME, SCOPE = "ODENWACHT_PROBE_HOME", "ODENWACHT_PROBE_SCOPE"


def add(commands: Any) -> None:
    """Register `probe`."""
    probe = commands.add_parser("probe", help="Sonde in einem Netz, das die Zentrale nicht erreicht")
    acts = probe.add_subparsers(dest="act", required=True, metavar="WAS")
    enrol = acts.add_parser("enrol", help="mit dem Einmalcode der Seite „Sonden“ anmelden")
    enrol.add_argument("code", metavar="CODE")
    enrol.add_argument("url", metavar="URL")
    enrol.add_argument("--ca", type=Path, metavar="DATEI", help="Zertifizierungsstelle der Stadt (PEM), der allein vertraut wird")
    enrol.set_defaults(run=run_enrol)
    run = acts.add_parser("run", help="Aufträge holen, scannen, liefern")
    run.add_argument("--once", action="store_true", help="einmal statt dauernd")
    run.add_argument("--every", type=float, default=60.0, metavar="SEKUNDEN", help="Abstand der Lebenszeichen")
    run.add_argument("--traps", metavar="ADRESSE:PORT", help="Meldungen der Geräte (SNMP-Traps) hören, zum Beispiel 0.0.0.0:162")
    run.add_argument("--settle", type=float, default=30.0, metavar="SEKUNDEN", help="wie lange nach einer Meldung gewartet wird")
    run.set_defaults(run=run_run)
    acts.add_parser("status", help="wer sie ist, was wartet, was sie zuletzt meldete").set_defaults(run=run_status)
    acts.add_parser("doctor", help="was der Sonde auf dieser Maschine fehlt").set_defaults(run=run_doctor)


def home() -> Any:
    """The probe's folder: `$ODENWACHT_PROBE_HOME`, else `probe` in the data folder."""
    from scanners.probe.home import Home

    folder = Path(os.environ.get(HOME) or settings().home / "probe").absolute()
    return Home(folder, Path(os.environ.get(SCOPE) or folder / "scope.toml").absolute())


def run_enrol(args: argparse.Namespace) -> int:
    """Exchange the code for a place in the town's list."""
    from scanners import spool, wire
    from scanners.probe import centre
    from scanners.probe.home import Unfit
    from scanners.probe.run import alone

    here = home()
    if here.identity_file.exists():
        raise Wrong(
            "Diese Sonde ist schon angemeldet.",
            str(here.folder),
            "Soll sie neu angemeldet werden, ziehen Sie sie auf der Seite „Sonden“ zurück und löschen Sie dort identity.json.",
        )
    try:
        code = wire.code(args.code)
        centre.base(args.url)
        here.make()
        with alone(here):
            if args.ca:
                shutil.copyfile(args.ca, here.folder / "ca.pem")
            pending = here.folder / "enrol.key"
            if not pending.exists():  # kept until it worked, so that a lost answer does not cost the code
                spool.write(pending, wire.raw_private(wire.new_key()))
            identity = centre.enrol(args.url, code, VERSION, here.authority, pending.read_bytes())
            here.keep(identity)
            pending.unlink()
    except (ValueError, Unfit, spool.Full, centre.Unreachable, centre.Denied, centre.Rejected) as wrong:
        raise Wrong(str(wrong)) from wrong
    sys.stderr.write(
        f"Angemeldet als „{identity.name}“ ({identity.town_name}).\n"
        "Vergleichen Sie diesen Fingerabdruck mit dem auf der Seite „Sonden“ und bestätigen Sie ihn dort:\n"
    )
    sys.stdout.write(f"{identity.fingerprint}\n")
    if not here.scope_file.exists():
        sys.stderr.write(f"Es fehlt noch der Scanbereich {here.scope_file}; ohne ihn wird nichts gescannt.\n")
    return 0


def run_run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C."""
    from scanners.probe.centre import Denied, Rejected, Unreachable
    from scanners.probe.ears import where
    from scanners.probe.home import Unfit
    from scanners.probe.run import Runner, alone
    from scanners.spool import Full

    def say(text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    async def work() -> None:
        runner = Runner(here, VERSION, say, max(0.05, args.every))
        if args.once:
            await runner.once()
            return
        if ears:
            runner.listen(ears, max(0.0, args.settle))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, runner.stop.set)
        await runner.run()

    here = home()
    try:
        ears = where(args.traps) if args.traps else None
    except ValueError as wrong:
        raise Wrong(str(wrong)) from wrong
    try:
        here.identity()
        with alone(here):
            asyncio.run(work())
    except (Unfit, Unreachable, Denied, Rejected, Full) as wrong:
        raise Wrong(str(wrong)) from wrong
    return 0


def run_status(_args: argparse.Namespace) -> int:
    """Tell what stands on disk; asks nobody."""
    from scanners.probe.home import Unfit

    here = home()
    try:
        me = here.identity()
    except Unfit as unfit:
        raise Wrong(str(unfit)) from unfit
    state, spool = here.state(), here.spool()
    waiting = spool.entries()
    lines = {
        "Sonde": f"{me.name} ({me.town_name})",
        "Zentrale": me.url,
        "Fingerabdruck": me.fingerprint,
        "Version": VERSION + (f", es gibt {state.newest}" if state.newest not in ("", VERSION) else ""),
        "Zuletzt erreicht": state.heard_at or "noch nie",
        "Zwischenlager": f"{len(waiting)} Lieferungen, {sum(entry.size for entry in waiting)} Bytes",
        "Abgelehnt": str(len(list(spool.refused.iterdir()))),
        "Arbeit": state.doing or "keine",
        "Meldung": " ".join(part for part in (state.trouble, spool.trouble()) if part) or "keine",
    }
    for name, value in lines.items():
        sys.stdout.write(f"{name + ':':<18}{value}\n")
    return 0


def run_doctor(_args: argparse.Namespace) -> int:
    """Look at what the probe needs; exit code 1 if something is missing."""
    from scanners.probe import doctor

    found = list(doctor.checks(home()))
    for check in found:
        word = "gut  " if check.good else "FEHLT" if check.needed else "Rat  "
        sys.stdout.write(f"{word}  {check.what}{'' if check.good else f'  →  {check.remedy}'}\n")
    return 0 if all(check.good or not check.needed for check in found) else 1
