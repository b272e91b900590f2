"""A list of either format as rows: the door for pages that show the columns before anything is taken over."""

from __future__ import annotations

from scanners.lists import csv_table, workbook
from scanners.lists.rows import Sheet


def read(data: bytes, encoding: str = "") -> Sheet:
    """Rows of an upload: a workbook (in a limited child process) or text, in the `encoding` that a person chose.

    Raises `ValueError` with a German sentence.
    """
    return workbook.read_apart(data) if data.startswith(b"PK\x03\x04") else csv_table.read(data, encoding)
