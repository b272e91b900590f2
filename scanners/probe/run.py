"""`probe run`: three loops that do not wait for one another: speak to the centre, deliver what waits, do the jobs.

May be killed at any moment: what is in the spool is whole, jobs stand on disk, and nothing goes without a receipt.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from scanners import sealing, wire
from scanners.observation import Collection, Progress
from scanners.probe import rules, work
from scanners.probe.centre import Centre, Denied, Rejected, Unreachable
from scanners.probe.ears import SETTLE, Ears
from scanners.probe.home import Home, State, Unfit
from scanners.probe.work import Desk, Todo
from scanners.spool import Entry, Full, Torn, write

LONGEST = 300.0
"""Longest pause between two tries, in seconds."""


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """One process a folder. Raises `Unfit`."""
    home.make()
    with (home.folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unfit(f"Die Sonde läuft schon ({home.folder}).") from None
        yield


class Runner:
    """A probe at work. `every` is the pause between two signs of life in seconds, `say` takes German lines for the journal."""

    def __init__(self, home: Home, version: str, say: Callable[[str], None], every: float = 60.0) -> None:
        self.ears: Ears | None = None
        self.me = home.identity()
        self.home, self.version, self.say, self.every = home, version, say, every
        self.spool, self.desk = home.spool(), Desk(home.folder / "jobs")
        self.centre = Centre(self.me, home.authority)
        self.state, self.stop = State(), asyncio.Event()
        self._news, self._work = asyncio.Event(), asyncio.Event()
        self._said, self._last = "", 0

    def listen(self, at: tuple[str, int], settle: float = SETTLE) -> None:
        """Hear traps and informs at this address and port. Raises `Unfit`; call it within the running loop."""
        self.ears = Ears(self.home, at, self.say, self._reread, settle, self._overheard)
        self.ears.open(work.credentials(self.home), work.released(self.home))

    async def run(self) -> None:
        """Until `stop`."""
        self.home.tidy()
        loops = [asyncio.create_task(loop()) for loop in (self._asking, self._delivering, self._working)]
        if self.ears:
            loops.append(asyncio.create_task(self.ears.run()))
        ended = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait([*loops, ended], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self.ears:
                self.ears.close()
            self.stop.set()  # a scan answers a cancel with what it found
            for task in (*loops, ended):
                task.cancel()
            done = await asyncio.gather(*loops, return_exceptions=True)
        for error in done:
            if isinstance(error, Exception):
                raise error

    async def once(self) -> None:
        """Fetch jobs, do those that may be done now, deliver, report; raises what keeps it from that."""
        self.home.tidy()
        await self._ask()
        for todo in self._open():
            await self._do(todo)
        for entry in self.spool.entries():
            await self._deliver(entry)
        await self._ask()

    # --- speaking

    async def _asking(self) -> None:
        tries = 0
        while True:
            try:
                await self._ask()
                tries = 0
            except (Unreachable, Denied, Rejected, Full) as trouble:
                self._trouble(str(trouble))
                tries += 1
            await self._pause(self.every if not tries else self._backoff(tries), self._news)

    async def _ask(self) -> None:
        finished = [todo for todo in self.desk.all() if todo.state != "open"]
        waiting = self.spool.entries()
        report = wire.Report(
            self.version,
            len(waiting),
            sum(entry.size for entry in waiting),
            [wire.Result(todo.job.id, todo.state, todo.text) for todo in finished],
            self._problem(),
            self._seal_key(),
            wire.FORMAT,
        )
        try:
            self._last = self.spool.number("sequence")
        except Full:  # the centre shall hear of it all the same
            self._last = max(self._last + 1, time.time_ns())
        orders = await asyncio.to_thread(self.centre.ask, self._last, report)
        rules.keep(self.home, orders.networks)
        self.desk.merge(orders.jobs, [todo.job.id for todo in finished])
        if orders.version not in (self.version, self.state.newest):
            self.say(f"Es gibt Version {orders.version}; hier läuft {self.version}. Bitte spielen Sie sie ein.")
        self.state.heard_at, self.state.newest = datetime.now(UTC).isoformat(timespec="seconds"), orders.version
        self._trouble("")
        if orders.jobs:
            self._work.set()

    def _seal_key(self) -> str:
        """What the centre seals credentials to; empty while the disk is too full to keep the key."""
        try:
            return wire.text(sealing.public(self.home.seal_key()))
        except (Full, Unfit):
            return ""

    def _problem(self) -> str:
        """What the people at the centre should know."""
        refused = len(list(self.spool.refused.iterdir()))
        parts = [
            self.spool.trouble(),
            f"{refused} Lieferungen wurden abgelehnt und liegen im Ordner „refused“." if refused else "",
        ]
        try:
            rules.rules(self.home)
            work.credentials(self.home)
        except Unfit as unfit:
            parts.append(str(unfit))
        return " ".join(part for part in parts if part)

    # --- delivering

    async def _delivering(self) -> None:
        tries = 0
        while True:
            for entry in self.spool.entries():
                try:
                    await self._deliver(entry)
                    tries = 0
                except (Unreachable, Denied) as trouble:
                    self._trouble(str(trouble))
                    tries += 1
                    break
            await self._pause(self._backoff(tries) if tries else min(5.0, self.every))

    async def _deliver(self, entry: Entry) -> None:
        """One batch: gone against a receipt, put aside where it is damaged or will never be taken."""
        try:
            batch = self.spool.read(entry)
            receipt, signature = await asyncio.to_thread(self.centre.deliver, batch)
        except (Torn, Rejected) as why:
            self.spool.refuse(entry)
            self.say(f"Lieferung {entry.batch}: {why}")
            return
        self.spool.done(entry, receipt, signature)

    # --- working

    async def _working(self) -> None:
        while not self.stop.is_set():
            for todo in self._open():
                if self.stop.is_set():
                    return
                await self._do(todo)
                self._news.set()
            await self._pause(min(30.0, self.every), self._work)

    def _open(self) -> list[Todo]:
        now = datetime.now(UTC)
        return [todo for todo in self.desk.all() if todo.state == "open" and not work.waits(self.home, todo, now)]

    async def _do(self, todo: Todo) -> None:
        """One job. Where the disk is too full for its result, the result is held until there is room."""
        if trouble := self.spool.trouble():
            self._trouble(trouble)
            return
        said = time.monotonic()

        async def report(progress: Progress) -> None:
            nonlocal said
            if time.monotonic() - said > 5:
                said = time.monotonic()
                self._doing(f"{progress.done} von {progress.total}: {progress.text}")

        self.say(f"Scan: {', '.join(todo.job.targets)} (Auftrag {todo.job.id})")
        try:
            ended = work.watch(self.home, todo.job, lambda: self._gone(todo))
            found = await work.scan(self.home, todo.job, report, ended)
            await self._keep(found)
            if self.stop.is_set() and not all(collection.complete for collection in found):
                return  # the job is done again after the next start
            todo.state, todo.text = "done", " ".join(filter(None, (work.addresses(found), ended.why)))
        except work.Denied as denied:
            todo.state, todo.text = "refused", str(denied)
        except (work.Missing, Unfit) as missing:
            todo.state, todo.text = "failed", str(missing)
        self.say(f"Auftrag {todo.job.id}: {todo.text}")
        self._doing("")
        while True:
            try:
                self.desk.note(todo)
                return
            except Full as full:
                self._trouble(str(full))
                await asyncio.sleep(min(10.0, self.every))

    def _gone(self, todo: Todo) -> str:
        """Why a job that is under way has to end; empty while it need not."""
        if self.stop.is_set():
            return "Die Sonde wird angehalten."
        return "" if self.desk.names(todo.job.id) else "Die Zentrale hat den Auftrag zurückgenommen."

    def _overheard(self, text: str) -> None:
        """Messages that nobody here can read: said, and noted for `doctor`."""
        self.say(text)
        self.state.unheard = text
        self._note()

    async def _reread(self, addresses: list[str], why: str) -> None:
        """Devices called: look at them again. Whatever is wrong is said; the next scan finds what this one missed."""
        if trouble := self.spool.trouble():
            self._trouble(trouble)
            return
        try:
            found = await work.reread(self.home, addresses, why)
        except (Unfit, Full) as trouble:
            self._trouble(str(trouble))
            return
        await self._keep(found)  # also where nobody answered: that it was asked stands in the town's log

    async def _keep(self, found: list[Collection]) -> None:
        pieces = [piece for collection in found for piece in work.bodies(collection)]
        for piece in pieces:
            while True:
                try:
                    self.spool.put(piece)
                    break
                except Full as full:
                    self._trouble(str(full))
                    await asyncio.sleep(min(10.0, self.every))

    # --- the rest

    def _backoff(self, tries: int) -> float:
        """Seconds until the next try: doubling, never all probes at once."""
        return float(min(LONGEST, self.every * 5, 2.0 ** min(tries - 1, 12)) * random.uniform(0.5, 1.0))  # noqa: S311  # no secret

    async def _pause(self, seconds: float, wake: asyncio.Event | None = None) -> None:
        event = wake or asyncio.Event()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        event.clear()

    def _trouble(self, text: str) -> None:
        """Say it once, and note it for `status`."""
        if text and text != self._said:
            self.say(text)
        self._said = text
        self.state.trouble = text
        self._note()

    def _doing(self, text: str) -> None:
        self.state.doing = text
        self._note()

    def _note(self) -> None:
        with contextlib.suppress(Full, OSError):  # a note for people; work goes on without it
            write(self.home.folder / "state.json", msgspec.json.encode(self.state))
