"""Operating system of a host: what SMB says, what banners say, what nmap guesses, in this order.

Source of the order: `domain.md` 2.9. A range of versions that nmap guesses is no version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scanners import datafile
from scanners.nmap.xml import Host
from scanners.observation import Origin, Service

_SMB_WINDOWS = re.compile(r"(Windows(?: Server)?(?: [\w.]+)+?)(?: (\d{4,5}))?(?: Service Pack \d)?$")
_DATA: dict[str, Any] = datafile.load("scanners.nmap", "systems.yaml")
_PRODUCTS = tuple((re.compile(rule["text"]) if "text" in rule else None, rule) for rule in _DATA["products"])
_GUESSED = tuple((re.compile(rule["text"]), rule["os"]) for rule in _DATA["guesses"])


def system(
    smb: Mapping[str, str] | None, services: Sequence[Service], host: Host, guess: str
) -> tuple[str | None, str | None, Origin | None]:
    """Name, version and how we know."""
    said = (smb or {}).get("os", "")
    if said and "Samba" not in (smb or {}).get("lanmanager", "") and (found := _SMB_WINDOWS.search(said)):
        return found[1], found[2], Origin.SMB
    name, version, sure = _by_products(services)
    if name and sure:
        return name, version, Origin.BANNER
    for pattern, guessed in _GUESSED:
        if found := pattern.search(guess):
            return guessed.format(*found.groups()), None, Origin.OS_GUESS
    if name:
        return name, version, Origin.BANNER
    kinds = {port.service["ostype"] for port in host.ports if "ostype" in port.service} - {"Unix"}
    return (kinds.pop(), None, Origin.BANNER) if len(kinds) == 1 else (None, None, None)


def _by_products(services: Sequence[Service]) -> tuple[str | None, str | None, bool]:
    """Name, version, and whether a service says so outright."""
    weak: str | None = None
    for service in services:
        for pattern, rule in _PRODUCTS:
            found = pattern.search(f"{service.product or ''} {service.version or ''}".strip()) if pattern else None
            if found and not rule.get("weak"):
                told = found.groupdict()
                return rule["os"], told.get("version") or rule.get("releases", {}).get(told.get("release")), True
            if found or (service.name and rule.get("service") == service.name):
                weak = weak or rule["os"]
    return weak, None, False
