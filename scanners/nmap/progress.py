"""One percentage out of several runs of nmap, each of which counts its own tasks from zero."""

from __future__ import annotations

import time
from collections.abc import Sequence

from scanners.nmap.plan import HOSTGROUP, Phase
from scanners.nmap.xml import Attributes
from scanners.observation import Progress

SHARES = {1: 25, 2: 25, 3: 50}
"""How the phases share the hundred, as experience with town networks has it."""
SECONDS_EACH = {2: 0.05, 3: 0.4}
"""Expected seconds for each device found, in the phases to come."""


class Course:
    """How far a scan is. Never goes back; 100 only when it is told the end."""

    def __init__(self) -> None:
        self._entered = time.monotonic()
        self._phase: Phase | None = None
        self._base = 0.0
        self._share = 0.0
        self._hosts = 0
        self._task = 0.0
        self._best = 0
        self.found = 0

    def enter(self, phase: Phase, siblings: Sequence[Phase]) -> None:
        """A run begins; `siblings` are all runs of its phase, which share its percentage by their expected time."""
        self._phase, self._hosts, self._task, self._entered = phase, 0, 0.0, time.monotonic()
        total = sum(one.seconds for one in siblings) or 1.0
        share = SHARES[phase.number]
        before = sum(one.seconds for one in siblings[: siblings.index(phase)])
        self._base = sum(SHARES[number] for number in range(1, phase.number)) + share * before / total
        self._share = share * phase.seconds / total

    def host(self) -> None:
        """A host of this run is complete."""
        self._hosts += 1

    def task(self, attributes: Attributes) -> None:
        """The percentage that nmap tells of its present task."""
        percent = attributes.get("percent", "")
        with_point = percent.replace(".", "", 1)
        if with_point.isdecimal():
            self._task = min(100.0, float(percent)) / 100

    def now(self) -> Progress:
        """The state for people."""
        phase, fraction = self._phase, 0.0
        if phase is None:
            return Progress(0, 100, "Der Scan beginnt.")
        if phase.number == 1:
            fraction = self._task
        else:
            group = min(HOSTGROUP, len(phase.targets)) or 1
            fraction = min(1.0, (self._hosts + self._task * group * 0.9) / (len(phase.targets) or 1))
        self._best = max(self._best, min(99, int(self._base + self._share * fraction)))
        text = f"Phase {phase.number} von 3: {phase.text} {_devices(self.found)}"
        return Progress(self._best, 100, text, self._left(phase, fraction))

    def _left(self, phase: Phase, fraction: float) -> float:
        """Seconds to the end: this phase by its own pace once it shows one, later ones by what we expect of each device."""
        spent = time.monotonic() - self._entered
        here = spent * (1 - fraction) / fraction if fraction >= 0.1 else max(1.0, phase.seconds - spent)
        return here + sum(10 + seconds * self.found for number, seconds in SECONDS_EACH.items() if number > phase.number)

    def end(self, *, cancelled: bool = False) -> Progress:
        """The last word."""
        if cancelled:
            return Progress(self._best, 100, f"Abgebrochen. {_devices(self.found)}; sie bleiben erhalten.", None)
        return Progress(100, 100, f"Fertig. {_devices(self.found)}.", 0.0)


def _devices(count: int) -> str:
    return "1 Gerät gefunden" if count == 1 else f"{count} Geräte gefunden"
