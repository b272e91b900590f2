"""From what a browser sends to a value: forms as structs that take known fields only (S25)."""

from __future__ import annotations

import re
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, get_type_hints

import msgspec
from litestar import Request

from isms.store.measures import GROUP
from service.auth.guards import Here
from service.db import SafeTransaction, town_tx
from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import parse_number

Ask = Request[Any, Any, Any]
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


def transaction(here: Here, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
    """As `here.tx`, and the group's measures may be read too."""
    return town_tx(here.read | {GROUP}, here.write if write else None)


def slug(here: Here) -> str:
    """Slug of the town in the address."""
    return here.town.slug if here.town else ""


def problem(error: Wrong) -> dict[str, str]:
    """The error as forms show it: field → text."""
    return {error.where: " ".join(part for part in (error.what, error.todo) if part)}
