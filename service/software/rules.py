"""Names from scans → products: rules that a person confirmed, and suggestions for the names that no rule knows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from service.software.folding import fold, fold_maker, is_noise


@dataclass(frozen=True, slots=True)
class Found:
    """A name that scans and lists brought, as they wrote it, and on how many devices of the estate it stands."""

    id: UUID
    name: str
    maker: str | None
    devices: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`value` is a folded name, or with `pattern` one with `*`; `product` None means: not worth a look."""

    id: UUID
    pattern: bool
    value: str
    maker: str
    product: UUID | None
    batch: UUID
    by: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What could be right: a product of the town, a new one of that name, or to be ignored; `why` is a key of `REASONS`."""

    product: UUID | None
    name: str
    ignore: bool
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Names that fold to the same, with the rule that holds for them or what is suggested."""

    value: str
    maker: str
    names: tuple[Found, ...]
    rule: Rule | None
    suggestion: Suggestion | None

    @property
    def state(self) -> str:
        """One of `open`, `assigned`, `ignored`."""
        return "open" if self.rule is None else "ignored" if self.rule.product is None else "assigned"

    @property
    def title(self) -> str:
        """The name to show: the one on most devices."""
        return max(self.names, key=lambda x: (x.devices, -len(x.name), x.name)).name

    @property
    def maker_shown(self) -> str:
        """The maker as most devices tell it."""
        return (
            max((x for x in self.names if x.maker), key=lambda x: (x.devices, x.maker or ""), default=self.names[0]).maker or ""
        )

    @property
    def installations(self) -> int:
        """Upper bound: a device with two versions counts twice here, once in a licence."""
        return sum(x.devices for x in self.names)


@lru_cache(maxsize=4096)
def _shape(value: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in value.split("*")), re.DOTALL)


class Book:
    """The rules in force: an exact one goes before a pattern, with maker before without, long before short."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = list(rules)
        self._exact = {(rule.value, rule.maker): rule for rule in rules if not rule.pattern}
        self._patterns = sorted((x for x in rules if x.pattern), key=lambda x: (-len(x.value), not x.maker, x.value, x.maker))

    def rule(self, value: str, maker: str) -> Rule | None:
        """The one rule for a folded name and maker."""
        exact = self._exact.get((value, maker)) or self._exact.get((value, ""))
        if exact:
            return exact
        return next((x for x in self._patterns if (not x.maker or x.maker == maker) and _shape(x.value).fullmatch(value)), None)


def groups(found: Iterable[Found], book: Book, products: Mapping[str, UUID], elsewhere: Mapping[str, str]) -> tuple[Group, ...]:
    """All names folded, most devices first.

    A name without maker joins the group of its name where only one maker has it. `products` are folded names of the
    town's products, `elsewhere` folded → written names of products that other towns share.
    """
    by_name: dict[str, dict[str, list[Found]]] = {}
    for one in found:
        by_name.setdefault(fold(one.name), {}).setdefault(fold_maker(one.maker), []).append(one)
    made = []
    for value, makers in by_name.items():
        for maker, names in _joined(makers).items():
            rule = book.rule(value, maker)
            suggestion = None if rule else suggest(value, names, products, elsewhere)
            made.append(Group(value, maker, tuple(sorted(names, key=lambda x: x.name)), rule, suggestion))
    return tuple(sorted(made, key=lambda x: (-x.installations, x.value, x.maker)))


def _joined(makers: Mapping[str, list[Found]]) -> Mapping[str, list[Found]]:
    """Names without maker go to the only maker there is."""
    named = [maker for maker in makers if maker]
    return {named[0]: makers[named[0]] + makers[""]} if "" in makers and len(named) == 1 else makers


def suggest(value: str, names: Sequence[Found], products: Mapping[str, UUID], elsewhere: Mapping[str, str]) -> Suggestion | None:
    """Same folded name first; then a product whose whole name begins this one; then what reads like a driver."""
    if value in products:
        return Suggestion(products[value], "", ignore=False, why="same")
    if any(is_noise(one.name) for one in names):
        return Suggestion(None, "", ignore=True, why="noise")
    if value in elsewhere:
        return Suggestion(None, elsewhere[value], ignore=False, why="elsewhere")
    words = value.split(" ")
    starts = (" ".join(words[:number]) for number in range(len(words) - 1, 0, -1))
    longest = next((x for x in starts if len(x) >= 4 and x in products), None)
    return Suggestion(products[longest], "", ignore=False, why="begins") if longest else None


def assigned(groups: Iterable[Group]) -> Mapping[UUID, tuple[UUID, ...]]:
    """Product → the names that count for it."""
    made: dict[UUID, list[UUID]] = {}
    for group in groups:
        if group.rule and group.rule.product:
            made.setdefault(group.rule.product, []).extend(x.id for x in group.names)
    return {product: tuple(names) for product, names in made.items()}
