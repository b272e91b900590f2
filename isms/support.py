"""End of support (Ende der Unterstützung) of operating systems, from a dated table of our own.

Pure apart from reading its own data file once. A system that no row matches is unknown: None, not "supported".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Support:
    """A system as the table names it and the last day of its general support."""

    name: str
    match: re.Pattern[str]
    ends: date


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, most specific first, and the day on which the dates were looked up."""

    as_of: date
    note: str
    systems: tuple[Support, ...]


@cache
def table() -> Table:
    raw = json.loads(resources.files("isms.data").joinpath("end_of_support.json").read_bytes())
    systems = tuple(Support(x["name"], re.compile(x["match"]), date.fromisoformat(x["ends"])) for x in raw["systems"])
    return Table(date.fromisoformat(raw["as_of"]), raw["note"], systems)


def support_end(os: str, version: str | None = None) -> Support | None:
    """The first row that matches name and version; None where the table does not know the system."""
    text = f"{os} {version or ''}".lower().replace("microsoft ", "").replace("®", "")
    return next((x for x in table().systems if x.match.search(text)), None)
