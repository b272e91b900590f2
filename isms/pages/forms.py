"""From what a browser sends to a value: forms as structs that take known fields only (S25)."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, get_type_hints

import msgspec
from litestar import Request

from isms.pages import words
from isms.store.measures import GROUP
from service.auth.guards import Here
from service.db import SafeTransaction, town_tx
from service.errors import Outdated, Wrong
from service.i18n import format_date, ngettext, parse_number
from service.i18n import gettext as _

Ask = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody was faster: rows of (field, stored now, typed), and who it was where that is known."""

    rows: tuple[tuple[str, str, str], ...]
    by: str
    at: datetime | None


T = TypeVar("T", bound=msgspec.Struct)


class Form(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of all forms: ids, town, role and times are never among the fields."""


async def read(request: Ask, kind: type[T]) -> T:
    """The form in this request. Raises `Wrong` for a field that is unknown or cannot be read."""
    sent = await request.form()
    hints = get_type_hints(kind)
    lists = {name for name, hint in hints.items() if str(hint).startswith("tuple")}
    values: dict[str, Any] = {}
    for name in sent:
        if name == "_csrf_token":
            continue
        if name in lists:
            values[name] = [str(x) for x in sent.getall(name) if str(x)]
        elif isinstance(sent[name], str) and sent[name].strip():
            text = sent[name].strip()[:4000]
            values[name] = _whole(text, name) if hints.get(name) in (int, int | None) else text
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        found = re.search(r"`\$\.([a-z_]+)", str(error)) or re.search(r"field `([a-z_]+)`", str(error))
        raise Wrong(_("Diese Angabe fehlt oder ist nicht lesbar."), found.group(1) if found else "") from error


def _whole(text: str, name: str) -> int:
    """A whole number in the reader's way: „14.000“ is fourteen thousand."""
    try:
        number = parse_number(text)
    except ValueError as error:
        raise Wrong(_("Diese Angabe fehlt oder ist nicht lesbar."), name) from error
    if number != int(number) or abs(number) > 2**31 - 1:
        raise Wrong(_("Bitte geben Sie eine ganze Zahl an."), name)
    return int(number)


def overtaken(typed: Form, stored: Form, error: Outdated) -> Overtaken:
    """Both versions of an entry that somebody else changed while the form stood open: what differs, field by field."""
    rows = [
        (str(words.FIELDS[name]), _shown(getattr(stored, name)), _shown(getattr(typed, name)))
        for name in typed.__struct_fields__
        if name in words.FIELDS and getattr(stored, name) != getattr(typed, name)
    ]
    return Overtaken(tuple(rows), error.by, error.at)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ngettext("%(num)s gewählt", "%(num)s gewählt", len(value))
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    return format_date(value) if isinstance(value, date) else "" if value is None else str(value)


def transaction(here: Here, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
    """As `here.tx`, and the group's measures may be read too."""
    return town_tx(here.read | {GROUP}, here.write if write else None)


def slug(here: Here) -> str:
    """Slug of the town in the address."""
    return here.town.slug if here.town else ""


def problem(error: Wrong) -> dict[str, str]:
    """The error as forms show it: field → text."""
    return {error.where: " ".join(part for part in (error.what, error.todo) if part)}
