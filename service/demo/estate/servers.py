"""Servers of the four towns: what each one does, under which system, and which stories it tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """A physical or virtual server; `role` chooses its services, `tags` its weak spots."""

    name: str
    role: str
    os: str
    tags: tuple[str, ...] = ()


HOSTS: dict[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
    "erbach": (
        ("hypervisor", "ESX01", "esxi", ()),
        ("hypervisor", "ESX02", "esxi", ()),
        ("server", "BACKUP", "ws2022", ()),
        ("storage", "NAS01", "dsm", ()),
    ),
    "michelstadt": (
        ("hypervisor", "ESX01", "esxi", ()),
        ("hypervisor", "ESX02", "esxi", ()),
        ("server", "BACKUP", "ws2022", ()),
        ("storage", "NAS01", "dsm", ()),
        ("old_storage", "NAS02", "qts", ("smb1",)),
    ),
    "oberzent": (
        ("hypervisor", "ESX01", "esxi", ()),
        ("hypervisor", "ESX02", "esxi", ()),
        ("server", "BACKUP", "ws2019", ()),
        ("storage", "NAS01", "dsm", ()),
    ),
    "brombachtal": (("hypervisor", "ESX01", "esxi", ()), ("storage", "NAS01", "dsm", ())),
}
"""Kind, name, system, weak spots of the physical machines."""

VIRTUAL: dict[str, tuple[Server, ...]] = {
    "erbach": (
        Server("DC01", "dc", "ws2022", ("ldap_plain",)),
        Server("DC02", "dc", "ws2022"),
        Server("FILE01", "file", "ws2022"),
        Server("PRINT01", "print", "ws2019"),
        Server("SQL01", "sql", "ws2022"),
        Server("MAIL01", "mail", "debian13", ("imap_plain",)),
        Server("DMS01", "app", "ws2022"),
        Server("WSUS01", "file", "ws2019"),
        Server("INTRA01", "web", "ubuntu2404", ("cert_expired",)),
        Server("GIS01", "web", "ubuntu2404"),
        Server("FV01", "app", "ws2022"),
        Server("MON01", "monitor", "debian13"),
        Server("PROXY01", "proxy", "debian13"),
        Server("TS01", "terminal", "ws2022"),
    ),
    "michelstadt": (
        Server("DC01", "dc", "ws2022"),
        Server("DC02", "dc", "ws2022", ("ldap_plain",)),
        Server("FILE01", "file", "ws2022"),
        Server("FILE02", "file", "ws2019"),
        Server("PRINT01", "print", "ws2019"),
        Server("SQL01", "sql", "ws2022"),
        Server("MAIL01", "mail", "debian13"),
        Server("DMS01", "app", "ws2022"),
        Server("FV01", "app", "ws2022"),
        Server("FV02", "app", "ws2019"),
        Server("WEB01", "web", "ubuntu2404", ("cloned",)),
        Server("GIS01", "web", "ubuntu2404", ("cloned",)),
        Server("MON01", "monitor", "debian13"),
        Server("PROXY01", "proxy", "debian13"),
        Server("TS01", "terminal", "ws2022"),
        Server("VPN01", "proxy", "debian13"),
    ),
    "oberzent": (
        Server("DC01", "dc", "ws2019"),
        Server("DC02", "dc", "ws2022"),
        Server("FILE01", "file", "ws2019"),
        Server("SQL01", "sql", "ws2019"),
        Server("MAIL01", "mail", "debian13", ("imap_plain",)),
        Server("DMS01", "app", "ws2022"),
        Server("FV01", "app", "ws2019"),
        Server("WEB01", "web", "ubuntu2404"),
        Server("MON01", "monitor", "debian13"),
        Server("TS01", "terminal", "ws2022"),
    ),
    "brombachtal": (
        Server("DC01", "dc", "ws2016", ("smb1",)),
        Server("FILE01", "file", "ws2022"),
        Server("APP01", "web", "ubuntu2404", ("cert_soon",)),
    ),
}
"""Virtual servers; Brombachtal's domain controller still runs under the system whose support ends first."""
