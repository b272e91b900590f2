"""What a port scan finds open on each kind of device of the demonstration: data and small functions, no XML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from service.demo.estate.words import Device
from service.demo.sites import BY_SLUG
from service.demo.writers import scripts
from service.demo.writers.keys import certificate
from service.demo.writers.scripts import Script


@dataclass(frozen=True, slots=True)
class Port:
    """An open port as nmap reports it."""

    number: int
    name: str
    product: str = ""
    version: str = ""
    extra: str = ""
    tunnel: str = ""
    ostype: str = ""
    device: str = ""
    cpe: str = ""
    scripts: tuple[Script, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """nmap's guess of the system."""

    name: str
    type: str
    vendor: str
    family: str
    generation: str = ""
    cpe: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A host as the scan sees it."""

    ports: tuple[Port, ...]
    host_scripts: tuple[Script, ...] = ()
    guess: Guess | None = None


SYSTEMS: dict[str, Guess] = {
    "win10": Guess(
        "Microsoft Windows 10 1709 - 21H2", "general purpose", "Microsoft", "Windows", "10", "cpe:/o:microsoft:windows_10"
    ),
    "win11": Guess("Microsoft Windows 11 21H2", "general purpose", "Microsoft", "Windows", "11", "cpe:/o:microsoft:windows_11"),
    "ws2016": Guess(
        "Microsoft Windows Server 2016", "general purpose", "Microsoft", "Windows", "2016", "cpe:/o:microsoft:windows_server_2016"
    ),
    "ws2019": Guess(
        "Microsoft Windows Server 2019", "general purpose", "Microsoft", "Windows", "2019", "cpe:/o:microsoft:windows_server_2019"
    ),
    "ws2022": Guess(
        "Microsoft Windows Server 2022", "general purpose", "Microsoft", "Windows", "2022", "cpe:/o:microsoft:windows_server_2022"
    ),
    "linux": Guess("Linux 5.4 - 5.19", "general purpose", "Linux", "Linux", "5.X", "cpe:/o:linux:linux_kernel:5"),
    "esxi": Guess("VMware ESXi 7.0 - 8.0", "specialized", "VMware", "ESXi", "8.X", "cpe:/o:vmware:esxi"),
}
BUILDS = {"win10": "10.0.19041", "win11": "10.0.26100", "ws2016": "10.0.14393", "ws2019": "10.0.17763", "ws2022": "10.0.20348"}
_SSH = {
    "debian13": ("10.0p2 Debian 7", "protocol 2.0"),
    "ubuntu2404": ("9.6p1 Ubuntu 3ubuntu13.14", "Ubuntu Linux; protocol 2.0"),
}
_RPC = Port(135, "msrpc", "Microsoft Windows RPC", ostype="Windows", cpe="cpe:/o:microsoft:windows")
_NETBIOS = Port(139, "netbios-ssn", "Microsoft Windows netbios-ssn", ostype="Windows", cpe="cpe:/o:microsoft:windows")
_SMB = Port(445, "microsoft-ds")
_PHONES = {
    "Snom": ("snom D735 SIP phone httpd", "snom D735"),
    "Yealink": ("Yealink SIP-T46U VoIP phone http config", "Yealink T46U"),
}


def see(one: Device, at: datetime) -> Seen:
    """Open ports of the device at this time."""
    if one.role == "wlan_box":
        return Seen((_web(one, at, 80, "TP-LINK TL-WR841N"),), guess=SYSTEMS["linux"])
    if one.role == "board":
        return Seen(
            (_ssh(one, "debian13"), Port(8080, "http", "Python http.server", "3.13", "Python 3.13.5")), guess=SYSTEMS["linux"]
        )
    kind = {"notebook": "client", "workstation": "client", "tablet": "mobile", "smartphone": "mobile"}.get(one.kind, one.kind)
    return _KINDS[kind](one, at)


def _host(one: Device) -> str:
    return f"{(one.name or 'ohne-name').lower()}.{BY_SLUG[one.town].domain}"


def _ssh(one: Device, system: str = "", product: str = "OpenSSH", version: str = "") -> Port:
    said, extra = _SSH.get(system, (version, "protocol 2.0"))
    cpe = f"cpe:/a:openbsd:openssh:{said.split()[0]}" if product == "OpenSSH" and said else ""
    return Port(
        22, "ssh", product, said, extra, ostype="Linux" if system else "", cpe=cpe, scripts=(scripts.host_key(_seed(one)),)
    )


def _seed(one: Device) -> str:
    """Whose host key it shows: machines cloned from one template still have the template's."""
    return f"{one.town}/template" if "cloned" in one.tags else one.id


