"""One device in full: every value with its source, every sighting with its reason."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction
from service.i18n import gettext as _
from service.inventory import readings
from service.inventory.asset import Identifier, IdentifierKind
from service.inventory.identity import explain
from service.inventory.linking import Join, Rule, Why
from service.inventory.store.inbox import REVIEW, as_review
from service.inventory.store.lists import COLUMNS, as_row
from service.inventory.views import (
    AssetDetail,
    AssetRow,
    HistoryRow,
    IdentifierRow,
    InterfaceRow,
    RelationRow,
    ServiceRow,
    SightingRow,
    SoftwareRow,
    ValueRow,
)

SIGHTINGS = 200
"""Newest sightings that a page shows; the export has all."""


_ASSET = """select COLUMNS, firmware, note, macs, ips, record_count, accepted_at,
  scanned_at, gone_at, merged_into, notes, facts from asset where town_id = $1 and id = $2""".replace("COLUMNS", COLUMNS)


async def asset(tx: SafeTransaction, town: int, id_: UUID, *, sightings: int = SIGHTINGS) -> AssetDetail | None:
    """The device, also one that is gone or was merged into another; None where the town has none such."""
    connection = tx.connection
    row = await connection.fetchrow(
        _ASSET,
        town,
        id_,
    )
    if row is None:
        return None
    values = dict(row)
    facts: dict[str, Any] = msgspec.json.decode(values["facts"])
    line = as_row({key: values[key] for key in _LINE})
    return AssetDetail(
        row=line,
        **{key: values[key] for key in _PLAIN},
        macs=tuple(values["macs"]),
        ips=tuple(values["ips"]),
        values=await _values(connection, town, id_),
        identifiers=tuple(
            IdentifierRow(**dict(one))
            for one in await connection.fetch(
                "select kind, value, strength, shared, first_seen, last_seen from identifier"
                " where town_id = $1 and asset_id = $2 order by strength desc, kind, value",
                town,
                id_,
            )
        ),
        interfaces=tuple(
            InterfaceRow(one["name"], one["mac"], tuple(one["ips"]), one["speed_bit_s"], one["up"])
            for one in await connection.fetch(
                "select name, mac, ips, speed_bit_s, up from interface where town_id = $1 and asset_id = $2 order by position",
                town,
                id_,
            )
        ),
        services=tuple(
            ServiceRow(
                **dict(one)
                | {
                    "facts": msgspec.json.decode(one["facts"]),
                    "certificate": msgspec.json.decode(one["certificate"]) if one["certificate"] else None,
                }
            )
            for one in await connection.fetch(
                "select ip, protocol, port, name, product, version, tls, facts, certificate, open, first_seen, last_seen"
                " from service where town_id = $1 and asset_id = $2 order by open desc, protocol, port, ip",
                town,
                id_,
            )
        ),
        software=tuple(
            SoftwareRow(**dict(one))
            for one in await connection.fetch(
                "select s.name, s.publisher, i.version, i.last_seen from installation i"
                " join software s on s.town_id = i.town_id and s.id = i.software_id"
                " where i.town_id = $1 and i.asset_id = $2 order by app.din5007(s.name)",
                town,
                id_,
            )
        ),
        relations=await _relations(connection, town, id_),
        history=await _history(connection, town, id_),
        sightings=await sightings_of(tx, town, id_, limit=sightings),
        notes=tuple(msgspec.json.decode(values["notes"])),
        readings=readings.read(facts.get("readings", {})),
        software_source=facts.get("software_source"),
        reviews=tuple(
            as_review(one)
            for one in await connection.fetch(
                REVIEW + " where r.town_id = $1 and (r.asset_id = $2 or r.other_id = $2) and r.state in ('open', 'ignored')"
                " order by r.rank desc, r.opened_at",
                town,
                id_,
            )
        ),
    )


_LINE = tuple(field.name for field in fields(AssetRow))
_PLAIN = [
    "firmware",
    "purchase_date",
    "warranty_until",
    "price",
    "note",
    "record_count",
    "accepted_at",
    "scanned_at",
    "gone_at",
    "merged_into",
]


async def _values(connection: Any, town: int, id_: UUID) -> dict[str, tuple[ValueRow, ...]]:
    out: dict[str, tuple[ValueRow, ...]] = {}
    for one in await connection.fetch(
        "select field, value, source, origin, observed_at, first_seen, last_seen, record_id as record, visible, locked_by, reason"
        " from value where town_id = $1 and asset_id = $2 order by field, visible desc, last_seen desc, origin, value",
        town,
        id_,
    ):
        out[one["field"]] = (*out.get(one["field"], ()), ValueRow(**dict(one)))
    return out


async def _history(connection: Any, town: int, id_: UUID) -> tuple[HistoryRow, ...]:
    rows = await connection.fetch(
        "select h.at, h.actor, h.action, h.changes, a.name,"
        " (select d.reason from decision d where d.town_id = $1 and d.asset_id = $2 and d.kind = 'lock' and d.decided_at = h.at"
        " and d.decided_by = h.actor order by d.id limit 1) as reason from history h left join asset a"
        " on a.town_id = h.town_id and text(a.id) = h.changes -> 'into' ->> 1"
        " where h.town_id = $1 and h.asset_id = $2 order by h.at desc, h.id desc limit 200",
        town,
        id_,
    )
    return tuple(
        HistoryRow(
            row["at"],
            row["actor"],
            row["action"],
            {} if row["action"] == "merged" else _changes(row["changes"]),
            row["name"] or "",
            row["reason"] or "",
        )
        for row in rows
    )


async def _relations(connection: Any, town: int, id_: UUID) -> tuple[RelationRow, ...]:
    rows = await connection.fetch(
        "select r.kind, r.asset_id = $2 as outgoing, a.id as other, a.name as other_name, r.detail from relation r"
        " join asset a on a.town_id = r.town_id and a.id = case when r.asset_id = $2 then r.other_id else r.asset_id end"
        " where r.town_id = $1 and (r.asset_id = $2 or r.other_id = $2) order by r.kind, a.sort_name, r.detail",
        town,
        id_,
    )
    return tuple(RelationRow(**dict(row)) for row in rows)


async def sightings_of(tx: SafeTransaction, town: int, id_: UUID, *, limit: int = SIGHTINGS) -> tuple[SightingRow, ...]:
    """The newest sightings of a device, each with the reason why it is one. For a person's device by day only."""
    rows = await tx.connection.fetch(
        "select s.id as record, r.collection_id as collection, c.file, r.key, r.source, s.decision, s.reason,"
        " case when a.user_name is null then r.observed_at else date_trunc('day', r.observed_at, 'Europe/Berlin') end"
        " as observed_at"
        " from sighting s join record r on r.town_id = s.town_id and r.id = s.id"
        " join collection c on c.town_id = r.town_id and c.id = r.collection_id"
        " join asset a on a.town_id = s.town_id and a.id = s.asset_id"
        " where s.town_id = $1 and s.asset_id = $2 order by r.observed_at desc, s.id limit $3",
        town,
        id_,
        limit,
    )
    return tuple(
        SightingRow(**{key: value for key, value in row.items() if key != "reason"}, why=why(row["reason"])) for row in rows
    )


def why(reason: str) -> str:
    """The sentence for a kept reason, in the reader's language."""
    kept = msgspec.json.decode(reason)
    if "rule" in kept:
        agreed = tuple(Identifier(IdentifierKind(kind), value) for kind, value in kept["agreed"])
        return explain(Join(UUID(int=0), Rule(kept["rule"]), agreed, tuple(kept["differs"]), kept["heard"]))
    if "key" in kept:
        return _("wartet auf Ihre Entscheidung")
    return {
        Why.NO_IDENTIFIER: _("zeigt nichts, woran ein Gerät zu erkennen wäre"),
        Why.CONTRADICTION: _("die Umgebung widerspricht sich: die Adresse hat den Besitzer gewechselt"),
        Why.AMBIGUOUS: _("mehrere Geräte kommen in Frage"),
    }.get(kept.get("why"), _("hinter dieser Adresse steht kein Gerät"))


def _changes(text: str) -> dict[str, tuple[str | None, str | None]]:
    return {field: (pair[0], pair[1]) for field, pair in msgspec.json.decode(text).items()}
