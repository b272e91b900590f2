"""What automatic checks may know about the estate, as plain rows; `isms` makes its own values of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.db import SafeTransaction
from service.inventory.views import NetworkRow, ServiceRow


@dataclass(frozen=True, slots=True)
class AssetForChecks:
    """A device with all that checks ask for. `seen` maps a source to its first and last sighting."""

    id: UUID
    town_id: int
    name: str
    kind: str
    status: str
    manufacturer: str | None
    model: str | None
    hostname: str | None
    os: str | None
    os_version: str | None
    os_observed_at: datetime | None
    firmware: str | None
    ips: tuple[str, ...]
    names: tuple[str, ...]
    services: tuple[ServiceRow, ...]
    """Open ones only; `certificate` as JSON values of `scanners.observation.Certificate`."""
    seen: Mapping[str, tuple[datetime, datetime]]
    snmp: Mapping[str, Any] | None
    """`at`, `snmp_version`, `default_community`, `ups_battery`, `sys_descr` … as the last walk told."""
    scanned_at: datetime | None
    """Last port scan that looked at it."""
    full_scan_at: datetime | None
    accepted_at: datetime | None
    user_name: str | None
    site_name: str | None
    warranty_until: Any
    extended_support_until: str | None

    @property
    def listed(self) -> bool:
        """Stands in a list that people keep, or was entered by hand."""
        return "list" in self.seen or "manual" in self.seen


@dataclass(frozen=True, slots=True)
class TownForChecks:
    """The estate of one town."""

    town: int
    assets: tuple[AssetForChecks, ...]
    networks: tuple[NetworkRow, ...]
    lists_known: bool
    """At least one list was taken in; without one nothing can be missing from it."""


_ASSETS = """
select a.id, a.town_id, a.name, a.kind, a.status, a.manufacturer, a.model, a.hostname, a.os, a.os_version, a.firmware, a.ips,
  a.facts, a.accepted_at, a.user_name, a.site_name, a.warranty_until,
  (select max(v.last_seen) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'os' and v.visible)
    as os_observed_at,
  (select array_agg(distinct v.value) from value v where v.town_id = a.town_id and v.asset_id = a.id and v.field = 'hostname')
    as names
from asset a where a.town_id = $1 and a.gone_at is null and a.lent_asset is null and not a.virtual
order by a.sort_name collate "C", a.id
"""
_SERVICES = """
select asset_id, ip, protocol, port, name, product, version, tls, facts, certificate, open, first_seen, last_seen
from service where town_id = $1 and open order by asset_id, protocol, port, ip
"""


async def facts_for_checks(tx: SafeTransaction, towns: Sequence[int]) -> list[TownForChecks]:
    """Everything checks need of these towns, in the order of `towns`."""
    from service.inventory.store.places import networks

    out = []
    for town in towns:
        services: dict[UUID, list[ServiceRow]] = {}
        for row in await tx.connection.fetch(_SERVICES, town):
            values = dict(row)
            asset = values.pop("asset_id")
            values["facts"] = msgspec.json.decode(values["facts"])
            values["certificate"] = msgspec.json.decode(values["certificate"]) if values["certificate"] else None
            services.setdefault(asset, []).append(ServiceRow(**values))
        assets = tuple(_asset(row, services) for row in await tx.connection.fetch(_ASSETS, town))
        listed = await tx.connection.fetchval(
            "select exists (select from collection where town_id = $1 and source = 'list' and withdrawn_at is null)", town
        )
        out.append(TownForChecks(town, assets, tuple(await networks(tx, town)), listed))
    return out


def _asset(row: Mapping[str, Any], services: Mapping[UUID, list[ServiceRow]]) -> AssetForChecks:
    values = dict(row)
    facts = msgspec.json.decode(values.pop("facts"))
    when = datetime.fromisoformat
    return AssetForChecks(
        **values
        | {
            "ips": tuple(values["ips"]),
            "names": tuple(values["names"] or ()),
            "services": tuple(services.get(values["id"], ())),
            "seen": {source: (when(first), when(last)) for source, (first, last) in facts.get("seen", {}).items()},
            "snmp": facts.get("snmp"),
            "scanned_at": when(facts["scanned"]) if "scanned" in facts else None,
            "full_scan_at": when(facts["full_scan"]) if "full_scan" in facts else None,
            "extended_support_until": facts.get("extended_support_until"),
        }
    )