def _validity(one: Device, at: datetime) -> tuple[date, date]:
    """Runtime of the device's certificate: ten years from purchase, one year where the story sets the end."""
    if one.certificate_until:
        return one.certificate_until - timedelta(days=365), one.certificate_until
    start = (one.bought or at.date()) + timedelta(days=10)
    return start, start + timedelta(days=3_650)


def _cert(one: Device, at: datetime, issuer: str = "") -> Script:
    name = _host(one) if one.name else one.serial
    start, end = _validity(one, at)
    return scripts.ssl_cert(certificate(one.id, name, (name,) if one.name else (), issuer or name, start, end))


def _web(one: Device, at: datetime, number: int, page: str, product: str = "", version: str = "") -> Port:
    """A web page on http or, on 443 and 8443, https with the device's certificate."""
    tls = number in {443, 8443, 5001}
    found = (scripts.title(page), *((_cert(one, at),) if tls else ()))
    return Port(number, "http", product, version, tunnel="ssl" if tls else "", scripts=found)


def _pages(one: Device, at: datetime, page: str, product: str = "", version: str = "") -> tuple[Port, ...]:
    """Administration over https with http leading there; only http for the story's exceptions."""
    if "http_only" in one.tags:
        return (_web(one, at, 80, page, product, version),)
    lead = Port(80, "http", product, version, scripts=(scripts.redirect(f"https://{one.last_address}/"),))
    return lead, _web(one, at, 443, page, product, version)


def _chance(one: Device, what: str) -> float:
    """A number from 0 to 1 that belongs to this device for ever."""
    return int.from_bytes(sha256(f"{what}/{one.id}".encode()).digest()[:4], "big") / 2**32


def _windows(one: Device, at: datetime) -> tuple[tuple[Port, ...], tuple[Script, ...]]:
    """Ports and host scripts that every Windows shows."""
    domain, name = BY_SLUG[one.town].domain, one.name or ""
    ports: list[Port] = [_RPC, _NETBIOS, _SMB]
    if one.role or _chance(one, "rdp") < 0.3 or one.os == "win10":
        start = at.date() - timedelta(days=at.date().toordinal() % 90 + 3)
        shown = certificate(f"rdp/{one.id}/{start}", _host(one), (), _host(one), start, start + timedelta(days=182))
        info = scripts.rdp_ntlm(name, domain, BUILDS[one.os], at)
        ports.append(
            Port(3389, "ms-wbt-server", "Microsoft Terminal Services", ostype="Windows", scripts=(scripts.ssl_cert(shown), info))
        )
    found: list[Script] = []
    if _chance(one, "nbstat") < 0.9:
        found.append(scripts.nbstat(name, one.mac or "", one.maker, domain))
    old = "smb1" in one.tags
    if old:
        found.append(
            scripts.smb_system(
                name,
                domain,
                "Windows Server 2016 Standard 14393",
                "Windows Server 2016 Standard 6.3",
                "cpe:/o:microsoft:windows_server_2016::-",
                at,
            )
        )
    found.append(scripts.smb_protocols(old))
    return tuple(ports), tuple(found)


def _client(one: Device, at: datetime) -> Seen:
    ports, found = _windows(one, at)
    if one.role == "sql_express":
        ports += (Port(1433, "ms-sql-s", "Microsoft SQL Server 2019", "15.00.2000", ostype="Windows"),)
    if one.role == "mysql":
        ports += (Port(3306, "mysql", "MariaDB", "10.11.6"),)
    return Seen(ports, found, SYSTEMS[one.os])


def _server(one: Device, at: datetime) -> Seen:
    """Windows and Linux servers by what they do."""
    if one.os in {"debian13", "ubuntu2404"}:
        return Seen((_ssh(one, one.os), *_linux_role(one, at)), guess=SYSTEMS["linux"])
    ports, found = _windows(one, at)
    return Seen((*_windows_role(one, at), *ports), found, SYSTEMS[one.os])


