"""The matrix of products and towns, and what it tells: two products for one purpose, contracts that end together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from service.software.folding import fold
from service.software.values import Shared, Standard


@dataclass(frozen=True, slots=True)
class Row:
    """A product and its uses by town id; `purposes` as the towns name them."""

    key: str
    name: str
    maker: str
    purposes: tuple[str, ...]
    cells: Mapping[int, Shared]
    standard: bool


def matrix(uses: Iterable[Shared], standards: Iterable[Standard]) -> tuple[Row, ...]:
    """One row a product, by purpose and name. The first use of a product gives it name and maker: pass one's own first."""
    marked = {x.key for x in standards}
    by_key: dict[str, list[Shared]] = {}
    for use in uses:
        by_key.setdefault(use.key, []).append(use)
    rows = [
        Row(
            key,
            same[0].name,
            next((x.maker for x in same if x.maker), ""),
            tuple(dict.fromkeys(x.purpose for x in same if x.purpose)),
            {x.of_town: x for x in same},
            key in marked,
        )
        for key, same in by_key.items()
    ]
    return tuple(sorted(rows, key=lambda x: (fold(x.purposes[0]) if x.purposes else "~", fold(x.name))))


def search(rows: Iterable[Row], text: str) -> tuple[Row, ...]:
    """Rows in whose product, maker or purpose every word of `text` occurs."""
    words = text.casefold().split()
    return tuple(row for row in rows if all(word in " ".join((row.name, row.maker, *row.purposes)).casefold() for word in words))


@dataclass(frozen=True, slots=True)
class SamePurpose:
    """Towns that solve the same task with different products: a joint one could be cheaper."""

    purpose: str
    products: tuple[tuple[str, tuple[int, ...]], ...]
    """Product and the ids of its towns."""
    known_cost: int | None
    """Sum of the yearly costs that may be seen, in cents; None where none may."""


def same_purpose(rows: Iterable[Row]) -> tuple[SamePurpose, ...]:
    """Purposes for which two towns have no product in common."""
    by_purpose: dict[str, list[Shared]] = {}
    written: dict[str, str] = {}
    for row in rows:
        for use in row.cells.values():
            if use.purpose:
                folded = fold(use.purpose)
                by_purpose.setdefault(folded, []).append(use)
                written.setdefault(folded, use.purpose)
    made = []
    for folded, uses in sorted(by_purpose.items()):
        products: dict[str, list[Shared]] = {}
        for use in uses:
            products.setdefault(use.key, []).append(use)
        of_town: dict[int, set[str]] = {}
        for use in uses:
            of_town.setdefault(use.of_town, set()).add(use.key)
        if not any(one.isdisjoint(other) for one, other in combinations(of_town.values(), 2)):
            continue
        costs = [x.cost_yearly for x in uses if x.cost_yearly is not None]
        told = tuple((same[0].name, tuple(sorted(x.of_town for x in same))) for same in products.values())
        made.append(SamePurpose(written[folded], told, sum(costs) if costs else None))
    return tuple(made)


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter."""
    return day.year, (day.month + 2) // 3


@dataclass(frozen=True, slots=True)
class EndTogether:
    """Contracts of several towns for one product that end in one quarter: time to ask for one price."""

    year: int
    quarter: int
    name: str
    ends: tuple[tuple[int, date], ...]
    """Town id and day."""


def end_together(rows: Iterable[Row], today: date) -> tuple[EndTogether, ...]:
    """Products whose contracts end in the same quarter in two towns or more, the next first."""
    made = []
    for row in rows:
        quarters: dict[tuple[int, int], list[tuple[int, date]]] = {}
        for town, use in row.cells.items():
            if use.contract_end and use.contract_end >= today:
                quarters.setdefault(quarter(use.contract_end), []).append((town, use.contract_end))
        made += [
            EndTogether(*when, row.name, tuple(sorted(ends, key=lambda x: (x[1], x[0]))))
            for when, ends in quarters.items()
            if len(ends) > 1
        ]
    return tuple(sorted(made, key=lambda x: (x.year, x.quarter, x.name)))


@dataclass(frozen=True, slots=True)
class Deviation:
    """A town that uses another product for the purpose of a standard."""

    purpose: str
    standard: str
    town: int
    product: str


def deviations(rows: Sequence[Row], standards: Iterable[Standard]) -> tuple[Deviation, ...]:
    """Who deviates from the standard of the group; a town that uses the standard too does not."""
    made = []
    for standard in standards:
        wanted = fold(standard.purpose) if standard.purpose else ""
        follows = {town for row in rows if row.key == standard.key for town in row.cells}
        made += [
            Deviation(standard.purpose, standard.name, town, row.name)
            for row in rows
            if row.key != standard.key
            for town, use in sorted(row.cells.items())
            if wanted and fold(use.purpose) == wanted and town not in follows
        ]
    return tuple(made)
