"""Estates with known violations and with what only looks like one, by seed. Knows the facts of an estate, not one rule.

What is wrong with each device stands beside it in words of the requirement, written by hand from the domain; no line of
`isms.checks` is used. `Town.wrong` is the truth: pairs of rule and device (or place), `Town.unsure` where nobody can know.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from isms.facts import (
    AccessCertificateFacts,
    AccountFacts,
    AssetFacts,
    BackupFacts,
    CertificateFacts,
    EstateFacts,
    MailDomainFacts,
    NetworkFacts,
    Seen,
    ServiceFacts,
    SiteFacts,
    SnmpFacts,
    StructureFacts,
)

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PURPOSES = ("server", "client", "printer", "telephony", "wlan", "guest", "management", "plc", None)
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


@dataclass
class Town:
    """An estate in the making, with the truth about it."""

    rng: random.Random
    assets: list[AssetFacts] = field(default_factory=list)
    networks: list[NetworkFacts] = field(default_factory=list)
    wrong: set[tuple[str, str]] = field(default_factory=set)
    unsure: set[tuple[str, str]] = field(default_factory=set)
    rest: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, purpose in enumerate(PURPOSES):
            self.networks.append(NetworkFacts(f"10.{number}.0.0/16", f"Netz {purpose}", purpose))
        self.hosts = dict.fromkeys(PURPOSES, 0)

    def address(self, purpose: str | None) -> str:
        self.hosts[purpose] += 1
        high, low = divmod(self.hosts[purpose], 250)
        return f"10.{PURPOSES.index(purpose)}.{high}.{low + 1}"

    def add(self, what: Thing, *, stale: bool = False) -> AssetFacts:
        """Place a device; all its evidence is of one moment, today or 40 days old."""
        more = dict(what.more)
        ip = more.pop("ip", None) or self.address(what.purpose)
        days = more.pop("days", self.rng.random() * 5)
        at = ago(40 if stale else days)
        name = f"{what.kind}-{len(self.assets)}"
        services = [make(ip, at) for make in what.ports]
        certificates = []
        if planted := more.pop("certificate", None):
            port, said, used = planted
            certificates.append(CertificateFacts(ip, port, at, "", **({"names": (name,)} | said)))
            if used and not any(x.port == port for x in services):
                services.append(ServiceFacts(ip, "tcp", port, at, None, None, True, {"tls_versions": ["TLSv1.2"]}))
        if (snmp := more.pop("snmp", None)) is not None:
            more["snmp"] = SnmpFacts(at, **snmp)
        first = more.pop("since", 300)
        seen = {"nmap": Seen(ago(first), at), "list": Seen(ago(first), at)}
        values: dict[str, Any] = {"seen": seen, "scanned_at": at, "full_scan_at": at, "names": (name,), "listed": True}
        asset = AssetFacts(
            UUID(int=self.rng.getrandbits(128)),
            name,
            what.kind,
            services=tuple(services),
            certificates=tuple(certificates),
            **(values | {"reviewed": True, "ips": (ip,)} | more),
        )
        self.assets.append(asset)
        return asset

    def estate(self) -> EstateFacts:
        self.rng.shuffle(self.assets)
        return EstateFacts(NOW, tuple(self.assets), tuple(self.networks), lists_known=True, **self.rest)


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


def devices(town: Town) -> None:
    """Sound devices in every network, then each violation, what looks like it, and what nobody can know, a few times each."""
    rng = town.rng
    for kind, purpose, number in (
        *(("workstation", "client", 40), ("server", "server", 8), ("printer", "printer", 6), ("switch", "management", 6)),
        *(("phone", "telephony", 4), ("notebook", "wlan", 6)),
    ):
        for _ in range(number):
            town.add(thing(kind, purpose))
    for rules, what in VIOLATIONS:
        for _ in range(rng.randint(0, 3)):
            name = town.add(what).name
            town.wrong |= {(rule, name) for rule in rules.split()}
        if "W06" not in rules:  # the end of support does not age
            for _ in range(rng.randint(0, 2)):
                town.add(what, stale=True)
        for _ in range(rng.randint(0, 1)):
            town.add(replace(what, more=what.more | {"in_use": False}))
    for what in HARMLESS:
        for _ in range(rng.randint(0, 3)):
            town.add(what)
    for rule, what in UNKNOWABLE:
        for _ in range(rng.randint(0, 2)):
            town.unsure.add((rule, town.add(what).name))


def firmware(town: Town) -> None:
    """Model groups: one behind the others, all alike, one without numbers, and two makers that share a model's name."""
    for number in range(town.rng.randint(1, 4)):
        maker = {"manufacturer": "Werk", "model": f"S-{number}"}
        behind = town.add(thing("switch", "management", firmware="15.2(4)E7", **maker))
        town.add(thing("switch", "management", firmware="15.2(7)E10", **maker))
        town.add(thing("switch", "management", firmware="15.2(7)E10", **maker))
        town.wrong.add(("W46", behind.name))
        town.unsure.add(("W46", town.add(thing("switch", "management", firmware="beta", **maker)).name))
        town.add(thing("switch", "management", firmware="9.1", **maker), stale=True)
        alike = {"manufacturer": "Werk", "model": f"A-{number}", "firmware": "7.16.2"}
        town.add(thing("access_point", "management", **alike))
        town.add(thing("access_point", "management", **alike))
        town.add(thing("router", "management", manufacturer="Andere", model=f"A-{number}", firmware="6.0"))


