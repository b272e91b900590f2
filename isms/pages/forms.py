"""Forms of the ISMS: what `service.web.forms` reads, with the ISMS's own words, and a door to the group's measures."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from isms.pages import words
from isms.store.measures import GROUP
from service.auth.guards import Here
from service.db import SafeTransaction, town_tx
from service.errors import Outdated
from service.web import clash
from service.web.clash import Overtaken
from service.web.forms import Ask, Form, Unfit, kept, problem, read

__all__ = ["Ask", "Form", "Unfit", "kept", "overtaken", "problem", "read", "transaction"]


def overtaken(typed: Form, stored: Form, error: Outdated) -> Overtaken:
    """Both versions of an entry that somebody else changed while the form stood open: what differs, field by field."""
    return clash.of_forms(stored, typed, words.FIELDS, error)


def transaction(here: Here, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
    """As `here.tx`, and the group's measures may be read too."""
    return town_tx(here.read | {GROUP}, here.write if write else None)
