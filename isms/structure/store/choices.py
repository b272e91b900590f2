"""What a rule may ask for in this town: names of its networks, sites and units; and a rule in words."""

from __future__ import annotations

from dataclasses import dataclass

from service.db import SafeTransaction
from service.i18n import gettext as _
from service.inventory import labels
from service.objects.membership import FAMILIES, Rule


@dataclass(frozen=True, slots=True)
class Choices:
    """Networks and sites as (id, name), units by name."""

    networks: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    units: tuple[str, ...]


async def known(tx: SafeTransaction, town: int) -> Choices:
    """The values that exist in the inventory of a town."""
    networks = await tx.connection.fetch(
        "select id, name, text(cidr) as cidr from network where town_id = $1 order by network.cidr, name", town
    )
    sites = await tx.connection.fetch("select id, name from site where town_id = $1 order by app.din5007(name)", town)
    units = await tx.connection.fetch(
        "select unit from asset where town_id = $1 and gone_at is null and unit <> '' group by unit order by app.din5007(unit)",
        town,
    )
    return Choices(
        tuple((str(x["id"]), f"{x['name']} ({x['cidr']})") for x in networks),
        tuple((str(x["id"]), x["name"]) for x in sites),
        tuple(x["unit"] for x in units),
    )


async def drawn(tx: SafeTransaction, town: int, rule: Rule) -> list[tuple[str, str]]:
    """A rule in words: (field, values); empty where the object draws no devices."""
    there = await known(tx, town)
    networks, sites = dict(there.networks), dict(there.sites)
    gone = _("nicht mehr im Bestand")
    told = [
        (_("Geräteart"), [labels.word(labels.KINDS, x) for x in rule.kinds]),
        (_("Betriebssystem"), [str(FAMILIES.get(x, x)) for x in rule.os]),
        (_("Zweck des Netzes"), [labels.word(labels.PURPOSES, x) for x in rule.purposes]),
        (_("Netz"), [networks.get(x, gone) for x in rule.networks]),
        (_("Standort"), [sites.get(x, gone) for x in rule.sites]),
        (_("Abteilung"), rule.units),
        (_("Name"), [rule.name] if rule.name else []),
        (_("Von Hand"), [str(len(rule.assets))] if rule.assets else []),
    ]
    if rule.everything:
        return [(_("Geräte"), _("alle der Stadt"))]
    return [(field, ", ".join(values)) for field, values in told if values]
