"""Was wird gescannt: networks, purposes, times, what is read and what never is; for staff and staff council."""

from dataclasses import dataclass, replace
from datetime import datetime

from service.auth.roles import READ_SCAN_RULES
from service.blocks import Asked, Block, Column, Heading, Report, Table, Text
from service.db import town_tx
from service.i18n import format_date, format_datetime, lazy, ngettext
from service.i18n import gettext as _
from service.inventory import scanning
from service.inventory.labels import MODES, PURPOSES, word
from service.inventory.store import closing, places
from service.inventory.store.closing import ClosedRow
from service.jobs import clock
from service.jobs import store as schedules
from service.names import shown_name


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
    requested_by: str = ""
    released_by: str = ""
    agreed_by: str = ""
    window: str = ""
    rate_cap: int = 0
    """Packets a second at most."""
    excluded: str = ""
    planned: datetime | None = None

    @property
    def scanned(self) -> bool:
        """Whether anything is ever sent there."""
        return self.mode == "active" and self.released_at is not None and self.agreed_at is not None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is scanned in a town."""

    town: str
    networks: tuple[Net, ...]
    closed: tuple[ClosedRow, ...] = ()
    """Networks that were scanned once and are no more."""
    scheduled: bool = False
    """Whether a schedule scans anything."""


READ = (
    lazy("Adresse, Name, Hersteller und Art eines Geräts im Netz"),
    lazy("offene Dienste und ihre Fassungen, Zertifikate mit ihrem Ablauf, Schlüssel von SSH-Diensten"),
    lazy("bei einem unbekannten Gerät dasselbe; es steht als Frage bei der IT, bis sie geklärt hat, was es ist"),
    lazy("bei Geräten der Technik (Switches, Drucker, Server): Seriennummer, Anschlüsse, Betriebssystem, Zeit seit dem Start"),
    lazy("bei Servern, die es sagen, die Namen und Fassungen der installierten Software"),
    lazy("bei Druckern die Zahl der gedruckten Seiten im Ganzen und der Füllstand, bei USV der Zustand von Batterie und Strom"),
    lazy("aus den Tabellen der Switches und Router, an welchem Anschluss ein Gerät hängt; auch bei Geräten am Arbeitsplatz"),
)
NEVER = (
    lazy("besuchte Seiten, Nutzungszeiten, An- und Abschaltzeiten von Arbeitsplätzen"),
    lazy("Namen von Dateien, Inhalte, E-Mails, Eingaben"),
    lazy("angemeldete Personen und laufende Programme"),
    lazy("Passwörter: Es wird keines ausprobiert, keine Lücke ausgenutzt und nichts auf ein Gerät geschrieben."),
)
KEPT = (
    (lazy("Dateien, die ein Scan, eine Sonde oder eine Liste brachte"), lazy("90 Tage")),
    (lazy("Sichtungen, die zu keinem Gerät gehören"), lazy("30 Tage")),
    (lazy("Protokoll der Scans"), lazy("12 Monate")),
    (lazy("„Zuletzt gesehen“ bei Geräten einer Person"), lazy("nur der Tag, keine Uhrzeit")),
)


WITH = (
    lazy("nmap fragt Adresse für Adresse, ob ein Gerät da ist und welche Dienste es anbietet; nie schneller als angegeben."),
    lazy(
        "SNMP liest Geräte der Technik aus, für die die IT einen Zugang eingerichtet hat; nur lesend, Gerät für Gerät gebremst."
    ),
    lazy("In Netzen „nur passiv“ geht kein Paket hinaus: Dort zählt, was Switches und Router ohnehin in ihren Tabellen haben."),
    lazy("Ergebnisse anderer Scans lassen sich als Datei einlesen. Dabei geht kein Paket hinaus; als Scan zählt das hier nicht."),
    lazy("Meldet ein Gerät einer Sonde Neustart oder Anschluss, liest sie dieses eine Gerät neu; das steht im Protokoll."),
    lazy("In Häusern, die der Dienst nicht erreicht, tut eine Sonde dasselbe, nach einer Liste, die nur vor Ort zu ändern ist."),
)


async def gather(asked: Asked) -> Statement:
    """The networks of the town, and when each is scanned next."""
    async with town_tx({asked.town}) as tx:
        rows = await places.networks(tx, asked.town)
        closed = tuple(await closing.closed_networks(tx, asked.town))
        plans = [one for one in await schedules.schedules(tx) if one.town_id == asked.town and one.task == "scan.run"]
    crons = [(one.cron, one.args.get("all"), one.args.get("networks", ())) for one in plans if one.enabled]
    found = []
    for row in rows:
        times = sorted(at for cron, all_, ids in crons if all_ or str(row.id) in ids for at in clock.times(cron, asked.now, 60))
        net = Net(
            row.name, row.cidr, row.purpose, row.mode, row.site_name or "", row.released_at, row.agreed_at,
            row.scanned_at, row.requested_by or "", row.released_by or "", row.agreed_by or "",
            row.scan_window or "", row.rate_cap, row.excluded, scanning.first_open(row.scan_window, times),
        )  # fmt: skip
        found.append(net if net.scanned else replace(net, planned=None))
    return Statement(asked.name, tuple(found), closed, bool(crons))


def _when(net: Net) -> str:
    if not net.scanned:
        return _("nie") if net.mode != "active" else _("erst nach Freigabe")
    return net.window.replace("-", "–") or _("jederzeit")


def _person(name: str, at: datetime | None) -> str:
    """Who decided, without the mail address, and when."""
    return f"{name.split(' <', maxsplit=1)[0]}, {format_date(at)}" if at else _("offen")


def _closed(gone: tuple[ClosedRow, ...]) -> list[Block]:
    """Networks that were scanned and then removed; nothing where there are none."""
    if not gone:
        return []
    columns = (
        Column(_("Netz"), 1.6),
        Column(_("Adressen"), 1.3),
        Column(_("zuletzt gescannt"), 1.2),
        Column(_("geschlossen"), 1.6),
    )
    rows = tuple((one.name, one.cidr, format_date(one.scanned_at), _person(one.closed_by, one.closed_at)) for one in gone)
    return [Table(_("Nicht mehr gescannt"), columns, rows, "")]


def compose(statement: Statement) -> list[Block]:
    """Where, what, what never, how long."""
    where = (
        Column(_("Netz"), 1.6),
        Column(_("Adressen"), 1.3),
        Column(_("Zweck"), 1.2),
        Column(_("Wie"), 1),
        Column(_("Wann"), 1.4),
        Column(_("nächster Scan"), 1.2),
        Column(_("zuletzt"), 1.2),
    )
    nets = tuple(
        (
            f"{net.name} ({net.site})" if net.site and net.site not in net.name else net.name,
            net.cidr,
            word(PURPOSES, net.purpose),
            str(MODES[net.mode][0]) if net.mode in MODES else net.mode,
            _when(net),
            format_datetime(net.planned) if net.planned else _("nicht geplant") if net.scanned else "–",
            format_date(net.last_scan) if net.last_scan else _("noch nie"),
        )
        for net in statement.networks
    )
    who = (
        Column(_("Netz"), 1.6),
        Column(_("Beantragt"), 1.2),
        Column(_("Freigegeben"), 1.5),
        Column(_("Datenschutz"), 1.5),
        Column(_("Tempo"), 1.2),
        Column(_("Ausnahmen"), 1.2),
    )
    people = tuple(
        (
            net.name,
            shown_name(net.requested_by) or "–",
            _person(net.released_by, net.released_at),
            _person(net.agreed_by, net.agreed_at),
            ngettext("%(num)s Paket je Sekunde", "%(num)s Pakete je Sekunde", net.rate_cap) if net.mode == "active" else "–",
            ", ".join(net.excluded.splitlines()) or _("keine"),
        )
        for net in statement.networks
        if net.mode != "guest"
    )
    return [
        Heading(_("Wozu gescannt wird")),
        Text(
            _(
                "Die Stadt %(town)s muss wissen, welche Geräte in ihren Netzen stehen und ob sie sicher sind."
                " Dafür sieht der Dienst nach. Er beobachtet keine Menschen.",
                town=statement.town,
            )
        ),
        Text(
            _(
                "Gescannt wird nach Zeitplan und wenn eine Person es anstößt;"
                " außerhalb der angegebenen Zeiten nur mit einem Anlass."
            )
            if statement.scheduled
            else _("Ein Zeitplan ist nicht eingeschaltet: Gescannt wird nur, wenn eine Person es anstößt.")
        ),
        Heading(_("Wo gescannt wird")),
        Text(_("Nur freigegebene Netze werden gescannt. Das Netz für Gäste nie, Steuerungen nur durch Mithören.")),
        Table(_("Netze der Stadt"), where, nets, _("Es ist noch kein Netz eingetragen. Deshalb wird nichts gescannt.")),
        *_closed(statement.closed),
        Heading(_("Wer es freigegeben hat")),
        Text(_("Es braucht drei Personen: Die IT beantragt, die Informationssicherheit gibt frei, der Datenschutz stimmt zu.")),
        Table(_("Freigaben"), who, people, _("Es gibt keine Freigabe. Deshalb wird nichts gescannt.")),
        Heading(_("Womit gescannt wird")),
        Text("\n".join(f"• {text}" for text in WITH)),
        Heading(_("Was gelesen wird")),
        Text("\n".join(f"• {text}" for text in READ)),
        Heading(_("Was nie gelesen wird")),
        Text("\n".join(f"• {text}" for text in NEVER)),
        Heading(_("Wie lange etwas aufbewahrt wird")),
        Text(
            _("Gelöscht wird jede Nacht von selbst; wie viel, steht im Protokoll. Was ein Gerät ist, bleibt, solange es da ist.")
        ),
        Table(
            _("Löschfristen"),
            (Column(_("Was"), 2), Column(_("Wie lange"), 1)),
            tuple((str(what), str(term)) for what, term in KEPT),
        ),
    ]


REPORT = Report(
    name="scan-statement",
    title=lazy("Aushang: Was wird gescannt?"),
    about=lazy("Netze, Zwecke, was gelesen wird und was nie: für Beschäftigte und Personalrat."),
    gather=gather,
    compose=compose,
    access=READ_SCAN_RULES,
    marking="intern",
)
