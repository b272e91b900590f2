"""Which devices of a town still have their maker's support: the dated table is matched against what is known of them.

Nothing of it is stored: the answer changes with the day and with the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.db import SafeTransaction
from service.inventory.support import Product, State, state
from service.settings import local_day

PRODUCT = "concat(manufacturer, chr(31), model, chr(31), os, chr(31), os_version, chr(31), firmware)"
"""SQL: what support depends on, as one text."""
_KNOWN = """select PRODUCT as key, manufacturer, model, os, os_version, firmware, count(*)::int as number from asset
where town_id = $1 and gone_at is null and lent_from is null and status not in ('retired', 'disposed')
group by manufacturer, model, os, os_version, firmware""".replace("PRODUCT", PRODUCT)


async def _states(tx: SafeTransaction, town: int, now: datetime) -> list[tuple[str, State, int]]:
    """Each product of the town with its state and how many devices are one."""
    today = local_day(now)
    return [(row["key"], state(_product(row), today), row["number"]) for row in await tx.connection.fetch(_KNOWN, town)]


def _product(row: Mapping[str, Any]) -> Product:
    return Product(row["manufacturer"], row["model"], row["os"], row["os_version"], row["firmware"])


async def matching(tx: SafeTransaction, town: int, wanted: str, now: datetime) -> list[str]:
    """The products (as `PRODUCT` writes them) whose support stands so today."""
    return [key for key, found, _number in await _states(tx, town, now) if found == wanted]


async def counts(tx: SafeTransaction, town: int, now: datetime) -> Mapping[State, int]:
    """How many devices stand how."""
    found: Counter[State] = Counter()
    for _key, one, number in await _states(tx, town, now):
        found[one] += number
    return found
