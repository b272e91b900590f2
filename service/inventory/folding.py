"""One spelling for each identifier, and the values that identify nothing.

Compared are only folded values (`domain.md` 2.2); the lists of junk (2.4) are data at the top of this file.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SERIAL_PREFIXES = ("S/N:", "SN:", "S/N", "SNR:")
_SERIAL_TABLE = {ord(c): None for c in map(chr, range(128)) if not c.isalnum()} | {ord("O"): "0", ord("I"): "1"}
_MAC_TABLE = {ord(c): None for c in ":-. \t"}
_HEX12 = re.compile(r"[0-9a-f]{12}\Z")
_HEX32 = re.compile(r"[0-9a-f]{32}\Z")

JUNK_SERIALS = (
    "To be filled by O.E.M.",
    "Default string",
    "System Serial Number",
    "Not Specified",
    "Not Available",
    "None",
    "Invalid",
    "N/A",
    "Unknown",
    "Unbekannt",
    "ohne",
    "keine",
    "0123456789",
    "123456789",
    "1234567890",
    "1234ABC",
)
"""Placeholders that makers leave instead of a serial, in any spelling."""

JUNK_UUIDS = frozenset({"0" * 32, "f" * 32, "03000200040005000006000700080009"})
JUNK_NUMBERS = frozenset({"release-keys", "none", "n/a", "-", "keine", "ohne"})
"""Asset tags and inventory numbers that mean nothing."""

_DEFAULTS = """
    ubnt npi apc localhost switch router printer drucker default unknown none camera accesspoint ap raspberrypi
    synology diskstation qnap nas openwrt mikrotik lancom fritz fritzbox sophos fortigate idrac ilo axis
    securelogin kyocera brother hp xerox canon ricoh lexmark snom yealink gigaset tiptel ups usv esxi
    workgroup localdomain hostname win host server
"""
JUNK_NAMES = frozenset(_DEFAULTS.split())
"""Names that devices have before anybody names them."""

VIRTUAL_PREFIXES = ("00005e0001", "00005e0002", "00000c07ac", "00000c9ff", "0007b4")
"""VRRP and CARP, HSRP, GLBP: the MAC of an address that floats between nodes."""

GUEST_PREFIX = "525400"
"""KVM guests: stable although the local bit is set."""

STANDARD_PORTS = frozenset({443, 465, 636, 853, 989, 990, 992, 993, 995, 2083, 3269, 3389, 5061, 5986, 6514, 8006})
"""Where a certificate belongs to the device itself; elsewhere it may be forwarded from behind a NAT router."""


def fold_serial(text: str) -> str:
    """`'S/N: czco1i2'` → `'CZC0112'`."""
    text = text.strip().upper()
    for prefix in _SERIAL_PREFIXES:
        if text.startswith(prefix):
            text = text[len(prefix) :]
            break
    folded = text.translate(_SERIAL_TABLE)
    return folded if folded.isascii() else "".join(c for c in folded if c.isalnum())


_FOLDED_JUNK = frozenset(fold_serial(text) for text in JUNK_SERIALS)


@lru_cache(maxsize=65536)
def usable_serial(text: str) -> str:
    """The folded serial, or '' where it is a placeholder, also a misspelt one, or too short."""
    folded = fold_serial(text)
    if len(folded) < 4 or len(set(folded)) == 1 or folded in _FOLDED_JUNK:
        return ""
    for junk in _FOLDED_JUNK:
        slack = 2 if len(junk) >= 10 else 1
        if len(junk) >= 4 and sorted(junk) == sorted(folded) and distance(junk, folded, slack) <= slack:
            return ""
    return folded


def fold_mac(text: str) -> str:
    """Twelve lower-case hex digits from any of the usual spellings, '' where it is none."""
    folded = text.translate(_MAC_TABLE).lower()
    return folded if _HEX12.match(folded) else ""


def is_virtual(mac: str) -> bool:
    """True for the folded MAC of a virtual router address."""
    return mac.startswith(VIRTUAL_PREFIXES)


@lru_cache(maxsize=65536)
def usable_mac(text: str) -> str:
    """The folded MAC, or '' where it is local (but not a KVM guest's), multicast, virtual, empty."""
    mac = fold_mac(text)
    if not mac or (mac[1] in "13579bdf26ae" and not mac.startswith(GUEST_PREFIX)) or is_virtual(mac):
        return ""
    return "" if mac == "000000000000" else mac


def fold_name(text: str) -> str:
    """First label, lower case, first 15 characters: `'PC01-BUERGERBUERO.erbach.local'` → `'pc01-buergerbue'`."""
    return text.strip().partition(".")[0].lower()[:15]


@lru_cache(maxsize=65536)
def usable_name(text: str) -> str:
    """The folded name, or '' where it is a maker's default, an address, or no host name at all."""
    if " " in text.strip() or "*" in text:
        return ""
    name = fold_name(text)
    if len(name) < 2 or name in JUNK_NAMES or name.isdigit() or name.startswith("ios-self-signed"):
        return ""
    return name


def fold_uuid(text: str) -> str:
    """32 hex digits; of the two byte orders in which firmware and systems print a UUID the smaller one. '' for junk."""
    plain = text.strip().lower().replace("-", "").strip("{}")
    if not _HEX32.match(plain):
        return ""
    swapped = "".join(bytes.fromhex(part)[::-1].hex() for part in (plain[:8], plain[8:12], plain[12:16])) + plain[16:]
    if {plain, swapped} & JUNK_UUIDS:
        return ""
    return min(plain, swapped)


def fold_inventory(text: str) -> str:
    """Trimmed and case-folded; '' for zeros and the usual fillers."""
    number = " ".join(text.split()).casefold()
    return "" if number in JUNK_NUMBERS or not number.strip("0 -/.") else number


def fold_model(text: str) -> str:
    """Letters and digits only, lower case: for noticing that two rows name different models."""
    return "".join(c for c in text.lower() if c.isalnum())


def is_model(name: str, model: str | None) -> bool:
    """A name that only repeats the model, as devices and their certificates bear it before anybody names them."""
    plain, known = fold_model(fold_name(name)), fold_model(model or "")
    return bool(known) and len(plain) > 2 and (plain in known or known in plain)


def distance(left: str, right: str, limit: int = 2) -> int:
    """Damerau-Levenshtein distance (neighbours may swap), cut off at `limit` + 1."""
    if left == right:
        return 0
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return min(above[-1], limit + 1)
