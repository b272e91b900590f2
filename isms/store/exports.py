"""Rows of exports: findings, risks and measures with the keys users script against."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.db import SafeTransaction

_QUERIES = {
    "findings": """select t.slug as town, f.check_id, f.rule_version, f.asset_id, f.place, f.result, f.sentence,
      f.observed_at, f.checked_at from finding f join town t on t.id = f.town_id order by t.slug, f.check_id, f.place, f.id""",
    "risks": """select t.slug as town, r.number, r.title, r.kind, r.threats, r.cause, r.scenario, r.affects,
      r.frequency, r.damage, r.category, r.frequency_net, r.damage_net, r.category_net, r.urgency,
      coalesce(r.priority_set, r.priority) as priority, r.owner, r.treatment, r.measures, r.cost, r.due, r.review_on,
      r.shared, r.closed_at from risk r join town t on t.id = r.town_id order by t.slug, r.number""",
    "measures": """select t.slug as town, m.number, m.title, m.text, m.kind, m.mode, m.state, m.owner, m.deputy, m.cost_once,
      m.cost_yearly, m.person_days, m.budget_year, m.funding, m.priority, m.due, m.controls
      from measure m join town t on t.id = m.town_id order by t.slug, m.number""",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "findings": ("town", "check_id", "rule_version", "asset_id", "place", "result", "sentence", "observed_at", "checked_at"),
    "risks": (
        *("town", "number", "title", "kind", "threats", "cause", "scenario", "affects", "frequency", "damage", "category"),
        *("frequency_net", "damage_net", "category_net", "urgency", "priority", "owner", "treatment", "measures", "cost"),
        *("due", "review_on", "shared", "closed_at"),
    ),
    "measures": (
        *("town", "number", "title", "text", "kind", "mode", "state", "owner", "deputy", "cost_once", "cost_yearly"),
        *("person_days", "budget_year", "funding", "priority", "due", "controls"),
    ),
}


async def rows(tx: SafeTransaction, what: str) -> list[dict[str, Any]]:
    """All rows of the towns that the transaction may read."""
    return [{key: _plain(value) for key, value in row.items()} for row in await tx.connection.fetch(_QUERIES[what])]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
