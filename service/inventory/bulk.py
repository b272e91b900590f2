"""Change many devices at once (Sammeländerung): what each becomes, and which are left out and why. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import labels, lifecycle, manual
from service.inventory.lifecycle import Step, Wish
from service.limits import day_of
from service.names import shown_name

FIELDS: Final = (
    "kind", "unit", "site", "room", "user", "cost_center", "supplier", "price", "purchase_date", "warranty_until", "note"
)  # fmt: skip
"""Fields that many devices may get alike, beside the state."""
NEVER_EMPTY: Final = frozenset({"kind"})
"""A device is of some kind, if only an unknown one."""
MOST: Final = 1000
"""Devices in one step."""


@dataclass(frozen=True, slots=True)
class Target:
    """A device as it stands: `values` are the visible ones, `held` says who set a field by hand."""

    id: UUID
    name: str
    kind: str
    status: str
    anchor: UUID
    values: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    last: Step | None = None
    given: str = ""
    """The town that took it over."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted: the same values for all (empty: taken away), perhaps a step, why, and whether hands' values give way."""

    values: Mapping[str, str]
    step: Wish | None
    day: date | None
    reason: str
    also_held: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one device: field → (before, after), and field → why it stays as it is."""

    target: Target
    changes: Mapping[str, tuple[str, str]]
    left: Mapping[str, str]


def order(typed: Mapping[str, str], clear: Iterable[str], today: date) -> tuple[Order, dict[str, str]]:
    """What a form asks for; beside it the mistakes by field, empty where there are none."""
    errors: dict[str, str] = {}
    values: dict[str, str] = {name: "" for name in clear if name in FIELDS and name not in NEVER_EMPTY}
    for name in FIELDS:
        if not typed.get(name, "").strip():
            continue
        if name in values:
            errors[name] = _("Entweder leeren oder einen Wert eintragen.")
            continue
        try:
            values[name] = manual.entered(name, typed[name], today)
        except Wrong as wrong:
            errors[name] = wrong.sentence
    errors |= manual.backwards(values)
    reason = typed.get("reason", "").strip()
    if not reason:
        errors["reason"] = _("Bitte nennen Sie einen Grund, zum Beispiel „umgezogen“.")
    step, day = None, None
    if typed.get("to"):
        step = Wish(typed["to"], typed.get("on", ""), reason or "–", typed.get("proof", ""))
        try:
            day = lifecycle.checked(step, today)
        except Wrong as wrong:
            where = {_("Datum"): "on", _("Grund"): "reason", _("Nachweis der Datenlöschung"): "proof"}.get(wrong.where, "to")
            errors[where] = wrong.sentence
    if not values and step is None and not errors:
        errors["to"] = _("Wählen Sie, was sich ändern soll.")
    return Order(values, step, day, reason, "also_held" in typed), errors


def plan(targets: Iterable[Target], wanted: Order) -> tuple[Line, ...]:
    """What becomes of each device."""
    return tuple(_line(target, wanted) for target in targets)


def _line(target: Target, wanted: Order) -> Line:
    changes: dict[str, tuple[str, str]] = {}
    left: dict[str, str] = {}
    backwards = manual.backwards({**target.values, **wanted.values})
    for name, value in wanted.values.items():
        before = target.values.get(name, "")
        if before == value:
            left[name] = _("ist schon so")
        elif name in target.held and not wanted.also_held:
            left[name] = _("von Hand gesetzt von %(name)s", name=shown_name(target.held[name]))
        elif name in backwards:
            left[name] = backwards[name]
        else:
            changes[name] = (before, value)
    if wanted.step and wanted.day:
        why = lifecycle.away(target.given) or lifecycle.refused(target.kind, target.status, wanted.step.to, wanted.step.proof)
        bought = day_of(wanted.values.get("purchase_date") or target.values.get("purchase_date"))
        why = why or lifecycle.too_early(wanted.step.to, wanted.day, target.last, bought)
        if why:
            left["status"] = why
        else:
            changes["status"] = (target.status, wanted.step.to)
    return Line(target, changes, left)


def digest(lines: Iterable[Line]) -> str:
    """Stands for a preview: whoever agrees to it agrees to exactly these changes."""
    told = "\n".join(
        f"{line.target.id} {name} {before!r} {after!r}"
        for line in lines
        for name, (before, after) in sorted(line.changes.items())
    )
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def shown(line: Line) -> list[tuple[str, str, str]]:
    """(field, before, after) of a line in words."""
    return [
        (labels.word(labels.FIELDS, name), labels.shown(name, before), labels.shown(name, after))
        for name, (before, after) in line.changes.items()
    ]


def left_out(line: Line) -> list[tuple[str, str]]:
    """(field, why) of what a line leaves as it is, in words."""
    return [(labels.word(labels.FIELDS, name), why) for name, why in line.left.items()]
