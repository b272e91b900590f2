"""What open ports and banners tell about a device: data first, one small function to apply it.

Rules are searched in the texts of a host (product, extra information, page title, guess of the system), the first
that fits says kind, maker and model. Order matters: special before general.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scanners.observation import Origin


@dataclass(frozen=True, slots=True)
class Profile:
    """What the texts of a host say; `kind_origin` tells how sure."""

    kind: str | None = None
    kind_origin: Origin | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    reason: str = ""
    """The words of the host that said so."""


BANNERS: tuple[tuple[str, str | None, str | None], ...] = (
    # management controllers before the servers they sit in
    (r"Integrated[- ]Lights[- ]?Out|\b(?P<model>iLO \d)\b|\biLO\b", "management_controller", "HPE"),
    (r"\b(?P<model>i?DRAC\s?\d*)\b", "management_controller", "Dell"),
    (r"\b(?P<model>iRMC(?: S\d)?)\b", "management_controller", "Fujitsu"),
    (r"\b(?P<model>XClarity Controller|IMM2?)\b", "management_controller", "Lenovo"),
    (r"Supermicro (?:IPMI|BMC)|ATEN.*IPMI|AMI MegaRAC|\bMegaRAC\b|\bIPMI\b.*(?:web|config)", "management_controller", None),
    # hypervisors
    (r"VMware ESXi|\bESXi\b|ID_EESX_Welcome|VMware Authentication Daemon|vCenter|VMware vSphere", "hypervisor", None),
    (r"Proxmox Virtual Environment|Proxmox VE", "hypervisor", None),
    (r"Hyper-V Server|XenServer|XCP-ng", "hypervisor", None),
    # network
    (r"FortiSSH|FortiGate(?: (?P<model>\d+\w*))?|FortiOS", "firewall", "Fortinet"),
    (r"Sophos (?:Firewall|UTM|XG)|\bSFOS\b|Astaro", "firewall", "Sophos"),
    (r"\bpfSense\b|\bOPNsense\b", "firewall", None),
    (r"\bSonicWALL\b", "firewall", "SonicWall"),
    (r"WatchGuard", "firewall", "WatchGuard"),
    (r"Palo Alto.*(?:firewall|PAN-OS)|\bPAN-OS\b", "firewall", "Palo Alto Networks"),
    (r"Check Point (?:firewall|SVN|SmartCenter)", "firewall", "Check Point"),
    (r"Cisco (?:Adaptive Security|ASA\b|PIX)", "firewall", "Cisco"),
    (r"LANCOM (?P<model>L-\d\w+)", "access_point", "LANCOM"),
    (r"LANCOM (?P<model>[A-Z]{2}-\d\w+)", "switch", "LANCOM"),
    (r"LANCOM(?: (?P<model>\d{3,4}[A-Z+\w-]*))?|lancom sshd|\bLCOS\b", "router", "LANCOM"),
    (r"FRITZ!Box(?: (?:Fon )?(?:WLAN )?(?P<model>\d{4}\w*))?", "router", "AVM"),
    (r"MikroTik|RouterOS", "router", "MikroTik"),
    (r"bintec|\bbe\.IP\b", "router", "bintec elmeg"),
    (r"DrayTek Vigor(?P<model> ?\d+\w*)?", "router", "DrayTek"),
    (r"Speedport", "router", "Telekom"),
    (r"Cisco IOS|Cisco SSH|cisco telnetd|\bCatalyst\b", "switch", "Cisco"),
    (r"ProCurve|Mocana embedded SSH.*eHTTP|Aruba(?:OS)?.{0,12}\bswitch\b|\beHTTP\b", "switch", "HPE"),
    (r"(?:NETGEAR|Netgear)\s+(?P<model>(?:GS|XS|JGS|FS|M)\d+\w*)", "switch", "NETGEAR"),
    (r"(?:D-Link)\s+(?P<model>D[GE]S-\w+)", "switch", "D-Link"),
    (r"ExtremeXOS|Extreme Networks", "switch", "Extreme Networks"),
    (r"Comware|\bH3C\b", "switch", "HPE"),
    (r"Aruba (?:AP|access point|Instant)|securelogin\.arubanetworks", "access_point", "Aruba"),
    (r"\bUniFi (?:AP|Access Point)|\bUAP-", "access_point", "Ubiquiti"),
    (r"Ruckus|ZoneFlex", "access_point", "Ruckus"),
    (r"Cisco Aironet", "access_point", "Cisco"),
    # telephony
    (r"snom(?: |VoIP|-)*(?P<model>D?\d{3}\w*)?.*(?:phone)?", "phone", "snom"),
    (r"Yealink (?P<model>SIP-\w+|[TW]\d\w+)|Enterprise IP phone (?P<model2>SIP-\w+)|Yealink", "phone", "Yealink"),
    (
        r"Polycom|Grandstream|Aastra.*phone|Cisco (?:IP Phone|SIP Phone|CP-\d)|OpenStage|OpenScape Desk|Gigaset.*(?:DE|Maxwell)",
        "phone",
        None,
    ),
    (r"Asterisk|3CX|STARFACE|Innovaphone|HiPath|OpenScape (?:Business|Voice)|AudioCodes|Agfeo|COMpact \d{4}", "telephony", None),
    # printers
    (r"Kyocera|KYOCERA", "printer", "Kyocera"),
    (r"\bBrother\b (?P<model>[A-Z]{2,4}-\w+)|Debut embedded httpd|Brother HL|\bBrother\b", "printer", "Brother"),
    (r"(?P<model>(?:Color )?LaserJet [\w ]*?\d\w+|(?:OfficeJet|PageWide) [\w ]*?\d\w+|DesignJet \w+)", "printer", "HP"),
    (r"JetDirect|HP.{0,24}printer|HP-ChaiSOE|Virata-EmWeb.*HP", "printer", "HP"),
    (r"(?P<model>Lexmark \w+)|Lexmark", "printer", "Lexmark"),
    (r"\bRicoh\b|\bSavin\b|\bNRG\b.*printer|Web Image Monitor", "printer", "Ricoh"),
    (r"KONICA MINOLTA|Konica Minolta|PageScope", "printer", "Konica Minolta"),
    (r"Canon (?P<model>[\w-]+).*http|Canon.*printer", "printer", "Canon"),
    (r"Xerox (?P<model>\w+)|Xerox", "printer", "Xerox"),
    (r"\bOKI\b|\bOKIDATA\b", "printer", "OKI"),
    (r"EPSON", "printer", "Epson"),
    (r"ZebraNet|Zebra.*print", "label_printer", "Zebra"),
    # power, storage, cameras, small things
    (r"APC AOS|APC.*(?:UPS|Management Card)|UPS management card|Allegro RomPager.*APC", "ups", "APC"),
    (r"Network Management Card|CyberPower|Eaton.*UPS|\bNetUPS\b|\bRCCMD\b", "ups", None),
    (r"Synology|DiskStation|RackStation", "storage", "Synology"),
    (r"\bQNAP\b|\bQTS\b", "storage", "QNAP"),
    (r"NetApp|Data ONTAP", "storage", "NetApp"),
    (r"TrueNAS|FreeNAS|OpenMediaVault|Buffalo TeraStation|ReadyNAS|MyCloud", "storage", None),
    (r"AXIS (?P<model>[A-Z]\d{4}(?:-\w+)*)|AXIS.*(?:camera|[Nn]etwork [Cc]amera)", "camera", "Axis"),
    (r"Hikvision|DNVRS-Webs|App-webs", "camera", "Hikvision"),
    (r"Dahua", "camera", "Dahua"),
    (r"MOBOTIX", "camera", "Mobotix"),
    (r"(?:IP|network) camera|\bwebcam\b|webcamXP|GoAhead.*camera", "camera", None),
    (r"SIMATIC|\bS7-\d+|Siemens.*PLC|WAGO|Phoenix Contact|Saia|Beckhoff|CODESYS", "plc", None),
    (r"Netbotz|didactum|AKCP|HW group", "environment_sensor", None),
    (r"Meinberg|LANTIME", "time_server", "Meinberg"),
    (r"Raritan|Opengear|Digi .*console|Avocent", "console_server", None),
)
"""(pattern, kind, maker): patterns keep to letters that a device writes of itself."""

OS_TYPES = {
    "printer": "printer",
    "print server": "printer",
    "switch": "switch",
    "hub": "switch",
    "bridge": "switch",
    "router": "router",
    "broadband router": "router",
    "WAP": "access_point",
    "firewall": "firewall",
    "load balancer": "load_balancer",
    "VoIP phone": "phone",
    "VoIP adapter": "telephony",
    "PBX": "telephony",
    "webcam": "camera",
    "power-device": "ups",
    "power-misc": "ups",
    "storage-misc": "storage",
    "remote management": "management_controller",
    "terminal server": "console_server",
    "terminal": "thin_client",
    "phone": "smartphone",
}
"""nmap's device types, in guesses of the system and beside services."""

