"""The standard structure (Strukturanalyse) a small town starts with: target objects and what belongs to them.

Pure data: groups of equal systems by kind of device and purpose of network, rooms, applications, providers, roles.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class TargetKind(enum.StrEnum):
    """Type of a target object (Zielobjekttyp), domain 3.2."""

    INSTITUTION = "institution"
    PROCESS = "process"
    PROCEDURE = "procedure"
    INFORMATION = "information"
    APPLICATION = "application"
    IT_SYSTEM = "it_system"
    INDUSTRIAL = "industrial"
    IOT = "iot"
    LINK = "link"
    NETWORK = "network"
    ROOM = "room"
    BUILDING = "building"
    PROVIDER = "provider"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Standard:
    """One object of the standard structure; `kinds` is the rule that draws devices of the inventory into it."""

    name: str
    kind: TargetKind
    categories: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    everything: bool = False
    """All devices of the town belong to it (the institution itself)."""


_K = TargetKind

STANDARD: tuple[Standard, ...] = (
    Standard("Stadtverwaltung", _K.INSTITUTION, ("Institution",), everything=True),
    Standard("Bürgermeisterin/Bürgermeister und Leitung", _K.ROLE, ("Institutionsleitung",)),
    Standard("Beschäftigte", _K.ROLE, ("Mitarbeitende",)),
    Standard("IT-Administration", _K.ROLE, ("Administrierende",)),
    Standard("Arbeitsplatz-PCs", _K.IT_SYSTEM, ("Endgeräte",), ("workstation", "thin_client")),
    Standard("Notebooks", _K.IT_SYSTEM, ("Mobile Endgeräte",), ("notebook",)),
    Standard("Tablets und Smartphones", _K.IT_SYSTEM, ("Mobile Endgeräte",), ("tablet", "smartphone")),
    Standard("Drucker und Multifunktionsgeräte", _K.IT_SYSTEM, ("Drucker",), ("printer", "label_printer")),
    Standard("Server und Speicher", _K.IT_SYSTEM, ("Hostsysteme",), ("server", "vm", "storage", "management_controller")),
    Standard("Virtualisierung", _K.IT_SYSTEM, ("Hostsysteme", "Virtualisierungslösungen"), ("hypervisor",)),
    Standard(
        "Switches und Router", _K.IT_SYSTEM, ("Netzkomponenten",), ("switch", "router", "access_point", "wireless_controller")
    ),
    Standard("Firewalls", _K.IT_SYSTEM, ("Netzkomponenten",), ("firewall", "load_balancer")),
    Standard("Telefone und Telefonanlage", _K.IT_SYSTEM, ("Telefone", "TK-Anwendungen"), ("phone", "telephony", "conference")),
    Standard("Unterbrechungsfreie Stromversorgung", _K.IT_SYSTEM, ("Versorgungstechnik",), ("ups", "pdu")),
    Standard("Fernwirktechnik Wasser und Abwasser", _K.INDUSTRIAL, ("Fernwirktechnik",), ("plc",)),
    Standard("Gebäudetechnik und Kameras", _K.IOT, ("Gebäudetechnik",), ("environment_sensor", "camera")),
    Standard("Kleingeräte am Arbeitsplatz", _K.IT_SYSTEM, (), ("monitor", "dock", "headset", "scanner", "projector")),
    Standard("Interne Netze", _K.NETWORK, ("Interne Netzsegmente",), ("server", "vm", "hypervisor", "workstation", "notebook")),
    Standard("WLAN", _K.NETWORK, ("WLANs",), ("access_point", "wireless_controller")),
    Standard("Internetzugang und VPN", _K.LINK, ("Externe Netzanschlüsse",), ("firewall",)),
    Standard("E-Mail", _K.APPLICATION, ("E-Mail",)),
    Standard("Verzeichnisdienst und Namensauflösung", _K.APPLICATION, ("Verzeichnisdienste", "DNS-Server")),
    Standard("Dateiablage", _K.APPLICATION, ("Dateiserver",), ("storage",)),
    Standard("Büroprogramme und Webbrowser", _K.APPLICATION, ("Office-Anwendungen", "Webbrowser")),
    Standard("Webauftritt und Onlinedienste", _K.APPLICATION, ("Webanwendungen", "Webserver")),
    Standard("Fax", _K.APPLICATION, ("Faxe",)),
    Standard("Rathaus", _K.BUILDING, ("Gebäude",)),
    Standard("Serverraum", _K.ROOM, ("Serverräume",)),
    Standard("Lager der Sicherungsdatenträger", _K.ROOM, ("Datenträgerarchiv",)),
    Standard("Regionaler IT- und Netzdienstleister", _K.PROVIDER, ("Outsourcing",)),
    Standard("Cloud-Dienste", _K.PROVIDER, ("Cloud-Dienste",)),
)
