"""A small town on one machine: network namespaces with hosts, real snmpd, and a place for the scanner.

    with netns.town(netns.RATHAUS) as town:
        town.run("nmap", "-sn", "10.99.0.0/24")     # where the scanner sits
        town.move("drucker", "10.99.0.77")          # a new address, the same device
        town.off("notebook")

Needs root and the programs ip, snmpd, openssl. Everything is taken down at the end, and only what was put up here.
The near network is 10.99.0.0/24 with the scanner at .250; hosts at 10.98.0.x sit behind a router (10.99.0.254).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NEAR, FAR = "10.99.0", "10.98.0"
SCANNER, ROUTER = f"{NEAR}.250", f"{NEAR}.254"
PROGRAMS = ("ip", "snmpd", "openssl")
SNMP_USER = {"user": "odenwacht", "auth": "authpass256", "priv": "privpass256"}
"""SNMPv3 account on every host with SNMP: SHA-256, AES."""
_ROOT = Path(__file__).resolve().parents[1]
_SERVICES = Path(__file__).with_name("netns_services.py")


@dataclass(frozen=True)
class Host:
    """A device of the town; `services` are `port:kind` for `netns_services.py`."""

    name: str
    ip: str
    mac: str
    services: tuple[str, ...] = ()
    snmp: bool = False
    descr: str = "Linux 6.1.0"
    location: str = "Rathaus, Raum 12"


RATHAUS = (
    Host(
        "sw-rathaus-1", f"{NEAR}.11", "94:b4:0f:00:00:11", ("23:telnet", "80:switch"), snmp=True, descr="Aruba JL262A 2930F-48G"
    ),
    Host("srv-rathaus-1", f"{NEAR}.12", "d0:67:26:00:00:12", ("22:ssh", "80:web", "443:web+tls"), snmp=True),
    Host(
        "drucker", f"{NEAR}.13", "00:c0:ee:00:00:13", ("80:printer", "515:silent", "9100:silent"), snmp=True, descr="KYOCERA MFP"
    ),
    Host("nas", f"{NEAR}.14", "00:11:32:00:00:14", ("21:ftp", "445:silent", "5432:silent")),
    Host("notebook", f"{NEAR}.15", "48:2a:e3:00:00:15"),
    Host("kamera-bauhof", f"{FAR}.21", "ac:cc:8e:00:00:21", ("80:camera", "443:camera+tls")),
)
"""One device of each sort that matters: telnet, web with TLS, printer, database, silent, behind a router."""


class Town:
    """The town while it stands."""

    def __init__(self, hosts: Sequence[Host], folder: Path) -> None:
        self.hosts = {host.name: host for host in hosts}
        self.folder = folder
        self._tag = f"odw{os.getpid()}"
        self._spaces: list[str] = []
        self._processes: list[subprocess.Popen[str]] = []

    def run(self, *command: str, check: bool = True, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a command where the scanner sits; text in, text out."""
        return subprocess.run(self.command(*command), check=check, capture_output=True, text=True, cwd=_ROOT, **options)

    def command(self, *command: str) -> list[str]:
        """The command line that runs `command` where the scanner sits."""
        return ["ip", "netns", "exec", self._space("scan"), *command]

    def at(self, name: str, *command: str) -> list[str]:
        """The command line that runs `command` at a host."""
        return ["ip", "netns", "exec", self._space(name), *command]

    def python(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run our own Python where the scanner sits."""
        return self.run(sys.executable, *arguments, **options)

    def move(self, name: str, ip: str) -> None:
        """Give a host another address; its MAC and all else stay."""
        host = self.hosts[name]
        space = self._space(name)
        _ip("-n", space, "addr", "flush", "dev", "e0")
        _ip("-n", space, "addr", "add", f"{ip}/24", "dev", "e0")
        self._default_route(space, ip)
        self.hosts[name] = Host(host.name, ip, host.mac, host.services, host.snmp, host.descr, host.location)

    def off(self, name: str) -> None:
        """Switch a host off."""
        _ip("-n", self._space(name), "link", "set", "e0", "down")

    def on(self, name: str) -> None:
        """Switch it on again."""
        _ip("-n", self._space(name), "link", "set", "e0", "up")
        self._default_route(self._space(name), self.hosts[name].ip)

    # building

    def build(self) -> None:
        for network in ("near", "far"):
            self._new_space(network)
            _ip("-n", self._space(network), "link", "add", "br0", "type", "bridge")
            _ip("-n", self._space(network), "link", "set", "br0", "up")
        self._new_space("scan")
        self._plug("scan", "near", "e0", "02:99:ff:00:00:fa", SCANNER)
        self._new_space("rt")
        self._plug("rt", "near", "e0", "02:99:ff:00:00:fe", ROUTER)
        self._plug("rt", "far", "e1", "02:98:ff:00:00:fe", f"{FAR}.254")
        self.inside("rt", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        _ip("-n", self._space("scan"), "route", "add", "default", "via", ROUTER)
        for host in self.hosts.values():
            self._host(host)
        self._wait()

    def _host(self, host: Host) -> None:
        self._new_space(host.name)
        self._plug(host.name, "near" if host.ip.startswith(NEAR) else "far", "e0", host.mac, host.ip)
        self._default_route(self._space(host.name), host.ip)
        if host.services:
            certificate = self._certificate(host)
            self._start(host.name, sys.executable, str(_SERVICES), str(certificate), *host.services)
        if host.snmp:
            self._snmpd(host)

    def _certificate(self, host: Host) -> Path:
        """A certificate that the host issued to itself, its key in the same file."""
        key, certificate, both = (self.folder / f"{host.name}.{end}" for end in ("key", "crt", "pem"))
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-days", "400", "-subj", f"/CN={host.name}.stadt.example", "-keyout", str(key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        both.write_text(key.read_text() + certificate.read_text())
        return both

    def _snmpd(self, host: Host) -> None:
        folder = self.folder / f"snmp-{host.name}"
        folder.mkdir()
        user = SNMP_USER
        (folder / "snmpd.conf").write_text(
            f"rocommunity public\nsysName {host.name}\nsysLocation {host.location}\nsysDescr {host.descr}\n"
            f"createUser {user['user']} SHA-256 {user['auth']} AES {user['priv']}\nrouser {user['user']} priv\n"
        )
        log, configuration = folder / "snmpd.log", folder / "snmpd.conf"
        self._start(
            host.name,
            *("snmpd", "-f", "-Lf", str(log), "-C", "-c", str(configuration), "-I", "-smux", "udp:161"),
            environment={"SNMP_PERSISTENT_DIR": str(folder)},
        )

    def _space(self, name: str) -> str:
        return f"{self._tag}-{name}"

    def _new_space(self, name: str) -> None:
        space = self._space(name)
        _ip("netns", "add", space)
        self._spaces.append(space)
        _ip("-n", space, "link", "set", "lo", "up")

    def _plug(self, name: str, network: str, card: str, mac: str, ip: str) -> None:
        """A cable from a host's card to the network's switch."""
        switch, space = self._space(network), self._space(name)
        port = f"p{ip.rpartition('.')[2]}"
        _ip("-n", switch, "link", "add", port, "type", "veth", "peer", "name", card, "netns", space)
        _ip("-n", switch, "link", "set", port, "master", "br0", "up")
        _ip("-n", space, "link", "set", card, "address", mac, "up")
        _ip("-n", space, "addr", "add", f"{ip}/24", "dev", card)

    def _default_route(self, space: str, ip: str) -> None:
        gateway = ROUTER if ip.startswith(NEAR) else f"{FAR}.254"
        _ip("-n", space, "route", "replace", "default", "via", gateway)

    def inside(self, name: str, *command: str) -> None:
        """Run a command where a host sits, or in `rt`, the router."""
        subprocess.run(["ip", "netns", "exec", self._space(name), *command], check=True, capture_output=True)

    def _start(self, name: str, *command: str, environment: dict[str, str] | None = None) -> None:
        process = subprocess.Popen(
            ["ip", "netns", "exec", self._space(name), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | (environment or {}),
            start_new_session=True,
        )
        self._processes.append(process)

    def _wait(self) -> None:
        """Until every service listens (:00A1 is port 161)."""
        until = time.monotonic() + 30
        for process in self._processes:
            if "snmpd" not in process.args:
                if process.stdout.readline().strip() != "ready":
                    raise RuntimeError(f"did not start: {process.args}")
                continue
            while ":00A1 " not in Path(f"/proc/{process.pid}/net/udp").read_text():
                if time.monotonic() > until or process.poll() is not None:
                    raise RuntimeError(f"snmpd did not start: {process.args}")
                time.sleep(0.05)

    def down(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
        for space in reversed(self._spaces):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


@contextlib.contextmanager
def town(hosts: Sequence[Host] = RATHAUS) -> Iterator[Town]:
    """Build a town, hand it over, take it down."""
    folder = Path(tempfile.mkdtemp(prefix="odw-town-"))
    built = Town(hosts, folder)
    try:
        built.build()
        yield built
    finally:
        built.down()
        shutil.rmtree(folder, ignore_errors=True)