def lists(town: Town) -> None:
    """What stands in the list and was never seen; what the frozen analysis leaves out; what fell silent where nobody looks."""
    rng = town.rng
    only_listed = {"list": Seen(ago(60), ago(60))}
    for kind in ("server", "printer", "switch"):
        for _ in range(rng.randint(0, 3)):
            name = town.add(thing(kind, "server", seen=only_listed, scanned_at=None, full_scan_at=None, ips=())).name
            town.wrong.add(("W21", name))
    for kind in ("notebook", "plc"):
        name = town.add(thing(kind, "client", seen=only_listed, scanned_at=None, full_scan_at=None, ips=())).name
        town.unsure.add(("W21", name))
    town.add(thing("monitor", "client", seen=only_listed, scanned_at=None, full_scan_at=None, ips=()))
    town.networks.append(NetworkFacts("172.16.0.0/24", "Bauhof", "printer"))
    for host in range(rng.randint(1, 3)):
        town.unsure.add(("W53", town.add(thing("printer", "printer", ip=f"172.16.0.{host + 9}", days=100)).name))
    if rng.random() < 0.5:
        left_out = [town.add(thing(kind, "server")) for kind in ("server", "appliance") for _ in range(rng.randint(0, 2))]
        young = [town.add(thing("server", "server", since=20))]
        missing = {x.id for x in (*left_out, *young)}
        inside = frozenset(x.id for x in town.assets) - missing
        town.rest["structure"] = StructureFacts(7, ago(200), inside)
        town.wrong |= {("W08", x.name) for x in left_out}


