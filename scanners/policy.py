"""What may be scanned, how fast and when: the last gate before a packet leaves.

Pure: the networks that a town has released, and the time, are arguments. There is no switch that opens more, not even
for tests (`security.md` section 9). Refusals are `Denied` with a German sentence: what, why, what to do.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WIDEST_V4, WIDEST_V6 = 20, 120
"""Shortest prefixes of one target."""
MOST_ADDRESSES = 65_536
"""Addresses of one run."""
FASTEST = 10_000
"""Packets a second that no network may exceed: above, firewalls lose hosts without a word."""

_TARGET = re.compile(r"[0-9A-Fa-f:.]{2,45}(?:/\d{1,3})?")
_MAPPED = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_NEVER: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(cidr), reason)
    for cidr, reason in (
        ("0.0.0.0/8", "ist keine Adresse eines Geräts"),
        ("127.0.0.0/8", "ist dieser Rechner selbst"),
        ("169.254.169.254/32", "ist der Metadatendienst eines Rechenzentrums"),
        ("169.254.0.0/16", "gilt nur auf einer Leitung (link-local)"),
        ("224.0.0.0/4", "ist eine Gruppenadresse (Multicast)"),
        ("240.0.0.0/4", "ist reserviert oder ein Rundruf"),
        ("::/128", "ist keine Adresse eines Geräts"),
        ("::1/128", "ist dieser Rechner selbst"),
        ("fe80::/10", "gilt nur auf einer Leitung (link-local)"),
        ("fec0::/10", "stammt aus einem abgeschafften Bereich"),
        ("ff00::/8", "ist eine Gruppenadresse (Multicast)"),
        ("fd00:ec2::254/128", "ist der Metadatendienst eines Rechenzentrums"),
        ("2002::/16", "führt in ein anderes Netz (6to4)"),
        ("2001::/32", "führt in ein anderes Netz (Teredo)"),
    )
)
_PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class Denied(ValueError):
    """A target that must not be scanned, with the reason."""


@dataclass(frozen=True, slots=True)
class Window:
    """Scan-Fenster: days (0 = Monday) and hours of local time; an end before the start lies on the next day."""

    days: frozenset[int]
    start: time
    end: time

    def covers(self, at: datetime) -> bool:
        """Whether local time `at` lies in the window; the end does not belong to it."""
        now = at.time()
        if self.start <= self.end:
            return at.weekday() in self.days and self.start <= now < self.end
        return (at.weekday() in self.days and now >= self.start) or ((at.weekday() - 1) % 7 in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class Released:
    """A network that a town has approved (freigegebenes Netz). `packets_per_second` is its cap.

    `passive` and `guest` networks are never scanned, nor is one that is `closed`: of several networks around an address the
    narrowest decides. `disturbing` allows what can disturb: operating system detection
    and version detection on printers and control systems. `owned` says that public addresses are proven to be the town's.
    """

    network: Network
    packets_per_second: int = 1000
    passive: bool = False
    guest: bool = False
    disturbing: bool = False
    owned: bool = False
    tls_versions: bool = False
    """Allows the many handshakes of ssl-enum-ciphers."""
    windows: tuple[Window, ...] = ()
    excluded: tuple[Network, ...] = ()
    """Addresses and ranges in it that are never scanned (Ausnahmen)."""
    snmp_per_second: float = 20
    """SNMP requests a second to one device at most."""
    closed: str = ""
    """Why nothing is sent there for now, in German: not released, outside its window."""

    @property
    def why_not(self) -> str:
        """Why nothing is sent there; empty where it may be scanned."""
        if self.guest:
            return "ein Gastnetz und wird nie gescannt"
        return "nur für passives Beobachten eingetragen" if self.passive else self.closed


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run may do: checked targets and the strictest limits of their networks."""

    targets: tuple[Network, ...]
    packets_per_second: int
    disturbing: bool = False
    tls_versions: bool = False
    skipped: frozenset[Address] = frozenset()
    """Network and broadcast addresses of the released networks."""
    excluded: tuple[Network, ...] = ()
    """What is left out of the targets because somebody said so, and the closed networks inside them."""
    snmp_per_second: float = 20

    def with_limits_of(self, other: Scope) -> Scope:
        """The same targets under the limits of both."""
        return Scope(
            self.targets,
            min(self.packets_per_second, other.packets_per_second),
            self.disturbing and other.disturbing,
            self.tls_versions and other.tls_versions,
            self.skipped | other.skipped,
            tuple(dict.fromkeys((*self.excluded, *other.excluded))),
            min(self.snmp_per_second, other.snmp_per_second),
        )

    def holds(self, address: Address) -> bool:
        """Whether something may be sent to this address."""
        return any(address in target for target in self.targets) and self._open(address)

    def _open(self, address: Address) -> bool:
        return address not in self.skipped and not any(address in net for net in self.excluded)

    def addresses(self) -> Iterator[Address]:
        """All addresses once, in order."""
        for target in ipaddress.collapse_addresses([net for net in self.targets if isinstance(net, ipaddress.IPv4Network)]):
            yield from filter(self._open, target)
        for target6 in ipaddress.collapse_addresses([net for net in self.targets if isinstance(net, ipaddress.IPv6Network)]):
            yield from filter(self._open, target6)

    def __str__(self) -> str:
        return ", ".join(map(str, self.targets))


