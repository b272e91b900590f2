"""Life cycle of a device (Lebenszyklus, `domain.md` 2.10): which state may follow which, and what a step must say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from service.errors import Wrong
from service.i18n import format_date
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.asset import Status
from service.limits import REASON, check_reason, check_text, typed_day

NEXT: Final[Mapping[Status, tuple[Status, ...]]] = {
    Status.PLANNED: (Status.ORDERED, Status.IN_STOCK, Status.IN_USE, Status.RETIRED),
    Status.ORDERED: (Status.IN_STOCK, Status.IN_USE, Status.PLANNED, Status.RETIRED),
    Status.IN_STOCK: (Status.IN_USE, Status.LENT, Status.RETIRED, Status.MISSING),
    Status.IN_USE: (Status.IN_STOCK, Status.LENT, Status.RETIRED, Status.MISSING),
    Status.LENT: (Status.IN_USE, Status.IN_STOCK, Status.RETIRED, Status.MISSING),
    Status.MISSING: (Status.IN_USE, Status.IN_STOCK, Status.RETIRED),
    Status.RETIRED: (Status.DISPOSED, Status.IN_STOCK, Status.IN_USE),
    Status.DISPOSED: (Status.RETIRED,),
    Status.NEW: (Status.IN_USE, Status.IN_STOCK, Status.LENT, Status.RETIRED, Status.MISSING),
}
"""The usual next state first. A disposed device comes back only as retired: the entry was a mistake."""

FIRST: Final = (Status.IN_USE, Status.IN_STOCK, Status.ORDERED, Status.PLANNED)
"""States in which a device may be entered by hand."""

WITHOUT_DATA: Final = frozenset({"monitor", "dock", "headset", "projector", "ups", "pdu", "virtual_address"})
"""Kinds that hold no data; any other, also an unknown one, is disposed of only with a proof of erasure."""

ABSENT: Final = frozenset({Status.RETIRED, Status.DISPOSED, Status.MISSING, Status.PLANNED, Status.ORDERED})
"""States in which no machine should see the device."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a device's life: since when, why, by whom; `proof` of data erasure where there is one."""

    status: str
    on: date
    reason: str
    proof: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """A step that a person wants, as typed."""

    to: str
    on: str
    reason: str
    proof: str = ""


def following(status: str) -> tuple[Status, ...]:
    """The states that may follow."""
    return NEXT.get(Status(status), ()) if status in Status._value2member_map_ else ()


def needs_proof(kind: str, to: str) -> bool:
    """Whether the step needs a proof that the data are erased."""
    return to == Status.DISPOSED and kind not in WITHOUT_DATA


def refused(kind: str, status: str, to: str, proof: str) -> str:
    """Why a device of this kind and state cannot go there, as a sentence; empty where it can."""
    names = {"from": _word(status), "to": _word(to)}
    if to == status:
        return _("ist schon „%(to)s“", **names)
    if to not in following(status):
        return _("kann nicht von „%(from)s“ zu „%(to)s“ wechseln", **names)
    if needs_proof(kind, to) and not proof.strip():
        return _("braucht für „%(to)s“ einen Nachweis der Datenlöschung", **names)
    return ""


def checked(wish: Wish, today: date) -> date:
    """The day of the step.

    Raises:
        Wrong: no reason, no possible day, no such state; `where` names the field.
    """
    if wish.to not in Status._value2member_map_ or wish.to == Status.NEW:
        raise Wrong(
            _("Diesen Zustand gibt es nicht."), labels.word(labels.FIELDS, "status"), _("Wählen Sie einen aus der Liste.")
        )
    check_reason(
        wish.reason,
        _("Ein Schritt im Lebenszyklus braucht einen Grund."),
        _("Ein Halbsatz genügt, zum Beispiel „an das Bauamt ausgegeben“."),
    )
    check_text(wish.proof, _("Nachweis der Datenlöschung"), REASON)
    day = typed_day(wish.on, today, _("Datum"))
    if day > today:
        raise Wrong(_("Dieser Tag liegt in der Zukunft."), _("Datum"), _("Tragen Sie den Schritt ein, wenn er geschehen ist."))
    return day


def too_early(to: str, day: date, last: Step | None, bought: date | None = None) -> str:
    """Why a step cannot be on this day, as a sentence; empty where it can. Nobody loses what is not bought yet."""
    if bought and day < bought and to in (Status.RETIRED, Status.DISPOSED, Status.MISSING):
        return _("wurde erst am %(day)s gekauft", day=format_date(bought))
    if last is None or day >= last.on:
        return ""
    return _("war noch am %(day)s „%(state)s“", day=format_date(last.on), state=_word(last.status))


def away(town: str) -> str:
    """Why a device that `town` took over takes no step here, as a sentence; empty where no town did."""
    return _("gehört jetzt %(town)s und kommt nur durch eine Übergabe von dort zurück", town=town) if town else ""


def _word(status: str) -> str:
    return str(labels.STATUS[status][0]) if status in labels.STATUS else status
