"""Is this what a probe may hand in? Checked before the centre signs for it, and again against the networks of today."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from scanners import policy
from scanners.observation import Collection, Observation, Problem, Source
from scanners.passive import HEARD_BY
from scanners.policy import Released

MOST = 2000
"""Observations of one batch."""
NAMED = 20
"""Addresses that a sentence names."""
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


@dataclass(frozen=True, slots=True)
class Vetted:
    """What is taken of a collection, and the addresses that are not, by the reason (German)."""

    kept: Collection
    left: Mapping[str, tuple[str, ...]]


def within(found: Collection, networks: Sequence[Released]) -> Vetted:
    """Without what nobody may have asked: outside the released networks, excluded, guests, and in passive networks whatever
    was not told by another device's tables. What is left out is named and counted in the problems.
    """
    kept, left = [], dict[str, list[str]]()
    for one in found.observations:
        if why := _why_not(one, networks):
            left.setdefault(why, []).append(one.key)
        else:
            kept.append(one)
    if not left:
        return Vetted(found, {})
    problems = [Problem("Sonde", _said(why, keys)) for why, keys in left.items()]
    whole = replace(found, observations=tuple(kept), problems=(*found.problems, *problems), complete=False)
    return Vetted(whole, {why: tuple(keys) for why, keys in left.items()})


def _why_not(one: Observation, networks: Sequence[Released]) -> str:
    """Why an observation is not taken: the rest of the sentence; empty where it is."""
    address = ipaddress.ip_address(one.key)
    around = [net for net in networks if address in net.network]
    if not around:
        return "in keinem freigegebenen Netz"
    home = policy.narrowest(around)
    if any(address in net for other in networks for net in other.excluded):
        return "bei den Ausnahmen"
    if home.guest:
        return f"im Gastnetz {home.network}"
    if home.passive:
        return "" if HEARD_BY in one.facts else f"im Netz {home.network}, das nur passiv beobachtet wird"
    return f"im Netz {home.network}, das nicht (mehr) freigegeben ist" if home.closed else ""


def _said(why: str, keys: Sequence[str]) -> str:
    named = ", ".join(keys[:NAMED]) + (" …" if len(keys) > NAMED else "")
    if len(keys) == 1:
        return f"Eine Beobachtung der Sonde liegt {why} und wurde nicht übernommen: {named}."
    return f"{len(keys)} Beobachtungen der Sonde liegen {why} und wurden nicht übernommen: {named}."


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