def _windows_role(one: Device, at: datetime) -> tuple[Port, ...]:
    match one.role:
        case "dc":
            tls = (_cert(one, at, f"{BY_SLUG[one.town].code} Ausstellende Stelle"),)
            plain = (
                (Port(389, "ldap", "Microsoft Windows Active Directory LDAP", ostype="Windows"),)
                if "ldap_plain" in one.tags
                else ()
            )
            return (
                Port(53, "domain", "Simple DNS Plus"),
                Port(88, "kerberos-sec", "Microsoft Windows Kerberos", ostype="Windows"),
                *plain,
                Port(464, "kpasswd5"),
                Port(636, "ldap", "Microsoft Windows Active Directory LDAP", tunnel="ssl", ostype="Windows", scripts=tls),
            )
        case "sql":
            return (Port(1433, "ms-sql-s", "Microsoft SQL Server 2019", "15.00.4430", ostype="Windows"),)
        case "app":
            return _pages(one, at, "Fachanwendung - Anmeldung", "Microsoft IIS httpd", "10.0")
        case "print":
            return (Port(515, "printer", "Microsoft lpd"),)
        case _:
            return ()


def _linux_role(one: Device, at: datetime) -> tuple[Port, ...]:
    match one.role:
        case "mail":
            tls = (_cert(one, at, "Ausstellende Stelle Odenwald"),)
            plain = (Port(143, "imap", "Dovecot imapd"),) if "imap_plain" in one.tags else ()
            return (Port(25, "smtp", "Postfix smtpd"), *plain, Port(993, "imap", "Dovecot imapd", tunnel="ssl", scripts=tls))
        case "web":
            return _pages(one, at, "Intranet", "nginx", "1.24.0")
        case "monitor":
            return _pages(one, at, "Überwachung", "Apache httpd", "2.4.65")
        case _:
            return (Port(3128, "http-proxy", "Squid http proxy", "6.13"),)


def _hypervisor(one: Device, at: datetime) -> Seen:
    page = "&quot; + ID_EESX_Welcome + &quot;"
    web = Port(
        443,
        "https",
        "VMware ESXi SOAP API",
        "8.0.3",
        tunnel="ssl",
        cpe="cpe:/o:vmware:esxi:8.0.3",
        scripts=(scripts.title(page), _cert(one, at)),
    )
    return Seen(
        (_ssh(one, version="9.8"), web, Port(902, "vmware-auth", "VMware Authentication Daemon", "1.10")), guess=SYSTEMS["esxi"]
    )


def _storage(one: Device, at: datetime) -> Seen:
    synology = one.maker == "Synology"
    page, product = ("Synology DiskStation", "nginx") if synology else ("QNAP Turbo NAS", "http server 1.0")
    smb = Port(445, "netbios-ssn", "Samba smbd", "4.15.13" if synology else "3.X", f"workgroup: {BY_SLUG[one.town].code}")
    web = (*_pages(one, at, page, product), *((_web(one, at, 5001, page, product),) if synology else ()))
    found = (
        scripts.nbstat(one.name or "", one.mac or "", one.maker, BY_SLUG[one.town].domain),
        scripts.smb_protocols("smb1" in one.tags),
    )
    return Seen((_ssh(one, version="8.2" if synology else "7.6"), *web, smb), found, SYSTEMS["linux"])


def _printer(one: Device, at: datetime) -> Seen:
    page, product = {
        "Kyocera": (f"Kyocera Command Center RX - {one.model}", "KYOCERA ECOSYS httpd"),
        "Brother": (f"Brother {one.model}", "Debut embedded httpd"),
        "HP": (f"{one.model} - {one.last_address}", "HP LaserJet MFP M428fdw http config"),
        "Konica Minolta": (f"KONICA MINOLTA {one.model}", "KONICA MINOLTA PageScope Web Connection"),
    }[one.maker]
    raw = (Port(515, "printer"), Port(631, "ipp"), Port(9100, "jetdirect"))
    telnet = (Port(23, "telnet", f"{one.maker} printer telnetd", device="printer"),) if "telnet" in one.tags else ()
    return Seen((*telnet, *_pages(one, at, page, product), *raw))


