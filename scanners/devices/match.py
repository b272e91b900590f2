"""From what a device says about itself to what it is, by the definitions of the catalogue.

Asks no device: `wanted` says which instances the definitions need, `recognise` judges the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scanners.devices.catalogue import FIELDS, Catalogue, Definition, Read, Vendor, registered
from scanners.observation import Origin

ENTERPRISES = "1.3.6.1.4.1."


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with the way it became known; `certain` puts it before ENTITY-MIB."""

    value: str
    origin: Origin
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A definition whose sysObjectID and sysDescr fit."""

    definition: Definition
    rest: str = ""
    """sysObjectID behind the tree of the definition."""
    groups: Mapping[str, str] = field(default_factory=dict)
    rank: tuple[int, int] = (0, 0)


def _below(object_id: str, trees: Sequence[str]) -> str | None:
    """The longest of the trees that holds the object id."""
    fits = [tree for tree in trees if object_id == tree or object_id.startswith(f"{tree}.")]
    return max(fits, key=len, default=None)


def _groups(found: re.Match[str]) -> dict[str, str]:
    return {name: said for name, value in found.groupdict().items() if value and (said := value.strip(" ,;:"))}


def candidates(known: Catalogue, object_id: str | None, descr: str | None) -> list[Candidate]:
    """Definitions that could hold, the most special first."""
    found = []
    for entry in known.for_device(object_id):
        tree, groups = "", dict[str, str]()
        if entry.object_ids:
            tree = _below(object_id or "", entry.object_ids) or ""
            if not tree:
                continue
        if entry.descr:
            match = entry.descr.search(descr or "")
            if not match:
                continue
            groups = _groups(match)
        for pattern in entry.extracts:
            match = pattern.search(descr or "")
            if match:
                groups = _groups(match) | groups
        conditions = bool(entry.descr) + bool(entry.exists)
        found.append(Candidate(entry, (object_id or "")[len(tree) + 1 :] if tree else "", groups, (tree.count("."), conditions)))
    # an exact text beats a tree that only names the agent's software, so conditions weigh like two levels of the tree
    return sorted(found, key=lambda one: -(one.rank[0] + 2 * one.rank[1]))


def wanted(fitting: Iterable[Candidate]) -> tuple[list[str], dict[str, list[Read]]]:
    """What the definitions need: instances to GET, columns to walk with all that is read of each."""
    reads = [
        read
        for one in fitting
        for read in (*one.definition.exists, *(read for group in one.definition.reads.values() for read in group))
    ]
    instances = dict.fromkeys(read.oid for read in reads if not read.column)
    columns: dict[str, list[Read]] = {}
    for read in reads:
        if read.column and read not in columns.setdefault(read.oid, []):
            columns[read.oid].append(read)
    return list(instances), columns


def first_fit(reads: Iterable[Read], values: Iterable[str | None]) -> dict[str, str]:
    """Of a column's values the first that says something to each of its reads."""
    said = [value for value in values if value]
    found = ((read.key, next((v for v in said if not read.pattern or read.pattern.search(v)), None)) for read in reads)
    return {key: value for key, value in found if value}


def _answer(read: Read, said: Mapping[str, str]) -> str | None:
    value = said.get(read.key)
    if value is None or read.pattern is None:
        return value
    found = read.pattern.search(value)
    part = (next(filter(None, found.groups()), None) if found.re.groups else found[0]) if found else None
    return read.form.replace("{}", part) if part else None


def _by_rest(models: Mapping[str, Mapping[str, str]], rest: str) -> Mapping[str, str]:
    """The entry for this object id or for the longest part of it."""
    while rest and rest not in models:
        rest = rest.rpartition(".")[0]
    return models.get(rest, {})


def _facts(one: Candidate, said: Mapping[str, str]) -> dict[str, Fact]:
    """All that one definition says."""
    entry, facts = one.definition, dict[str, Fact]()
    keys = dict(one.groups)
    static = Origin.SYS_OBJECT_ID if entry.object_ids else Origin.SYS_DESCR

    def put(name: str, value: str | None, origin: Origin) -> None:
        if value and name not in facts:
            facts[name] = Fact(value, origin, name in entry.over_entity)

    for name, reads in entry.reads.items():
        value = next(filter(None, (_answer(read, said) for read in reads)), None)
        if value:
            keys[name] = value
            put(name, value, Origin.VENDOR_OID)
    for name, value in one.groups.items():
        put(name, value, Origin.SYS_DESCR)
    for name, table in entry.lookups.items():
        for found, value in table.get(keys.get(name, ""), {}).items():
            facts[found] = Fact(value, static, found in entry.over_entity)
    for name, value in _by_rest(entry.models, one.rest).items():
        put(name, value, static)
    for name, value in entry.values.items():
        put(name, value, static)
    return {name: fact for name, fact in facts.items() if name in FIELDS}


def holds(one: Candidate, said: Mapping[str, str]) -> bool:
    """Whether the device has one of the instances that the definition demands, if it demands any."""
    exists = one.definition.exists
    return not exists or any(_answer(read, said) for read in exists)


def recognise(fitting: Sequence[Candidate], said: Mapping[str, str]) -> dict[str, Fact]:
    """Fields by the definitions that hold; `said` are the answers to `wanted` as text, columns by their first value."""
    facts: dict[str, Fact] = {}
    for one in fitting:
        if not holds(one, said):
            continue
        found = _facts(one, said)
        if "os" in facts and "os" in found and facts["os"].value != found["os"].value:
            # the version of the kernel below is none of the system built on it
            found.pop("os_version", None)
        for name, fact in found.items():
            facts.setdefault(name, fact)
    return facts


def enterprise(known: Catalogue, object_id: str | None) -> Vendor | None:
    """The maker by enterprise number (IANA)."""
    if not object_id or not object_id.startswith(ENTERPRISES):
        return None
    number = object_id.removeprefix(ENTERPRISES).split(".")[0]
    vendor = known.enterprises.get(number)
    if vendor or not (name := registered(number)):
        return vendor
    return Vendor(vendor_name(known, name) or name)


def own_tree(known: Catalogue, object_id: str | None) -> str | None:
    """The OID below which the maker of the device keeps its own values; None for software that many makers use."""
    maker = enterprise(known, object_id)
    return ".".join((object_id or "").split(".")[:7]) if maker and not maker.platform else None


def vendor_name(known: Catalogue, said: str | None) -> str | None:
    """A vendor as we write it: `cisco Systems, Inc.` is the one we know from elsewhere as Cisco."""
    if not said:
        return None
    return next((name for pattern, name in known.spellings if pattern.match(said)), said)
