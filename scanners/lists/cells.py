"""Single cells of a list: dates, prices, addresses as people write them.

Every function takes text and gives the value or raises `ValueError` with the reason in German, without the value.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import date, timedelta
from decimal import Decimal

from scanners import text

EMPTY = frozenset(
    {"", "-", "--", "---", "–", "—", "n/a", "n.a.", "k.a.", "k. a.", "?", "??", "null", "#nv", "#n/a", "#wert!", "#bezug!"}
)
"""Cells that say nothing."""

_GERMAN = re.compile(r"(\d{1,2})[.](\d{1,2})[.](\d{4}|\d{2})\.?(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_SERIAL_DAY = re.compile(r"(\d{5})(?:[.,]\d+)?")
_ZERO_DAY = date(1899, 12, 30)
"""Day 0 of Excel's count, by which a cell without a date format shows its date."""
_SLASH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONEY = re.compile(r"(?:€|eur|euro|chf)?\s*([\d.,'’ ]*\d)(?:[.,]-+)?\s*(?:€|eur|euro)?", re.IGNORECASE)
_PIECES = re.compile(r"(?:ca\.?\s*)?(\d{1,6})(?:[.,]0+)?\s*(?:x|stk\.?|st\.?|stück|pcs)?", re.IGNORECASE)
_SPLIT = re.compile(r"[,;|\n]+|\s{2,}")
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def day(said: str) -> str:
    """A date as ISO 8601: `28.04.2022`, `28.4.22`, `2022-04-28`, `28/04/2022`, and Excel's day number `44679`."""
    if found := _GERMAN.fullmatch(said):
        numbers = (int(found[3]), int(found[2]), int(found[1]))
    elif found := _ISO.fullmatch(said):
        numbers = (int(found[1]), int(found[2]), int(found[3]))
    elif (found := _SLASH.fullmatch(said)) and int(found[1]) > 12:
        numbers = (int(found[3]), int(found[2]), int(found[1]))
    elif found := _SERIAL_DAY.fullmatch(said):
        counted = _ZERO_DAY + timedelta(days=int(found[1]))
        numbers = (counted.year, counted.month, counted.day)
    else:
        raise ValueError("ist kein vollständiges Datum (TT.MM.JJJJ)")
    year = numbers[0] if numbers[0] > 99 else 2000 + numbers[0] if numbers[0] < 80 else 1900 + numbers[0]
    try:
        result = date(year, numbers[1], numbers[2])
    except ValueError:
        raise ValueError("ist kein Tag im Kalender") from None
    if not 1970 <= year <= 2100:
        raise ValueError("liegt außerhalb der Jahre 1970 bis 2100")
    return result.isoformat()


def price(said: str) -> str:
    """An amount in Euro with decimal point: `1.234,56 €` → `1234.56`, `1,234.56` → `1234.56`, `1.234` → `1234`."""
    found = _MONEY.fullmatch(said.strip())
    if not found:
        raise ValueError("ist kein Betrag in Euro")
    digits = re.sub(r"['’ ]", "", found[1])
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        mark = "," if comma > point else "."
    elif comma >= 0:
        mark = "," if digits.count(",") == 1 else ""
    else:  # in German lists a single point before three digits groups thousands
        mark = "." if digits.count(".") == 1 and len(digits) - point - 1 != 3 else ""
    whole, _, cents = digits.rpartition(mark) if mark else (digits, "", "")
    whole = re.sub(r"[.,]", "", whole)
    if len(cents) > 4 or len(whole) > 12 or not (whole + cents).isdecimal():
        raise ValueError("ist kein Betrag in Euro")
    return str(Decimal(f"{whole or '0'}.{cents}") if cents else Decimal(whole))


def macs(said: str) -> list[str]:
    """One or more MACs in any of the usual spellings."""
    one = text.mac(said)
    if one:
        return [one]
    parts = [part for part in _SPLIT.split(said) if part.strip()]
    if len(parts) < 2:
        parts = said.split() if len(said) > 24 else [said]
    found = [text.mac(part) for part in parts]
    if not found or None in found:
        raise ValueError("ist keine MAC-Adresse (zwölf Ziffern 0–9, A–F)")
    return [mac for mac in found if mac]


def ips(said: str) -> list[str]:
    """One or more IP addresses; a prefix length behind is left out."""
    found = []
    for part in re.split(r"[,;|\s]+", said.strip()):
        try:
            found.append(str(ipaddress.ip_address(part.partition("/")[0])))
        except ValueError:
            raise ValueError("ist keine IP-Adresse") from None
    return found


def uuids(said: str) -> list[str]:
    """One or more UUIDs, lower case with hyphens."""
    found = []
    for part in re.split(r"[,;|\s]+", said.strip().lower().strip("{}")):
        if not _UUID.fullmatch(part):
            raise ValueError("ist keine UUID")
        plain = part.replace("-", "")
        found.append(f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}")
    return found


def quantity(said: str) -> int:
    """A number of pieces: `12`, `12,0`, `12 Stk.`."""
    found = _PIECES.fullmatch(said.strip())
    if not found:
        raise ValueError("ist keine Anzahl")
    return int(found[1])
