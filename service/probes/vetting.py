"""Is this what a probe may hand in? Checked before the centre signs for it, and again against the networks of today."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network

import msgspec

from scanners.observation import Collection, Problem, Source

MOST = 2000
"""Observations of one batch."""
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_FROM_PROBES = frozenset({Source.NMAP, Source.SNMP})
_DECODER = msgspec.json.Decoder(Collection)


class Refused(ValueError):
    """A probe never sends this; a German sentence."""


def collection(body: bytes) -> Collection:
    """The collection in a body. Raises `Refused` for anything that our scanners cannot have written."""
    try:
        found = _DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise Refused(f"Der Inhalt ist keine Sammlung von Beobachtungen ({str(wrong)[:120]}).") from None
    if found.source not in _FROM_PROBES or any(one.source != found.source for one in found.observations):
        raise Refused("Eine Sonde liefert nur, was sie mit nmap oder SNMP gesehen hat.")
    if len(found.observations) > MOST:
        raise Refused(f"Eine Lieferung enthält höchstens {MOST} Beobachtungen.")
    for one in found.observations:
        times = (one.observed_at, found.started_at, found.finished_at)
        if any(at is not None and at.tzinfo is None for at in times):
            raise Refused(f"{one.key[:60]}: Der Zeit fehlt die Zeitzone.")
        if not _is_address(one.key) or not all(map(_is_address, one.ips)):
            raise Refused(f"{one.key[:60]} ist keine IP-Adresse.")
        if not all(map(_MAC.fullmatch, one.macs)):
            raise Refused(f"{one.key[:60]}: Eine Hardware-Adresse ist ungültig.")
    return found


def within(found: Collection, networks: Sequence[IPv4Network | IPv6Network]) -> Collection:
    """Without what lies outside the town's released networks; that it was left out is said."""
    kept = tuple(one for one in found.observations if any(ipaddress.ip_address(one.key) in net for net in networks))
    left = len(found.observations) - len(kept)
    if not left:
        return found
    text = f"{left} Beobachtungen der Sonde liegen in keinem freigegebenen Netz und wurden nicht übernommen."
    return replace(found, observations=kept, problems=(*found.problems, Problem("Sonde", text)), complete=False)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
