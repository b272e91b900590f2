"""Offers of help and templates between towns as values: their words, their states, and what a person may enter. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count
from typing import Final
from uuid import UUID

from service.errors import Wrong
from service.i18n import Lazy, lazy
from service.i18n import gettext as _
from service.limits import TITLE

OFFER_KINDS: Final[Mapping[str, Lazy]] = {
    "device": lazy("Leihgerät"),
    "deputy": lazy("Vertretung"),
    "knowledge": lazy("Wissen zu einem Verfahren"),
    "training": lazy("Schulungsplatz"),
    "other": lazy("Sonstiges"),
}
TEMPLATE_KINDS: Final[Mapping[str, Lazy]] = {
    "policy": lazy("Richtlinie"),
    "instruction": lazy("Dienstanweisung"),
    "tender": lazy("Vergabeunterlage"),
    "training": lazy("Schulung"),
    "guide": lazy("Anleitung"),
}
STATES: Final[Mapping[str, tuple[Lazy, str]]] = {
    "open": (lazy("offen"), "info"),
    "expired": (lazy("abgelaufen"), "neutral"),
    "given": (lazy("vergeben"), "success"),
    "withdrawn": (lazy("zurückgezogen"), "neutral"),
}
ANSWER_STATES: Final[Mapping[str, tuple[Lazy, str]]] = {
    "waiting": (lazy("wartet auf Antwort"), "info"),
    "ours": (lazy("an uns vergeben"), "success"),
    "gone": (lazy("nicht mehr zu haben"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer of the own town. `valid_until` is its last day."""

    id: UUID
    kind: str
    title: str
    text: str
    valid_until: date
    contact: str
    state: str = "open"
    given_to: str = ""
    """Name of the town that got it."""
    answers: int = 0
    version: int = 0

    def shown_state(self, today: date) -> str:
        """The state as pages say it: an open offer ends by itself with its last day."""
        return "expired" if self.state == "open" and self.valid_until < today else self.state


@dataclass(frozen=True, slots=True)
class OtherOffer:
    """An offer of another town, as it shares it."""

    id: UUID
    of_town: int
    town: str
    kind: str
    title: str
    text: str
    valid_until: date
    contact: str
    mine: bool
    """Given to the own town."""
    answered: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to an own offer (`town` asks), or an own answer to another town's (`town` offers)."""

    offer: UUID
    town_id: int
    town: str
    title: str
    note: str
    contact: str
    answered_at: datetime
    state: str = "waiting"


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the own town. `newer` is the edition of its origin where that is newer than the copy."""

    id: UUID
    kind: str
    title: str
    text: str
    edition: int = 1
    file_name: str | None = None
    file_kind: str | None = None
    shared: bool = False
    origin: UUID | None = None
    origin_name: str = ""
    origin_edition: int | None = None
    newer: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class OtherTemplate:
    """A template of another town, as it shares it; `ours` is the newest edition that the own town has a copy of."""

    id: UUID
    of_town: int
    town: str
    kind: str
    title: str
    text: str
    edition: int
    file_name: str | None
    file_kind: str | None
    ours: int | None


def paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines: an empty line begins a new one."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [lines for block in blocks if (lines := [line for line in block.split("\n") if line.strip()])]


def check_offer(item: Offer, today: date) -> None:
    """Raises `Wrong` for what cannot be offered."""
    if item.kind not in OFFER_KINDS:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "kind")
    if not item.title:
        raise Wrong(_("Bitte sagen Sie, was Sie anbieten."), "title")
    if not item.contact:
        raise Wrong(_("Bitte geben Sie an, wer Auskunft gibt."), "contact", _("Amt oder Rolle, kein Name einer Person."))
    if item.valid_until < today:
        raise Wrong(
            _("Der letzte Tag liegt in der Vergangenheit."), "valid_until", _("Nehmen Sie heute oder einen späteren Tag.")
        )


def check_template(item: Template, *, has_file: bool) -> None:
    """Raises `Wrong` for a template that says nothing."""
    if item.kind not in TEMPLATE_KINDS:
        raise Wrong(_("Diese Auswahl gibt es nicht."), "kind")
    if not item.title:
        raise Wrong(_("Bitte geben Sie der Vorlage einen Titel."), "title")
    if not item.text.strip() and not has_file:
        raise Wrong(_("Die Vorlage ist leer."), "text", _("Schreiben Sie einen Text, oder hängen Sie eine Datei an."))


def next_edition(before: Template, after: Template, *, new_file: bool) -> int:
    """Readers get a new edition when what they read has changed, not when it is merely shared or hidden."""
    read = ("kind", "title", "text")
    same = all(getattr(before, name) == getattr(after, name) for name in read) and not new_file
    return before.edition if same else before.edition + 1


def answer_state(offer: OtherOffer | None) -> str:
    """What became of an own answer, by what is still to be seen of the offer."""
    if offer is None:
        return "gone"
    return "ours" if offer.mine else "waiting"


def copied(template: OtherTemplate, key: UUID) -> Template:
    """The own copy: it remembers where it comes from, and begins with its own first edition, shared with nobody."""
    return dataclasses.replace(
        Template(key, template.kind, template.title, template.text),
        file_name=template.file_name, file_kind=template.file_kind, origin=template.id, origin_name=template.town,
        origin_edition=template.edition,
    )  # fmt: skip


def free_title(title: str, edition: int, taken: Collection[str]) -> str:
    """The title of a copy, so that no two own templates are called the same: with the edition, then with a number."""
    names = chain(("", f" ({_('Fassung %(n)s', n=edition)})"), (f" ({_('Fassung %(n)s', n=edition)}, {n})" for n in count(2)))
    return next(name for more in names if (name := title[: TITLE - len(more)] + more) not in taken)
