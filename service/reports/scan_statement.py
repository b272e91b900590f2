"""Was wird gescannt: networks, purposes, times, what is read and what never is; for staff and staff council."""

from dataclasses import dataclass
from datetime import datetime

from service.auth.roles import READ_SCAN_RULES
from service.blocks import Asked, Block, Column, Heading, Report, Table, Text
from service.db import town_tx
from service.i18n import format_date, lazy
from service.i18n import gettext as _
from service.inventory.labels import MODES, PURPOSES, word
from service.reports import store


@dataclass(frozen=True, slots=True)
class Net:
    """A network as the statement names it."""

    name: str
    cidr: str
    purpose: str
    mode: str
    site: str
    released_at: datetime | None
    agreed_at: datetime | None
    last_scan: datetime | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is scanned in a town."""

    town: str
    networks: tuple[Net, ...]


READ = (
    lazy("Adresse, Name, Hersteller und Art eines Geräts im Netz"),
    lazy("offene Dienste und ihre Fassungen, ablaufende Zertifikate"),
    lazy("bei Geräten der Technik (Switches, Drucker, Server): Seriennummer, Anschlüsse, Betriebssystem"),
)
NEVER = (
    lazy("besuchte Seiten, Nutzungszeiten, An- und Abschaltzeiten"),
    lazy("Namen von Dateien, Inhalte, E-Mails, Eingaben"),
    lazy("angemeldete Personen und laufende Programme"),
    lazy(
        "private Geräte: Ein unbekanntes Gerät im Netz der Beschäftigten wird nach 7 Tagen vergessen, wenn es niemand anmeldet."
    ),
    lazy("Passwörter: Es wird keines ausprobiert, keine Lücke ausgenutzt und nichts auf ein Gerät geschrieben."),
)
KEPT = (
    (lazy("Rohdaten einer Beobachtung"), lazy("90 Tage")),
    (lazy("Sichtungen, die zu keinem Gerät gehören"), lazy("30 Tage")),
    (lazy("Protokoll der Scans"), lazy("12 Monate")),
    (lazy("„Zuletzt gesehen“ bei Geräten einer Person"), lazy("nur der Tag, keine Uhrzeit")),
)


async def gather(asked: Asked) -> Statement:
    """The networks of the town."""
    async with town_tx({asked.town}) as tx:
        rows = await store.networks(tx, asked.town)
    names = [field for field in Net.__dataclass_fields__ if field != "site"]
    return Statement(asked.name, tuple(Net(site=row["site"] or "", **{name: row[name] for name in names}) for row in rows))


def compose(statement: Statement) -> list[Block]:
    """Where, what, what never, how long."""
    columns = (
        Column(_("Netz"), 1.6),
        Column(_("Adressen"), 1.3),
        Column(_("Zweck"), 1.3),
        Column(_("Wie"), 1.1),
        Column(_("freigegeben"), 1.2),
        Column(_("zuletzt"), 1.3),
    )
    rows = tuple(
        (
            f"{net.name} ({net.site})" if net.site and net.site not in net.name else net.name,
            net.cidr,
            word(PURPOSES, net.purpose),
            str(MODES[net.mode][0]) if net.mode in MODES else net.mode,
            format_date(net.released_at) if net.released_at else _("nicht freigegeben"),
            format_date(net.last_scan) if net.last_scan else _("noch nie"),
        )
        for net in statement.networks
    )
    return [
        Heading(_("Wozu gescannt wird")),
        Text(
            _(
                "Die Stadt %(town)s muss wissen, welche Geräte in ihren Netzen stehen und ob sie sicher sind."
                " Dafür sieht der Dienst zu festen Zeiten nach. Er beobachtet keine Menschen.",
                town=statement.town,
            )
        ),
        Heading(_("Wo gescannt wird")),
        Text(_("Nur freigegebene Netze werden gescannt. Das Netz für Gäste nie, Steuerungen nur durch Mithören.")),
        Table(_("Netze der Stadt"), columns, rows, _("Es ist noch kein Netz eingetragen. Deshalb wird nichts gescannt.")),
        Heading(_("Was gelesen wird")),
        Text("\n".join(f"• {text}" for text in READ)),
        Heading(_("Was nie gelesen wird")),
        Text("\n".join(f"• {text}" for text in NEVER)),
        Heading(_("Wie lange etwas aufbewahrt wird")),
        Table(
            _("Löschfristen"),
            (Column(_("Was"), 2), Column(_("Wie lange"), 1)),
            tuple((str(what), str(term)) for what, term in KEPT),
        ),
    ]


REPORT = Report(
    name="scan-statement",
    title=lazy("Was wird gescannt?"),
    about=lazy("Netze, Zwecke, was gelesen wird und was nie: für Beschäftigte und Personalrat."),
    gather=gather,
    compose=compose,
    access=READ_SCAN_RULES,
    marking="intern",
)
