"""What the pages of the software share: addresses, tabs, and the names of the estate sorted by the rules in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request

from service.auth.guards import Here
from service.db import SafeTransaction
from service.i18n import gettext as _
from service.software import rules
from service.software.store import entries, found

Ask = Request[Any, Any, Any]


def base(here: Here) -> str:
    """Address of the first page."""
    return f"{here.base}/software"


def product_url(here: Here, key: str) -> str:
    """Address of a product, whoever uses it."""
    return f"{base(here)}/product?{urlencode({'key': key})}"


def tabs(here: Here, current: str) -> list[tuple[str, str, bool]]:
    """The pages side by side."""
    pages = (
        ("", _("Fachverfahren")),
        ("/compare", _("Vergleich")),
        ("/found", _("Gefundene Software")),
        ("/licences", _("Lizenzen")),
    )
    return [(title, base(here) + path, path == current) for path, title in pages]


async def groups(tx: SafeTransaction, town: int) -> tuple[rules.Group, ...]:
    """All names found in the town, folded, with their rule or a suggestion."""
    products = {x.key: x.id for x in await entries.entries(tx, town)}
    elsewhere = {x.key: x.name for x in await entries.shared(tx, town)}
    book = rules.Book(await found.rules(tx, town))
    return rules.groups(await found.names(tx, town), book, products, elsewhere)


async def installed(tx: SafeTransaction, town: int) -> tuple[Mapping[UUID, tuple[UUID, ...]], Mapping[UUID, int]]:
    """Product → names that count for it; product → devices."""
    assigned = rules.assigned(await groups(tx, town))
    counted = await found.installed(tx, town, assigned)
    return assigned, {product: counted.get(product, 0) for product in assigned}
