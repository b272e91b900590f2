"""Whether a network may be scanned now, and the words for why not; pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from scanners import policy
from scanners.policy import Denied, Released
from service.i18n import gettext as _
from service.inventory.views import NetworkRow

OFFICE = "Mo-Fr 08:00-17:00"
"""The window of a new network: scans happen in office hours and are announced (`domain.md` 8.6)."""
PURPOSE = "Bestandsaufnahme: welche Geräte in den Netzen stehen und ob sie sicher sind"
"""What a scan is for where nobody gave another reason."""
SHORTEST_REASON = 10
WEEKLY = "0 10 * * mon"
"""When released networks are scanned unless the town says otherwise."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a scan cannot begin: one sentence, a word for lists, and whether a person may give a reason to do it all the same."""

    text: str
    short: str
    passing: bool = False


NOT_RELEASED = "nicht (mehr) freigegeben"
"""Of a network that is entered but may not be scanned: nothing is sent there, also not from a wider network around it."""


def released(found: Iterable[NetworkRow], at: datetime | None = None) -> list[Released]:
    """The networks of a town in the words of the scan policy; with `at` (aware) those outside their window are closed."""
    out = []
    for row in found:
        net, windows, closed = ipaddress.ip_network(row.cidr), policy.windows(row.scan_window), ""
        if row.mode == "active" and not row.scannable:
            closed = NOT_RELEASED
        elif row.mode == "active" and at is not None and not policy.is_open(windows, at):
            closed = f"außerhalb seines Zeitfensters ({row.scan_window})"
        out.append(
            Released(
                net,
                packets_per_second=row.rate_cap,
                passive=row.mode == "passive",
                guest=row.mode == "guest",
                windows=windows,
                excluded=policy.exclusions(row.excluded, net),
                snmp_per_second=row.snmp_rate,
                closed=closed,
            )
        )
    return out


def opened_by_removal(net: NetworkRow, known: Iterable[NetworkRow]) -> NetworkRow | None:
    """The network that decides about these addresses once this one is gone, if it lets them be scanned."""
    if net.scannable:
        return None
    here = ipaddress.ip_network(net.cidr)
    around = [row for row in known if row.id != net.id and _inside(here, ipaddress.ip_network(row.cidr))]
    nearest = max(around, key=lambda row: (ipaddress.ip_network(row.cidr).prefixlen, not row.scannable), default=None)
    return nearest if nearest and nearest.scannable else None


def touched(scope: str, known: Iterable[NetworkRow]) -> list[UUID]:
    """The networks that a scan of these targets (text between commas) sent something to."""
    targets = []
    for text in scope.split(","):
        try:
            targets.append(str(policy.network(text)))
        except Denied:
            continue  # no target: a passive look, or a file's name
    return [row.id for row in known if row.scannable and any(_meets(target, row.cidr) for target in targets)]


def _meets(one: str, other: str) -> bool:
    net, outer = ipaddress.ip_network(one), ipaddress.ip_network(other)
    return net.version == outer.version and net.overlaps(outer)


def left_out(net: NetworkRow, known: Iterable[NetworkRow]) -> list[NetworkRow]:
    """The other networks inside this one to which nothing is sent when it is scanned."""
    around = ipaddress.ip_network(net.cidr)
    return [
        row
        for row in known
        if row.id != net.id and not row.scannable and _inside(inner := ipaddress.ip_network(row.cidr), around) and inner != around
    ]


