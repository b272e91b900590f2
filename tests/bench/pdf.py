"""A document of a hundred pages from blocks against bare reportlab of the same rows."""

from __future__ import annotations

from service.pdf import bench
from tests.bench.row import Row


def measure() -> list[Row]:
    """Untagged and tagged, in one run."""
    found = bench.measure()
    return [
        Row(
            "PDF von 100 Seiten aus Blöcken, ohne Struktur",
            f"{found.untagged_ratio:.2f} × reportlab",
            "≤ 1,5 ×",
            found.untagged_ratio,
            found.untagged_ratio <= 1.5,
        ),
        Row(
            "PDF von 100 Seiten aus Blöcken, mit Struktur",
            f"{found.tagged_ratio:.2f} × reportlab",
            "≤ 2 ×",
            found.tagged_ratio,
            found.tagged_ratio <= 2,
        ),
    ]
