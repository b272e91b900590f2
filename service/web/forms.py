"""From what a browser sends to a value: forms as structs that take known fields only (S25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar, get_type_hints

import msgspec
from litestar import Request

from service.errors import Wrong
from service.i18n import gettext as _
from service.i18n import parse_number
from service.limits import TEXT, TITLE, check_day, check_text
from service.settings import local_today

Ask = Request[Any, Any, Any]


class Form(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of all forms: ids, town, role and times are never among the fields."""


T = TypeVar("T", bound=Form)


class Unfit(Wrong):
    """A field cannot be read or is beyond its limit; `form` is all the rest that was typed, to be shown again."""

    def __init__(self, error: Wrong, form: Form) -> None:
        super().__init__(error.what, error.where, error.todo)
        self.form = form


_LONGEST = (
    {"title": TITLE}
    | dict.fromkeys(
        (
            "name",
            "owner",
            "deputy",
            "funding",
            "responsible",
            "maker",
            "purpose",
            "contact",
            "reference",
            "partner",
            "number",
            "line",
            "holder",
            "model",
            "numbers",
            "provider",
        ),
        200,
    )
    | dict.fromkeys(("subject", "issuer"), TITLE)
)
_LONGEST["release"] = 100


async def read(request: Ask, kind: type[T]) -> T:
    """The form in this request.

    Raises:
        Unfit: a field is unknown, cannot be read, is too long, or names a day that cannot be meant (`service.limits`).
    """
    sent = await request.form()
    hints = get_type_hints(kind)
    lists = {name for name, hint in hints.items() if str(hint).startswith("tuple")}
    values: dict[str, Any] = {}
    wrongs: list[Wrong] = []
    for name in sent:
        if name == "_csrf_token":
            continue
        if name in lists:
            values[name] = [str(x) for x in sent.getall(name) if str(x)]
        elif isinstance(sent[name], str) and sent[name].strip():
            text = sent[name].strip()
            try:
                values[name] = _whole(text, name) if hints.get(name) in (int, int | None) else text
            except Wrong as wrong:
                wrongs.append(wrong)
    form = _converted(values, kind, wrongs)
    wrongs += beyond(form, local_today())
    if wrongs:
        raise Unfit(wrongs[0], form)
    return form


def kept(error: Wrong, form: T) -> T:
    """The form to show again: what was typed, as far as it could be read."""
    return error.form if isinstance(error, Unfit) and isinstance(error.form, type(form)) else form


def _converted(values: dict[str, Any], kind: type[T], wrongs: list[Wrong]) -> T:
    """The form without the fields that cannot be read; these are added to `wrongs`."""
    while True:
        try:
            return msgspec.convert(values, kind, strict=False)
        except msgspec.ValidationError as error:
            found = re.search(r"`\$\.([a-z_]+)", str(error)) or re.search(r"field `([a-z_]+)`", str(error))
            name = found.group(1) if found else ""
            if name not in values:
                raise Wrong(_("Diese Angabe fehlt oder ist nicht lesbar."), name) from error
            wrongs.append(Wrong(_("Diese Angabe fehlt oder ist nicht lesbar."), name))
            del values[name]


def beyond(form: Form, today: date) -> Iterator[Wrong]:
    """The fields whose text is too long or whose day cannot be meant."""
    for name in form.__struct_fields__:
        value = getattr(form, name)
        try:
            if isinstance(value, date):
                check_day(value, today, name)
            elif isinstance(value, str):
                check_text(value, name, _LONGEST.get(name, TEXT))
        except Wrong as wrong:
            yield wrong


def _whole(text: str, name: str) -> int:
    """A whole number in the reader's way: „14.000“ is fourteen thousand."""
    try:
        number = parse_number(text)
    except ValueError as error:
        raise Wrong(_("Diese Angabe fehlt oder ist nicht lesbar."), name) from error
    if number != int(number) or abs(number) > 2**31 - 1:
        raise Wrong(_("Bitte geben Sie eine ganze Zahl an."), name)
    return int(number)


def problem(error: Wrong) -> dict[str, str]:
    """The error as forms show it: field → text."""
    return {error.where: error.sentence}
