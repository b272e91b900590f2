"""Lots (Lose): equal needs of several towns in one quarter, what they cost together, and who pays what (`domain.md` 2.13).

Pure; money is whole cents. What cannot be calculated is None with a reason beside it, never nothing or zero.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from service.errors import Wrong
from service.i18n import gettext as _
from service.purchasing.consent import Consent
from service.purchasing.splitting import split


class Key(enum.StrEnum):
    """How the cost of a lot is shared (Verteilschlüssel)."""

    QUANTITY = "quantity"
    INHABITANTS = "inhabitants"


@dataclass(frozen=True, slots=True, order=True)
class Tier:
    """Preisstaffel: the price of one piece from this quantity on, in cents."""

    least: int
    price: int


@dataclass(frozen=True, slots=True)
class Released:
    """A need as its town released it: nothing else of it is known here."""

    of_town: int
    class_id: UUID
    quarter: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Town:
    """A town as lots need it; `code` orders and breaks ties."""

    id: int
    code: str
    name: str
    inhabitants: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one town takes of a lot."""

    town: Town
    quantity: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """What was paid in the end, and by whom: kept as it was, whatever happens to the needs later."""

    cents: int
    on: date
    single: int | None
    """What the towns would have paid one by one, as calculated on that day."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed for a class in a quarter."""

    tiers: tuple[Tier, ...] = ()
    key: Key = Key.QUANTITY
    invoice: Invoice | None = None
    settled: tuple[Part, ...] = ()
    version: int = 0
    consent: Consent = field(default_factory=Consent)


@dataclass(frozen=True, slots=True)
class Lot:
    """Los: the same class in the same quarter; of one town alone it waits for a second."""

    class_id: UUID
    quarter: str
    parts: tuple[Part, ...]
    terms: Terms = field(default_factory=Terms)

    @property
    def joint(self) -> bool:
        """Gleicher Bedarf: at least two towns."""
        return len(self.parts) > 1

    @property
    def quantity(self) -> int:
        return sum(part.quantity for part in self.parts)

    @property
    def unit(self) -> int | None:
        """Price of one piece at the tier of the whole."""
        return unit_price(self.terms.tiers, self.quantity)

    @property
    def pooled(self) -> int | None:
        """Price of all pieces at the tier of the whole; None without a tier for it."""
        return cost(self.terms.tiers, self.quantity)

    @property
    def single(self) -> int | None:
        """What the towns would pay one by one, each at its own tier; None where one of them has no tier."""
        if self.terms.invoice is not None:
            return self.terms.invoice.single
        costs = [cost(self.terms.tiers, part.quantity) for part in self.parts]
        return sum(x for x in costs if x is not None) if None not in costs else None

    @property
    def saving(self) -> int | None:
        """Estimated saving (Einsparschätzung)."""
        return None if self.single is None or self.pooled is None else self.single - self.pooled

    @property
    def recorded(self) -> int | None:
        """Saving after the invoice; below zero where the joint purchase was dearer."""
        invoice = self.terms.invoice
        return None if invoice is None or invoice.single is None else invoice.single - invoice.cents

    @property
    def total(self) -> int | None:
        """What is shared out: the invoice, before it the estimate."""
        return self.terms.invoice.cents if self.terms.invoice else self.pooled

    @property
    def without_inhabitants(self) -> tuple[str, ...]:
        """Towns of the lot whose number of inhabitants is not known."""
        return tuple(part.town.name for part in self.parts if not part.town.inhabitants)

    def weights(self) -> Mapping[str, int] | None:
        """Town → weight of its share; None where the key cannot be applied."""
        if self.terms.key == Key.INHABITANTS:
            if self.without_inhabitants:
                return None
            return {part.town.code: part.town.inhabitants or 0 for part in self.parts}
        return {part.town.code: part.quantity for part in self.parts}

    def shares(self) -> Mapping[str, int] | None:
        """Town code → cents; None where price or key is missing. The sum is exactly the total."""
        weights = self.weights()
        return None if self.total is None or not weights else split(self.total, weights)

    def weight_share(self, code: str) -> Fraction | None:
        """A town's part of the key, as a share of one."""
        weights = self.weights()
        return Fraction(weights[code], sum(weights.values())) if weights else None


def unit_price(tiers: Iterable[Tier], quantity: int) -> int | None:
    """The price of one piece at this quantity; None below the smallest tier."""
    fitting = [tier for tier in tiers if tier.least <= quantity]
    return max(fitting).price if fitting else None


def cost(tiers: Iterable[Tier], quantity: int) -> int | None:
    """What this quantity costs; None without a tier for it."""
    price = unit_price(tiers, quantity)
    return None if price is None else price * quantity


def saving_share(saving: int | None, single: int | None) -> Fraction | None:
    """Saving as a share of the single price."""
    return Fraction(saving, single) if saving is not None and single else None


def checked(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    """The tiers by quantity.

    Raises:
        Wrong: two for the same quantity, or a dearer piece in a larger order; that is a slip of the hand.
    """
    ordered = tuple(sorted(tiers))
    for before, after in pairwise(ordered):
        if before.least == after.least:
            raise Wrong(_("Ab %(n)s Stück stehen zwei Preise.", n=after.least), "tiers", _("Lassen Sie einen davon stehen."))
        if after.price > before.price:
            raise Wrong(
                _("Ab %(n)s Stück ist der Preis höher als bei weniger Stück.", n=after.least),
                "tiers",
                _("Prüfen Sie beide Preise."),
            )
    return ordered


def pool(
    released: Iterable[Released], towns: Iterable[Town], terms: Mapping[tuple[UUID, str], Terms]
) -> tuple[Lot, ...]:  # fmt: skip
    """All lots, earliest quarter first; a settled one has the parts it was settled with."""
    known = {town.id: town for town in towns}
    wanted: dict[tuple[UUID, str], dict[int, int]] = {}
    for one in released:
        if one.of_town in known:
            parts = wanted.setdefault((one.class_id, one.quarter), {})
            parts[one.of_town] = parts.get(one.of_town, 0) + one.quantity
    settled = {key: found for key, found in terms.items() if found.invoice}
    lots = []
    for key in {*wanted, *settled}:
        agreed = terms.get(key, Terms())
        parts_now = (Part(known[town], quantity) for town, quantity in wanted.get(key, {}).items())
        parts_of = agreed.settled if agreed.invoice else parts_now
        lots.append(Lot(*key, tuple(sorted(parts_of, key=lambda part: part.town.code)), agreed))
    return tuple(sorted(lots, key=lambda lot: (lot.quarter, str(lot.class_id))))
