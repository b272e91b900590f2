"""What an automatic check is and what it says (Feststellung): evidence that refutes, supports or does not know.

Pure. A finding never sets the state of a requirement; `assess` holds it against what people claim.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from isms.facts import AssetFacts, EstateFacts

BERLIN = ZoneInfo("Europe/Berlin")


class Result(enum.StrEnum):
    """OSCAL's words; `unknown` is a state of its own and never green."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """Feststellung: what one check says about one asset at one place (`where`: address and port, or "")."""

    check: str
    version: int
    asset: UUID | None
    result: Result
    sentence: str
    observed_at: datetime | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Widerspruchs-Prüfung: one rule, one file. `run` yields findings for every asset the rule is about.

    `controls` are ids of our starter catalogue, `kompendium` ids of the Kompendium 2023, `grundschutzpp` UUIDs of
    Grundschutz++ whose sentences the evidence touches (domain 3.6). `rule` says in German what is looked at.
    """

    id: str
    version: int
    title: str
    rule: str
    controls: tuple[str, ...]
    kompendium: tuple[str, ...] = ()
    grundschutzpp: tuple[str, ...] = ()
    run: Callable[[EstateFacts], Iterable[Finding]] = field(repr=False, kw_only=True)

    def finding(
        self, result: Result, asset: AssetFacts | None, sentence: str, at: datetime | None = None, where: str = ""
    ) -> Finding:
        return Finding(self.id, self.version, asset.id if asset else None, result, sentence, at, where)


def moment(at: datetime) -> str:
    """A time as German sentences name it: `16.11.2026, 10:00 Uhr`."""
    return f"{at.astimezone(BERLIN):%d.%m.%Y, %H:%M} Uhr"


def day(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d.%m.%Y}"
