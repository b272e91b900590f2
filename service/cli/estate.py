"""Commands about devices and networks: inspect, import, export, scan, network add."""

from __future__ import annotations

from typing import Any


def add(commands: Any) -> None:
    """Register the sub-commands."""
