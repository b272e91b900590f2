"""Load the device definitions once and check them: a mistake in a file is found at start, with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from scanners import datafile
from scanners.observation import KINDS

FIELDS = frozenset({"vendor", "kind", "model", "os", "os_version", "firmware", "serial", "uuid"})
_KEYS = frozenset({"object_id", "descr", "exists", "models", "read", "extract", "lookup", "over_entity", "members"}) | FIELDS


@dataclass(frozen=True, slots=True)
class Read:
    """One value to ask the device for; `column` where any instance below `oid` will do."""

    oid: str
    column: bool = False
    pattern: re.Pattern[str] | None = None
    form: str = "{}"

    @property
    def key(self) -> str:
        """Under what an answer stands: of a column, the first value that the pattern fits."""
        return f"{self.oid} {self.pattern.pattern}" if self.column and self.pattern else self.oid


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
    members: Mapping[str, str] = field(default_factory=dict)
    """Columns `serial` and `model` of a table with a row for each member of a stack."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """Maker behind an enterprise number. A `platform` makes software that runs on others' machines."""

    name: str
    platform: bool = False
    kind: str | None = None
    """What the maker builds, where it builds one sort of device."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions, the enterprise numbers, and how vendors write their own names."""

    definitions: tuple[Definition, ...]
    enterprises: Mapping[str, Vendor]
    spellings: tuple[tuple[re.Pattern[str], str], ...]
    default_communities: frozenset[str]
    by_tree: Mapping[str, tuple[Definition, ...]] = field(init=False, repr=False, compare=False)
    """Definitions by the enterprise number of their trees; under '' those that hold for any device."""

    def __post_init__(self) -> None:
        found: dict[str, dict[str, Definition]] = {"": {}}
        for one in self.definitions:
            for key in {_enterprise(tree) for tree in one.object_ids} or {""}:
                found.setdefault(key, {})[one.where] = one
        object.__setattr__(self, "by_tree", {key: tuple(entries.values()) for key, entries in found.items()})

    def for_device(self, object_id: str | None) -> tuple[Definition, ...]:
        """Definitions that this sysObjectID does not rule out at first glance."""
        return self.by_tree.get(_enterprise(object_id or "") or "-", ()) + self.by_tree[""]


def _enterprise(object_id: str) -> str:
    """The enterprise number in an OID; '' where there is none."""
    parts = object_id.split(".", 7)
    return parts[6] if len(parts) > 6 and parts[:6] == ["1", "3", "6", "1", "4", "1"] else ""


@cache
def registered(number: str) -> str | None:
    """The holder of an enterprise number by IANA's register, for makers that `vendors.yaml` does not name."""
    sign = f"\n{number}\t"
    said = files(__package__).joinpath("enterprises.tsv").read_text(encoding="utf-8")
    at = said.find(sign)
    return said[at + len(sign) : said.index("\n", at + len(sign))] if at >= 0 else None


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


def _members(where: str, entry: Mapping[str, Any]) -> dict[str, str]:
    if entry and ("serial" not in entry or entry.keys() - {"serial", "model"}):
        raise ValueError(f"{where}: members have a serial and maybe a model")
    return {name: _read(oid).oid for name, oid in entry.items()}


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
        members=_members(where, entry.get("members", {})),
    )


@cache
def catalogue() -> Catalogue:
    """The files of this folder; `vendors.yaml` holds the enterprise numbers, all others hold definitions."""
    definitions: list[Definition] = []
    vendors: dict[str, Any] = {}
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".yaml"):
            content = datafile.load("scanners.devices", path.name)
            if path.name == "vendors.yaml":
                vendors = content
            else:
                definitions += [definition(f"{path.name}:{number}", entry) for number, entry in enumerate(content, start=1)]
    kinds = {number: kind for kind, numbers in vendors["kinds"].items() for number in numbers}
    if strange := set(kinds.values()) - KINDS:
        raise ValueError(f"vendors.yaml: unknown kinds {sorted(strange)}")
    return Catalogue(
        tuple(definitions),
        {str(number): Vendor(name, kind=kinds.get(number)) for number, name in vendors["enterprises"].items()}
        | {str(number): Vendor(name, True, kinds.get(number)) for number, name in vendors["platforms"].items()},
        tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in vendors["spellings"].items()),
        frozenset(vendors["default_communities"]),
    )
