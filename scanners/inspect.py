"""Prints what files say, one observation a line: `python -m scanners.inspect FILE… [--as KIND]`.

No database. Lines go to stdout, problems of whole files to stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from scanners import confidence, registry
from scanners.nmap.xml import Reader
from scanners.observation import Observation, Problem
from scanners.sources import nmap

_HEAD = 65536


_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "Diese Datei gibt es nicht",
    PermissionError: "Diese Datei darf nicht gelesen werden",
    IsADirectoryError: "Das ist ein Ordner",
}


def lines(paths: Iterable[Path | str], kind: str = "auto", tell: Callable[[Problem], None] | None = None) -> Iterator[str]:
    """JSON lines of all files in their order; problems of a file as a whole go to `tell`.

    Raises `ValueError` („DATEI: what is wrong“) at the first file that cannot be read at all.
    """
    for path in map(Path, paths):
        try:
            for seen in _observations(path, kind, tell or (lambda _: None)):
                sure = confidence.of(seen)
                yield msgspec.json.encode(seen.as_line() | ({"confidence": sure} if sure else {})).decode()
        except OSError as error:
            raise ValueError(
                f"{path}: {_REASONS.get(type(error), 'Die Datei ist nicht lesbar')}. Bitte Namen und Rechte der Datei prüfen."
            ) from error
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error


def _observations(path: Path, kind: str, tell: Callable[[Problem], None]) -> Iterator[Observation]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head and registry.choose(head, path.name, kind).name == "nmap":  # of any size, so as a stream
            file.seek(0)
            reader = Reader()
            yield from nmap.iter_hosts(file, path.name, None, reader)
            for problem in nmap.problems(reader, path.name):
                tell(problem)
            return
    collection = registry.parse_file(path, kind)
    yield from collection.observations
    shown = {problem for seen in collection.observations for problem in seen.problems}
    for problem in collection.problems:
        if problem not in shown:
            tell(problem)


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 done, 1 a file could not be read."""
    parser = argparse.ArgumentParser(
        prog="inspect", description="Zeigt, was Dateien über Geräte sagen, eine Zeile je Beobachtung."
    )
    parser.add_argument("files", nargs="+", metavar="DATEI", help="nmap-XML, SNMP-Aufzeichnung, CSV, XLSX oder GLPI-JSON")
    parser.add_argument(
        "--as", dest="kind", default="auto", choices=registry.kinds(), help="Art der Dateien (sonst wird sie erkannt)"
    )
    said = parser.parse_args(arguments)
    try:
        for line in lines(said.files, said.kind, lambda problem: print(f"{problem.where}: {problem.text}", file=sys.stderr)):
            print(line)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
