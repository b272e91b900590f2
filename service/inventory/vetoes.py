"""What keeps two records apart (Vetos, `domain.md` 2.6), whatever else they share.

Knows records and the aliases that stronger evidence proved (members of one stack, cards of one machine); joins nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from service.inventory.asset import IdentifierKind, Origin
from service.inventory.evidence import NONE, Evidence
from service.inventory.folding import distance

if TYPE_CHECKING:
    from service.inventory.clues import Clues

FAMILIES: dict[str, str] = (
    dict.fromkeys(("workstation", "notebook", "thin_client", "tablet", "server", "vm", "hypervisor", "time_server"), "computer")
    | dict.fromkeys(("switch", "router", "firewall", "access_point", "wireless_controller", "load_balancer"), "network")
    | dict.fromkeys(("printer", "label_printer", "scanner"), "printer")
    | dict.fromkeys(("phone", "telephony", "conference"), "phone")
    | dict.fromkeys(("ups", "pdu"), "power")
    | {"smartphone": "smartphone", "camera": "camera", "monitor": "monitor", "projector": "projector", "dock": "dock"}
    | {"headset": "headset", "management_controller": "management", "virtual_address": "virtual", "storage": "storage"}
)
"""Kinds that people and probes confuse with each other stand in one family; kinds in none fit everywhere."""

APART = frozenset({frozenset({"vm", "hypervisor"})})
"""Kinds of one family that are never the same device."""

TYPO = 2
"""Damerau-Levenshtein distance up to which a typed serial may be a misspelt other one."""

_FACTS = (IdentifierKind.MAC, IdentifierKind.UUID, IdentifierKind.SERIAL, IdentifierKind.INVENTORY)

MANY_CARDS = frozenset({"router", "firewall", "load_balancer", "switch"})
"""Kinds that answer with a card of their own in every network: several MACs at once are no contradiction."""


def fit(left: str, right: str) -> bool:
    """True unless two surely known kinds of device exclude each other."""
    a, b = FAMILIES.get(left), FAMILIES.get(right)
    return a is None or b is None or (a == b and frozenset((left, right)) not in APART) or {a, b} == {"storage", "computer"}


def observed(record: Clues) -> bool:
    """True where a machine or a person at the device tells its kind; the word in a list is a label that clerks mistype."""
    return record.sure_kind and record.source != "list"


def alike(left: Iterable[Clues], right: Iterable[Clues]) -> bool:
    """True unless the kinds of two groups exclude each other; the word of a list counts where nobody observed the kind."""
    a, b = _kinds(left), _kinds(right)
    return not a or not b or any(fit(one, other) for one in a for other in b)


def _kinds(records: Iterable[Clues]) -> set[str]:
    sure = [record for record in records if record.sure_kind]
    return {record.kind for record in sure if observed(record)} or {record.kind for record in sure}


class Aliases:
    """Values proven to be one device's: union-find over value numbers."""

    def __init__(self, evidence: Evidence) -> None:
        self.parent = list(range(len(evidence.values)))
        values = evidence.values
        for i, record in enumerate(evidence.records):
            ids = evidence.ids[i]
            if len(ids) > 1 and record.source in ("snmp", "agent"):
                for kind in (IdentifierKind.SERIAL, IdentifierKind.MAC):
                    self.tie([value for value in ids if values[value].kind is kind])

        self._texts = [value.value for value in values]
        self._kin: dict[int, list[str]] = {}
        for value, identifier in enumerate(values):
            root = self.of(value)
            if identifier.kind is IdentifierKind.SERIAL and root != value:
                self._kin.setdefault(root, [self._texts[root]]).append(identifier.value)

    def kin(self, value: int) -> list[str]:
        """All serials of the device that shows this one: the members of a stack."""
        root = self.of(value)
        return self._kin.get(root) or [self._texts[root]]

    def of(self, value: int) -> int:
        """The representative of a value's class."""
        parent = self.parent
        while parent[value] != value:
            parent[value] = parent[parent[value]]
            value = parent[value]
        return value

    def tie(self, values: Iterable[int]) -> None:
        """Declare values to be one device's."""
        first = NONE
        for value in values:
            here = self.of(value)
            if first == NONE:
                first = here
            elif here != first:
                low, first = max(first, here), min(first, here)
                self.parent[low] = first


