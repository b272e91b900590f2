"""Finds the sources (`sources/*.py` with a `SCANNER`) and the right one for a file.

The only door to concrete scanners for worker and command line.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from scanners import sources
from scanners.lists.listing import Reading
from scanners.observation import Collection, Scanner
from scanners.sources import xlsx

ORDER = ("nmap", "glpi", "xlsx", "snmprec")
"""Who is asked first whether a file is his: formats that cannot be mistaken. Everything else follows, lists last."""
_PARSE_UPLOAD = {"xlsx": xlsx.parse_upload}


@cache
def scanners() -> Mapping[str, Scanner]:
    """All sources by name."""
    found: dict[str, Scanner] = {}
    for module in pkgutil.iter_modules(sources.__path__):
        scanner = getattr(importlib.import_module(f"{sources.__name__}.{module.name}"), "SCANNER", None)
        if isinstance(scanner, Scanner):
            found[scanner.name] = scanner
    rank = {name: at for at, name in enumerate(ORDER)}
    return dict(sorted(found.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0] == "csv", item[0])))


def kinds() -> tuple[str, ...]:
    """The values of `--as`."""
    return ("auto", *scanners())


def detect(data: bytes, name: str = "") -> str | None:
    """Name of the source whose format `data` (a file or its first 64 KiB) shows; None when nobody knows it."""
    found = next((kind for kind, scanner in scanners().items() if scanner.sniff(data, name)), None)
    if found is None and data and b"\0" not in data[:4096]:
        head = data[:65536].splitlines()[:5]
        if any(line.count(mark) > 1 for line in head for mark in (b";", b",", b"\t")):
            return "csv"
    return found


def choose(data: bytes, name: str, kind: str = "auto") -> Scanner:
    """The source for a file. Raises `ValueError` with a German sentence for an unknown kind or an unknown format."""
    if kind == "auto":
        found = detect(data, name)
        if found is None:
            titles = ", ".join(scanner.title for scanner in scanners().values())
            raise ValueError(f"Das Format der Datei ist nicht erkennbar. Gelesen werden: {titles}.")
        return scanners()[found]
    if kind not in scanners():
        raise ValueError(f"Die Art „{kind}“ gibt es nicht. Möglich sind: {', '.join(kinds())}.")
    return scanners()[kind]


def parse_bytes(
    data: bytes,
    name: str,
    kind: str = "auto",
    observed_at: datetime | None = None,
    address: str | None = None,
    mapping: Mapping[str, str] | None = None,
    *,
    reading: Reading | None = None,
    upload: bool = False,
) -> Collection:
    """What a file says. `address` is where an SNMP recording was made, `mapping` names the columns of a list, `reading`
    says how else a person wants it read.

    `upload` is for files that strangers hand in: formats that can be costly are read in a limited child process.
    Raises `ValueError` with a German sentence when nothing can be read.
    """
    if not data:
        raise ValueError("Die Datei ist leer.")
    scanner = choose(data, name, kind)
    offered = {"address": address, "mapping": mapping, "reading": reading}
    taken = inspect.signature(scanner.parse).parameters
    parse = _PARSE_UPLOAD.get(scanner.name, scanner.parse) if upload else scanner.parse
    return parse(data, name, observed_at, **{key: value for key, value in offered.items() if value and key in taken})


def parse_file(
    path: Path | str,
    kind: str = "auto",
    observed_at: datetime | None = None,
    address: str | None = None,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Collection:
    """Like `parse_bytes` for a file on disk; `name` is what records call it, else its file name."""
    path = Path(path)
    return parse_bytes(path.read_bytes(), name or path.name, kind, observed_at, address, mapping)
