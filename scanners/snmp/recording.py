"""A recorded device behind the client's interface: `.snmprec` files and the output of `snmpbulkwalk -On`.

Reads text, opens no socket. Recordings are untidy: rows come in any order, twice, or broken; the
broken ones are counted and left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any, TypeVar

from scanners.snmp.client import Value

T = TypeVar("T")


class Recording:
    """Values by OID, asked like a device. `skipped` is the number of lines that could not be read."""

    def __init__(self, rows: Mapping[str, Value], skipped: int = 0) -> None:
        self.rows = rows
        self.skipped = skipped
        # Sorted as text: a subtree is one stretch in that order too, and only the rows asked for are sorted by number.
        self._oids = sorted(rows)

    async def get(self, *oids: str) -> dict[str, Value]:
        return {oid: self.rows[oid] for oid in oids if oid in self.rows}

    def _below(self, root: str) -> list[str]:
        start = bisect_left(self._oids, f"{root}.")
        end = bisect_left(self._oids, f"{root}/", start)
        below = self._oids[start:end]
        if len(below) > 1:
            after = len(root) + 1
            below.sort(key=lambda oid: tuple(map(int, oid[after:].split("."))))
        return below

    async def walk(self, root: str) -> AsyncIterator[tuple[str, Value]]:
        for oid in self._below(root):
            yield oid, self.rows[oid]

    async def column(self, root: str) -> dict[str, Value]:
        after = len(root) + 1
        return {oid[after:]: self.rows[oid] for oid in self._below(root)}


def finish(reading: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that only asks recordings and so never waits."""
    try:
        reading.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    reading.close()
    raise RuntimeError("a recording never makes its reader wait")


def _octets(text: str) -> bytes:
    return text.encode("latin-1")


def _address(text: str) -> str:
    octets = text.split(".")
    if len(octets) != 4 or not all(part.isdigit() and int(part) < 256 for part in octets):
        raise ValueError(text)
    return text


def _oid(text: str) -> str:
    bare = text.lstrip(".")
    if bare.startswith("iso."):
        bare = f"1.{bare[4:]}"
    if not bare.replace(".", "").isdecimal() or ".." in bare or bare[-1] == "." or not bare.isascii():
        raise ValueError(text)
    return bare


def _hex_address(text: str) -> str:
    return ".".join(map(str, bytes.fromhex(text)[:4]))


TAGS: Mapping[str, Callable[[str], Value]] = {
    "2": int,
    "4": _octets,
    "4x": bytes.fromhex,
    "6": _oid,
    "64": _address,
    "64x": _hex_address,
    "65": int,
    "66": int,
    "67": int,
    "68": _octets,
    "68x": bytes.fromhex,
    "70": int,
}
"""Types of a `.snmprec` line: the tag of the value's ASN.1 type, with `x` where the text is hexadecimal."""


def read_snmprec(data: bytes) -> Recording:
    """A recording from `OID|tag|value` lines."""
    rows: dict[str, Value] = {}
    skipped = 0
    for line in data.decode("latin-1").split("\n"):
        try:
            name, tag, value = line.rstrip("\r").split("|", 2)
            if name not in rows:
                decoded = TAGS[tag](value)
                rows[_oid(name)] = decoded
        except (ValueError, KeyError, IndexError):
            skipped += bool(line.strip()) and not line.startswith("#")
    return Recording(rows, skipped)


_ROW = re.compile(r"(\.?(?:iso|\d)(?:\.\d+)+) = ?(.*)", re.DOTALL)
_TYPED = re.compile(r"([A-Z][A-Za-z0-9 -]*): ?(.*)", re.DOTALL)
_SPELT_MAC = re.compile(r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}")
_ENUM = re.compile(r"[\w.-]*\((-?\d+)\)")
_LEADING = re.compile(r"\(?(-?\d+)")


def _walk_rows(text: str) -> Iterator[tuple[str | None, str]]:
    """Rows of a walk's output; a text over several lines is one row. A line before any row comes with OID None."""
    name: str | None = None
    parts: list[str] = []
    for line in text.split("\n"):
        row = _ROW.match(line)
        if row:
            if name is not None:
                yield name, "\n".join(parts)
            name, parts = row[1], [row[2]]
        elif name is not None:
            parts.append(line)
        elif line.strip():
            yield None, line
    if name is not None:
        yield name, "\n".join(parts)


def _walk_value(said: str) -> Value:
    """The value of `TYPE: value`; ValueError for `No Such …` and types that nobody knows."""
    said = said.rstrip("\r\n ")
    typed = _TYPED.match(said)
    if said in {'""', ""}:
        return b""
    if not typed:
        raise ValueError(said)
    kind, value = typed[1], typed[2]
    match kind:
        case "STRING":
            if value.startswith('"'):
                return _octets(value[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\"))
            if _SPELT_MAC.fullmatch(value):
                return bytes(int(part, 16) for part in value.split(":"))
            return _octets(value)
        case "Hex-STRING" | "BITS" | "Network Address":
            # words behind the octets of BITS explain them
            return bytes(int(part, 16) for part in re.findall(r"(?:^|(?<=[\s:]))[0-9A-Fa-f]{2}(?=[\s:]|$)", value))
        case "OID":
            return _oid(value)
        case "IpAddress":
            return _address(value)
        case "INTEGER" | "Gauge32" | "Counter32" | "Counter64" | "Unsigned32" | "UInteger32" | "Timeticks":
            number = _ENUM.match(value) or _LEADING.match(value)
            if not number:
                raise ValueError(said)
            return int(number[1])
        case _:
            raise ValueError(said)


def read_walk(data: bytes) -> Recording:
    """A recording from what `snmpwalk -On` or `snmpbulkwalk -On` wrote."""
    rows: dict[str, Value] = {}
    skipped = 0
    for name, said in _walk_rows(data.decode("latin-1").replace("\r\n", "\n")):
        if said.startswith(("No Such ", "No more variables", "Opaque:")):  # of the last, net-snmp's floating point: no use
            continue
        try:
            # a line before the first row has no OID, and `_oid` says so
            rows.setdefault(_oid(name or ""), _walk_value(said))
        except (ValueError, IndexError):
            skipped += 1
    return Recording(rows, skipped)