OS_SURE = 90
"""Least accuracy in percent at which nmap's guess of the system counts."""

PRINTER_PORTS = frozenset({515, 631, 9100})
CLIENT_MAKERS = {
    "AVM": "router",
    "Axis": "camera",
    "Brother": "printer",
    "Hikvision": "camera",
    "Kyocera": "printer",
    "Lexmark": "printer",
    "Mobotix": "camera",
    "snom": "phone",
    "Yealink": "phone",
}
"""Makers whose network cards sit in one kind of device only (as far as town halls go)."""

_RULES = tuple((re.compile(pattern), kind, maker) for pattern, kind, maker in BANNERS)
_SERIAL = re.compile(r"\bserial[:\s]+([A-Z0-9]{6,20})\b|^iLO \d - ([A-Z0-9]{8,12})$", re.MULTILINE)
_SERVER_TEXT = re.compile(
    r"Windows Server|Microsoft IIS|Exchange|Domain Controller|Ubuntu|Debian|Red Hat|CentOS|SUSE|AlmaLinux|Rocky"
)
_SERVER_PORTS = frozenset({25, 53, 88, 110, 143, 389, 443, 636, 993, 995, 1433, 1521, 3306, 5432, 8443, 27017, 80})
_CLIENT_WINDOWS = re.compile(r"Windows (?:XP|Vista|7|8|8\.1|10|11)\b")


