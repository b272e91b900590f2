"""A template of the towns as the draft of a document: what it becomes, and how its source is named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.i18n import gettext as _
from service.limits import TEXT

KINDS: Final[Mapping[str, str]] = {
    "policy": "guideline",
    "instruction": "guideline",
    "tender": "contract",
    "training": "concept",
    "guide": "guideline",
}
"""Kind of a template → the kind of document that its form proposes."""
_LONGEST: Final = 150
"""Characters of a file's name without its ending."""


@dataclass(frozen=True, slots=True)
class Source:
    """A template as it is taken over; `town` and `edition` are those of its origin."""

    title: str
    kind: str
    text: str
    town: str
    edition: int
    file_name: str | None

    @property
    def named(self) -> str:
        """The sentence that stays with the draft."""
        return _("Übernommen aus der Vorlage „%(title)s“ (%(town)s, Fassung %(n)s).",
                 title=self.title, town=self.town, n=self.edition)  # fmt: skip

    @property
    def note(self) -> str:
        """What the form proposes as remark: the words that go along with a file."""
        return self.text[:TEXT] if self.file_name else ""

    @property
    def written(self) -> tuple[str, str, bytes]:
        """The text of a template without a file as one: name, kind and bytes."""
        plain = re.sub(r"[^\w .()-]", "_", self.title)[:_LONGEST].strip(" .") or "vorlage"
        return f"{plain}.txt", "text", self.text.encode()