def entered(town: Town) -> None:
    """Sites, backups, mail domains, certificates for access: everything that people type."""
    rng, at = town.rng, ago(100)

    def some(*choices: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
        return [x for x in choices for _ in range(rng.randint(0, 2))]

    sites, backups, domains, access = [], [], [], []
    for (room, hazards, power), rules in some(
        ((True, {"flood", "cellar"}, "ups"), "W14"),
        ((True, {"flood"}, "none"), "W54"),
        ((True, {"flood", "cellar", "forest"}, "none"), "W14 W54"),
        ((True, {"cellar"}, "generator"), None),
        ((None, {"flood", "cellar"}, "none"), None),
        ((True, None, None), "?W14 ?W54"),
    ):
        name = f"Standort {len(sites)}"
        sites.append(SiteFacts(name, at, room, None if hazards is None else frozenset(hazards), power))
        _say(town, rules, name)
    day = timedelta(days=1)
    for (interval, last, test, copy), rules in some(
        ((day, ago(3), date(2026, 6, 1), True), "W12"),
        ((7 * day, ago(3), date(2025, 11, 1), True), "W11"),
        ((day, ago(1.5), date(2026, 6, 1), False), "W55"),
        ((7 * day, ago(13), date(2025, 12, 1), True), None),
        ((day, ago(0.5), NOW.date(), True), None),
        ((None, ago(90), None, None), "?W11 ?W12 ?W55"),
        ((day, None, date(2026, 6, 1), True), "?W12"),
    ):
        name = f"Sicherung {len(backups)}"
        backups.append(BackupFacts(name, at, frozenset(), interval, last, test, copy))
        _say(town, rules, name)
    for (policy, looked), rules in some(
        (("missing", ago(1)), "W13"),
        (("none", ago(20)), "W13"),
        (("quarantine", ago(1)), None),
        (("reject", ago(1)), None),
        (("none", ago(60)), "?W13"),
        ((None, None), "?W13"),
    ):
        name = f"stadt-{len(domains)}.example"
        domains.append(MailDomainFacts(name, policy, looked))
        _say(town, rules, name)
    later, before = date(2027, 6, 1), date(2026, 11, 1)
    for (ends, assigned, left, revoked), rules in some(
        ((later, False, None, False), "W16"),
        ((later, True, True, False), "W16"),
        ((later, True, False, False), None),
        ((before, False, None, False), None),
        ((later, False, None, True), None),
        ((later, None, None, False), "?W16"),
    ):
        name = f"vpn-{len(access)}"
        access.append(AccessCertificateFacts(name, at, ends, assigned, left, revoked))
        _say(town, rules, name)
    town.rest |= {
        "sites": tuple(sites), "backups": tuple(backups), "mail_domains": tuple(domains), "access_certificates": tuple(access)
    }  # fmt: skip


def _say(town: Town, rules: str | None, name: str) -> None:
    for rule in (rules or "").split():
        (town.unsure if rule.startswith("?") else town.wrong).add((rule.removeprefix("?"), name))


def accounts(town: Town) -> None:
    """People with access: with and without a second factor, deputies, idle ones, roles that ended, open invitations."""
    rng = town.rng
    found = []
    administrators, officers = rng.randint(1, 3), rng.randint(1, 3)
    bare_admin, bare_mayor, idle, ended = (rng.random() < 0.5 for _ in range(4))
    for role, number in (("it_admin", administrators), ("isb", officers), ("mayor", 1), ("employee", 3)):
        for index in range(number):
            bare = index == 0 and ((role == "it_admin" and bare_admin) or (role == "mayor" and bare_mayor) or role == "employee")
            found.append(AccountFacts(frozenset({role}), not bare, ago(400), ago(10)))
    found.append(AccountFacts(frozenset({"auditor"}), True, ago(30)))  # new, has not come yet
    if idle:
        found.append(AccountFacts(frozenset({"employee"}), True, ago(400), ago(91)))
    if ended:
        found.append(AccountFacts(frozenset(), True, ago(400), ago(200), ended=True))
    found.append(AccountFacts(frozenset({"auditor"}), True, ago(400), ago(5), ended=True))  # another role goes on
    truth = (
        (bare_admin, "W56", "IT-Administration"),
        (bare_mayor, "W56", "Leitung"),
        (administrators == 1, "W58", "IT-Administration"),
        (officers == 1, "W58", "Informationssicherheit"),
        (idle, "W57", "Konten"),
        (ended, "W59", "Konten"),
    )
    town.wrong |= {(rule, place) for so, rule, place in truth if so}
    late = rng.random() < 0.5
    if late:
        town.wrong.add(("W60", "Einladungen"))
    town.rest |= {"accounts": tuple(found), "invitations": (ago(2), *((ago(15),) if late else ()))}


def build(seed: int) -> Town:
    """The whole estate of a seed with its truth."""
    town = Town(random.Random(seed))
    for part in (devices, firmware, lists, entered, accounts):
        part(town)
    return town
