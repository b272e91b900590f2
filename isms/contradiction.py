"""Contradictions (Widersprüche): evidence against a claim, and what people decide about it (domain 3.6).

Pure. `plan` holds today's findings against the known contradictions and says what to open, refresh, reopen or
close; it never touches a claim. Closed as "behoben" only after two later full scans without the evidence.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from isms.finding import Finding, Result

MAX_DISMISSAL = timedelta(days=180)
SCANS_TO_CLOSE = 2


class State(enum.StrEnum):
    """`open` and nothing else counts against the quota; the others keep the history."""

    OPEN = "open"
    CORRECTED = "corrected"
    """The claim was corrected to nein or teilweise."""
    DISMISSED = "dismissed"
    """Explained until a date; then it comes back."""
    FIXED = "fixed"
    """A person says it is fixed; the next evidence to the contrary opens it again."""
    RESOLVED = "resolved"
    """Closed as "behoben" by two full scans without the evidence."""


Key = tuple[str, UUID | None, str]
"""Check, asset, place: what makes two findings the same case."""


def key_of(finding: Finding) -> Key:
    return (finding.check, finding.asset, finding.where)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One case as it is known so far; `clean_scans` counts full scans since the evidence was last seen."""

    key: Key
    state: State
    opened_at: datetime
    last_evidence_at: datetime
    until: date | None = None
    clean_scans: int = 0
    last_clean_at: datetime | None = None
    decided_at: datetime | None = None


class Change(enum.StrEnum):
    OPENED = "opened"
    REFRESHED = "refreshed"
    REOPENED = "reopened"
    COUNTED = "counted"
    """One full scan more without the evidence."""
    RESOLVED = "resolved"
    EXPIRED = "expired"
    """The dismissal's date has passed while the evidence still stands."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one case, with its new value; `finding` where evidence made it happen."""

    change: Change
    contradiction: Contradiction
    finding: Finding | None = None


def _with_evidence(known: Contradiction | None, finding: Finding, now: datetime) -> Step | None:
    seen = finding.observed_at or now
    if known is None:
        return Step(Change.OPENED, Contradiction(key_of(finding), State.OPEN, now, seen), finding)
    newer = seen > known.last_evidence_at
    fresh = Contradiction(known.key, State.OPEN, known.opened_at, max(seen, known.last_evidence_at))
    match known.state:
        case State.OPEN:
            return Step(Change.REFRESHED, fresh, finding) if newer or known.clean_scans else None
        case State.DISMISSED if known.until is not None and now.date() > known.until:
            return Step(Change.EXPIRED, fresh, finding)
        case State.FIXED if known.decided_at is None or seen > known.decided_at:
            return Step(Change.REOPENED, fresh, finding)
        case State.RESOLVED | State.CORRECTED if newer:
            return Step(Change.REOPENED, fresh, finding)
        case State.DISMISSED if newer:
            kept = Contradiction(known.key, known.state, known.opened_at, seen, known.until, 0, None, known.decided_at)
            return Step(Change.REFRESHED, kept, finding)
    return None


def _without_evidence(known: Contradiction, scans: Iterable[datetime]) -> Step | None:
    if known.state not in (State.OPEN, State.DISMISSED, State.FIXED):
        return None
    after = max(known.last_evidence_at, known.last_clean_at or known.last_evidence_at)
    later = sorted({x for x in scans if x > after})
    if not later:
        return None
    count = known.clean_scans + len(later)
    state = State.RESOLVED if count >= SCANS_TO_CLOSE else known.state
    value = Contradiction(
        known.key, state, known.opened_at, known.last_evidence_at, known.until, count, later[-1], known.decided_at
    )
    return Step(Change.RESOLVED if state is State.RESOLVED else Change.COUNTED, value)


def plan(
    known: Collection[Contradiction],
    findings: Collection[Finding],
    full_scans: Mapping[UUID, Collection[datetime]],
    now: datetime,
) -> tuple[Step, ...]:
    """What changes. `full_scans` = times of full scans of the same scope by asset; order of findings does not matter.

    A look without the evidence is a full scan, or a finding of the same check that says satisfied about the same
    place or the whole device; two later ones close a case.
    """
    by_key = {x.key: x for x in known}
    bad: dict[Key, Finding] = {}
    for finding in findings:
        if finding.result is Result.NOT_SATISFIED:
            key = key_of(finding)
            kept = bad.get(key)
            if kept is None or (finding.observed_at or now) > (kept.observed_at or now):
                bad[key] = finding
    good: dict[Key, set[datetime]] = {}
    for finding in findings:
        if finding.result is Result.SATISFIED and finding.observed_at is not None:
            good.setdefault(key_of(finding), set()).add(finding.observed_at)
    steps = [_with_evidence(by_key.get(key), finding, now) for key, finding in sorted(bad.items(), key=lambda x: str(x[0]))]
    for key in sorted(by_key, key=str):
        asset = key[1]
        if key not in bad and asset is not None:
            looks = {*full_scans.get(asset, ()), *good.get(key, ()), *good.get((key[0], asset, ""), ())}
            steps.append(_without_evidence(by_key[key], looks))
    return tuple(x for x in steps if x is not None)


def refusal(state: State, reason: str, until: date | None, today: date) -> str | None:
    """Why this decision is not accepted, in German; None = accepted."""
    if state is State.DISMISSED:
        if not reason.strip():
            return "Bitte begründen Sie, warum der Widerspruch hingenommen wird."
        if until is None:
            return "Bitte nennen Sie das Datum, bis zu dem die Begründung gilt."
        if until <= today:
            return "Das Datum liegt nicht in der Zukunft."
        if until - today > MAX_DISMISSAL:
            return f"Höchstens 180 Tage, also bis {today + MAX_DISMISSAL:%d.%m.%Y}."
    elif state not in (State.CORRECTED, State.FIXED):
        return "Diese Entscheidung gibt es nicht."
    return None
