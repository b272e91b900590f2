"""A town joins the group (Beitritt): what a town's details must be, and the list of what is done, computed from the data.

Pure. The list is never typed: each line follows from people, networks, lists and scans that are there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from service.auth.roles import AGREE_SCANS, APPROVE_SCANS, EDIT_INVENTORY, READ_SCANS, RUN_SCANS
from service.errors import Wrong
from service.i18n import Lazy, lazy
from service.i18n import gettext as _

STEPS: Final = ("town", "people", "networks", "list", "sharing", "done")
"""The steps of the wizard as they stand in its addresses."""
TITLES: Final = {
    "town": lazy("Stadt"),
    "people": lazy("Personen"),
    "networks": lazy("Netze"),
    "list": lazy("Erste Liste"),
    "sharing": lazy("Freigaben"),
    "done": lazy("Beitritt"),
}
INVITED: Final = ("it_admin", "mayor", "dpo", "isb")
"""Roles that a town needs before it can be scanned and reported on; these the wizard invites."""
SLUG_LENGTH: Final = 40
NAME_LENGTH: Final = 100
MOST_PEOPLE: Final = 10_000_000
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAIL: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(name: str) -> str:
    """The part of an address that a name suggests: „Bad König“ → „bad-koenig“; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", name.strip().lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")


def checked_slug(text: str) -> str:
    """The slug as it was typed; raises `Wrong` for what no address can hold."""
    if not _SLUG.fullmatch(text) or len(text) > SLUG_LENGTH:
        raise Wrong(_("Das Kürzel besteht aus Kleinbuchstaben, Ziffern und Bindestrich."), "slug", _("Beispiel: bad-koenig"))
    return text


def checked_name(text: str) -> str:
    """The town's name without blanks around it; raises `Wrong` for none or one that is too long."""
    name = " ".join(text.split())
    if not name:
        raise Wrong(_("Bitte geben Sie den Namen der Stadt an."), "name")
    if len(name) > NAME_LENGTH:
        raise Wrong(_("Der Name ist zu lang."), "name", _("Erlaubt sind %(n)s Zeichen.", n=NAME_LENGTH))
    return name


def checked_ags(text: str) -> str:
    """The municipality key (Amtlicher Gemeindeschlüssel): eight digits, the first two the state from 01 to 16.

    Blanks between the digits are left out; empty stays empty. Raises `Wrong` for anything else.
    """
    digits = re.sub(r"\s", "", text)
    if digits and not (re.fullmatch(r"[0-9]{8}", digits) and 1 <= int(digits[:2]) <= 16):
        todo = _("Er hat acht Ziffern und beginnt mit der Nummer des Landes, in Hessen mit 06.")
        raise Wrong(_("„%(text)s“ ist kein Gemeindeschlüssel.", text=text[:20]), "ags", todo)
    return digits


def checked_short(text: str) -> str:
    """The short sign of a town in numbers of frozen states (ERB, OBZ): two to six letters or digits, in capitals.

    Empty stays empty. Raises `Wrong` for anything else.
    """
    short = text.strip().upper()
    if short and not re.fullmatch(r"[A-Z][A-Z0-9]{1,5}", short):
        todo = _("Es hat zwei bis sechs Zeichen, A bis Z und Ziffern, zum Beispiel ERB.")
        raise Wrong(_("„%(text)s“ ist kein Kurzzeichen.", text=text[:20]), "short", todo)
    return short


def checked_inhabitants(number: int | None) -> int | None:
    """Raises `Wrong` for a number that no town can have."""
    if number is not None and not 1 <= number <= MOST_PEOPLE:
        raise Wrong(_("Diese Einwohnerzahl kann nicht stimmen."), "inhabitants", _("Erlaubt ist 1 bis 10.000.000."))
    return number


def checked_mail(text: str) -> str:
    """A mail address, folded; raises `Wrong` for what cannot be one."""
    mail = text.strip().casefold()
    if not _MAIL.fullmatch(mail) or len(mail) > 200:
        raise Wrong(_("„%(text)s“ ist keine E-Mail-Adresse.", text=text[:60]), "mail", _("Beispiel: it@beispielstadt.example"))
    return mail


def site_names(text: str) -> tuple[str, ...]:
    """Sites, one a line, each once."""
    return tuple(dict.fromkeys(line for one in text.splitlines() if (line := " ".join(one.split())[:200])))


