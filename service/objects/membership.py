"""Which devices belong to which object: rules over the inventory that stay true as it changes (`domain.md` 3.2).

Pure. Devices are numbered, and every value that a rule may ask for is a set of numbers kept as one whole number, bit by
bit: a rule is then a handful of "and" and "or" over all devices at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from uuid import UUID

import msgspec

from service.i18n import Lazy, lazy
from service.objects.standard import TargetKind

COVERING = frozenset({TargetKind.IT_SYSTEM, TargetKind.INDUSTRIAL, TargetKind.IOT})
"""Kinds of object in which a device finds its place; a network or an application says nothing about the device itself."""
NO_DEVICE = frozenset({"virtual_address"})
"""An address that floats between devices is none itself."""

FAMILIES: Mapping[str, Lazy] = {
    "windows_server": lazy("Windows Server"),
    "windows": lazy("Windows"),
    "linux": lazy("Linux"),
    "macos": lazy("macOS"),
    "ios": lazy("iOS und iPadOS"),
    "android": lazy("Android"),
    "esxi": lazy("VMware ESXi"),
    "other": lazy("andere"),
    "unknown": lazy("unbekannt"),
}
_FAMILY = (
    ("windows_server", re.compile(r"windows server|windows_server")),
    ("windows", re.compile(r"windows")),
    ("esxi", re.compile(r"esxi?\b|vmware")),
    ("android", re.compile(r"android")),
    ("ios", re.compile(r"\bios \d+(\.\d+)* ?(\(iphone|\(ipad)|ipados|iphone|apple ios")),
    ("macos", re.compile(r"mac ?os|os x|darwin")),
    ("linux", re.compile(r"linux|debian|ubuntu|suse|red hat|centos|fedora|proxmox|alma|rocky")),
)


def family(os: str | None) -> str:
    """Family of an operating system by what its text says; a key of `FAMILIES`."""
    text = (os or "").casefold()
    if not text:
        return "unknown"
    return next((name for name, pattern in _FAMILY if pattern.search(text)), "other")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which devices belong to an object: those for which every filled field fits, and those added by hand.

    Within a field one fitting value is enough. `everything` is all devices of the town, excluded ones too.
    """

    kinds: list[str] = []
    assets: list[str] = []
    everything: bool = False
    os: list[str] = []
    networks: list[str] = []
    purposes: list[str] = []
    sites: list[str] = []
    units: list[str] = []
    name: str = ""
    """Pattern of the name with `*` and `?`, in any case: `nb-*`."""

    @property
    def asks(self) -> bool:
        """Whether any field narrows the inventory; an empty rule draws nothing."""
        return bool(self.kinds or self.os or self.networks or self.purposes or self.sites or self.units or self.name)

    @property
    def draws(self) -> bool:
        """Whether the object has devices at all."""
        return self.everything or self.asks or bool(self.assets)


@dataclass(frozen=True, slots=True)
class Batch:
    """Devices that agree in everything a rule may ask for but the name; `ids` and `names` go side by side."""

    kind: str
    os: str | None
    site: UUID | None
    unit: str
    networks: tuple[UUID, ...]
    ids: Sequence[UUID]
    names: Sequence[str]


