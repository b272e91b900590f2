"""What may go wrong by the doing of people or of the world, as sentences that help.

Bugs of our own are ordinary Python exceptions and never land here.
"""

from __future__ import annotations

from datetime import datetime


class Wrong(Exception):
    """Bad input: what happened, where, and what to do, in German for the person who sees it.

    Pages show it as 422 beside the form, the command line prints it and ends with exit code 1.
    """

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(" ".join(part for part in (f"{where}:" if where else "", what, todo) if part))

    @property
    def sentence(self) -> str:
        """What happened and what to do, for beside the field that it is about."""
        return " ".join(part for part in (self.what, self.todo) if part)


class Missing(Exception):
    """The thing does not exist, or not for this person; both look the same (404)."""


class Outdated(Exception):
    """Somebody else changed the entry since the form was shown (409)."""

    def __init__(self, by: str = "", at: datetime | None = None) -> None:
        self.by, self.at = by, at
        super().__init__(f"changed by {by} at {at}")
