"""Whether a network may be scanned now, and the words for why not; pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scanners import policy
from service.i18n import gettext as _
from service.inventory.views import NetworkRow

OFFICE = "Mo-Fr 08:00-17:00"
"""The window of a new network: scans happen in office hours and are announced (`domain.md` 8.6)."""
PURPOSE = "Bestandsaufnahme: welche Geräte in den Netzen stehen und ob sie sicher sind"
"""What a scan is for where nobody gave another reason."""
WEEKLY = "0 10 * * mon"
"""When released networks are scanned unless the town says otherwise."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a scan cannot begin: one sentence, a word for lists, and whether a person may give a reason to do it all the same."""

    text: str
    short: str
    passing: bool = False


def mode_for(purpose: str, mode: str = "active") -> str:
    """How a network of this purpose may be looked at: guests never, controllers (`plc`) at most passively."""
    if purpose == "guest":
        return "guest"
    return "passive" if purpose == "plc" and mode == "active" else mode


def forbidden(cidr: str, never: Sequence[str]) -> bool:
    """Whether this installation sends nothing there, whatever a town released (`never`: CIDR)."""
    net = ipaddress.ip_network(cidr)
    return any(net.version == other.version and net.overlaps(other) for other in map(ipaddress.ip_network, never))


def obstacle(net: NetworkRow, at: datetime, never: Sequence[str], *, demo: bool = False) -> Obstacle | None:
    """What keeps a scan of this network from beginning at `at` (aware); None where nothing does."""
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
    if not policy.is_open(policy.windows(net.scan_window), at):
        text = _("Außerhalb des Zeitfensters (%(window)s).", window=net.scan_window or "")
        return Obstacle(text, _("außerhalb des Zeitfensters"), passing=True)
    return None


def too_wide(cidr: str) -> bool:
    """Whether a network has more addresses than one scan may have."""
    net = ipaddress.ip_network(cidr)
    return net.prefixlen < (policy.WIDEST_V4 if net.version == 4 else policy.WIDEST_V6)


def first_open(window: str | None, times: Iterable[datetime]) -> datetime | None:
    """The first of the planned times (aware) that lies in the window; None where none does."""
    open_ = policy.windows(window)
    return next((at for at in times if policy.is_open(open_, at)), None)