@lru_cache(maxsize=8192)
def recognise(texts: str, device_types: tuple[str, ...], guess: str, guess_type: str, open_ports: tuple[int, ...]) -> Profile:
    """Kind, maker, model by banners, else by nmap's types, else by ports.

    `texts` are banners and titles, one a line; `guess` is nmap's name of the system, '' when it is not sure.
    """
    serial = next((found[1] or found[2] for found in _SERIAL.finditer(texts)), None)
    for origin, said in ((Origin.BANNER, texts), (Origin.OS_GUESS, guess)):
        for pattern, kind, maker in _RULES:
            if said and (found := pattern.search(said)):
                groups = [value for value in found.groupdict().values() if value]
                if not groups and origin is Origin.BANNER:  # another line may name the model
                    groups = [v for other in pattern.finditer(said) for v in other.groupdict().values() if v]
                reason = _line_of(said, found) if origin is Origin.BANNER else guess
                return Profile(kind, origin, maker, groups[0].strip() if groups else None, serial, reason=reason)
    for device_type in device_types:
        if device_type in OS_TYPES:
            return Profile(OS_TYPES[device_type], Origin.BANNER, serial=serial, reason=device_type)
    if guess and guess_type in OS_TYPES:
        return Profile(OS_TYPES[guess_type], Origin.OS_GUESS, serial=serial, reason=guess)
    ports = frozenset(open_ports)
    if 9100 in ports and ports & {515, 631, 80, 443} and not ports & {22, 3389}:
        return Profile("printer", Origin.PORTS, serial=serial, reason=_listed(ports & {9100, 515, 631, 80, 443}))
    if (found := _SERVER_TEXT.search(texts)) and ports & _SERVER_PORTS:
        return Profile("server", Origin.BANNER, serial=serial, reason=_line_of(texts, found))
    if "Windows Server" in guess:
        return Profile("server", Origin.OS_GUESS, serial=serial, reason=guess)
    if _CLIENT_WINDOWS.search(guess):
        return Profile("workstation", Origin.OS_GUESS, serial=serial, reason=guess)
    if ports & {88} and ports & {389, 636}:
        return Profile("server", Origin.PORTS, serial=serial, reason=_listed(ports & {88, 389, 636}))
    return Profile(serial=serial)


def _line_of(texts: str, found: re.Match[str]) -> str:
    """The whole line in which a pattern was found, as people may read it."""
    start, end = texts.rfind("\n", 0, found.start()) + 1, texts.find("\n", found.end())
    return " ".join(texts[start : end if end >= 0 else None].split())[:120]


def _listed(ports: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
