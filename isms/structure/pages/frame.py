"""What the pages of the structure analysis share: tabs, the way to the group's definitions, what follows a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response

from isms.pages.forms import Ask
from isms.store import evidence, sheets
from service import web
from service.auth.guards import EDIT_ISMS, PREPARE_ISMS, Here
from service.db import SafeTransaction
from service.i18n import gettext as _


def base(here: Here) -> str:
    """Where the pages of the structure analysis begin."""
    return f"{here.base}/structure"


def tabs(here: Here, current: str) -> list[tuple[str, str, bool]]:
    """The pages of the structure analysis: title, address, whether it is this one."""
    pages = (
        ("", _("Zielobjekte")),
        ("/devices", _("Geräte ohne Platz")),
        ("/needs", _("Abhängigkeiten")),
        ("/plan", _("Netzplan")),
        ("/protection", _("Schutzbedarf")),
        ("/modelling", _("Modellierung")),
    )
    return [(title, base(here) + path, path == current) for path, title in pages]


def page(request: Ask, here: Here, name: str, tab: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page with what all of them want: base, tabs, rights."""
    return web.page(
        request,
        here,
        f"isms/structure/{name}.html",
        status=status,
        base=base(here),
        tabs=tabs(here, tab),
        may_edit=bool(here.roles & EDIT_ISMS),
        may_prepare=bool(here.roles & PREPARE_ISMS),
        **values,
    )


def columns(*labels: Any, numeric: Sequence[int] = ()) -> tuple[web.Column, ...]:
    """Columns of a table; `numeric` are the numbers of those with figures."""
    return tuple(web.Column(label, numeric=i in numeric) for i, label in enumerate(labels))


async def follow(tx: SafeTransaction, town: int) -> None:
    """After a change of objects or of what belongs to them: requirements and findings find their places anew."""
    await sheets.remodel(tx, town)
    await evidence.place(tx, town)


def chosen(query: Mapping[str, str], *names: str) -> dict[str, str]:
    """Fields of a filter as they stand in the address."""
    return {name: query.get(name, "").strip()[:100] for name in names}
