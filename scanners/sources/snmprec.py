"""Recorded SNMP devices: `.snmprec` files and the output of `snmpbulkwalk -On`, one device a file."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from scanners.observation import Collection, Problem, Scanner, Source
from scanners.snmp.collect import collect
from scanners.snmp.recording import finish, read_snmprec, read_walk

_SNMPREC = re.compile(rb"\.?\d+(?:\.\d+)+\|\d+x?(?::[\w.]+)?\|")
_WALK = re.compile(rb"\.?(?:iso|\d)(?:\.\d+)+ = ?(?:[A-Za-z0-9-]+(?: [A-Za-z]+)?:|\"\"|No |$)")


def _rows_begin(data: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether one of the first lines is a row; a broken one at the top does not hide the others."""
    return any(pattern.match(line.strip(b"\xef\xbb\xbf \r")) for line in data[:8192].split(b"\n")[:20])


def sniff(data: bytes, file: str) -> bool:
    """Whether these bytes are rows of a recording or of a walk."""
    return _rows_begin(data, _SNMPREC) or _rows_begin(data, _WALK)


def parse(data: bytes, file: str = "", observed_at: datetime | None = None, *, address: str | None = None) -> Collection:
    """One observation from one recording. Its key is `address` where that is known, else the file's stem.

    A file that is named after an address, as collectors do, was recorded there.
    """
    address = address or _address(PurePath(file).stem)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if _rows_begin(data, _SNMPREC):
        recording = read_snmprec(data)
    elif _rows_begin(data, _WALK):
        recording = read_walk(data)
    else:
        raise ValueError("Die Datei ist weder eine SNMP-Aufzeichnung (OID|Typ|Wert) noch die Ausgabe von „snmpbulkwalk -On“.")
    if not recording.rows:
        raise ValueError("Die SNMP-Aufzeichnung enthält keine einzige lesbare Zeile.")
    observation = finish(
        collect(recording, key=address or PurePath(file).stem, file=file, observed_at=observed_at, address=address)
    )
    if recording.skipped:
        lines = "1 Zeile war" if recording.skipped == 1 else f"{recording.skipped} Zeilen waren"
        problem = Problem(file, f"{lines} nicht lesbar und {'wurde' if recording.skipped == 1 else 'wurden'} ausgelassen.")
        observation = replace(observation, problems=(*observation.problems, problem))
    return Collection(
        Source.SNMP, (observation,), observation.problems, scope=file, started_at=observed_at, finished_at=observed_at
    )


def _address(stem: str) -> str | None:
    try:
        return str(ipaddress.IPv4Address(stem))
    except ValueError:
        return None


SCANNER = Scanner(name="snmprec", title="SNMP-Aufzeichnung", parse=parse, sniff=sniff)
