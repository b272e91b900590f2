"""Writes the demonstration as the world would deliver it: a folder of scans, recordings, lists and agent files, and a
`MANIFEST.json` that names them in order of time.

The format is that of `import --manifest`; further keys tell sites, networks with purpose and mode, and how a town
configured SNMP. The only module here that touches the disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from service.demo.estate.build import build
from service.demo.estate.words import SCANS, Device, Estate, moment, scan_days
from service.demo.sites import DEPOT_LAN, NETWORKS, SITES, TOWNS, Town
from service.demo.writers import glpi, lists, nmap_xml, snmprec

LIST_DAYS = (35, 7)
"""Days before today of the two exports of each list."""
AGENT_DAYS = 5
OLD_DAYS = 206
AGENTS = {"erbach": 8, "michelstadt": 16}
"""Towns that try the agent, and on how many clients."""
PURPOSES = {
    "servers": ("server", "Server"),
    "clients": ("client", "Arbeitsplätze Rathaus"),
    "printers": ("printer", "Drucker"),
    "telephony": ("telephony", "Telefonie"),
    "staff_wlan": ("wlan", "WLAN der Beschäftigten"),
    "guests": ("guest", "Gäste-WLAN"),
    "management": ("management", "Verwaltungsnetz der Technik"),
    "plc": ("plc", "Fernwirktechnik"),
    "branch": ("other", ""),
    "depot": ("other", "Hinter dem Router"),
}
"""Our words for networks → purpose and name as the inventory keeps them; branches are named after their site."""
_SNMP_KINDS_WEEKLY = frozenset({"firewall", "switch"})
"""Asked before every scan, because their tables say who is where; the rest is asked at the second and the last."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file of the manifest."""

    town: str
    kind: str
    file: str
    observed_at: datetime
    content: bytes
    extra: tuple[tuple[str, str], ...] = ()


