"""SNMP values as a person would write them: text, numbers, MACs, addresses.

What a device says about itself is foreign text: it is cut, and control and direction characters
cannot reach a page, a log or a terminal.
"""

from __future__ import annotations

import ipaddress
import re

from scanners.snmp.client import Value

MAX_TEXT = 4096
"""Bytes of one text that we look at (`security.md`: device text is hostile)."""

_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_AROUND = ' "\\'
_REDACTED = frozenset({"<private>", "<removed>", "(none)", "n/a", "(null)"})
_MAC = re.compile(r"[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}")
_HEX = re.compile(r"[0-9a-f]{12}")
_NO_STATION = bytes(6)
_NUMBER = re.compile(r"\s*(-?\d+)")


def clean(text: str) -> str | None:
    """Text on one line without control and direction characters; None when nothing is left of it."""
    text = text[:MAX_TEXT]
    if not text.isprintable():
        # not printable by Unicode: separators and control, format (direction) and unassigned characters
        text = "".join([letter if letter.isprintable() else "\ufffd" for letter in _CONTROL.sub(" ", text)])
    text = text.strip(_AROUND)
    return text if text and text.lower() not in _REDACTED else None


def text(value: Value) -> str | None:
    """A value as text on one line."""
    if isinstance(value, bytes):
        value = value[:MAX_TEXT].rstrip(b"\0")
        try:
            return clean(value.decode())
        except UnicodeDecodeError:
            return clean(value.decode("latin-1"))
    return None if value is None else clean(str(value))


def number(value: Value) -> int | None:
    """A value as a whole number, also when the agent sends digits as text."""
    if isinstance(value, int):
        return value
    found = _NUMBER.match(text(value) or "")
    return int(found[1]) if found else None


def mac(value: Value) -> str | None:
    """`aa:bb:cc:dd:ee:ff`; None for all zeros, all ones and everything else."""
    if isinstance(value, bytes) and len(value) == 6:
        written = value.hex(":")
    else:
        spelt = (text(value) or "").lower()
        if _MAC.fullmatch(spelt):
            written = ":".join(part.zfill(2) for part in re.split("[:-]", spelt))
        elif _HEX.fullmatch(spelt):
            written = bytes.fromhex(spelt).hex(":")
        else:
            return None
    return None if written in {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"} else written


def station(value: Value) -> str | None:
    """The MAC of a single station, not that of a group."""
    if isinstance(value, bytes) and len(value) == 6:
        return None if value[0] & 1 or value == _NO_STATION else value.hex(":")
    written = mac(value)
    return None if written is None or int(written[1], 16) & 1 else written


def _ipv4(octets: bytes) -> str | None:
    first, second, third, fourth = octets
    return None if first in {0, 127} or first >= 224 else f"{first}.{second}.{third}.{fourth}"


def ip(value: Value) -> str | None:
    """Canonical text of an address of a real host: not 0.0.0.0, not loopback, not multicast."""
    if isinstance(value, bytes) and len(value) == 4:
        return _ipv4(value)
    try:
        address = ipaddress.ip_address(value if isinstance(value, bytes) and len(value) == 16 else text(value) or "")
    except ValueError:
        return None
    if address.version == 4:
        return _ipv4(address.packed)
    return None if address.is_unspecified or address.is_loopback or address.is_multicast else str(address)


def indexed_ip(index: str) -> str | None:
    """Address from an index of four octets, or of type, length and octets (RFC 4001)."""
    try:
        octets = bytes(map(int, index.split(".")))
    except ValueError:
        return None
    if len(octets) > 4 and octets[0] in {1, 2, 3, 4}:
        octets = octets[1:]
        if len(octets) in {5, 9, 17, 21}:
            # a length; and zones (types 3 and 4) append four octets that are no part of the address
            octets = octets[1:17] if len(octets) >= 17 else octets[1:5]
    return ip(octets) if len(octets) in {4, 16} else None