def network(text: str) -> Network:
    """A target as typed: one address or a network in CIDR notation; nothing else is ever understood.

    Addresses that carry an IPv4 address (`::ffff:…`, `64:ff9b::…`) become that IPv4 address.
    """
    said = text.strip()
    shown = said[:60]
    if "%" in said:
        raise Denied(f"„{shown}“: Adressen mit Zone (%) werden nicht gescannt.")
    if not _TARGET.fullmatch(said):
        raise Denied(f"„{shown}“ ist weder eine IP-Adresse noch ein Netz wie 10.1.2.0/24.")
    try:
        found = ipaddress.ip_network(said)
    except ValueError:
        try:
            nearest = ipaddress.ip_network(said, strict=False)
        except ValueError:
            raise Denied(f"„{shown}“ ist weder eine IP-Adresse noch ein Netz wie 10.1.2.0/24.") from None
        raise Denied(f"„{shown}“ ist kein Netz. Gemeint ist vielleicht {nearest}.") from None
    if isinstance(found, ipaddress.IPv6Network):
        for outer in _MAPPED:
            if found.subnet_of(outer):
                inner = ipaddress.IPv4Address(int(found.network_address) & 0xFFFF_FFFF)
                return ipaddress.ip_network(f"{inner}/{found.prefixlen - 96}")
    return found


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network):
        return isinstance(outer, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, ipaddress.IPv6Network) and inner.subnet_of(outer)


