"""From a host in nmap's XML to an observation: names, addresses, services, what kind of device it is.

Pure. Says only what the host showed; every value of rank carries its origin.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from scanners import makers, oui, text
from scanners.nmap import profiles, scripts, systems
from scanners.nmap.xml import Host, Port, Script
from scanners.observation import Certificate, Name, Observation, Origin, Service, Source

SSH_PORT = 22
"""Keys count only here: other ports are often forwarded to another device (`domain.md` 2.5)."""

SMB_PORTS = (139, 445)

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})*")
_CERT_PORTS = frozenset({443, 636, 993, 995, 3389, 5986})
_NO_NAME = re.compile(
    r"localhost|self-?signed|ssl|default|example|router|switch|printer|synology|qnap|securelogin|ubnt|unifi|fritz|vmware|ilo|idrac",
    re.IGNORECASE,
)
_CERT_MAC = re.compile(r"\b(?:axis-)([0-9a-fA-F]{12})\b")
_CERT_SERIAL = (
    re.compile(r"^Appliance_Certificate_([A-Z0-9]{8,20})$"),
    re.compile(r"^(F[A-Z0-9]{3,5}[0-9A-Z]{2,6}\d{6,10})$"),
    re.compile(r"^ILO([A-Z0-9]{8,12})$"),
)
_VIRTUAL_MACS = ("00:50:56", "00:0c:29", "00:05:69", "00:15:5d", "08:00:27", "52:54:00", "00:16:3e", "bc:24:11")


def observation(host: Host, file: str = "", observed_at: datetime | None = None) -> Observation | None:
    """What nmap saw of a host; None for a host that is down or has no IP address."""
    if host.state == "down":
        return None
    ips, own_mac, card_maker = _addresses(host)
    if not ips:
        return None
    certificates: list[Certificate] = []
    ssh_keys: list[str] = []
    services: list[Service] = []
    texts: list[str] = []
    types: list[str] = []
    smb: dict[str, Any] = {}
    for port in host.ports:
        services.append(_service(port, certificates, ssh_keys, texts, smb) if port.scripts else _plain(port))
        said = port.service
        if "product" in said:
            texts.append(f"{said['product']} {said.get('version', '')} {said.get('extrainfo', '')}")
        if "devicetype" in said:
            types.append(said["devicetype"])
    names, netbios_mac = _host_scripts(host, smb)
    if smb.get("v1") is not None:
        services = [_with_smb(service, smb["v1"]) for service in services]
    # what a device writes into its own certificate is its own word; another's signature may be anybody's
    texts += [certificate.subject for certificate in certificates if certificate.self_issued and certificate.subject]
    guess, guess_type, accuracy = _guess(host)
    profile = profiles.recognise("\n".join(texts), tuple(types), guess, guess_type, tuple(s.port for s in services))
    origins: dict[str, Origin] = {}
    macs = [own_mac] if own_mac else []
    if netbios_mac and netbios_mac not in macs:
        macs.append(netbios_mac)
        if not own_mac:
            origins["macs"] = Origin.NETBIOS
    serials = [profile.serial] if profile.serial else []
    for certificate in certificates:
        _from_certificate(certificate, names, macs, serials)
    _reverse_names(host, names)
    kind, kind_origin = _kind(profile, macs, services)
    vendor = profile.vendor
    if vendor:
        origins["vendor"] = profile.kind_origin or Origin.BANNER
    elif own_mac or netbios_mac:
        vendor = _card_vendor(own_mac or netbios_mac or "", card_maker if own_mac else None)
        if vendor:
            origins["vendor"] = Origin.OUI
            if not kind and vendor in profiles.CARDS:
                kind, kind_origin = profiles.CARDS[vendor], Origin.OUI
    system, version, system_origin = systems.system(smb.get("system"), services, host, guess)
    model, reasons = profile.model, _reasons(profile, kind_origin, own_mac or netbios_mac)
    if told := _hardware(services):
        if vendor is None or origins["vendor"] is Origin.OUI:
            vendor, origins["vendor"], reasons["vendor"] = told[0], Origin.BANNER, told[2]
        if model is None and vendor == told[0] and told[1]:
            model, origins["model"], reasons["model"] = told[1], Origin.BANNER, told[2]
    if system_origin is Origin.SMB and system and kind_origin in _GUESSES and (of_system := _by_system(system)):
        kind, kind_origin, reasons["kind"] = of_system, Origin.SMB, system
    if kind_origin:
        origins["kind"] = kind_origin
    if profile.model and model:
        origins["model"] = profile.kind_origin or Origin.BANNER
    if system_origin:
        origins["os"] = system_origin
    if serials:
        origins["serials"] = Origin.BANNER
    if system_origin and (words := _said_of_system(system_origin, system or "", smb, services, guess)):
        reasons["os"] = words
    facts = _facts(host, own_mac, netbios_mac, guess, accuracy, smb)
    if told_by := {field: reason for field, reason in reasons.items() if reason and (field != "vendor" or vendor)}:
        facts["reasons"] = told_by
    return Observation(
        source=Source.NMAP,
        key=ips[0],
        file=file,
        observed_at=observed_at or _seen_at(host.times),
        kind=kind,
        vendor=vendor,
        model=makers.bare(model, vendor) if model else None,
        os=system,
        os_version=version,
        names=tuple(names),
        ips=tuple(ips),
        macs=tuple(macs),
        serials=tuple(dict.fromkeys(serials)),
        services=tuple(services),
        ssh_keys=tuple(ssh_keys),
        certificates=tuple(certificates),
        origins=origins,
        facts=facts,
    )


def _ip(said: str) -> str:
    """Canonical text of an address, '' when it is none."""
    try:
        if ":" not in said:  # a third of the time that `ipaddress` takes, and as strict
            return socket.inet_ntoa(socket.inet_pton(socket.AF_INET, said))
        return str(ipaddress.ip_address(said))
    except (ValueError, OSError):
        return ""


def _addresses(host: Host) -> tuple[list[str], str | None, str | None]:
    """IP addresses (IPv4 first), MAC in our spelling, maker of the card as nmap names it."""
    ips: list[str] = []
    mac = maker = None
    for address in host.addresses:
        match address.get("addrtype"):
            case "ipv4":
                ips.insert(0, _ip(address.get("addr", "")))
            case "ipv6":
                ips.append(_ip(address.get("addr", "")))
            case "mac":
                mac, maker = text.mac(address.get("addr", "")), address.get("vendor")
    return [ip for ip in ips if ip], mac, maker


@lru_cache(maxsize=4096)
def _cached_service(
    protocol: str, port: int, name: str, product: str, version: str, extra: str, tls: bool, cpes: tuple[str, ...]
) -> Service:
    facts = {"extra": text.line(text.unescape(extra), 512)} if extra else {}
    return Service(
        protocol,
        port,
        text.line(name, 64) or None,
        text.line(text.unescape(product), 256) or None,
        text.line(text.unescape(version), 128) or None,
        tls,
        tuple(text.line(cpe, 256) for cpe in cpes),
        facts,
    )


def _plain(port: Port) -> Service:
    said = port.service.get
    return _cached_service(
        port.protocol,
        int(port.number) if port.number.isdecimal() else 0,
        said("name", ""),
        said("product", ""),
        said("version", ""),
        said("extrainfo", ""),
        said("tunnel") == "ssl" or said("name") in ("https", "ldaps", "imaps", "pop3s", "smtps"),
        tuple(port.cpes),
    )


def _service(port: Port, certificates: list[Certificate], ssh_keys: list[str], texts: list[str], smb: dict[str, Any]) -> Service:
    """A service whose scripts said more; what belongs to the host goes into the lists."""
    plain = _plain(port)
    facts = dict(plain.facts)
    tls = plain.tls
    for script in port.scripts:
        match script.id:
            case "ssh-hostkey":
                if keys := scripts.host_keys(script):
                    facts["ssh_host_keys"] = keys
                if plain.port == SSH_PORT:
                    ssh_keys += scripts.ssh_keys(script)
            case "ssl-cert":
                if certificate := scripts.certificate(script, plain.port):
                    certificates.append(certificate)
            case "http-title" | "html-title":
                if title := scripts.title(script):
                    facts["http_title"] = title
                    texts.append(title)
                elif target := scripts.redirect(script):
                    facts["http_redirect"] = target
            case "ssl-enum-ciphers":
                if versions := scripts.tls_versions(script):
                    facts["tls_versions"], tls = versions, True
            case "sslv2" if "supports" in script.output or "SSLv2" in script.output:
                facts.setdefault("tls_versions", ["SSLv2"])
            case "smb-protocols" | "smb-os-discovery":
                _smb(script, smb)
    return Service(plain.protocol, plain.port, plain.name, plain.product, plain.version, tls, plain.cpes, facts)


def _with_smb(service: Service, version_1: bool) -> Service:
    """The dialects that nmap tells of a host belong to its shares."""
    shares = service.protocol == "tcp" and service.port in SMB_PORTS
    return replace(service, facts=dict(service.facts) | {"smb_v1": version_1}) if shares else service


def _smb(script: Script, smb: dict[str, Any]) -> None:
    if script.id == "smb-protocols":
        smb["v1"] = scripts.smb_v1(script)
    else:
        smb["system"] = scripts.smb_system(script)


def _host_scripts(host: Host, smb: dict[str, Any]) -> tuple[list[Name], str | None]:
    """Names said by NetBIOS and SMB, the MAC said by NetBIOS."""
    names: list[Name] = []
    mac = None
    for script in host.scripts:
        if script.id == "nbstat":
            name, mac = scripts.netbios(script)
            if name:
                names.append(Name(name, Origin.NETBIOS))
        else:
            _smb(script, smb)
    system: Mapping[str, str] = smb.get("system") or {}
    told = (system.get("fqdn"), system.get("server"))
    names += [Name(said, Origin.SMB) for said in told if said and _HOST_NAME.fullmatch(said)]
    return names, mac


def _reverse_names(host: Host, names: list[Name]) -> None:
    for said in host.names:
        name = text.line(text.unescape(said.get("name", "")), 253)
        if name:
            names.append(Name(name, Origin.PTR))


def _guess(host: Host) -> tuple[str, str, int]:
    """The guess of the system by nmap, where it is sure enough: name, device type, accuracy in percent."""
    match = host.os_match
    if match is None:  # nmap 5 has classes only
        return "", "", 0
    accuracy = int(match.get("accuracy", "0")) if match.get("accuracy", "").isdecimal() else 0
    if accuracy < profiles.OS_SURE:
        return "", "", accuracy
    kinds = {entry.get("type", "") for entry in host.os_classes}
    return text.line(match.get("name", ""), 256), kinds.pop() if len(kinds) == 1 else "", accuracy


def _kind(profile: profiles.Profile, macs: list[str], services: list[Service]) -> tuple[str | None, Origin | None]:
    """The kind, where a virtual network card makes a computer a virtual machine."""
    virtual = any(mac.startswith(_VIRTUAL_MACS) for mac in macs)
    if virtual and profile.kind in (None, "server", "workstation"):
        return "vm", Origin.OUI
    return profile.kind, profile.kind_origin


_GUESSES = frozenset({None, Origin.OS_GUESS, Origin.PORTS})
_CPE = re.compile(r"cpe:/([ho]):([^:]+):([^:]*)")
_CLIENT = re.compile(r"Windows (?:XP|Vista|7|8|8\.1|10|11)\b")


def _by_system(system: str) -> str | None:
    """The kind of computer that a Windows runs on, as it says over SMB."""
    return "server" if "Server" in system else "workstation" if _CLIENT.match(system) else None


def _hardware(services: list[Service]) -> tuple[str, str | None, str] | None:
    """Maker, model and the CPE that names them: of hardware, or of a system that its maker sells only in a box."""
    for service in services:
        for cpe in service.cpes:
            if found := _CPE.match(cpe):
                maker = makers.canonical(found[2].replace("_", " "))
                if maker and makers.known(maker) and not makers.COMPONENTS.match(maker):
                    return maker, found[3].replace("_", " ").upper() or None if found[1] == "h" else None, cpe
    return None


def _reasons(profile: profiles.Profile, kind_origin: Origin | None, mac: str | None) -> dict[str, str]:
    """The host's own words for what was made of them."""
    reasons = dict.fromkeys(("kind", "model") if profile.model else ("kind",), profile.reason)
    reasons["vendor"] = profile.reason if profile.vendor else (mac or "")[:8]
    if kind_origin is Origin.OUI:
        reasons["kind"] = (mac or "")[:8]
    return reasons


