"""Make one device of two that a person names: which two can be one, and whether they became it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from service.audit.chain import Actor
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.store.decisions import merge
from service.inventory.store.derivation import lock

_STANDS = """select a.name, a.gone_at is not null as gone, a.status = 'lent' or a.lent_from is not null as lent,
  (select t.name from handover h join town t on t.id = h.partner_town where h.town_id = $1 and h.asset_id = a.id
    and h.role = 'giver' and h.state in ('offered', 'agreed', 'accepted') order by h.offered_at desc limit 1) as given
from asset a where a.town_id = $1 and a.id = $2"""


async def refused(tx: SafeTransaction, town: int, asset: UUID) -> str:
    """Why this device cannot become one with another, in a sentence; '' where it can. Raises `Missing`."""
    row = await tx.connection.fetchrow(_STANDS, town, asset)
    if row is None:
        raise Missing
    name = row["name"] or _("ohne Namen")
    if row["gone"]:
        return _("„%(name)s“ wird nicht mehr geführt und lässt sich mit nichts zusammenführen.", name=name)
    if row["given"]:
        return _("„%(name)s“ ist %(town)s angeboten oder übergeben und bleibt deshalb für sich.", name=name, town=row["given"])
    if row["lent"]:
        return _("„%(name)s“ ist verliehen oder geliehen und bleibt deshalb für sich.", name=name)
    return ""


async def unite(
    tx: SafeTransaction,
    town: int,
    keep: UUID,
    other: UUID,
    *,
    by: Actor,
    now: datetime,
    fields: Mapping[str, str] | None = None,
    reason: str = "",
) -> UUID:
    """`keep` and `other` are one device, whatever the sources say; answers the device that is left.

    Raises:
        Wrong: one of them cannot be merged, or an earlier decision keeps them apart; nothing is changed then.
    """
    await lock(tx, town)
    for one in (keep, other):
        why = await refused(tx, town, one)
        if why:
            raise Wrong(why, _("Zusammenführen"))
    await merge(tx, town, keep, other, by=by, now=now, fields=fields, reason=reason)
    rows = await tx.connection.fetch(
        "select id, gone_at is not null as gone, merged_into from asset where town_id = $1 and id = any ($2::uuid[])",
        town,
        [keep, other],
    )
    left: set[UUID | None] = {row["merged_into"] if row["gone"] else row["id"] for row in rows}
    remains = left.pop() if len(left) == 1 else None
    if remains is None:
        raise Wrong(
            _("Eine frühere Entscheidung hält diese beiden Geräte getrennt."),
            _("Zusammenführen"),
            _("Nehmen Sie sie am Gerät unter „Herkunft“ zurück und führen Sie die Geräte dann zusammen."),
        )
    return remains