def _meet(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def widest(net: Network) -> int:
    """The shortest prefix of one target."""
    return WIDEST_V4 if net.version == 4 else WIDEST_V6


def too_wide(net: Network) -> bool:
    """Whether a network has more addresses than one target may have."""
    return net.prefixlen < widest(net)


def lawful(target: Network, *, owned: bool = False) -> None:
    """Refuse what no release can allow. Also for forms that register a network (without the limit on its width)."""
    for never, reason in _NEVER:
        if target.version == never.version and target.overlaps(never):
            raise Denied(f"{target} {reason} und wird nie gescannt.")
    if not any(_inside(target, private) for private in _PRIVATE) and not (owned and target.is_global):
        raise Denied(
            f"{target} ist kein privates Netz. Öffentliche Adressen erst, wenn nachgewiesen ist, dass sie der Stadt gehören."
        )


def admit(targets: Iterable[str], released: Sequence[Released], obeying: Sequence[Released] | None = None) -> Scope:
    """The scope for these targets within the released networks. Raises `Denied`; then nothing may be scanned.

    Passive, guest and closed networks inside a target are left out of it like exclusions. `obeying` is what another
    place allows (the centre, for a probe): it has to admit the targets as well, and the stricter limit of both holds.
    """
    wanted = [network(text) for text in targets]
    if not wanted:
        raise Denied("Es ist kein Ziel angegeben.")
    scope = _admit(wanted, released)
    if obeying is not None:
        scope = scope.with_limits_of(_admit(wanted, obeying))
    if next(scope.addresses(), None) is None:
        raise Denied(f"In {scope} bleibt nichts zu scannen: Jede Adresse ist ausgenommen oder liegt in einem Netz, das zu ist.")
    return scope


def _admit(wanted: Sequence[Network], released: Sequence[Released]) -> Scope:
    homes = [_home(target, released) for target in wanted]
    homes += [one for one in released if not one.why_not and any(_inside(one.network, target) for target in wanted)]
    if sum(target.num_addresses for target in wanted) > MOST_ADDRESSES:
        raise Denied(f"Zusammen sind das mehr als {MOST_ADDRESSES} Adressen. Bitte in mehreren Läufen scannen.")
    skipped = frozenset(edge for home in homes for edge in _edges(home.network))
    if all(target.num_addresses == 1 and target.network_address in skipped for target in wanted):
        raise Denied(f"{wanted[0].network_address} ist die Netz- oder Rundrufadresse des freigegebenen Netzes.")
    excluded = (*(net for one in released for net in one.excluded), *_closed(released))
    for target in wanted:
        if any(_inside(target, net) for net in excluded):
            raise Denied(f"{target} ist vom Scannen ausgenommen.")
    return Scope(
        tuple(dict.fromkeys(wanted)),
        max(1, min(FASTEST, *(home.packets_per_second for home in homes))),
        all(home.disturbing for home in homes),
        all(home.tls_versions for home in homes),
        skipped,
        tuple(dict.fromkeys(net for net in excluded if any(_meet(net, target) for target in wanted))),
        min(home.snmp_per_second for home in homes),
    )


def _home(target: Network, released: Sequence[Released]) -> Released:
    """The released network that a target belongs to: the narrowest one around it, which must be open for scans."""
    around = [one for one in released if _inside(target, one.network)]
    lawful(target, owned=any(one.owned for one in around))
    if too_wide(target):
        raise Denied(f"{target} ist zu groß: höchstens /{widest(target)} auf einmal.")
    if not around:
        raise Denied(
            f"{target} liegt in keinem freigegebenen Netz. Netze beantragt die IT-Administration; Informationssicherheit"
            " und Datenschutz geben sie frei."
        )
    home = narrowest(around)
    if home.why_not:
        where = f"{target} ist" if home.network == target else f"{target} liegt in {home.network}; das ist"
        raise Denied(f"{where} {home.why_not}.")
    return home


def narrowest(around: Sequence[Released]) -> Released:
    """Of the networks around an address the one that decides; of equal ones that nobody may scan, then that somebody may."""
    return max(around, key=lambda one: (one.network.prefixlen, one.guest, one.passive, not one.closed))


def _closed(released: Sequence[Released]) -> Iterator[Network]:
    """Where nothing is sent: networks that are not open, without those inside them that are."""
    opened = [one.network for one in released if not one.why_not]
    for one in released:
        if one.why_not and (one.guest or one.passive or one.network not in opened):
            parts = [one.network]
            for hole in opened:
                if hole != one.network and _inside(hole, one.network):
                    parts = [piece for part in parts for piece in _without(part, hole)]
            yield from parts


def _without(net: Network, hole: Network) -> Iterator[Network]:
    if not _meet(net, hole):
        yield net
    elif not _inside(net, hole):
        yield from net.address_exclude(hole)  # type: ignore[arg-type]  # same version


def _edges(net: Network) -> Iterator[Address]:
    if isinstance(net, ipaddress.IPv4Network) and net.prefixlen < 31:
        yield net.network_address
        yield net.broadcast_address


DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_WINDOW = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))? ([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")


def windows(text: str | None) -> tuple[Window, ...]:
    """`Mo-Fr 08:00-17:00` or several of them between commas; empty for any time. Raises `Denied` with an example."""
    return tuple(_window(part.strip()) for part in (text or "").split(",") if part.strip())


def _window(text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    try:
        if found:
            first, last, start, end = found.groups()
            begin, stop = DAYS.index(first), DAYS.index(last or first)
            days = frozenset(day % 7 for day in range(begin, stop + (1 if stop >= begin else 8)))
            return Window(days, time.fromisoformat(start), time.fromisoformat(end))
    except ValueError:
        pass  # 29:00
    raise Denied(f"„{text[:40]}“ ist kein Zeitfenster. Ein Zeitfenster sieht so aus: Mo-Fr 08:00-17:00.")


def exclusions(text: str, within: Network) -> tuple[Network, ...]:
    """Addresses and networks, one a line or between commas, that lie in `within`. Raises `Denied`."""
    found = tuple(dict.fromkeys(network(part) for part in re.split(r"[\s,;]+", text) if part))
    for one in found:
        if not _inside(one, within):
            raise Denied(f"{one} liegt nicht im Netz {within}.")
    return found


def is_open(windows: Sequence[Window], at: datetime, zone: str = "Europe/Berlin") -> bool:
    """Whether scanning is allowed at `at` (aware); without windows always."""
    local = at.astimezone(ZoneInfo(zone))
    return not windows or any(window.covers(local) for window in windows)


def shut(targets: Iterable[str], released: Sequence[Released], at: datetime) -> bool:
    """Whether an open network that one of these (admitted) targets lies in, or holds, is outside its window at `at` (aware)."""
    return not all(is_open(windows_, at) for windows_ in windows_of(targets, released))


def windows_of(targets: Iterable[str], released: Sequence[Released]) -> tuple[tuple[Window, ...], ...]:
    """The windows of every open network that these targets touch: each of them must be open while they are scanned."""
    wanted = [network(target) for target in targets]
    return tuple(
        one.windows for one in released if one.windows and not one.why_not and any(_meet(one.network, net) for net in wanted)
    )


def duration(
    addresses: int,
    *,
    rate: float,
    probes: int = 1,
    retries: int = 1,
    silent: int = 0,
    timeout: float = 0.1,
    outstanding: int = 1000,
    living: int = 0,
    seconds_each: float = 0.0,
    side_by_side: int = 64,
) -> float:
    """Expected seconds of a scan: `max(N·p·(1+r)/R, D·(1+r)·t/P) + t + L·S/W` (`stack.md` section 7).

    N `addresses` with p `probes` each and r `retries` at R packets a second; D `silent` addresses wait t seconds with
    P probes `outstanding`; L `living` hosts take S seconds of version detection, W of them side by side.
    """
    sending = addresses * probes * (1 + retries) / rate
    waiting = silent * (1 + retries) * timeout / outstanding
    return max(sending, waiting) + timeout + living * seconds_each / side_by_side
