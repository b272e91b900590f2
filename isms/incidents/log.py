"""The log of an incident (Protokoll): lines that hang on each other, so that a change would show.

Pure. Line n carries the hash of line n-1 and of its own text (`service.audit.chain.link`). The database takes no change
and no deletion from the service; a correction is a new line that names the one it corrects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from service.audit.chain import START, canonical, link
from service.i18n import lazy

KINDS: Final = {
    "report": lazy("Meldung"),
    "note": lazy("Eintrag"),
    "correction": lazy("Berichtigung"),
    "state": lazy("Stand"),
    "level": lazy("Stufe"),
    "rating": lazy("Bewertung"),
    "affected": lazy("Betroffen"),
    "duty": lazy("Meldepflicht"),
    "notice": lazy("Mitteilung"),
    "measure": lazy("Maßnahme"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: number, time, who, what; `corrects` is the number of the line it puts right."""

    seq: int
    at: datetime
    author: str
    kind: str
    text: str
    corrects: int | None
    hash: str


def chained(previous: str, incident: UUID, line: Line) -> str:
    """The hash that line carries behind `previous`."""
    text = canonical(
        {
            "incident": str(incident),
            "seq": line.seq,
            "utc": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "author": line.author,
            "kind": line.kind,
            "text": line.text,
            "corrects": line.corrects,
        }
    )
    return link(previous, text)


def broken(incident: UUID, lines: Sequence[Line]) -> int | None:
    """The number of the first line that is missing or was changed; None for a whole log. `lines` from the first on."""
    previous = START
    for expected, line in enumerate(lines, 1):
        if line.seq != expected:
            return expected
        previous = chained(previous, incident, line)
        if previous != line.hash:
            return line.seq
    return None


def corrected(lines: Sequence[Line]) -> dict[int, int]:
    """Number of a line → number of the newest line that corrects it."""
    return {line.corrects: line.seq for line in lines if line.corrects is not None}
