"""Hand-over of a device from one town to another (Übergabe): what may go along, and what becomes of it there. Pure."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from scanners.observation import Collection, Observation, Source
from service.errors import Wrong
from service.i18n import Lazy, format_date, lazy
from service.i18n import gettext as _
from service.inventory import folding, labels, lifecycle
from service.inventory.lifecycle import Step
from service.inventory.views import AssetDetail
from service.limits import check_reason, typed_day

BOUGHT: Final = ("purchase_date", "price", "warranty_until", "supplier", "order_no", "imei")
"""What the guarantee needs; cost centre and telephone number belong to the town that gives."""
FIELDS: Final = ("kind", "manufacturer", "model", "serial", "uuid", "mac", *BOUGHT, "note")
"""All that may go along. Number, name, person, place, history, services and software stay where they are."""
USUAL: Final = FIELDS[:-1]
"""What the form has ticked; a remark may hold anything and goes only on purpose."""
NAMING: Final = frozenset({"manufacturer", "model", "serial"})
"""Without one of these nobody there could tell which device is meant."""
AHEAD: Final = timedelta(days=92)
"""A hand-over is offered for a day within three months."""
STATES: Final[Mapping[str, tuple[Lazy, str]]] = {
    "offered": (lazy("angeboten"), "info"),
    "agreed": (lazy("vereinbart"), "info"),
    "accepted": (lazy("übernommen"), "success"),
    "refused": (lazy("abgelehnt"), "warning"),
    "withdrawn": (lazy("zurückgezogen"), "neutral"),
}
PENDING: Final = ("offered", "agreed")
_PARTS: Final = ", "


@dataclass(frozen=True, slots=True)
class Handover:
    """One town's row of a hand-over. `role` is what this town is in it: giver or receiver."""

    id: UUID
    town_id: int
    role: str
    partner_town: int
    partner: str
    """The other town's name."""
    asset_id: UUID | None
    asset_name: str
    """What this town calls the device; empty while it has none."""
    fields: Mapping[str, str]
    planned_on: date
    reason: str
    state: str
    offered_by: str
    offered_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    answer: str
    told_at: datetime | None

    @property
    def title(self) -> str:
        """What the device is called on both sides."""
        return title(self.fields)

    @property
    def open(self) -> bool:
        return self.state == "offered"

    @property
    def pending(self) -> bool:
        """Nothing has moved yet: offered, or agreed for a day that is still to come."""
        return self.state in PENDING

    @property
    def untold(self) -> bool:
        """The other town does not know yet how it stands here."""
        return self.role == "giver" and self.told_at is None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person wants to hand over, as typed."""

    town: str
    on: str
    reason: str
    fields: tuple[str, ...]


def held(device: AssetDetail) -> dict[str, str]:
    """What is known of a device of the fields that may go along; several values of one are separated by commas."""
    row = device.row
    marks = {
        kind: [one.value for one in device.identifiers if one.kind == kind and not one.shared]
        for kind in ("serial", "uuid", "mac")
    }
    told = {
        "kind": row.kind if row.kind != "unknown" else "",
        "manufacturer": row.manufacturer,
        "model": row.model,
        "serial": row.serial or _PARTS.join(marks["serial"][:1]),
        "uuid": _PARTS.join(str(UUID(hex=value)) for value in marks["uuid"] if len(value) == 32),
        "mac": _PARTS.join(":".join(value[n : n + 2] for n in range(0, 12, 2)) for value in marks["mac"]),
        "purchase_date": device.purchase_date.isoformat() if device.purchase_date else "",
        "price": device.price,
        "warranty_until": device.warranty_until.isoformat() if device.warranty_until else "",
        "supplier": row.supplier,
        "order_no": row.order_no,
        "imei": row.imei,
        "note": device.note,
    }
    return {name: text for name in FIELDS if (text := told[name])}


def released(has: Mapping[str, str], wanted: Some[str]) -> dict[str, str]:
    """What goes along.

    Raises:
        Wrong: nothing by which the device can be told.
    """
    out = {name: has[name] for name in FIELDS if name in wanted and name in has}
    if not NAMING & out.keys():
        raise Wrong(
            _("Daran ist das Gerät nicht zu erkennen."),
            _("Angaben"),
            _("Geben Sie Hersteller, Modell oder Seriennummer mit; fehlen sie, tragen Sie sie beim Gerät ein."),
        )
    return out


def checked(offer: Offer, today: date) -> date:
    """The day of the hand-over.

    Raises:
        Wrong: no reason, no possible day; `where` names the field.
    """
    check_reason(
        offer.reason,
        _("Eine Übergabe braucht einen Grund."),
        _("Ein Halbsatz genügt, zum Beispiel „an den gemeinsamen Bauhof abgegeben“."),
    )
    day = typed_day(offer.on, today, _("Datum"))
    if day > today + AHEAD:
        raise Wrong(
            _("Dieser Tag liegt zu weit in der Zukunft."),
            _("Datum"),
            _("Möglich ist es bis %(day)s.", day=format_date(today + AHEAD)),
        )
    return day


def checked_answer(why: str) -> str:
    """The reason of a refusal or withdrawal. Raises `Wrong` without one."""
    check_reason(why, _("Bitte nennen Sie einen Grund; die andere Stadt liest ihn."))
    return why.strip()


def effective(planned: date, today: date, last: Step | None) -> date:
    """The day on which it counts: as planned, but not before the device's last step and not after the acceptance."""
    day = min(planned, today)
    return max(day, last.on) if last else day


def kept_back(kind: str, status: str) -> str:
    """Why a device in this state cannot be handed over, as a sentence's end; empty where it can."""
    return lifecycle.refused(kind, status, "retired", "")


def title(fields: Mapping[str, str]) -> str:
    """Maker and model, else kind or serial: what both sides call the device."""
    named = " ".join(fields[name] for name in ("manufacturer", "model") if fields.get(name))
    return named or " ".join(
        part for part in (labels.word(labels.KINDS, fields.get("kind", "unknown")), fields.get("serial", "")) if part
    )


def lines(fields: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Field, label and value of what goes along, as people read it."""
    return [(name, label(name), labels.shown(name, fields[name])) for name in FIELDS if name in fields]


def label(name: str) -> str:
    """What a field is called."""
    return labels.word(labels.FIELDS if name in labels.FIELDS else labels.IDENTIFIERS, name)


def arrival(fields: Mapping[str, str], at: datetime) -> Collection:
    """What was released, as a record „von Hand“ of the receiving town."""
    parts: dict[str, Sequence[str]] = {name: fields[name].split(_PARTS) if name in fields else () for name in ("uuid", "mac")}
    own = {name: fields[name] for name in (*BOUGHT, "note") if name in fields}
    serial = fields.get("serial", "")
    if not folding.usable_serial(serial):
        own["entered"] = at.isoformat()  # without a mark two such devices would be one
    seen = Observation(
        source=Source.MANUAL,
        key="row:1",
        observed_at=at,
        kind=fields.get("kind", "unknown"),
        vendor=fields.get("manufacturer"),
        model=fields.get("model"),
        serials=(serial,) if serial else (),
        uuids=tuple(parts["uuid"]),
        macs=tuple(parts["mac"]),
        fields=own,
    )
    return Collection(Source.MANUAL, (seen,), started_at=at, finished_at=at)
