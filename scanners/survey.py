"""One look at networks, the same from the centre and from a probe: nmap, then SNMP on what answered; it ends when told to.

Knows no database and no files: what to ask with, and when to end, come from the caller.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from scanners import passive
from scanners.observation import Collection, Progress, Report
from scanners.policy import Released

T = TypeVar("T")
NMAP_SHARE, SNMP_SHARE = 70, 20
"""Percent of the progress bar that the two fill; what is done with the findings has the rest."""
BEAT = 0.5
"""Seconds between two looks at whether to end."""

Ended = Callable[[], bool]
"""Whether the survey has to end before its time: somebody stopped it, its window closed, its order was taken back."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a survey does: `look` by nmap, then `read` what answered (addresses, where to report)."""

    look: Callable[[Report], Coroutine[Any, Any, Collection]]
    read: Callable[[Sequence[str], Report], Coroutine[Any, Any, list[Collection]]]


async def survey(steps: Steps, report: Report, ended: Ended) -> list[Collection]:
    """What nmap saw, first, and what the devices told. Ending and cancelling keep what was found until then."""
    seen = await until(steps.look(part_of(report, 0, NMAP_SHARE)), ended)
    living = [one.key for one in seen.observations]
    if not living or ended():
        return [seen]
    return [seen, *await until(steps.read(living, part_of(report, NMAP_SHARE, SNMP_SHARE)), ended)]


async def until(work: Coroutine[Any, Any, T], ended: Ended) -> T:
    """The result of a scanner; one that has to end is cancelled, which it answers with what it found."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=BEAT)
            if not task.done() and ended():
                task.cancel()
                break
    except asyncio.CancelledError:
        task.cancel()
        if me := asyncio.current_task():
            me.uncancel()
    return await task


def part_of(report: Report, begin: int, share: int) -> Report:
    """Reports as a share of the whole, in percent."""

    async def tell(progress: Progress) -> None:
        done = begin + progress.done * share // max(1, progress.total)
        await report(Progress(done, 100, progress.text, progress.seconds_left))

    return tell


async def told(reading: Awaitable[Collection], released: Sequence[Released]) -> list[Collection]:
    """What devices said, and what they said of neighbours in networks that are only observed."""
    answered = await reading
    heard = passive.heard(answered, released)
    return [answered, *([heard] if heard else [])]
