"""Source of lists as text: CSV and TSV in the encodings and with the separators that towns' lists really have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from scanners.lists import csv_table, listing, rows
from scanners.observation import Collection, Scanner

SUFFIXES = (".csv", ".tsv", ".txt")


def sniff(data: bytes, name: str) -> bool:
    """Whether the file may be a list: by its name; other text is tried last."""
    return name.lower().endswith(SUFFIXES)


def layout(data: bytes, mapping: Mapping[str, str] | None = None) -> rows.Layout:
    """Header and recognised columns, to show and correct before anything is taken over."""
    return rows.layout(csv_table.read(data), mapping)


def parse(
    data: bytes,
    file: str = "",
    observed_at: datetime | None = None,
    mapping: Mapping[str, str] | None = None,
    reading: listing.Reading | None = None,
) -> Collection:
    """Rows as observations. Raises `ValueError` with a German sentence when the bytes are no list."""
    return listing.collection(csv_table.read(data, reading.encoding if reading else ""), file, observed_at, mapping, reading)


SCANNER = Scanner(name="csv", title="Liste (CSV, TSV)", parse=parse, sniff=sniff)