def _phone(one: Device, at: datetime) -> Seen:
    product, page = _PHONES[one.maker]
    return Seen((*_pages(one, at, page, product), Port(5060, "sip", device="VoIP phone")))


def _switch(one: Device, at: datetime) -> Seen:
    telnet: tuple[Port, ...] = ()
    if one.maker == "Cisco":
        if "telnet" in one.tags:
            telnet = (Port(23, "telnet", "Cisco router telnetd", device="switch", cpe="cpe:/o:cisco:ios"),)
        ssh, page, product = (
            _ssh(one, product="Cisco SSH", version="1.25"),
            f"{one.name} - Cisco Catalyst",
            "Cisco IOS http config",
        )
    elif one.maker == "HPE":
        if "telnet" in one.tags:
            telnet = (Port(23, "telnet", "HP ProCurve switch telnetd", device="switch"),)
        ssh, page, product = _ssh(one, product="Mocana embedded SSH"), f"HP {one.model} Switch", "eHTTP"
    else:
        if "telnet" in one.tags:
            telnet = (Port(23, "telnet", "Zyxel switch telnetd", device="switch"),)
        ssh, page, product = _ssh(one, product="Dropbear sshd", version="2019.78"), "GS1900-24 - Anmeldung", "Hydra/0.1.8"
    return Seen((ssh, *telnet, *_pages(one, at, page, product)))


def _firewall(one: Device, at: datetime) -> Seen:
    # two towns still show what the maker preset, the others have put their own certificate in
    preset = one.town in {"oberzent", "erbach"}
    name = one.serial if preset else _host(one)
    shown = certificate(one.id, name, () if preset else (name,), name, *_validity(one, at))
    web = Port(
        443,
        "http",
        "Fortinet FortiGate https config",
        tunnel="ssl",
        device="firewall",
        scripts=(scripts.title("FortiGate"), scripts.ssl_cert(shown)),
    )
    return Seen((_ssh(one, product="FortiSSH"), Port(53, "domain"), web))


def _router(one: Device, at: datetime) -> Seen:
    return Seen((_ssh(one, product="lancom sshd"), *_pages(one, at, f"LANCOM {one.model}", "LANCOM httpd")))


def _point(one: Device, at: datetime) -> Seen:
    if one.maker == "LANCOM":
        return Seen((_ssh(one, product="Dropbear sshd", version="2022.83"), *_pages(one, at, "LW-600 - Anmeldung", "lighttpd")))
    return Seen((_ssh(one, product="Dropbear sshd", version="2020.81"),), guess=SYSTEMS["linux"])


def _ups(one: Device, at: datetime) -> Seen:
    if one.maker == "APC":
        return Seen((_ssh(one, product="APC AOS SSH"), *_pages(one, at, "APC | Log On", "APC AOS httpd")))
    return Seen(_pages(one, at, "Eaton - Network Management Card", "Eaton UPS http config"))


def _camera(one: Device, at: datetime) -> Seen:
    return Seen((*_pages(one, at, "AXIS P1425-LE Mk II", "AXIS P1425-LE Network Camera httpd"), Port(554, "rtsp")))


def _sensor(one: Device, at: datetime) -> Seen:
    page = "Poseidon2 3266 - HW group" if one.maker == "HW group" else "Loxone Miniserver"
    return Seen(_pages(one, at, page, "HW group httpd" if one.maker == "HW group" else "Loxone Miniserver httpd"))


def _thin(one: Device, at: datetime) -> Seen:
    guess = Guess("Linux 5.4 - 5.19", "terminal", "Linux", "Linux", "5.X", "cpe:/o:linux:linux_kernel:5")
    return Seen((_ssh(one, version="8.4p1"), Port(30022, "igel-rmserver")), guess=guess)


def _mobile(one: Device, at: datetime) -> Seen:
    return Seen((Port(62078, "tcpwrapped"),) if one.maker == "Apple" else ())


_KINDS = {
    "client": _client,
    "server": _server,
    "vm": _server,
    "hypervisor": _hypervisor,
    "storage": _storage,
    "printer": _printer,
    "phone": _phone,
    "switch": _switch,
    "firewall": _firewall,
    "router": _router,
    "access_point": _point,
    "ups": _ups,
    "camera": _camera,
    "environment_sensor": _sensor,
    "thin_client": _thin,
    "mobile": _mobile,
}
