"""Finds the program nmap, judges its version and what it may do on this machine.

python-nmap looks for it; a missing or too old nmap becomes one clear sentence (`Missing`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import nmap

OLDEST = (7, 80)
"""First version whose XML, scripts and packet rates are as we need them."""
CAP_NET_RAW = 13


class Missing(ValueError):
    """No usable nmap; the message is a German sentence for people."""


@dataclass(frozen=True, slots=True)
class Program:
    """An nmap that can be used; `privileged` when it may send raw packets."""

    path: str
    version: tuple[int, int]
    privileged: bool

    def environment(self) -> dict[str, str]:
        """A short environment: nothing of ours reaches the program; with a capability instead of root it must be told."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {"LC_ALL": "C"} | ({"NMAP_PRIVILEGED": "1"} if self.privileged else {"NMAP_UNPRIVILEGED": "1"})


def find() -> Program:
    """The installed nmap. Raises `Missing`."""
    path = shutil.which("nmap")
    if path is None:
        raise Missing("Das Programm nmap ist nicht installiert. Auf Debian und Ubuntu: „apt install nmap“.")
    try:
        scanner = nmap.PortScanner(nmap_search_path=(path,))
        version = tuple(int(part) for part in scanner.nmap_version())
    except (nmap.PortScannerError, ValueError, OSError) as error:
        raise Missing(f"{path} lässt sich nicht starten oder ist nicht nmap. Bitte nmap neu installieren.") from error
    if len(version) != 2 or version < OLDEST:
        said, needed = ".".join(map(str, version)) or "unbekannt", ".".join(map(str, OLDEST))
        raise Missing(f"nmap {said} ist zu alt; nötig ist mindestens {needed}. Bitte aktualisieren.")
    return Program(path, (version[0], version[1]), _privileged(path))


def _privileged(path: str) -> bool:
    """Root, the capability handed down to us, or the capability on the file."""
    if os.geteuid() == 0:
        return True
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        ambient = next((line.split()[1] for line in status.splitlines() if line.startswith("CapAmb:")), "0")
        if int(ambient, 16) >> CAP_NET_RAW & 1:
            return True
        permitted = os.getxattr(os.path.realpath(path), "security.capability")[4:8]
        return bool(int.from_bytes(permitted, "little") >> CAP_NET_RAW & 1)
    except (OSError, ValueError, AttributeError):  # no such attribute, no such file, no Linux
        return False


def top_ports(program: Program, count: int) -> set[int]:
    """The `count` most frequent TCP ports by the installed nmap's own statistics."""
    command = [program.path, "-oG", "-", "-v", "--top-ports", str(count)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, env=program.environment()).stdout
    _, _, rest = said.partition(f"TCP({count};")
    ports: set[int] = set()
    for part in rest.partition(")")[0].split(","):
        first, _, last = part.partition("-")
        if first.isdecimal():
            ports |= set(range(int(first), int(last or first) + 1))
    return ports
