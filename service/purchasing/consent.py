"""Who decides about a lot (Federführung), who may only propose, and when prices and key stand fast (`domain.md` 2.13). Pure.

One party is responsible: the lead town, or the group's administration. The other towns of the lot propose and agree.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from service.errors import Wrong
from service.i18n import gettext as _

if TYPE_CHECKING:
    from service.purchasing.lots import Key, Lot, Tier

LEAD: Final = "lead"
"""`where` of a refusal because somebody else decides."""
FAR_OFF: Final = Fraction(1, 5)
"""An invoice that differs from the offer by more than this share of it must be confirmed."""


@dataclass(frozen=True, slots=True)
class Party:
    """For whom somebody acts: a town, or the group's administration."""

    town: int
    group: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Prices and key as a town that does not decide would have them."""

    town: int
    tiers: tuple[Tier, ...]
    key: Key
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """How far the towns agree. `agreed` are towns that agreed to the terms as they are now."""

    lead: int | None = None
    agreed: frozenset[int] = frozenset()
    fixed_by: str | None = None
    fixed_at: datetime | None = None
    proposals: tuple[Proposal, ...] = ()


def takes_part(lot: Lot, party: Party) -> bool:
    """Whether the town has a part in the lot."""
    return any(part.town.id == party.town for part in lot.parts)


def lead(lot: Lot) -> int | None:
    """The town that decides: the lead while it takes part; a town that is alone decides for itself."""
    towns = [part.town.id for part in lot.parts]
    if lot.terms.consent.lead in towns:
        return lot.terms.consent.lead
    return towns[0] if len(towns) == 1 else None


def decides(lot: Lot, party: Party) -> bool:
    """Whether this party writes prices, key and invoice."""
    return party.group or lead(lot) == party.town


def may_lead(lot: Lot, party: Party) -> bool:
    """Whether this party may say who leads: who decides already, and any town of the lot while nobody leads."""
    return decides(lot, party) or (lead(lot) is None and takes_part(lot, party))


def by_all(lot: Lot, agreed: Collection[int] | None = None) -> bool:
    """Whether every town of the lot agreed to the terms."""
    known = lot.terms.consent.agreed if agreed is None else agreed
    return bool(lot.parts) and all(part.town.id in known for part in lot.parts)


def may_reopen(lot: Lot, party: Party) -> bool:
    """What the lead fixed alone it opens again; what all agreed to only the group's administration."""
    return party.group or (decides(lot, party) and not by_all(lot))


def require(*, allowed: bool) -> None:
    """Raises `Wrong` (where: lead) for whoever does not decide."""
    if not allowed:
        raise Wrong(
            _("Über dieses Los entscheidet eine andere Stelle."),
            LEAD,
            _("Preise, Schlüssel und Rechnung trägt die federführende Stadt oder die Verbundadministration ein."),
        )


def require_open(lot: Lot) -> None:
    """Raises `Wrong` where prices and key stand fast."""
    if lot.terms.invoice:
        raise Wrong(_("Dieses Los ist abgerechnet."), "tiers", _("Nehmen Sie zuerst die Rechnung zurück."))
    if lot.terms.consent.fixed_at:
        raise Wrong(_("Preise und Schlüssel stehen fest."), "tiers", _("Öffnen Sie sie zuerst wieder."))


def far_off(invoice: int, offered: int | None) -> Fraction | None:
    """By which share of the offer an invoice differs (cents), where that is so much that a person must confirm it."""
    if not offered:
        return None
    share = Fraction(invoice - offered, offered)
    return share if abs(share) > FAR_OFF else None
