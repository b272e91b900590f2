"""What the pages of buying together share: the way to the group's rows, tabs, and reading of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

from litestar import Request
from litestar.enums import RequestEncodingType
from litestar.params import Body

from service.auth.guards import EDIT_INVENTORY, READ_INVENTORY, Here
from service.db import SafeTransaction, town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import parse_number
from service.purchasing.store import needs
from service.purchasing.store.group import GROUP

Ask = Request[Any, Any, Any]
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def town_and_group(here: Here, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
    """Reads the town and what all towns share; writes the town if asked. The group itself has no needs of its own."""
    return town_tx({_town(here), GROUP}, _town(here) if write else None)


def group_tx(here: Here) -> AbstractAsyncContextManager[SafeTransaction]:
    """Writes what all towns share; of towns it reads the one in the address alone."""
    return town_tx({GROUP} if here.town is None else {here.town.id, GROUP}, GROUP)


async def publish(here: Here) -> None:
    """Bring what others see in step with what the town released."""
    async with town_tx({_town(here), GROUP}, GROUP) as tx:
        await needs.publish(tx, _town(here))


def _town(here: Here) -> int:
    if here.write == GROUP:
        raise Missing
    return here.write


def base(here: Here) -> str:
    """Where the pages of the town begin."""
    return f"{here.base}/purchasing"


def tabs(here: Here, current: str) -> list[tuple[str, str, bool]]:
    """The pages that this person may open: title, address, whether it is this one."""
    pages = [("", _("Lose"))]
    if here.write != GROUP and here.roles & READ_INVENTORY:
        pages += [("/needs", _("Bedarf")), ("/replacement", _("Ersatzliste")), ("/notebooks", _("Vom PC zum Notebook"))]
    return [(title, base(here) + path, path == current) for path, title in pages]


def may_edit(here: Here) -> bool:
    """Whether this person keeps the needs of the town."""
    return bool(here.roles & EDIT_INVENTORY)


def whole(data: Mapping[str, str], name: str) -> int:
    """A whole number in the reader's way: „1.400“ is fourteen hundred.

    Raises:
        Wrong: it is none.
    """
    text = data.get(name, "").strip()
    try:
        number = parse_number(text)
    except ValueError:
        number = None
    if number is None or number != number.to_integral_value() or abs(number) > 10**9:
        raise Wrong(_("„%(text)s“ ist keine ganze Zahl.", text=text[:40]), name, _("Schreiben Sie sie wie 12."))
    return int(number)


def version(data: Mapping[str, str]) -> int:
    """The version that the form showed; 0 where it says none."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def chosen(request: Ask, name: str, known: Sequence[str]) -> str:
    """A word of the address; what is not among the known ones is left out."""
    text = request.query_params.get(name, "")
    return text if text in known else ""
