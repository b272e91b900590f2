"""Source of lists as Excel workbooks.

`parse` reads in this process, `parse_upload` in a limited child: use that one for whatever comes over the web.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from scanners.lists import listing, rows, workbook
from scanners.observation import Collection, Scanner


def sniff(data: bytes, name: str) -> bool:
    """Whether the file is a zip archive, as every workbook is."""
    return data.startswith(b"PK\x03\x04")


def layout(data: bytes, mapping: Mapping[str, str] | None = None) -> rows.Layout:
    """Header and recognised columns of an upload, to show and correct before anything is taken over."""
    return rows.layout(workbook.read_apart(data), mapping)


def parse(
    data: bytes,
    file: str = "",
    observed_at: datetime | None = None,
    mapping: Mapping[str, str] | None = None,
    reading: listing.Reading | None = None,
) -> Collection:
    """Rows of all sheets with a list. Raises `ValueError` with a German sentence, also for files over the limits."""
    return listing.collection(workbook.read(data), file, observed_at, mapping, reading)


def parse_upload(
    data: bytes,
    file: str = "",
    observed_at: datetime | None = None,
    mapping: Mapping[str, str] | None = None,
    reading: listing.Reading | None = None,
) -> Collection:
    """Like `parse`, reading in a child process with limits on memory and CPU time."""
    return listing.collection(workbook.read_apart(data), file, observed_at, mapping, reading)


SCANNER = Scanner(name="xlsx", title="Liste (Excel)", parse=parse, sniff=sniff)
