"""What a probe obeys: its own scope file, which only the town's administrator writes, and the town's networks as the centre
last told them. Both have to allow a packet; the stricter limit of the two holds.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from scanners import policy, segment, wire
from scanners.policy import Denied, Network, Released, Scope
from scanners.probe import scope
from scanners.probe.home import Home, Unfit, administered
from scanners.spool import write


@dataclass(frozen=True, slots=True)
class Rules:
    """`ours` is the scope file; `theirs` what the centre knows, None where it never said (a centre of job format 1)."""

    ours: Sequence[Released]
    theirs: Sequence[Released] | None = None

    def admit(self, targets: Iterable[str]) -> Scope:
        """The scope for these targets. Raises `Denied`."""
        return policy.admit(targets, self.ours, self.theirs)

    def shut(self, targets: Sequence[str], at: datetime, *, reason: bool = False) -> bool:
        """Whether a window keeps (admitted) targets from being asked now; a `reason` opens those of the centre, not ours."""
        return policy.shut(targets, self.ours, at) or (not reason and policy.shut(targets, self.theirs or (), at))

    def may_ask(self, address: str, at: datetime) -> bool:
        """Whether this address may be sent something at `at` (aware)."""
        try:
            return self.admit([address]).holds(ipaddress.ip_address(address)) and not self.shut([address], at)
        except Denied:
            return False

    def may_call(self, card: segment.Card, targets: Sequence[Network]) -> bool:
        """Whether something may be sent to all of a card's segment."""
        return all(segment.released(card, side, targets) for side in (self.ours, self.theirs) if side is not None)


def rules(home: Home) -> Rules:
    """The rules as they are now. Raises `Unfit`: then nothing is scanned."""
    return Rules(released(home), told(home))


def released(home: Home) -> list[Released]:
    """What the local scope file allows. Raises `Unfit`: then nothing is scanned."""
    if not home.scope_file.exists():
        example = '[[network]], darunter cidr = "10.20.30.0/24"'
        raise Unfit(
            f"Der Scanbereich {home.scope_file} fehlt; ohne ihn wird nichts gescannt. Legen Sie die Textdatei an, je Netz einen"
            f" Abschnitt: {example}. Alle Angaben stehen in docs/probe.md."
        )
    administered(home.scope_file)
    try:
        return scope.released(home.scope_file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as wrong:
        raise Unfit(f"Der Scanbereich {home.scope_file} gilt nicht: {wrong}") from wrong


def told(home: Home) -> list[Released] | None:
    """The town's networks as the centre last told them; None where it never did. Raises `Unfit`."""
    try:
        found = msgspec.json.decode(home.town_file.read_bytes(), type=list[wire.Net])
        return scope.of_centre(found)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ValueError, OSError) as wrong:
        raise Unfit(f"Die Netze der Zentrale ({home.town_file}) sind unlesbar: {wrong}") from wrong


def keep(home: Home, networks: Sequence[wire.Net] | None) -> None:
    """Remember what the centre told; a centre that tells nothing leaves what is known. Raises `Full`."""
    if networks is None:
        return
    said = msgspec.json.encode(list(networks))
    if not home.town_file.exists() or home.town_file.read_bytes() != said:
        write(home.town_file, said)
