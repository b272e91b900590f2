"""Contradictions (Widersprüche): evidence against a claim, and what people decide about it (domain 3.6).

Pure. `plan` holds today's findings against the known contradictions and says what to open, refresh, reopen or
close; it never touches a claim. Closed as "behoben" only after two later full scans without the evidence.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from isms.finding import Finding, Result
from service.settings import local_day

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
    FALSE_ALARM = "false_alarm"
    """Fehlalarm: the evidence does not mean what the rule says, until a date or the rule's next version; then it comes back."""
    RESOLVED = "resolved"
    """Closed as "behoben" by two full scans without the evidence."""
    WITHDRAWN = "withdrawn"
    """Closed because the rule, in its newer version, no longer says it; not because anything was fixed."""


REASONED = frozenset({State.DISMISSED, State.FALSE_ALARM})
"""Decisions that hold for a reason and no longer than it."""
LIVE = frozenset({State.OPEN, State.FIXED, *REASONED})
"""Cases that evidence, or its absence, may still change."""


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
    rule_version: int = 1
    """Version of the rule that spoke last; a decision answers this version."""


class Change(enum.StrEnum):
    OPENED = "opened"
    REFRESHED = "refreshed"
    REOPENED = "reopened"
    COUNTED = "counted"
    """One full scan more without the evidence."""
    RESOLVED = "resolved"
    EXPIRED = "expired"
    """The reason's date has passed and nothing shows that the evidence is gone."""
    RULE_CHANGED = "rule_changed"
    """The rule has a newer version: what was said about the former one is asked again."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one case, with its new value; `finding` where evidence made it happen."""

    change: Change
    contradiction: Contradiction
    finding: Finding | None = None


def _with_evidence(known: Contradiction | None, finding: Finding, now: datetime) -> Step | None:
    seen = finding.observed_at or now
    if known is None:
        opened = Contradiction(key_of(finding), State.OPEN, now, seen, rule_version=finding.version)
        return Step(Change.OPENED, opened, finding)
    newer = seen > known.last_evidence_at
    last = max(seen, known.last_evidence_at)
    fresh = Contradiction(known.key, State.OPEN, known.opened_at, last, rule_version=finding.version)
    match known.state:
        case State.OPEN:
            changed = newer or known.clean_scans or finding.version != known.rule_version
            return Step(Change.REFRESHED, fresh, finding) if changed else None
        case State.DISMISSED | State.FALSE_ALARM if finding.version > known.rule_version:
            return Step(Change.RULE_CHANGED, fresh, finding)
        case State.DISMISSED | State.FALSE_ALARM if _over(known, now):
            return Step(Change.EXPIRED, fresh, finding)
        case State.FIXED if known.decided_at is None or seen > known.decided_at:
            return Step(Change.REOPENED, fresh, finding)
        case State.RESOLVED | State.WITHDRAWN | State.CORRECTED if newer:
            return Step(Change.REOPENED, fresh, finding)
        case State.DISMISSED | State.FALSE_ALARM if newer:
            return Step(Change.REFRESHED, replace(known, last_evidence_at=seen, clean_scans=0, last_clean_at=None), finding)
    return None


def _over(known: Contradiction, now: datetime) -> bool:
    return known.until is not None and local_day(now) > known.until


def _without_evidence(known: Contradiction, looks: Iterable[datetime], now: datetime) -> Step | None:
    if known.state not in LIVE:
        return None
    after = max(known.last_evidence_at, known.last_clean_at or known.last_evidence_at)
    later = sorted({x for x in looks if x > after})
    if later:
        count = known.clean_scans + len(later)
        done = count >= SCANS_TO_CLOSE
        state = State.RESOLVED if done else known.state
        value = replace(known, state=state, clean_scans=count, last_clean_at=later[-1])
        return Step(Change.RESOLVED if done else Change.COUNTED, value)
    if known.state in REASONED and _over(known, now) and not known.clean_scans:
        back = Contradiction(known.key, State.OPEN, known.opened_at, known.last_evidence_at, rule_version=known.rule_version)
        return Step(Change.EXPIRED, back)
    return None


def plan(
    known: Collection[Contradiction],
    findings: Collection[Finding],
    full_scans: Mapping[UUID, Collection[datetime]],
    now: datetime,
    versions: Mapping[str, int] | None = None,
) -> tuple[Step, ...]:
    """What changes. `full_scans` = times of full scans of the same scope by asset; order of findings does not matter.

    A look without the evidence is a full scan, or a finding of the same check that says satisfied about the same
    place or the whole device; two later ones close a case. `versions` are the rules of today (None: as known): a case
    of an older version, or of a rule that is gone, is withdrawn where the rule of today says nothing against it.
    """
    by_key = {x.key: x for x in known}
    bad: dict[Key, Finding] = {}
    good: dict[Key, set[datetime]] = {}
    unsure: set[tuple[str, UUID | None]] = set()
    for finding in findings:
        key = key_of(finding)
        if finding.result is Result.NOT_SATISFIED:
            kept = bad.get(key)
            if kept is None or (finding.observed_at or now) > (kept.observed_at or now):
                bad[key] = finding
        elif finding.result is Result.UNKNOWN:
            unsure.add((finding.check, finding.asset))
        elif finding.observed_at is not None:
            good.setdefault(key, set()).add(finding.observed_at)
    steps = [_with_evidence(by_key.get(key), finding, now) for key, finding in sorted(bad.items(), key=lambda x: str(x[0]))]
    for key in sorted(by_key, key=str):
        check, asset, _place = key
        if key in bad:
            continue
        case = by_key[key]
        if versions is not None and case.state in LIVE and _outlived(case, versions, unsure):
            steps.append(Step(Change.WITHDRAWN, replace(case, state=State.WITHDRAWN)))
            continue
        scans = full_scans.get(asset, ()) if asset is not None else ()
        looks = {*scans, *good.get(key, ()), *good.get((check, asset, ""), ())}
        steps.append(_without_evidence(case, looks, now))
    return tuple(x for x in steps if x is not None)


def _outlived(case: Contradiction, versions: Mapping[str, int], unsure: Collection[tuple[str, UUID | None]]) -> bool:
    """Does the rule of today no longer say what the case rests on? Not where it only lacks a fact."""
    check, asset, _place = case.key
    today = versions.get(check)
    return today is None or (case.rule_version < today and (check, asset) not in unsure)


def refusal(state: State, reason: str, until: date | None, today: date) -> str | None:
    """Why this decision is not accepted, in German; None = accepted."""
    if state is State.CORRECTED and not reason.strip():
        return "Bitte begründen Sie, warum die Aussage berichtigt wird."
    if state is State.FALSE_ALARM and not reason.strip():
        return "Bitte begründen Sie, warum der Befund ein Fehlalarm ist."
    if state in REASONED:
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
