"""What an automatic check is and what it says (Feststellung): evidence that refutes, supports or does not know.

Pure. A finding never sets the state of a requirement; `assess` holds it against what people claim.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from isms.facts import MAX_AGE, AssetFacts, EstateFacts

BERLIN = ZoneInfo("Europe/Berlin")


class Result(enum.StrEnum):
    """OSCAL's words; `unknown` is a state of its own and never green."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    UNKNOWN = "unknown"


class Verdict(enum.StrEnum):
    """What a rule may do at all; none may ever set a claim."""

    REFUTES = "refutes"
    SUPPORTS = "supports"
    """Stands beside a claim as support and never speaks against one."""


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
    Grundschutz++ whose sentences the evidence touches (domain 3.6). German: `rule` what is looked at, `about` which
    things (object filter), `lacking` what must be known where the rule says unknown. `max_age` = oldest evidence that
    counts, None where the rule speaks of what is entered or of the service itself.
    """

    id: str
    version: int
    title: str
    rule: str
    controls: tuple[str, ...]
    kompendium: tuple[str, ...] = ()
    grundschutzpp: tuple[str, ...] = ()
    about: str = "Geräte mit Netzadresse"
    lacking: str = "vollständiger Scan der letzten 30 Tage"
    max_age: timedelta | None = MAX_AGE
    verdict: Verdict = Verdict.REFUTES
    run: Callable[[EstateFacts], Iterable[Finding]] = field(repr=False, kw_only=True)

    def finding(
        self, result: Result, asset: AssetFacts | None, sentence: str, at: datetime | None = None, where: str = ""
    ) -> Finding:
        return Finding(self.id, self.version, asset.id if asset else None, result, sentence, at, where)


@lru_cache(maxsize=4096)
def moment(at: datetime) -> str:
    """A time as German sentences name it: `16.11.2026, 10:00 Uhr`."""
    return f"{at.astimezone(BERLIN):%d.%m.%Y, %H:%M} Uhr"


def day(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%d.%m.%Y}"