class Estate:
    """The devices in use of one town, ready to be asked by rules. `purposes`: network → what it is for."""

    def __init__(self, batches: Iterable[Batch], purposes: Mapping[UUID, str], excluded: Collection[UUID] = ()) -> None:
        self.ids: list[UUID] = []
        self.names: list[str] = []
        self.kinds: dict[str, int] = {}
        self._asked: dict[bytes, int] = {}
        self._patterns: dict[str, int] = {}
        self._fields: dict[str, dict[str, int]] = {name: {} for name in ("os", "networks", "purposes", "sites", "units")}
        for batch in batches:
            mask = ((1 << len(batch.ids)) - 1) << len(self.ids)
            self.ids += batch.ids
            self.names += batch.names
            self.kinds[batch.kind] = self.kinds.get(batch.kind, 0) | mask
            _put(self._fields["os"], family(batch.os), mask)
            _put(self._fields["units"], batch.unit, mask)
            _put(self._fields["sites"], str(batch.site or ""), mask)
            for network in batch.networks:
                _put(self._fields["networks"], str(network), mask)
            for purpose in {purposes.get(network, "") for network in batch.networks}:
                _put(self._fields["purposes"], purpose, mask)
        self.all = (1 << len(self.ids)) - 1
        out = set(excluded)
        self.excluded = self._mask(i for i, ident in enumerate(self.ids) if ident in out) if out else 0

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {str(ident): i for i, ident in enumerate(self.ids)}

    @cached_property
    def _sorted(self) -> list[tuple[str, int]]:
        return sorted((name.casefold(), i) for i, name in enumerate(self.names))

    def _mask(self, numbers: Iterable[int]) -> int:
        found = bytearray(len(self.ids) // 8 + 1)
        for number in numbers:
            found[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(found, "little")

    def mask(self, rule: Rule) -> int:
        """The devices of a rule as a set of bits."""
        key = msgspec.json.encode(rule)
        if key not in self._asked:
            self._asked[key] = self._drawn(rule)
        return self._asked[key]

    def _drawn(self, rule: Rule) -> int:
        if rule.everything:
            return self.all
        found = self.all if rule.asks else 0
        if rule.kinds:
            found &= _any(self.kinds, rule.kinds)
        for name, values in self._fields.items():
            wanted = getattr(rule, name)
            if wanted:
                found &= _any(values, wanted)
        if rule.name and found:
            found &= self._named(rule.name.casefold())
        found &= ~self.excluded
        if rule.assets:
            found |= self._mask(self._place[x] for x in rule.assets if x in self._place)
        return found

    def _named(self, pattern: str) -> int:
        """Devices whose name fits; only names that begin as the pattern does are looked at, each pattern once."""
        if pattern not in self._patterns:
            start = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
            low = bisect_left(self._sorted, (start, -1)) if start else 0
            high = bisect_right(self._sorted, (start + "\U0010ffff", 0)) if start else len(self._sorted)
            near = self._sorted[low:high]
            if pattern == start + "*":
                self._patterns[pattern] = self._mask(i for _name, i in near)
            else:
                wanted = re.compile(translate(pattern))
                self._patterns[pattern] = self._mask(i for name, i in near if wanted.match(name))
        return self._patterns[pattern]

    def count(self, rule: Rule) -> int:
        """How many devices a rule draws."""
        return self.mask(rule).bit_count()

    def these(self, mask: int) -> tuple[UUID, ...]:
        """The devices of a set of bits."""
        return tuple(self.ids[i] for i in _bits(mask))

    def members(self, rule: Rule) -> frozenset[UUID]:
        """The devices of a rule."""
        return frozenset(self.these(self.mask(rule)))

    def by_kind(self, mask: int) -> dict[str, int]:
        """How many devices of each kind are in a set of bits, the most frequent first."""
        counts = {kind: (bits & mask).bit_count() for kind, bits in self.kinds.items()}
        return dict(sorted(((k, n) for k, n in counts.items() if n), key=lambda x: (-x[1], x[0])))

    def families(self, mask: int) -> tuple[str, ...]:
        """Families of operating systems in a set of bits, without unknown ones."""
        return tuple(x for x, bits in sorted(self._fields["os"].items()) if bits & mask and x not in ("unknown", "other"))

    def dangling(self, rules: Iterable[tuple[str, Rule]]) -> int:
        """Devices that are no object, in no group and not excluded, as bits; `rules` = kind of object and its rule."""
        left = self.all & ~self.excluded
        for kind in NO_DEVICE:
            left &= ~self.kinds.get(kind, 0)
        for kind, rule in rules:
            if kind in COVERING and not rule.everything:
                left &= ~self.mask(rule)
        return left


def _put(values: dict[str, int], key: str, mask: int) -> None:
    values[key] = values.get(key, 0) | mask


def _any(values: Mapping[str, int], wanted: Iterable[str]) -> int:
    found = 0
    for one in wanted:
        found |= values.get(one, 0)
    return found


def _bits(mask: int) -> Iterable[int]:
    return (i for i, bit in enumerate(reversed(f"{mask:b}")) if bit == "1")
