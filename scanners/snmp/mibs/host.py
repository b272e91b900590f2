"""HOST-RESOURCES-MIB: memory, what the devices in the box are called, and installed software."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanners.observation import Software
from scanners.snmp.client import Snmp
from scanners.snmp.tables import columns
from scanners.snmp.values import number, text

MEMORY = "1.3.6.1.2.1.25.2.2.0"
DEVICE_TYPE = "1.3.6.1.2.1.25.3.2.1.2"
DEVICE_DESCR = "1.3.6.1.2.1.25.3.2.1.3"
SOFTWARE = "1.3.6.1.2.1.25.6.3.1"
PRINTER_TYPE = "1.3.6.1.2.1.25.3.1.5"
PROCESSOR_TYPE = "1.3.6.1.2.1.25.3.1.3"
MAX_SOFTWARE = 10_000

_DEBIAN = re.compile(r"([^_\s]+)_(\d[^_\s]*)_\w+")
_PACKAGE = re.compile(r"(\S+)-((?:\d+:)?\d[\w.+~:^]*-[\w.+~^]+)")
_DASHED = re.compile(r"(.+?) - (\d+(?:\.\d+)+\S*)")
_SPACED = re.compile(r".+? [vV]?(\d+(?:\.\d+)+)(?: \([^)]*\))?")


@dataclass(frozen=True, slots=True)
class Host:
    """`printers` and `processors` are the descriptions of devices of that type."""

    memory_mib: int | None = None
    printers: tuple[str, ...] = ()
    processors: tuple[str, ...] = ()
    software: tuple[Software, ...] = ()
    present: bool = False


def product(said: str) -> Software:
    """Name and version out of the one text of hrSWInstalledName.

    Debian writes `name_version_arch`, RPM `name-version-release.arch`, Windows `name - version` or just a name.
    """
    for pattern in (_DEBIAN, _PACKAGE, _DASHED):
        found = pattern.fullmatch(said)
        if found:
            return Software(found[1], found[2])
    spaced = _SPACED.fullmatch(said)
    return Software(said, spaced[1] if spaced else None)


async def read(snmp: Snmp) -> Host:
    """Memory, devices and installed software."""
    memory = number((await snmp.get(MEMORY)).get(MEMORY))
    types, descriptions = await snmp.column(DEVICE_TYPE), await snmp.column(DEVICE_DESCR)
    (names,) = await columns(snmp, SOFTWARE, 2)
    said = list(dict.fromkeys(filter(None, map(text, list(names.values())[:MAX_SOFTWARE]))))

    def of_type(wanted: str) -> tuple[str, ...]:
        found = (text(descriptions.get(index)) for index, kind in types.items() if text(kind) in {wanted, f".{wanted}"})
        return tuple(filter(None, found))

    return Host(
        None if not memory or memory < 0 else memory // 1024,
        of_type(PRINTER_TYPE),
        of_type(PROCESSOR_TYPE),
        tuple(map(product, said)),
        bool(memory or types or names),
    )
