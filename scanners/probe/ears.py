"""Traps and informs at a probe: who calls is read again, if the scope file allows it. Off unless the administrator opens a port.

A call is a hint, never evidence: it leads to a polite look at the caller and to nothing else.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from scanners.policy import Released
from scanners.probe import reading
from scanners.probe.home import Home, Unfit
from scanners.probe.reading import Granted
from scanners.probe.rules import rules
from scanners.snmp.notifications import Notification, Rereads
from scanners.snmp.traps import Listener

NAMED = 10
"""Senders that a line names."""
SETTLE = 30.0
"""Seconds that a device gets to fill its tables before it is read again."""
WORDS = {"cold_start": "coldStart", "warm_start": "warmStart", "link_up": "linkUp", "mac_change": "MAC-Meldung"}

Read = Callable[[list[str], str], Awaitable[None]]
"""Reads devices again; the text says why, for the log."""


def where(text: str) -> tuple[str, int]:
    """`0.0.0.0:162` or `[::]:162` as address and port. Raises `ValueError` (German)."""
    address, _, port = text.rpartition(":")
    wrong = f"„{text[:60]}“ ist keine Adresse mit Port. Beispiel: 0.0.0.0:162"
    try:
        found = ipaddress.ip_address(address.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise ValueError(wrong) from None
    if not (port.isascii() and port.isdecimal() and len(port) < 6 and int(port) < 65536):
        raise ValueError(wrong)
    return str(found), int(port)


class Ears:
    """Listens while `run` runs. `read` is called with the addresses that are due and why they are."""

    def __init__(
        self,
        home: Home,
        at: tuple[str, int],
        say: Callable[[str], None],
        read: Read,
        settle: float = SETTLE,
        overheard: Callable[[str], None] | None = None,
    ) -> None:
        self._overheard, self._strangers = overheard or say, set[str]()
        self._home, self._at, self._say, self._read = home, at, say, read
        self._plan = Rereads(settle=timedelta(seconds=settle))
        self._why: dict[str, str] = {}
        self.listener: Listener | None = None

    def open(self, granted: Sequence[Granted], networks: Sequence[Released]) -> None:
        """Begin to listen: to devices of networks that are scanned actively. Raises `Unfit` where the port cannot be had."""
        active = [one.network for one in networks if not one.passive and not one.guest]
        try:
            self.listener = Listener(*self._at, [one.credential for one in granted], active, self._hear)
        except OSError as error:
            remedy = "Ports unter 1024 brauchen cap_net_bind_service; ist schon ein anderer Empfänger da (snmptrapd)?"
            raise Unfit(
                f"Traps lassen sich an {self._at[0]}:{self._at[1]} nicht empfangen ({error.strerror}). {remedy}"
            ) from None
        for engine in reading.recall(self._home).engines.values():
            self.listener.know(bytes.fromhex(engine))

    def close(self) -> None:
        """Stop listening."""
        if self.listener:
            self.listener.close()

    async def run(self) -> None:
        """Read again who called, when it is due."""
        while True:
            await asyncio.sleep(1.0)
            self._tell_strangers()
            if due := self._plan.due(datetime.now(UTC)):
                why = ", ".join(dict.fromkeys(self._why.pop(address, "Meldung") for address in due))
                await self._read(due, why)
                if self.listener:
                    for engine in reading.recall(self._home).engines.values():
                        self.listener.know(bytes.fromhex(engine))

    def _tell_strangers(self) -> None:
        """Say whose messages could not be read, each time somebody new is among them."""
        if self.listener is None or self.listener.strangers <= self._strangers:
            return
        self._strangers = set(self.listener.strangers)
        names = ", ".join(sorted(self._strangers)[:NAMED]) + (" …" if len(self._strangers) > NAMED else "")
        self._overheard(
            f"Meldungen von {names} waren nicht zu lesen: Community oder Benutzer steht nicht in {self._home.access_file}."
        )

    def _hear(self, told: Notification) -> None:
        now, what = datetime.now(UTC), f"{WORDS.get(told.kind, told.kind)} von {told.sender}"
        if not self._plan.hear(told, now):
            return
        self._why[told.sender] = what
        try:
            asked = rules(self._home).may_ask(told.sender, now)
        except Unfit:
            asked = False  # `status` and the next sign of life say what is wrong
        self._say(
            f"Meldung: {what}; das Gerät wird neu gelesen."
            if asked
            else f"Meldung: {what}; das Gerät wird nicht gelesen: ausgenommen, nicht freigegeben oder außerhalb des Zeitfensters."
        )
