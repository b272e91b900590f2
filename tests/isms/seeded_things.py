"""Devices as the seeded estates plant them: what is wrong, what only looks like it, and what nobody can know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from isms.facts import ServiceFacts

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
Port = Callable[[str, datetime], ServiceFacts]


def tcp(port: int, *, tls: bool = False, name: str | None = None, version: str | None = None, **facts: Any) -> Port:
    return lambda ip, at: ServiceFacts(ip, "tcp", port, at, name, None, tls, facts, version)


def udp(port: int, **facts: Any) -> Port:
    return lambda ip, at: ServiceFacts(ip, "udp", port, at, None, None, False, facts)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def shown(port: int, *, used: bool = True, **more: Any) -> dict[str, Any]:
    """A certificate and, unless nobody uses it, the port that shows it; sound in everything that is not said."""
    sound = {
        "not_before": ago(100),
        "not_after": NOW + timedelta(days=250),
        "self_issued": False,
        "key_type": "rsa",
        "key_bits": 3072,
        "signature": "sha256WithRSAEncryption",
    }
    return {"certificate": (port, sound | more, used)}


@dataclass(frozen=True)
class Thing:
    """A device as planted. `stale` devices were last looked at 40 days ago."""

    kind: str
    purpose: str | None
    ports: tuple[Port, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def thing(kind: str, purpose: str | None, *ports: Port, **more: Any) -> Thing:
    return Thing(kind, purpose, ports, more)


WEB = tcp(443, tls=True, tls_versions=["TLSv1.2", "TLSv1.3"])

VIOLATIONS: tuple[tuple[str, Thing], ...] = (
    ("W01", thing("switch", "management", tcp(23, name="telnet"))),
    ("W01", thing("server", "server", tcp(513, name="login"))),
    ("W01", thing("server", "server", tcp(514, name="shell"))),
    ("W01", thing("router", "management", tcp(2323, name="telnet"))),
    ("W02", thing("printer", "printer", tcp(80, http_title="Verwaltung"))),
    ("W02", thing("server", "server", tcp(8080, http_login=True, name="http"))),
    ("W02", thing("switch", "management", tcp(80, http_title="Login"), WEB)),
    ("W02", thing("camera", "plc", tcp(80, http_redirect="http://kamera/login"))),
    ("W03", thing("server", "server", **shown(443, not_after=ago(3)))),
    ("W03", thing("server", "server", **shown(8443, not_before=NOW + timedelta(days=2)))),
    ("W03", thing("server", "server", **shown(443, names=("anderswo.example",)))),
    ("W04", thing("server", "server", tcp(443, tls=True, tls_versions=["TLSv1.0", "TLSv1.2"]))),
    ("W04", thing("switch", "management", tcp(443, tls_versions=["SSLv3", "TLSv1.2"]))),
    ("W04", thing("printer", "printer", tcp(443, tls=True, tls_versions=["TLSv1.1"]))),
    ("W05", thing("switch", "management", snmp={"version": "2c", "default_community": True})),
    ("W06", thing("workstation", "client", os="Windows 7", os_version="SP1")),
    ("W06", thing("server", "server", os="Microsoft Windows Server 2012 R2 Standard")),
    ("W07 W08", thing("unknown", "server", listed=False, reviewed=False, since=20)),
    ("W09", thing("server", "client")),
    ("W08", thing("appliance", "server", listed=False, since=20)),
    ("W10", thing("management_controller", "client", WEB)),
    ("W10", thing("firewall", "wlan", tcp(22, name="ssh", extra="protocol 2.0"))),
    ("W15", thing("ups", "management", snmp={"version": "3", "ups_battery": "test_failed", "encrypted": True})),
    ("W17", thing("server", "server", tcp(445, smb_v1=True))),
    ("W17", thing("storage", "server", tcp(139, smb_v1=True))),
    ("W18", thing("storage", "server", tcp(21, name="ftp", ftp_anonymous=False))),
    ("W18", thing("appliance", "server", tcp(2121, name="ftp", ftp_anonymous=False))),
    ("W19", thing("server", "server", tcp(389, name="ldap"))),
    ("W19", thing("server", "server", tcp(3268))),
    ("W20", thing("appliance", "client", tcp(5432))),
    ("W20", thing("server", "server", tcp(1433, seen_from_purpose="client"))),
    ("W22", thing("server", "server", **shown(443, not_after=NOW + timedelta(days=12)))),
    ("W23", thing("printer", "printer", snmp={"version": "1", "default_community": False})),
    ("W23", thing("switch", "server", snmp={"version": "2c", "default_community": False})),
    ("W24", thing("workstation", "client", tcp(5900))),
    ("W24", thing("appliance", "server", tcp(5999, name="vnc"))),
    ("W25", thing("server", "server", tcp(143, name="imap"))),
    ("W26", thing("telephony", "telephony", udp(69))),
    ("W26", thing("phone", "telephony", udp(69))),
    ("W27", thing("server", "server", tcp(6001, name="X11"))),
    ("W28", thing("workstation", "client", tcp(3389))),
    ("W28", thing("server", "server", tcp(3389, seen_from_purpose="client"))),
    ("W29", thing("notebook", "wlan", tcp(445, smb_v1=False))),
    ("W30", thing("appliance", "client", tcp(2049))),
    ("W31", thing("printer", "client", tcp(9100))),
    ("W31", thing("label_printer", "wlan", tcp(515))),
    ("W32", thing("server", "server", udp(623))),
    ("W33", thing("workstation", "client", tcp(3128))),
    ("W33", thing("camera", "plc", tcp(1080, name="socks5"))),
    ("W34", thing("server", "server", tcp(6379, version="7.2.4"))),
    ("W34", thing("server", "server", tcp(11211, version="1.6.21"))),
    ("W34", thing("server", "server", tcp(27017, auth_required=False))),
    ("W35", thing("server", "server", udp(5353))),
    ("W35", thing("switch", "management", udp(1900))),
    ("W36", thing("telephony", "telephony", tcp(5060))),
    ("W36", thing("phone", "telephony", udp(5060))),
    ("W37", thing("printer", "printer", udp(123))),
    ("W38", thing("switch", "management", tcp(22, name="ssh", extra="protocol 1.99"))),
    ("W38", thing("router", "management", tcp(22, name="ssh", ssh_protocol="1.5"))),
    (
        "W39",
        thing("server", "server", tcp(22, name="ssh", extra="protocol 2.0", ssh_host_keys=[{"type": "ssh-dss", "bits": 1024}])),
    ),
    ("W39", thing("switch", "management", tcp(22, extra="protocol 2.0", ssh_host_keys=[{"type": "ssh-rsa", "bits": 1024}]))),
    ("W18 W40", thing("server", "server", tcp(21, name="ftp", ftp_anonymous=True))),
    ("W18 W40", thing("storage", "server", tcp(21, name="ftp", extra="Anonymous access granted"))),
    ("W40", thing("server", "server", tcp(990, tls=True, name="ftp", ftp_anonymous=True))),
    ("W41", thing("switch", "management", snmp={"version": "3", "encrypted": False, "default_community": False})),
    ("W42", thing("server", "server", **shown(443, self_issued=True))),
    ("W42", thing("firewall", "management", **shown(8443, self_issued=True))),
    ("W43", thing("server", "server", **shown(443, not_after=NOW + timedelta(days=1500)))),
    ("W44", thing("server", "server", **shown(443, key_bits=1024))),
    ("W44", thing("printer", "printer", **shown(443, key_type="dsa", key_bits=1024))),
    ("W45", thing("server", "server", **shown(636, signature="sha1WithRSAEncryption"))),
    ("W45", thing("switch", "management", **shown(443, signature="md5WithRSAEncryption"))),
    ("W47", thing("printer", "printer", firmware="FW 20180412")),
    ("W47", thing("printer", "printer", firmware="V2.1 (2019-06-30)")),
    ("W48", thing("camera", "client")),
    ("W48", thing("environment_sensor", "wlan")),
    ("W49", thing("plc", "server")),
    ("W49", thing("plc", "client")),
    ("W50", thing("phone", "client")),
    ("W51", thing("printer", "guest")),
    ("W51", thing("workstation", "guest")),
    ("W52", thing("server", "server", tcp(443, tls=True, tls_versions=["TLSv1.2"], seen_from_purpose="guest"))),
    ("W53", thing("printer", "printer", days=90)),
    ("W53", thing("switch", "management", days=120)),
)
"""What is wrong with each; a device that breaks several sentences names them all."""

HARMLESS: tuple[Thing, ...] = (
    thing("server", "server", tcp(992, tls=True, name="telnet")),
    thing("server", "server", tcp(514, name="syslog")),
    thing("switch", "management", tcp(80, http_redirect="https://sw/"), WEB),
    thing("server", "server", tcp(80, http_title="Willkommen"), WEB),
    thing("server", "server", **shown(443, used=False, not_after=ago(400))),
    thing("server", "server", **shown(443, used=False, key_bits=512, signature="md5WithRSAEncryption", self_issued=True)),
    thing("server", "server", **shown(443, names=())),
    thing("server", "server", **shown(443, names=("*.stadt.example",)), names=("srv-web.stadt.example",)),
    thing("server", "server", **shown(443, not_after=NOW + timedelta(days=31))),
    thing("server", "server", **shown(443, key_type="ec", key_bits=256, signature="ecdsa-with-SHA256")),
    thing("server", "server", **shown(3389, self_issued=True, not_after=NOW + timedelta(days=180))),
    thing("printer", "printer", **shown(443, self_issued=True, not_after=NOW + timedelta(days=3600))),
    thing("server", "server", tcp(443, tls=True, tls_versions=["TLSv1.2"])),
    thing("switch", "management", snmp={"version": "2c", "default_community": False}),
    thing("printer", "printer", snmp={"version": "3", "default_community": False, "encrypted": True}),
    thing("workstation", "client", os="Windows 11", os_version="25H2"),
    thing("workstation", "client", os="Windows 10", os_version="22H2", extended_support_until=date(2027, 10, 12)),
    thing("management_controller", "management", WEB, udp(623)),
    thing("ups", "management", snmp={"version": "3", "ups_battery": "normal", "encrypted": True}),
    thing("server", "server", tcp(445, smb_v1=False)),
    thing("server", "server", tcp(990, tls=True, name="ftp", ftp_anonymous=False)),
    thing("server", "server", tcp(636, tls=True, name="ldaps", tls_versions=["TLSv1.3"])),
    thing("server", "server", tcp(389, name="ldap", starttls_required=True)),
    thing("server", "server", tcp(5432)),
    thing("server", "server", tcp(993, tls=True, name="imaps", tls_versions=["TLSv1.2"])),
    thing("server", "server", tcp(5900, tls=True, name="vnc", tls_versions=["TLSv1.2"])),
    thing("server", "server", tcp(3389)),
    thing("server", "server", tcp(2049)),
    thing("server", "server", tcp(3128)),
    thing("firewall", "management", tcp(3128)),
    thing("printer", "printer", tcp(9100), tcp(515)),
    thing("workstation", "client", tcp(9100)),
    thing("server", "server", tcp(6379, extra="NOAUTH Authentication required")),
    thing("server", "server", tcp(9200, auth_required=True, version="8.11")),
    thing("printer", "printer", udp(5353), udp(1900)),
    thing("telephony", "telephony", tcp(5061, tls=True, tls_versions=["TLSv1.2"])),
    thing("time_server", "server", udp(123)),
    thing("server", "server", udp(123)),
    thing("server", "server", tcp(22, name="ssh", extra="protocol 2.0", ssh_host_keys=[{"type": "ssh-ed25519", "bits": 256}])),
    thing("server", "server", tcp(22, name="ssh", extra="protocol 2.0", ssh_host_keys=[{"type": "ssh-rsa", "bits": 3072}])),
    thing("printer", "printer", firmware="2.204.11"),
    thing("printer", "printer", firmware="FW 20250301"),
    thing("printer", "printer", firmware="2405130_000068"),
    thing("camera", "plc"),
    thing("plc", "plc"),
    thing("phone", "telephony"),
    thing("access_point", "guest"),
    thing("smartphone", "guest"),
    thing("router", "guest", tcp(53, seen_from_purpose="guest")),
    thing("notebook", "client", days=150),
)

UNKNOWABLE: tuple[tuple[str, Thing], ...] = (
    ("W01", thing("server", "server", full_scan_at=None)),
    ("W02", thing("switch", "management", tcp(80), WEB)),
    ("W03", thing("server", "server", **shown(443, not_after=None))),
    ("W04", thing("server", "server", tcp(8443, tls=True))),
    ("W05", thing("switch", "management", snmp={"version": "2c"})),
    ("W06", thing("server", "server", os="FooOS", os_version="9")),
    ("W10", thing("management_controller", None, WEB)),
    ("W15", thing("ups", "management")),
    ("W17", thing("server", "server", tcp(445))),
    ("W23", thing("switch", "management", snmp={})),
    ("W26", thing("switch", "management")),
    ("W32", thing("server", None, tcp(623))),
    ("W34", thing("server", "server", tcp(27017, version="6.0"))),
    ("W34", thing("server", "server", tcp(6379))),
    ("W36", thing("telephony", "telephony", tcp(5060), tcp(5061, tls=True, tls_versions=["TLSv1.3"]))),
    ("W38", thing("server", "server", tcp(22, name="ssh"))),
    ("W39", thing("server", "server", tcp(22, extra="protocol 2.0", ssh_host_keys=[{"type": "ssh-rsa"}]))),
    ("W41", thing("switch", "management", snmp={"version": "3"})),
    ("W42", thing("server", "server", **shown(443, self_issued=None))),
    ("W43", thing("server", "server", **shown(443, not_before=None))),
    ("W44", thing("server", "server", **shown(443, key_type=None, key_bits=None))),
    ("W45", thing("server", "server", **shown(443, signature=None))),
    ("W47", thing("printer", "printer")),
    ("W48", thing("camera", None)),
)
