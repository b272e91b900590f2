"""About sixty software products of the four towns: who uses what, for which purpose, with which contract.

Makers and names of specialised procedures are invented; no statement about any real town is meant. Source of the
fields: `domain.md` 2.12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_TOWNS = {"E": "erbach", "M": "michelstadt", "O": "oberzent", "B": "brombachtal"}


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `uses` maps a town to (version, yearly cost in Euro, days from today to the end of the contract)."""

    name: str
    maker: str
    category: str
    purpose: str
    hosting: str
    standard: bool = False
    personal_data: bool = False
    uses: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)


def _product(line: str) -> Product:
    """`Name|Maker|Category|Purpose|Hosting|flags|towns|version|cost`; flags: s standard of the group, p personal data."""
    name, maker, category, purpose, hosting, flags, towns, version, cost = line.split("|")
    share = {"E": 10, "M": 11, "O": 7, "B": 3}
    uses = {
        _TOWNS[letter]: (version, round(int(cost) * share[letter] / 10), 90 + (len(name) * 37 + share[letter] * 53) % 900)
        for letter in towns
    }
    return Product(name, maker, category, purpose, hosting, "s" in flags, "p" in flags, uses)


_LINES = """\
Meldekreis|Findling Software|Fachverfahren|Melde- und Passwesen|Rechenzentrum|sp|EMOB|7.4|14800
Standesbuch|Findling Software|Fachverfahren|Standesamt|Rechenzentrum|sp|EMO|3.2|4600
Kassenkompass|Talmühle Systeme|Fachverfahren|Kasse und Haushalt|Rechenzentrum|sp|EMOB|22.1|31500
Abgabenwerk|Talmühle Systeme|Fachverfahren|Steuern und Abgaben|Rechenzentrum|p|EMO|22.1|9800
Grabweg|Steinlicht GmbH|Fachverfahren|Friedhof|lokal|p|E|5.0|2900
Ruheplan|Ahornblatt IT|Fachverfahren|Friedhof|Cloud|p|M|2026.2|3400
Gräberbuch 3|Eigenentwicklung|Fachverfahren|Friedhof|lokal|p|O|3|0
Lohnwerk|Personalia eG|Fachverfahren|Lohn und Gehalt|Rechenzentrum|sp|EMOB|11|12700
Zeitkranz|Personalia eG|Fachverfahren|Zeiterfassung|lokal|p|EM|8.3|3900
Stundenbuch|Ahornblatt IT|Fachverfahren|Zeiterfassung|Cloud|p|O|4|2100
Bauakte 21|Kartenhaus Software|Fachverfahren|Bauamt|lokal|p|EM|21.5|6700
Geoblick|Kartenhaus Software|Fachverfahren|Geoinformation|lokal||EMO|10.2|8200
Liegenschaftsbuch|Kartenhaus Software|Fachverfahren|Liegenschaften|lokal|p|EMO|6|3300
Bußgeldpfad|Findling Software|Fachverfahren|Ordnungswidrigkeiten|Rechenzentrum|p|EM|4.8|5200
Gewerbebuch|Findling Software|Fachverfahren|Gewerbe|Rechenzentrum|p|EMOB|5.5|3100
Wahlzettel|Findling Software|Fachverfahren|Wahlen|Rechenzentrum|sp|EMOB|2026|2600
Ratsmappe|Sitzungsgut AG|Fachverfahren|Sitzungsdienst|Cloud|s|EMOB|9|6400
Kitakorb|Kleeblatt Software|Fachverfahren|Kita-Verwaltung|Cloud|p|EMOB|3.14|4800
Bücherwagen|Kleeblatt Software|Fachverfahren|Bücherei|Cloud|p|EM|12|1900
Badkasse|Wellenschlag GmbH|Fachverfahren|Bad|lokal||EM|5|2700
Pegelwart|Quellgrund Automation|Fernwirken|Trinkwasser|lokal||EMOB|8.1|5600
Klärwart|Quellgrund Automation|Fernwirken|Abwasser|lokal||O|8.1|4100
Einsatzliste|Florianssoftware|Fachverfahren|Feuerwehr|Cloud|p|EMOB|6|2300
Bauhofplan|Ahornblatt IT|Fachverfahren|Bauhof und Winterdienst|Cloud|p|EMO|5|3000
Fuhrparkblatt|Ahornblatt IT|Fachverfahren|Fahrzeuge|Cloud||EM|2|900
Vergabeweg|Sitzungsgut AG|Fachverfahren|Vergabe|Cloud||EMO|7|2800
Aktenkreis eAkte|Registratur Nord|DMS|Dokumentenverwaltung|Rechenzentrum|sp|EMO|6.2|18400
Aktenkreis Scan|Registratur Nord|DMS|Posteingang|lokal||EM|6.2|2200
Portalweg|Findling Software|Portal|Onlinedienste|Rechenzentrum|sp|EMOB|2026.3|7700
Stadtseite CMS|Netzgarten|Portal|Internetauftritt|Cloud||EMOB|11|2400
Intranetblatt|Netzgarten|Portal|Intranet|lokal||EM|4|1200
Gemeinsamraum|Netzgarten|Zusammenarbeit|Gruppenarbeit und Chat|Rechenzentrum|sp|EMO|8|9900
Konferenzfenster|Netzgarten|Zusammenarbeit|Videokonferenz|Cloud||EMOB|2026|2600
Rufkreis|Klangdraht|Telefonie|Telefonanlage|lokal|s|EMO|13|5400
Rufkreis Cloud|Klangdraht|Telefonie|Telefonanlage|Cloud||B|13|2900
Faxbrücke|Klangdraht|Telefonie|Fax|lokal||EMO|3|600
Wächter Endpunkt|Schildwerk|Sicherheit|Schutz vor Schadprogrammen|Cloud|s|EMOB|9.4|8800
Postfilter|Schildwerk|Sicherheit|Schutz der E-Mail|Rechenzentrum|s|EMOB|5|4300
Kennwortfach|Schildwerk|Sicherheit|Kennwortverwaltung|lokal||EM|2.57|0
Lernblick Sicherheit|Schildwerk|Sicherheit|Schulung und Übungsmails|Cloud|p|EM|4|3100
Sicherungsagent|Speicherhof|Datensicherung|Sicherung der Server|lokal|s|EMO|12.3|7200
Bandwerk|Speicherhof|Datensicherung|Auslagerung|lokal||E|6|1400
NAS-Kopie|Speicherhof|Datensicherung|Sicherung auf NAS|lokal||B|3|300
Netzblick|Messlatte Software|Betrieb|Überwachung|lokal||EMO|2.3|1500
Inventaragent|Gemeinschaftsprojekt|Betrieb|Inventarisierung|lokal||EM|1.15|0
Fernhilfe|Messlatte Software|Betrieb|Fernwartung|Cloud||EMOB|15|2200
Softwareverteiler|Messlatte Software|Betrieb|Verteilung von Software|lokal||EM|4.3|3300
Ticketkorb|Messlatte Software|Betrieb|Anfragen an die IT|lokal|p|EM|10|1100
Windows 11 Pro|Microsoft|Grundausstattung|Betriebssystem|lokal|s|EMOB|25H2|0
Windows Server 2022|Microsoft|Grundausstattung|Betriebssystem|lokal|s|EMOB|21H2|0
SQL Server 2019|Microsoft|Grundausstattung|Datenbank|lokal||EMO|15.0|2600
Office-Paket|Microsoft|Grundausstattung|Text und Tabelle|lokal|s|EMOB|2021|15900
LibreOffice|The Document Foundation|Grundausstattung|Text und Tabelle|lokal||EMOB|25.8|0
Firefox ESR|Mozilla|Grundausstattung|Browser|lokal|s|EMOB|140.4|0
Thunderbird|Mozilla|Grundausstattung|E-Mail|lokal||OB|140.4|0
7-Zip|Igor Pavlov|Grundausstattung|Packen|lokal||EMOB|25.01|0
VLC media player|VideoLAN|Grundausstattung|Medien|lokal||EMO|3.0.21|0
Adobe Acrobat Reader|Adobe|Grundausstattung|PDF|lokal||EMOB|25.001|0
PDF24 Creator|geek software|Grundausstattung|PDF|lokal||EMO|11.29|0
Notepad++|Don Ho|Grundausstattung|Texteditor|lokal||EM|8.8|0
VMware vSphere|Broadcom|Grundausstattung|Virtualisierung|lokal|s|EMOB|8.0|9400
"""

PRODUCTS: tuple[Product, ...] = tuple(_product(line) for line in _LINES.splitlines())


def on_clients(town: str) -> list[tuple[str, str, str]]:
    """(name, version, maker) of what an agent finds on a client of the town."""
    wanted = {"Grundausstattung", "Sicherheit", "Zusammenarbeit", "DMS", "Betrieb"}
    return [
        (one.name, one.uses[town][0], one.maker)
        for one in PRODUCTS
        if town in one.uses and one.category in wanted and one.purpose not in {"Betriebssystem", "Datenbank", "Virtualisierung"}
    ]