def _inside(inner: policy.Network, outer: policy.Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # same version


def mode_for(purpose: str, mode: str = "active") -> str:
    """How a network of this purpose may be looked at: guests never, controllers (`plc`) at most passively."""
    if purpose == "guest":
        return "guest"
    return "passive" if purpose == "plc" and mode == "active" else mode


def forbidden(cidr: str, never: Sequence[str]) -> bool:
    """Whether this installation sends nothing there, whatever a town released (`never`: CIDR)."""
    net = ipaddress.ip_network(cidr)
    return any(net.version == other.version and net.overlaps(other) for other in map(ipaddress.ip_network, never))


def obstacle(
    net: NetworkRow, at: datetime, never: Sequence[str], *, demo: bool = False, known: Sequence[NetworkRow] = ()
) -> Obstacle | None:
    """What keeps a scan of this network from beginning at `at` (aware); None where nothing does.

    `known` are all networks of the town: one that lies in a closed one, or is full of them, cannot be scanned either.
    """
    if net.mode == "guest":
        return Obstacle(_("Gästenetze werden nie gescannt."), _("nie"))
    if net.mode == "passive":
        return Obstacle(
            _("Nur passiv: Hierhin geht kein Paket; Geräte erscheinen aus den Tabellen der Switches und Router."), _("nur passiv")
        )
    if not net.scannable:
        waiting = [str(word) for word, said in ((_("ISB"), net.released_at), (_("Datenschutz"), net.agreed_at)) if not said]
        if waiting:
            return Obstacle(_("Noch nicht freigegeben. Es fehlt: %(who)s.", who=", ".join(waiting)), _("wartet auf Freigabe"))
        return Obstacle(
            _("Die Freigabe gilt nicht: Antrag, Freigabe und Zustimmung brauchen drei verschiedene Personen."),
            _("Freigabe gilt nicht"),
        )
    if forbidden(net.cidr, never):
        if demo:
            return Obstacle(
                _("In der Vorführung gesperrt: Dieses Netz ist erfunden und könnte jemandem gehören."), _("erfundenes Netz")
            )
        return Obstacle(_("Diese Installation scannt dieses Netz nie."), _("gesperrt"))
    if too_wide(net.cidr):
        return Obstacle(_("Zu groß für einen Scan. Tragen Sie die Teile als eigene Netze ein."), _("zu groß"))
    everything = released(known or (net,))
    try:
        policy.admit([net.cidr], everything)
    except Denied as denied:
        return Obstacle(str(denied), _("gesperrt"))
    if policy.shut([net.cidr], everything, at):
        inner = next((row for row in known if _shut_inside(row, net, at)), net)
        text = _("Außerhalb des Zeitfensters (%(window)s).", window=inner.scan_window or "")
        return Obstacle(text, _("außerhalb des Zeitfensters"), passing=True)
    return None


def _shut_inside(row: NetworkRow, net: NetworkRow, at: datetime) -> bool:
    """Whether this is the network whose window keeps `net` from being scanned."""
    return policy.shut([net.cidr], released([row]), at)


def reason(said: str) -> str:
    """A reason (Anlass) as it is kept."""
    return " ".join(said.split())[:200]


def holds(reason: str) -> bool:
    """Whether a reason says enough to scan outside the announced window."""
    return len(reason) >= SHORTEST_REASON


def ask_reason() -> str:
    """What somebody is told who gave none."""
    return _("Bitte geben Sie einen Anlass an, mindestens 10 Zeichen: Er steht im Protokoll, das der Personalrat liest.")


def too_wide(cidr: str) -> bool:
    """Whether a network has more addresses than one scan may have."""
    return policy.too_wide(ipaddress.ip_network(cidr))


def too_wide_for(cidr: str) -> tuple[str, str]:
    """What is said of a network that no scan could take, and what to do instead."""
    if ipaddress.ip_network(cidr).version == 4:
        todo = (
            f"Tragen Sie die Teile einzeln ein, höchstens /{policy.WIDEST_V4} je Netz: mit Zweck, Standort und eigener Freigabe."
        )
        return f"{cidr} ist zu groß: Kein Scan nimmt so viele Adressen.", todo
    todo = (
        "Tragen Sie es als „nur passiv“ ein: Dann erscheinen die Geräte aus den Nachbartabellen der Router. Aktiv gescannt"
        f" werden Teile bis /{policy.WIDEST_V6}; eine Sonde im selben Segment findet IPv6-Nachbarn auch ohne Eintrag."
    )
    return f"{cidr} ist zu groß: Ein IPv6-Netz lässt sich nicht Adresse für Adresse absuchen.", todo


def first_open(window: str | None, times: Iterable[datetime]) -> datetime | None:
    """The first of the planned times (aware) that lies in the window; None where none does."""
    open_ = policy.windows(window)
    return next((at for at in times if policy.is_open(open_, at)), None)
