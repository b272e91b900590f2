"""Estates with known violations and with what only looks like one, by seed. Knows the facts of an estate, not one rule.

What is wrong with each device stands beside it in words of the requirement, written by hand from the domain; no line of
`isms.checks` is used. `Town.wrong` is the truth: pairs of rule and device (or place), `Town.unsure` where nobody can know.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
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
from tests.isms.seeded_things import HARMLESS, NOW, UNKNOWABLE, VIOLATIONS, Thing, ago, thing

PURPOSES = ("server", "client", "printer", "telephony", "wlan", "guest", "management", "plc", None)


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
