"""Operating system of a host: what SMB says, what banners say, what nmap guesses, in this order.

Source of the order: `domain.md` 2.9. A range of versions that nmap guesses is no version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scanners.nmap.xml import Host
from scanners.observation import Origin, Service

UBUNTU = {
    "6.6.1p1": "14.04",
    "7.2p2": "16.04",
    "7.6p1": "18.04",
    "8.2p1": "20.04",
    "8.9p1": "22.04",
    "9.6p1": "24.04",
}
"""OpenSSH as Ubuntu's long-term releases ship it → release."""

_SMB_WINDOWS = re.compile(r"(Windows(?: Server)?(?: [\w.]+)+?)(?: (\d{4,5}))?(?: Service Pack \d)?$")
_DEBIAN = re.compile(r"Debian[- ][\w.+~-]*?deb(\d+)u|Debian")
_GUESSED = (
    (re.compile(r"Windows Server (\d{4}(?: R2)?)"), "Windows Server {}"),
    (re.compile(r"Windows (XP|Vista|7|8\.1|8|10|11)\b"), "Windows {}"),
    (re.compile(r"VMware ESXi"), "VMware ESXi"),
    (re.compile(r"RouterOS"), "RouterOS"),
    (re.compile(r"Cisco IOS"), "Cisco IOS"),
    (re.compile(r"DiskStation Manager"), "Synology DSM"),
    (re.compile(r"FreeBSD"), "FreeBSD"),
    (re.compile(r"(?:Mac OS X|macOS)"), "macOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
)


def system(
    smb: Mapping[str, str] | None, services: Sequence[Service], host: Host, guess: str
) -> tuple[str | None, str | None, Origin | None]:
    """Name, version and how we know."""
    said = (smb or {}).get("os", "")
    if said and "Samba" not in (smb or {}).get("lanmanager", "") and (found := _SMB_WINDOWS.search(said)):
        return found[1], found[2], Origin.SMB
    by_banner: str | None = None
    for service in services:
        product, version = service.product or "", service.version or ""
        if product == "OpenSSH":
            if "Ubuntu" in version:
                return "Ubuntu", UBUNTU.get(version.split()[0]), Origin.BANNER
            if found := _DEBIAN.search(version):
                return "Debian", found[1], Origin.BANNER
        elif "RouterOS" in product:
            return "RouterOS", version or None, Origin.BANNER
        elif "FortiSSH" in product or "FortiGate" in product:
            return "FortiOS", None, Origin.BANNER
        elif "Cisco IOS" in product:
            return "Cisco IOS", None, Origin.BANNER
        elif "ESXi" in product:
            by_banner = "VMware ESXi"
        elif product.startswith("Microsoft Windows RPC") or service.name == "ms-wbt-server":
            by_banner = by_banner or "Windows"
    if by_banner == "VMware ESXi":
        return by_banner, None, Origin.BANNER
    for pattern, name in _GUESSED:
        if found := pattern.search(guess):
            return name.format(*found.groups()), None, Origin.OS_GUESS
    if by_banner:
        return by_banner, None, Origin.BANNER
    kinds = {port.service["ostype"] for port in host.ports if "ostype" in port.service} - {"Unix"}
    return (kinds.pop(), None, Origin.BANNER) if len(kinds) == 1 else (None, None, None)
