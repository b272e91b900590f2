"""Reading what an address or a form carries. Pure."""

from __future__ import annotations

from uuid import UUID


def key(text: str | None) -> UUID | None:
    """The id in a field; None for an empty field and for what is no id."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