def near_serial(left: Iterable[str], right: Iterable[str]) -> bool:
    """True when one serial of each side may be a misspelling of the other."""
    others = list(right)
    return any(distance(a, b, TYPO) <= TYPO for a in left for b in others)


def manages(left: Clues, right: Clues) -> bool:
    """True for a management controller beside another kind: both show the host's serial, and that is right."""
    return (left.kind == "management_controller") != (right.kind == "management_controller")


def contradict(
    evidence: Evidence, aliases: Aliases, x: int, y: int, value: int, shared: Container[int] = (), stack: bool = False
) -> bool:
    """True when two records of one run carry `value` and yet cannot be one device (simultaneity, V2, V3, V5).

    Agreement in another value speaks for one device, unless that one is `shared` already or can be copied with the
    disk while the network cards differ.
    """
    if evidence.spot[x] == evidence.spot[y] != NONE:
        return False
    left, right = evidence.records[x], evidence.records[y]
    kind = evidence.values[value].kind if value != NONE else None
    if kind is IdentifierKind.SERIAL and manages(left, right):
        return False
    names, others = set(evidence.said[x]), set(evidence.said[y])
    renamed = bool(names) and bool(others) and names.isdisjoint(others)
    apart = False
    for fact in _FACTS:
        mine = {aliases.of(v) for v in evidence.ids[x] if v != value and v not in shared and evidence.values[v].kind is fact}
        theirs = {aliases.of(v) for v in evidence.ids[y] if v != value and v not in shared and evidence.values[v].kind is fact}
        if not mine or not theirs:
            continue
        if not mine.isdisjoint(theirs):
            return False
        if not left.typed and fact is not IdentifierKind.SERIAL and not (left.kind == right.kind and left.kind in MANY_CARDS):
            return kind is not IdentifierKind.MAC
        apart = apart or not (left.typed and _slip(aliases, fact, kind, mine, theirs, stack))
    if renamed:
        return True
    if kind is not None and not left.typed and _installed(evidence, x, y, value):
        return not _alike(evidence, x, y, value, shared)
    if names and others and left.typed and value not in names:
        return False
    if apart or not left.typed:
        return apart
    if kind is IdentifierKind.INVENTORY:  # one number for all that stands on a desk
        return not fit(left.kind, right.kind) or _other_model(left.model, right.model)
    return kind is IdentifierKind.SERIAL and _other_model(left.model, right.model)


def _installed(evidence: Evidence, x: int, y: int, value: int) -> bool:
    """A certificate, or a name that only certificates say: people install one on several machines."""
    identifier = evidence.values[value]
    return identifier.kind is IdentifierKind.CERTIFICATE or (
        identifier.kind is IdentifierKind.NAME
        and all((identifier.value, str(Origin.CERTIFICATE)) in evidence.records[i].names for i in (x, y))
    )


def _alike(evidence: Evidence, x: int, y: int, value: int, shared: Container[int]) -> bool:
    """Two addresses of one scan show more in common than what can be installed: a key, the same name in DNS or of their own."""
    left, right = evidence.records[x], evidence.records[y]
    common = {v for v in evidence.ids[x] if v != value and v not in shared} & set(evidence.ids[y])
    own = {name for name, origin in left.names if origin != Origin.CERTIFICATE}
    return (
        any(evidence.values[v].kind is not IdentifierKind.CERTIFICATE for v in common)
        or (bool(left.ptr) and left.ptr == right.ptr)
        or any(name in own for name, origin in right.names if origin != Origin.CERTIFICATE)
    )


def _slip(
    aliases: Aliases, fact: IdentifierKind, shared: IdentifierKind | None, mine: set[int], theirs: set[int], stack: bool
) -> bool:
    """Differences between rows that are none between devices: a misspelt serial, a number for every member of a stack."""
    if fact is IdentifierKind.SERIAL:
        return any(near_serial(aliases.kin(a), aliases.kin(b)) for a in mine for b in theirs)
    return fact is IdentifierKind.INVENTORY and (stack or shared is IdentifierKind.MAC)


def _other_model(left: str, right: str) -> bool:
    return bool(left) and bool(right) and left not in right and right not in left


def successor(left: Clues, right: Clues) -> bool:
    """Rows with one inventory number and other serials are two devices where model or kind differ as well."""
    if left.model and right.model:
        return _other_model(left.model, right.model)
    return bool(left.kind) and bool(right.kind) and left.kind != right.kind