@dataclass(frozen=True, slots=True)
class Member:
    """A role that somebody holds in the town. `state`: ready, half (no second factor yet), invited, expired, shut."""

    account: str
    role: str
    name: str
    mail: str
    state: str


MEMBER_STATES: Final = {
    "ready": (lazy("angemeldet"), "success"),
    "half": (lazy("zweiter Faktor fehlt"), "warning"),
    "invited": (lazy("eingeladen"), "info"),
    "expired": (lazy("Einladung abgelaufen"), "warning"),
    "shut": (lazy("gesperrt"), "danger"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a town that joins; counts are of rows in the database."""

    inhabitants: int | None = None
    ags: str = ""
    short: str = ""
    members: tuple[Member, ...] = ()
    sites: int = 0
    networks: int = 0
    active: int = 0
    """Networks that are to be scanned actively; the others need no sign-off."""
    released: int = 0
    """Of the active ones."""
    agreed: int = 0
    """Of the active ones."""
    listed_at: datetime | None = None
    """When the newest list was taken in."""
    scanned_at: datetime | None = None
    sharing_decided: bool = False
    begun_at: datetime | None = None
    """When the wizard founded the town; None for towns from before."""
    closed_at: datetime | None = None
    """When the joining was concluded: from then on the town's own people go on alone."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list: whether it is done, what is known of it, and who can do it where below the town's address."""

    key: str
    title: Lazy
    done: bool
    note: str
    url: str
    roles: frozenset[str]
    needed: bool = True


def checklist(facts: Facts) -> tuple[Item, ...]:
    """The list in the order that helps."""
    people = tuple(_role(facts.members, role) for role in INVITED)
    deputy = sum(one.role == "it_admin" and one.state == "ready" for one in facts.members) > 1
    active = facts.active
    return (
        Item("inhabitants", lazy("Einwohnerzahl eingetragen"), facts.inhabitants is not None,
             _("Nach ihr werden gemeinsame Kosten geteilt."), "", frozenset(), needed=False),
        *people,
        Item("deputy", lazy("Vertretung der IT-Administration"), deputy,
             _("Eine zweite Person, auch aus einer anderen Stadt."), "", frozenset(), needed=False),
        Item("sites", lazy("Standorte eingetragen"), facts.sites > 0, str(facts.sites), "sites", EDIT_INVENTORY),
        Item("networks", lazy("Netze eingetragen"), facts.networks > 0, str(facts.networks), "networks", READ_SCANS),
        Item("released", lazy("ISB hat die Netze freigegeben"), 0 < active == facts.released,
             _("%(n)s von %(m)s", n=facts.released, m=active), "networks", APPROVE_SCANS),
        Item("agreed", lazy("Datenschutz hat den Netzen zugestimmt"), 0 < active == facts.agreed,
             _("%(n)s von %(m)s", n=facts.agreed, m=active), "networks", AGREE_SCANS),
        Item("list", lazy("Erste Bestandsliste eingelesen"), facts.listed_at is not None, "", "import", EDIT_INVENTORY),
        Item("scan", lazy("Erster Scan ist gelaufen"), facts.scanned_at is not None, "", "networks", RUN_SCANS),
        Item("sharing", lazy("Über Freigaben entschieden"), facts.sharing_decided, "", "joining", EDIT_INVENTORY),
    )  # fmt: skip


_ROLE_TITLES: Final = {
    "it_admin": lazy("IT-Administration kann sich anmelden"),
    "mayor": lazy("Bürgermeister/in kann sich anmelden"),
    "dpo": lazy("Datenschutz kann sich anmelden"),
    "isb": lazy("ISB kann sich anmelden"),
}


def _role(members: Iterable[Member], role: str) -> Item:
    held = [one for one in members if one.role == role]
    note = ", ".join(f"{one.name} ({MEMBER_STATES[one.state][0]})" for one in held) or _("noch niemand eingeladen")
    return Item(role, _ROLE_TITLES[role], any(one.state == "ready" for one in held), note, "", frozenset())


def may_close(facts: Facts) -> bool:
    """Whether the joining can be concluded: somebody of the town's own IT is there to go on."""
    return any(one.role == "it_admin" and one.state == "ready" for one in facts.members)
