#!/usr/bin/env python3
"""Set up, show, test and measure Odenwacht. Standard library only; safe to run twice and side by side.

python3 run.py demo [--today DATE] [--fresh] [--no-serve]   the whole service with made-up towns
python3 run.py test [--all] [PYTEST ARGUMENTS]              every check
python3 run.py setup | lint | bench
python3 run.py -- ARGUMENTS                                 the odenwacht command
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SYSTEM = {
    "nmap": "nmap", "snmpd": "snmpd", "snmpwalk": "snmp", "chromium-headless-shell": "chromium-headless-shell",
    "ip": "iproute2", "qpdf": "qpdf", "pdftoppm": "poppler-utils", "nft": "nftables", "openssl": "openssl",
    "systemd-analyze": "systemd", "setpriv": "util-linux", "unshare": "util-linux",
}  # fmt: skip
"""Program → Debian package that brings it; for the tests."""


class Stop(Exception):
    """Ends the run with one sentence."""


def say(text: str) -> None:
    """Progress goes to stderr."""
    sys.stderr.write(f"· {text}\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    """Run one command; answers the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036  # the sentence for those who have an older one
        raise Stop("Odenwacht braucht Python 3.11 oder neuer. Installieren Sie es und starten Sie run.py damit.")
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "--":
        set_up()
        return subprocess.call([str(VENV / "bin" / "odenwacht"), *rest])
    known = {"demo": demo, "test": test, "setup": setup, "lint": lint, "bench": bench}
    if command not in known:
        sys.stdout.write(f"{__doc__}\n")
        return 0 if command in ("help", "-h", "--help") else 2
    return known[command](rest)


def setup(_rest: list[str]) -> int:
    """Only set up."""
    set_up()
    return 0


def demo(rest: list[str]) -> int:
    """Build the demonstration through the real pipeline, then serve it."""
    set_up()
    os.execv(  # noqa: S606  # our own program takes over, without a shell
        str(VENV / "bin" / "odenwacht"),
        ["odenwacht", "demo", *rest],
    )


def test(rest: list[str]) -> int:
    """Format, lint, types, contracts, then all tests."""
    install_programs()
    set_up(tests=True)
    failed = checks()
    say("Tests …")
    workers = [] if any(part.startswith(("-n", "-p")) for part in rest) else ["-n", "3", "--dist", "loadgroup"]
    code = subprocess.call([str(PYTHON), "-m", "pytest", *workers, *rest], cwd=ROOT, env=environment())
    return code or failed


def lint(_rest: list[str]) -> int:
    """The checks that need no database."""
    set_up(tests=True)
    return checks()


def bench(rest: list[str]) -> int:
    """Measure the budgets and print ratios."""
    set_up(tests=True)
    return subprocess.call([str(PYTHON), "-m", "tests.bench", *rest], cwd=ROOT, env=environment())


def checks() -> int:
    """Formatter, linter, types, import contracts; 1 if any complains."""
    failed = 0
    tool = VENV / "bin"
    for name, command in (
        ("Format", [tool / "ruff", "format", "--check", "-q", "."]),
        ("Lint", [tool / "ruff", "check", "-q", "."]),
        ("Typen", [tool / "mypy"]),
        ("Schichten", [tool / "lint-imports"]),
    ):
        say(f"{name} …")
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
        )
        if done.returncode:
            failed = 1
            sys.stdout.write(f"{name}:\n{done.stdout}{done.stderr}\n")
    return failed


def environment() -> dict[str, str]:
    """The environment of our tools: the tree itself is importable, nothing of a user's site is."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONNOUSERSITE": "1"}


def set_up(*, tests: bool = False) -> None:
    """Virtual environment from the hashed lock file and front-end files; does nothing where all is current."""
    with lock():
        install(ROOT / ("requirements-test.lock" if tests else "requirements.lock"), tests=tests)
        sys.path.insert(0, str(ROOT))
        from service import vendor_files

        try:
            vendor_files.fetch(say, tests=tests)
        except vendor_files.Missing as missing:
            say(f"Ohne Gestaltungsdateien geht es weiter: {missing}")


def install(lock_file: Path, *, tests: bool) -> None:
    """Install the locked packages, once for each state of the lock file; the test set contains the other."""
    wanted = hashlib.sha256(lock_file.read_bytes() + str(ROOT).encode()).hexdigest()
    stamps = [VENV / "test.stamp"] if tests else [VENV / "test.stamp", VENV / "run.stamp"]
    current = {"test.stamp": hashlib.sha256((ROOT / "requirements-test.lock").read_bytes() + str(ROOT).encode()).hexdigest()}
    current["run.stamp"] = wanted
    if any(stamp.exists() and stamp.read_text() == current[stamp.name] for stamp in stamps) and PYTHON.exists():
        link_command()
        return
    if not PYTHON.exists():
        say("Virtuelle Umgebung …")
        run(
            [sys.executable, "-m", "venv", str(VENV)],
            "Die virtuelle Umgebung ließ sich nicht anlegen (Debian: apt-get install python3-venv).",
        )
    say("Pakete nach der Sperrdatei mit Prüfsummen …")
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        tools = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
        with contextlib.suppress(Stop):  # where no uv exists for the machine, pip does it, slower
            run([*tools, "-r", str(ROOT / "requirements-setup.lock")], "uv fehlt, pip übernimmt.")
    if uv.exists():
        command = [str(uv), "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes", "-r", str(lock_file)]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock_file)]
    run(command, "Die Pakete ließen sich nicht installieren. Prüfen Sie die Verbindung zum Paketverzeichnis.")
    site = next(VENV.glob("lib/python3*/site-packages"))
    (site / "odenwacht.pth").write_text(f"{ROOT}\n")
    link_command()
    (VENV / ("test.stamp" if tests else "run.stamp")).write_text(wanted)


def link_command() -> None:
    """Leave `odenwacht` in the virtual environment."""
    script = VENV / "bin" / "odenwacht"
    # The guard matters: processes that the program starts read this file again.
    guarded = 'if __name__ == "__main__":\n    sys.exit(main())'
    text = f"#!{PYTHON}\nimport sys\n\nfrom service.cli import main\n\n{guarded}\n"
    if not script.exists() or script.read_text() != text:
        script.write_text(text)
        script.chmod(0o755)


def install_programs() -> None:
    """As root on Debian install what the tests need; otherwise name it."""
    missing = sorted({package for program, package in SYSTEM.items() if not shutil.which(program, path=search_path())})
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Systempakete: {', '.join(missing)} …")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=subprocess.DEVNULL)
        install_them = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        done = subprocess.run(install_them, check=False, env=quiet, stdout=subprocess.DEVNULL)
        if done.returncode == 0:
            return
    say(
        f"Es fehlen: {', '.join(missing)}. Installieren: apt-get install {' '.join(missing)}. Tests, die sie brauchen, entfallen."
    )


def search_path() -> str:
    """Where programs lie, administrators' folders included."""
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def run(command: list[str], sentence: str) -> None:
    """Run quietly; on failure show what the tool said and end with the sentence."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(f"{done.stdout[-3000:]}{done.stderr[-3000:]}\n")
        raise Stop(sentence)


@contextlib.contextmanager
def lock() -> Iterator[None]:
    """One set-up at a time in this folder."""
    with (ROOT / ".setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Eine andere Einrichtung läuft gerade; ich warte …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.stderr.write(f"{stop}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("Abgebrochen.\n")
        sys.exit(1)