def write(folder: Path, today: date, seed: int = 1) -> Path:
    """Write all files below `folder` and return the path of the manifest. The same arguments write the same bytes."""
    estate = build(today, seed)
    inputs = sorted(_inputs(estate), key=lambda one: (one.observed_at, one.file))
    for one in inputs:
        path = folder / one.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)
    manifest = folder / "MANIFEST.json"
    manifest.write_text(json.dumps(_manifest(estate, inputs), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return manifest


def _manifest(estate: Estate, inputs: list[Input]) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": estate.seed,
        "family": "demo",
        "today": estate.today.isoformat(),
        "towns": [_town(town) for town in TOWNS],
        "inputs": [
            {
                "seq": number,
                "town": one.town,
                "kind": one.kind,
                "file": one.file,
                "observed_at": one.observed_at.isoformat(),
            }
            | dict(one.extra)
            for number, one in enumerate(inputs, 1)
        ],
    }


def _town(town: Town) -> dict[str, Any]:
    """The town with its sites; `networks` are those that may be scanned, `network_details` all with purpose and mode."""
    own = [net for net in NETWORKS if net.town == town.slug]
    names = {site.key: site.name for site in SITES if site.town == town.slug}
    details: list[dict[str, Any]] = []
    for net in own:
        purpose, name = PURPOSES[net.purpose]
        title = f"{name}: {names[net.site]}" if net.purpose == "depot" else name or names[net.site]
        row: dict[str, Any] = {"cidr": net.cidr, "name": title, "site": net.site, "purpose": purpose, "mode": net.mode}
        if net.purpose == "depot":
            row["scope"] = net.site
        if net.purpose in {"servers", "printers", "management", "branch"}:
            row["snmp"] = _access(town)
        details.append(row)
    sites = [
        {"key": site.key, "name": site.name, "kind": site.kind, "street": site.street, "facts": dict(site.facts)}
        for site in SITES
        if site.town == town.slug
    ]
    return {
        "slug": town.slug,
        "name": town.name,
        "inhabitants": town.inhabitants,
        "networks": [net.cidr for net in own if net.mode == "active"],
        "sites": sites,
        "network_details": details,
    }


def _access(town: Town) -> dict[str, str]:
    """How the town reads its devices; Oberzent never changed what the makers preset and told its scanner so."""
    if town.slug == "erbach":
        proof = {"auth": "SHA-256", "auth_password": "nur-fuer-die-vorfuehrung"}
        cover = {"privacy": "AES", "privacy_password": "auch-nur-fuer-die-vorfuehrung"}
        return {"access": "Netzgeräte (verschlüsselt)", "version": "3", "name": "odenwacht"} | proof | cover
    community = "public" if town.slug == "oberzent" else f"{town.slug[:3]}-lesen-73"
    return {"access": "Netzgeräte", "version": "2c", "community": community}


def _inputs(estate: Estate) -> Iterator[Input]:
    for position, town in enumerate(TOWNS):
        yield from _lists(estate, town, position)
        yield from _scans(estate, town, position)
        yield from _recordings(estate, town)
        yield from _agents(estate, town)


def _lists(estate: Estate, town: Town, position: int) -> Iterator[Input]:
    for days in LIST_DAYS:
        at = moment(estate.today, days, 7, 3 + position * 4)
        name = f"{town.slug}/{at.date()}-bestand.{lists.SUFFIXES[town.slug]}"
        yield Input(town.slug, "manual", name, at, lists.write(estate, town.slug, days))


def _answering(estate: Estate, town: Town, scan: int) -> list[tuple[str, Device]]:
    """Everything that a scan from the town hall reaches: nothing in guest and plc networks, nothing behind a depot's router."""
    found = [(one.addresses[scan], one) for one in estate.of(town.slug) if one.network not in {"depot", "plc"}]
    pairs = [(address, one) for address, one in found if address]
    for one in estate.of(town.slug, "firewall"):
        # the gateway answers where its administration is open: in Oberzent even among the clients
        pairs += [(f"10.{town.octet}.{third}.1", one) for third in ((10, 20) if town.slug == "oberzent" else (10,))]
    return pairs


def _scans(estate: Estate, town: Town, position: int) -> Iterator[Input]:
    near = (f"10.{town.octet}.10.0/24", f"10.{town.octet}.20.0/24")
    active = [net for net in NETWORKS if net.town == town.slug and net.mode == "active" and net.purpose != "depot"]
    for scan, days in enumerate(scan_days()):
        hosts = _answering(estate, town, scan)
        management = f"10.{town.octet}.70."
        for part, hour, minute, minutes in (("rathaus", 8, 10 + position * 5, 45), ("verwaltungsnetz", 10, 0, 1)):
            # the management network comes last, at ten o'clock in Michelstadt and just before it elsewhere
            at = moment(estate.today, days, hour, minute)
            if part == "verwaltungsnetz" and town.slug != "michelstadt":
                at = moment(estate.today, days, 9, 20 + position * 5)
            inside = [(address, one) for address, one in hosts if address.startswith(management) == (part == "verwaltungsnetz")]
            cidrs = tuple(net.cidr for net in active if (net.purpose == "management") == (part == "verwaltungsnetz"))
            content = nmap_xml.write(nmap_xml.Scan(cidrs, at, near, minutes), inside)
            yield Input(town.slug, "nmap", f"{town.slug}/{at.date()}-nmap-{part}.xml", at, content.encode())
    yield _old_scan(estate, town, position)
    if any(net.purpose == "depot" for net in NETWORKS if net.town == town.slug):
        yield from _depot_scans(estate, town)


def _old_scan(estate: Estate, town: Town, position: int) -> Input:
    """A scan of last winter or spring, kept in a drawer: it saw a printer that is on the list still and answers no more."""
    at = moment(estate.today, OLD_DAYS, 14, 2 + position)
    clients = f"10.{town.octet}.20.0/24"
    gone = [one for one in estate.of(town.slug, "printer") if "gone" in one.tags][:1]
    hosts = [(f"10.{town.octet}.20.{250 + number}", one) for number, one in enumerate(gone)]
    content = nmap_xml.write(nmap_xml.Scan((clients,), at, (clients,), 9), hosts)
    return Input(town.slug, "nmap", f"{town.slug}/{at.date()}-nmap-arbeitsplaetze.xml", at, content.encode())


def _depot_scans(estate: Estate, town: Town) -> Iterator[Input]:
    """A laptop on the spot looks at the depot's own network, which no probe reaches."""
    for scan in range(1, SCANS):
        at = moment(estate.today, 7 * (SCANS - 1 - scan) + 4, 11, 20)
        hosts = [(address, one) for one in estate.of(town.slug) if one.network == "depot" and (address := one.addresses[scan])]
        content = nmap_xml.write(nmap_xml.Scan((DEPOT_LAN,), at, (DEPOT_LAN,), 12), hosts)
        extra = (("site", "bauhof"), ("network", DEPOT_LAN))
        yield Input(town.slug, "nmap", f"{town.slug}/{at.date()}-nmap-bauhof.xml", at, content.encode(), extra)


def _recordings(estate: Estate, town: Town) -> Iterator[Input]:
    for scan, days in enumerate(scan_days()):
        around = snmprec.surroundings(estate, town.slug, scan)
        at = moment(estate.today, days, 7, 40)
        for one in estate.of(town.slug):
            wanted = one.kind in _SNMP_KINDS_WEEKLY or scan in {1, SCANS - 1}
            if wanted and snmprec.answers(one, around):
                address = one.addresses[scan] or ""
                name = f"{town.slug}/snmp/{at.date()}-{address}.snmprec"
                yield Input(town.slug, "snmp", name, at, snmprec.write(one, around).encode(), (("address", address),))


def _agents(estate: Estate, town: Town) -> Iterator[Input]:
    able = [
        one
        for one in estate.of(town.slug, "notebook", "workstation")
        if one.counted and not one.tags & {"drawer", "replaced"} and one.last_address
    ]
    for number, one in enumerate(able[: AGENTS.get(town.slug, 0)]):
        at = moment(estate.today, AGENT_DAYS, 12, number)
        yield Input(
            town.slug, "glpi", f"{town.slug}/agent/{at.date()}-{(one.name or '').lower()}.json", at, glpi.write(one, at).encode()
        )
