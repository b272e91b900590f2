"""What a recorded SNMP device told that nobody may keep: its running programs (`domain.md` 8.3). Pure."""

from __future__ import annotations

import re

_ROW = re.compile(rb"[ \xef\xbb\xbf]*(?:\.?(?:iso|\d+)(?:\.\d+)+ ?[=|]|[A-Za-z][\w-]*::\w)")
_PROCESSES = re.compile(
    rb"[ \xef\xbb\xbf]*(?:\.?(?:iso|1)\.3\.6\.1\.2\.1\.25\.[45]\.|HOST-RESOURCES-MIB::hrSWRun)"  # hrSWRun, hrSWRunPerf (RFC 2790)
)


def without_processes(data: bytes) -> bytes:
    """A recording or walk without the rows of running programs; all else stays as it is, byte for byte."""
    if not _PROCESSES.search(data):
        return data
    out, dropping = [], False
    for line in data.splitlines(keepends=True):
        if _ROW.match(line):
            dropping = _PROCESSES.match(line) is not None
        if not dropping:
            out.append(line)
    return b"".join(out)
