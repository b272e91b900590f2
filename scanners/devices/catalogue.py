"""Load the device definitions once and check them: a mistake in a file is found at start, with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from scanners.observation import KINDS

FIELDS = frozenset({"vendor", "kind", "model", "os", "os_version", "firmware", "serial", "uuid"})
_KEYS = frozenset({"object_id", "descr", "exists", "models", "read", "extract", "lookup", "over_entity"}) | FIELDS
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Read:
    """One value to ask the device for; `column` where any instance below `oid` will do."""

    oid: str
    column: bool = False
    pattern: re.Pattern[str] | None = None
    form: str = "{}"


@dataclass(frozen=True, slots=True)
class Definition:
    """One entry of a device file; `where` names it for people."""

    where: str
    object_ids: tuple[str, ...] = ()
    descr: re.Pattern[str] | None = None
    exists: tuple[Read, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reads: Mapping[str, tuple[Read, ...]] = field(default_factory=dict)
    extracts: tuple[re.Pattern[str], ...] = ()
    lookups: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    over_entity: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vendor:
    """Maker behind an enterprise number. A `platform` makes software that runs on others' machines."""

    name: str
    platform: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions, the enterprise numbers, and how vendors write their own names."""

    definitions: tuple[Definition, ...]
    enterprises: Mapping[str, Vendor]
    spellings: tuple[tuple[re.Pattern[str], str], ...]
    default_communities: frozenset[str]


def _read(entry: Any) -> Read:
    if isinstance(entry, str):
        entry = {"oid": entry}
    oid = str(entry["oid"]).lstrip(".")
    column = oid.endswith(".*")
    oid = oid.removesuffix(".*")
    if not re.fullmatch(r"\d+(\.\d+)+", oid):
        raise ValueError(f"not an OID: {oid}")
    return Read(oid, column, re.compile(entry["pattern"]) if "pattern" in entry else None, entry.get("format", "{}"))


def _list(entry: Any) -> list[Any]:
    return entry if isinstance(entry, list) else [entry]


def _fields(where: str, entry: Mapping[Any, Any]) -> dict[str, str]:
    found = {str(name): str(value) for name, value in entry.items()}
    if found.keys() - FIELDS:
        raise ValueError(f"{where}: unknown fields {sorted(found.keys() - FIELDS)}")
    if found.get("kind", "other") not in KINDS:
        raise ValueError(f"{where}: unknown kind {found['kind']}")
    return found


def definition(where: str, entry: Mapping[str, Any]) -> Definition:
    """One definition out of its YAML mapping; ValueError names the mistake and its place."""
    if entry.keys() - _KEYS:
        raise ValueError(f"{where}: unknown keys {sorted(entry.keys() - _KEYS)}")
    models = {
        str(rest): value if isinstance(value, dict) else {"model": value} for rest, value in entry.get("models", {}).items()
    }
    return Definition(
        where=where,
        object_ids=tuple(map(str, _list(entry.get("object_id", [])))),
        descr=re.compile(entry["descr"]) if "descr" in entry else None,
        exists=tuple(map(_read, _list(entry.get("exists", [])))),
        values=_fields(where, {key: value for key, value in entry.items() if key in FIELDS}),
        models={rest: _fields(where, value) for rest, value in models.items()},
        reads={str(name): tuple(map(_read, _list(reads))) for name, reads in entry.get("read", {}).items()},
        extracts=tuple(re.compile(pattern) for pattern in _list(entry.get("extract", []))),
        lookups={
            str(name): {str(value): _fields(where, said) for value, said in table.items()}
            for name, table in entry.get("lookup", {}).items()
        },
        over_entity=frozenset(_list(entry.get("over_entity", []))),
    )


@cache
def catalogue() -> Catalogue:
    """The files of this folder; `vendors.yaml` holds the enterprise numbers, all others hold definitions."""
    definitions: list[Definition] = []
    vendors: dict[str, Any] = {}
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader, in C where there is one
            if path.name == "vendors.yaml":
                vendors = content
            else:
                definitions += [definition(f"{path.name}:{number}", entry) for number, entry in enumerate(content, start=1)]
    return Catalogue(
        tuple(definitions),
        {str(number): Vendor(name) for number, name in vendors["enterprises"].items()}
        | {str(number): Vendor(name, platform=True) for number, name in vendors["platforms"].items()},
        tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in vendors["spellings"].items()),
        frozenset(vendors["default_communities"]),
    )