def _said_of_system(origin: Origin, system: str, smb: dict[str, Any], services: list[Service], guess: str) -> str:
    if origin is Origin.OS_GUESS:
        return guess
    if origin is Origin.SMB:
        return str((smb.get("system") or {}).get("os", ""))
    word = system.split(maxsplit=1)[0] if system else ""
    told = (
        f"{service.port}/{service.protocol} {service.product} {service.version or ''}".strip()
        for service in services
        if service.product
    )
    return next((line for line in told if word and word in line), "")[:120]


_maker_of_card = lru_cache(maxsize=4096)(makers.of_card)


@lru_cache(maxsize=65536)
def _maker_of_prefix(mac: str) -> str | None:
    return makers.of_card(oui.registrant(mac))


def _card_vendor(mac: str, said: str | None) -> str | None:
    """Maker of the device by its network card; None where the card's maker says nothing about the device."""
    if int(mac[1], 16) & 2:
        return None
    return _maker_of_card(said) if said and said != "Unknown" else _maker_of_prefix(mac)


def _from_certificate(certificate: Certificate, names: list[Name], macs: list[str], serials: list[str]) -> None:
    """A certificate that a device issued to itself often carries its name, its MAC or its serial number."""
    if not certificate.self_issued or certificate.port not in _CERT_PORTS:
        return
    for said in certificate.names:
        if (found := _CERT_MAC.search(said)) and (mac := text.mac(found[1])):
            if mac not in macs:
                macs.append(mac)
        elif serial := next((found[1] for pattern in _CERT_SERIAL if (found := pattern.match(said))), None):
            serials.append(serial)
        elif _HOST_NAME.fullmatch(said) and not said.replace(".", "").isdecimal() and not _NO_NAME.search(said.partition(".")[0]):
            names.append(Name(said, Origin.CERTIFICATE))


def _facts(
    host: Host, own_mac: str | None, netbios_mac: str | None, guess: str, accuracy: int, smb: dict[str, Any]
) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if own_mac:
        facts["segment_mac"] = True
    if netbios_mac:
        facts["netbios_mac"] = netbios_mac
    if smb.get("v1") is not None:
        facts["smb_v1"] = smb["v1"]
    if guess:
        facts["os_guess"], facts["os_guess_percent"] = guess, accuracy
    return facts


def _seen_at(times: Mapping[str, str]) -> datetime | None:
    stamp = times.get("endtime") or times.get("starttime") or ""
    return datetime.fromtimestamp(int(stamp), UTC) if stamp.isdecimal() and len(stamp) < 12 else None
