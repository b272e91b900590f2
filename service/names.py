"""How pages and papers name a person."""

from __future__ import annotations


def shown_name(actor: str | None) -> str:
    """The name alone of an actor „Name <address>“, as pages and papers show it; the record keeps both."""
    return (actor or "").partition(" <")[0]
