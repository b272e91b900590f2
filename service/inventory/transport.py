"""Whether what goes over an open port is encrypted, as far as its protocol alone says so. Pure.

Sources: the protocols' own standards; for SNMP RFC 3410 (v1 and v2c send the community in the clear).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.i18n import Lazy, lazy
from service.inventory.views import ServiceRow

ENCRYPTED: Final = "encrypted"
PLAIN: Final = "plain"
UNKNOWN: Final = "unknown"

WORDS: Final[Mapping[str, tuple[Lazy, str]]] = {
    ENCRYPTED: (lazy("verschlüsselt"), "success"),
    PLAIN: (lazy("unverschlüsselt"), "neutral"),
    UNKNOWN: (lazy("unbekannt"), "unknown"),
}

_ALWAYS: Final = frozenset(
    "ssh sftp netconf-ssh https ldaps imaps pop3s smtps ftps ftps-data telnets ircs sips ipps domain-s syslog-tls"
    " secure-mqtt globalcatLDAPssl isakmp ipsec-nat-t wireguard".casefold().split()
)
"""Encrypted by nature: SSH, TLS from the first byte, IPsec's key exchange, WireGuard."""
_STARTTLS: Final = frozenset(
    ["ftp", "imap", "pop3", "smtp", "submission", "ldap", "nntp", "xmpp", "xmpp-client", "xmpp-server", "sieve"]
)
"""In the clear until a client asks for TLS; a certificate there shows that it may ask."""
_NEVER: Final = frozenset(
    [
        "telnet",
        "http",
        "http-proxy",
        "tftp",
        "ftp-data",
        "rsh",
        "shell",
        "exec",
        "login",
        "rlogin",
        "rexec",
        "finger",
        "echo",
        "discard",
        "daytime",
        "chargen",
        "qotd",
        "time",
        "printer",
        "jetdirect",
        "pdl-datastream",
        "hp-pdl-datastr",
        "ipp",
        "syslog",
        "modbus",
        "mbap",
        "bacnet",
        "mqtt",
        "rtsp",
        "netbios-ns",
    ]
)
"""In the clear by nature; the same with TLS around it is reported with TLS."""


def protection(service: ServiceRow) -> str:
    """`encrypted`, `plain` or, where the protocol does not say, `unknown`."""
    name = (service.name or "").casefold().removesuffix("?")
    if service.tls or name in _ALWAYS or name.startswith(("ssl/", "tls/")):
        return ENCRYPTED
    if name in _STARTTLS:
        return UNKNOWN if service.certificate or service.facts.get("tls_versions") else PLAIN
    if name == "snmp":
        said = f"{service.product or ''} {service.version or ''}".casefold()
        return PLAIN if "snmpv1" in said or "snmpv2" in said else UNKNOWN
    return PLAIN if name in _NEVER else UNKNOWN
