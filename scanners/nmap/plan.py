"""The three phases of a scan as fixed argument lists: who is there, what is open, what is it (`stack.md` section 7).

Pure. No argument comes from a person: targets go to nmap's standard input, everything else stands here (S21).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scanners import policy
from scanners.nmap.program import Program
from scanners.policy import Address, Scope

SCRIPTS = ("http-title", "nbstat", "smb-os-discovery", "smb-protocols", "ssh-hostkey", "ssl-cert")
"""All scripts that ever run: they read what a service tells everybody. No passwords, no exploits."""
TLS_SCRIPT = "ssl-enum-ciphers"
"""Many handshakes: only where the network allows it."""
GENTLE_SCRIPTS = ("http-title", "ssl-cert")
"""For printers and the like, instead of version detection."""

TOP = 200
EXTRA_PORTS = frozenset(
    {21, 22, 23, 25, 80, 88, 102, 110, 143, 389, 443, 445, 465, 502, 515, 587, 623, 631, 636, 902, 993, 995, 1433, 1521, 2049}
    | {3306, 3389, 4786, 5000, 5001, 5060, 5061, 5432, 5900, 5985, 5986, 6379, 8006, 8080, 8291, 8443, 8728, 9100, 9200}
    | {10000, 11211, 17990, 27017, 44818, 47808}
)
"""Ports that our checks ask about, wherever they stand in nmap's statistics."""
FRAGILE_PORTS = frozenset({102, 502, 515, 9100, 1911, 2404, 4840, 20000, 44818, 47808})
"""Printers and control systems: version detection can disturb them."""
CONTROL_PORTS = frozenset({102, 502, 1911, 2404, 4840, 20000, 44818, 47808})
"""Control systems: nothing but the port itself is looked at."""
GENTLE_PORTS = frozenset({80, 443, 8080, 8443})

ROUTED_MANY = 1024
"""Above so many addresses one probe each instead of nmap's four."""
HOSTGROUP = 64
"""nmap reports hosts group by group: small groups, early finds."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One run of nmap. `seconds` is what we expect it to take; `text` is for people."""

    number: int
    text: str
    command: tuple[str, ...]
    targets: tuple[Address, ...]
    seconds: float


def _base(program: Program, rate: int, version: int) -> tuple[str, ...]:
    pace = (
        ("--min-rate", str(max(1, rate * 9 // 10)), "--max-rate", str(rate)) if program.privileged else ("--max-rate", str(rate))
    )
    return (
        *(program.path, "-n", "-T4", *pace, "--stats-every", "1s", "-oX", "-", "-iL", "-"),
        *(("-6",) if version == 6 else ()),
    )


def families(targets: Iterable[Address]) -> list[tuple[Address, ...]]:
    """IPv4 and IPv6 apart: nmap takes one family a run."""
    both = list(targets)
    return [group for version in (4, 6) if (group := tuple(address for address in both if address.version == version))]


def who_is_there(program: Program, scope: Scope) -> list[Phase]:
    """Phase 1: which addresses answer."""
    phases = []
    for targets in families(scope.addresses()):
        many = len(targets) > ROUTED_MANY
        probes = ("-PE",) if many and program.privileged else ()
        seconds = policy.duration(len(targets), rate=scope.packets_per_second, probes=1 if many else 4, silent=len(targets))
        command = (*_base(program, scope.packets_per_second, targets[0].version), "-sn", "--max-retries", "1", *probes)
        phases.append(Phase(1, "Wer ist da?", command, targets, seconds))
    return phases


def what_is_open(program: Program, scope: Scope, living: Sequence[Address], ports: Iterable[int]) -> list[Phase]:
    """Phase 2: which of the ports are open on the living."""
    listed = sorted(set(ports))
    phases = []
    for targets in families(living):
        seconds = policy.duration(len(targets) * len(listed), rate=scope.packets_per_second, retries=0) + 1
        command = (
            *_base(program, scope.packets_per_second, targets[0].version),
            *("-sS" if program.privileged else "-sT", "-Pn", "--max-retries", "2", "--max-hostgroup", str(HOSTGROUP)),
            *("-p", ",".join(map(str, listed))),
        )
        phases.append(Phase(2, "Was ist offen?", command, targets, seconds))
    return phases


def what_is_it(program: Program, scope: Scope, found: Mapping[Address, frozenset[int]]) -> list[Phase]:
    """Phase 3: products, names, certificates behind the open ports; gently where printers and control systems answer."""
    plain = {host: ports for host, ports in found.items() if ports and (scope.disturbing or not ports & FRAGILE_PORTS)}
    gentle = {
        host: ports & GENTLE_PORTS
        for host, ports in found.items()
        if host not in plain and ports & GENTLE_PORTS and not ports & CONTROL_PORTS
    }
    scripts = (*SCRIPTS, TLS_SCRIPT) if scope.tls_versions else SCRIPTS
    versions = ("-sV", "--version-light", *(("-O",) if scope.disturbing and program.privileged else ()))
    return [
        *_identify(program, scope, plain, (*versions, "--script", ",".join(scripts)), 12.0),
        *_identify(program, scope, gentle, ("--script", ",".join(GENTLE_SCRIPTS)), 3.0),
    ]


def _identify(
    program: Program, scope: Scope, found: Mapping[Address, frozenset[int]], how: tuple[str, ...], seconds_each: float
) -> list[Phase]:
    phases = []
    for targets in families(found):
        ports = ",".join(map(str, sorted(frozenset[int]().union(*(found[host] for host in targets)))))
        seconds = policy.duration(0, rate=scope.packets_per_second, living=len(targets), seconds_each=seconds_each) + 10
        command = (
            *_base(program, scope.packets_per_second, targets[0].version),
            *("-sS" if program.privileged else "-sT", "-Pn", "--max-retries", "2", "--max-hostgroup", str(HOSTGROUP)),
            *("--script-timeout", "20s", "--host-timeout", "5m", "-p", ports, *how),
        )
        phases.append(Phase(3, "Was ist es?", command, targets, seconds))
    return phases
