"""What open ports and banners tell about a device: the rules of `banners.yaml`, and one small function to apply them.

Rules are searched in the texts of a host (product, extra information, page title, guess of the system), the first
that fits says kind, maker and model. Order matters: special before general.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scanners import datafile
from scanners.observation import Origin


@dataclass(frozen=True, slots=True)
class Profile:
    """What the texts of a host say; `kind_origin` tells how sure."""

    kind: str | None = None
    kind_origin: Origin | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    reason: str = ""
    """The words of the host that said so."""


_DATA: dict[str, Any] = datafile.load("scanners.nmap", "banners.yaml")

DEVICE_TYPES: dict[str, str] = _DATA["device_types"]
"""nmap's device types, in guesses of the system and beside services."""

CARDS: dict[str, str] = _DATA["cards"]
"""Makers whose network cards sit in one kind of device only (as far as town halls go)."""

RULES = tuple((re.compile(entry["text"]), entry["kind"], entry.get("vendor")) for entry in _DATA["banners"])

OS_SURE = 90
"""Least accuracy in percent at which nmap's guess of the system counts."""

_SERIAL = re.compile(r"\bserial[:\s]+([A-Z0-9]{6,20})\b|^iLO \d - ([A-Z0-9]{8,12})$", re.MULTILINE)
_SERVER_TEXT = re.compile(
    r"Windows Server|Microsoft IIS|Exchange|Domain Controller|Ubuntu|Debian|Red Hat|CentOS|SUSE|AlmaLinux|Rocky"
)
_SERVER_PORTS = frozenset({25, 53, 88, 110, 143, 389, 443, 636, 993, 995, 1433, 1521, 3306, 5432, 8443, 27017, 80})
_CLIENT_WINDOWS = re.compile(r"Windows (?:XP|Vista|7|8|8\.1|10|11)\b")


@lru_cache(maxsize=8192)
def recognise(texts: str, device_types: tuple[str, ...], guess: str, guess_type: str, open_ports: tuple[int, ...]) -> Profile:
    """Kind, maker, model by banners, else by nmap's types, else by ports.

    `texts` are banners and titles, one a line; `guess` is nmap's name of the system, '' when it is not sure.
    """
    serial = next((found[1] or found[2] for found in _SERIAL.finditer(texts)), None)
    for origin, said in ((Origin.BANNER, texts), (Origin.OS_GUESS, guess)):
        for pattern, kind, maker in RULES:
            if said and (found := pattern.search(said)):
                groups = [value for value in found.groupdict().values() if value]
                if not groups and origin is Origin.BANNER:  # another line may name the model
                    groups = [v for other in pattern.finditer(said) for v in other.groupdict().values() if v]
                reason = _line_of(said, found) if origin is Origin.BANNER else guess
                return Profile(kind, origin, maker, groups[0].strip() if groups else None, serial, reason=reason)
    for device_type in device_types:
        if device_type in DEVICE_TYPES:
            return Profile(DEVICE_TYPES[device_type], Origin.BANNER, serial=serial, reason=device_type)
    if guess and guess_type in DEVICE_TYPES:
        return Profile(DEVICE_TYPES[guess_type], Origin.OS_GUESS, serial=serial, reason=guess)
    ports = frozenset(open_ports)
    if 9100 in ports and ports & {515, 631, 80, 443} and not ports & {22, 3389}:
        return Profile("printer", Origin.PORTS, serial=serial, reason=_listed(ports & {9100, 515, 631, 80, 443}))
    if (found := _SERVER_TEXT.search(texts)) and ports & _SERVER_PORTS:
        return Profile("server", Origin.BANNER, serial=serial, reason=_line_of(texts, found))
    if "Windows Server" in guess:
        return Profile("server", Origin.OS_GUESS, serial=serial, reason=guess)
    if _CLIENT_WINDOWS.search(guess):
        return Profile("workstation", Origin.OS_GUESS, serial=serial, reason=guess)
    if ports & {88} and ports & {389, 636}:
        return Profile("server", Origin.PORTS, serial=serial, reason=_listed(ports & {88, 389, 636}))
    return Profile(serial=serial)


def _line_of(texts: str, found: re.Match[str]) -> str:
    """The whole line in which a pattern was found, as people may read it."""
    start, end = texts.rfind("\n", 0, found.start()) + 1, texts.find("\n", found.end())
    return " ".join(texts[start : end if end >= 0 else None].split())[:120]


def _listed(ports: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
