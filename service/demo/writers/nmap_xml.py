"""Writes a port scan of a town as nmap's XML: what a probe in the town hall's server and client networks sees.

Hardware addresses stand only beside hosts of those networks; hosts behind a router show none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network
from xml.sax.saxutils import escape, quoteattr

from service.demo.estate.words import Device
from service.demo.sites import BY_SLUG
from service.demo.writers.profiles import Guess, Port, Seen, see
from service.demo.writers.scripts import Script, Tree

_SCRIPTS = "ssh-hostkey,ssl-cert,nbstat,smb-os-discovery,smb-protocols,http-title,rdp-ntlm-info"
_STATIC_KINDS = frozenset({"notebook", "workstation", "tablet", "smartphone"})
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<?xml-stylesheet href="file:///usr/bin/../share/nmap/nmap.xsl" type="text/xsl"?>
"""


@dataclass(frozen=True, slots=True)
class Scan:
    """One run of nmap: which networks, when it began, in which of them the scanner itself stands."""

    networks: tuple[str, ...]
    started_at: datetime
    near: tuple[str, ...]
    minutes: int = 30


def write(scan: Scan, hosts: Sequence[tuple[str, Device]]) -> str:
    """The file: `hosts` are (address, device) of everything that answered."""
    known = dict(hosts)
    rows = [(address, known[address]) for address in sorted(known, key=lambda text: int(IPv4Address(text)))]
    args = f"nmap -sS -sV -O -p- --script {_SCRIPTS} -oX scan.xml {' '.join(scan.networks)}"
    start, stamp = int(scan.started_at.timestamp()), scan.started_at.strftime("%a %b %e %H:%M:%S %Y")
    comment = args.replace("--", "-&#45;")
    opening = f'<nmaprun scanner="nmap" args={quoteattr(args)} start="{start}" startstr="{stamp}"'
    out = [
        f"{_HEAD}<!-- Nmap 7.93 scan initiated {stamp} as: {comment} -->\n",
        f'{opening} version="7.93" xmloutputversion="1.05">\n',
        '<scaninfo type="syn" protocol="tcp" numservices="65535" services="1-65535"/>\n',
        '<verbose level="0"/>\n<debugging level="0"/>\n',
    ]
    near = [IPv4Network(cidr) for cidr in scan.near]
    for position, (address, one) in enumerate(rows):
        # hosts of one group share their beginning, as in nmap; the end creeps on
        end = start + min(scan.minutes * 60, 20 + position * 3)
        out.append(_host(one, address, start, end, scan.started_at, any(IPv4Address(address) in net for net in near)))
    total = sum(IPv4Network(cidr).num_addresses for cidr in scan.networks)
    done = scan.started_at + timedelta(minutes=scan.minutes)
    finished = done.strftime("%a %b %e %H:%M:%S %Y")
    elapsed = f"{scan.minutes * 60}.00"
    summary = f"Nmap done at {finished}; {total} IP addresses ({len(rows)} hosts up) scanned in {elapsed} seconds"
    ending = (
        f'<finished time="{int(done.timestamp())}" timestr="{finished}" summary="{summary}" elapsed="{elapsed}" exit="success"/>'
    )
    hosts_line = f'<hosts up="{len(rows)}" down="{total - len(rows)}" total="{total}"/>'
    out.append(f"<runstats>{ending}{hosts_line}\n</runstats>\n</nmaprun>\n")
    return "".join(out)


def _host(one: Device, address: str, start: int, end: int, at: datetime, near: bool) -> str:
    seen = see(one, at)
    reason = "arp-response" if near else "echo-reply"
    status = f'<status state="up" reason="{reason}" reason_ttl="{0 if near else 63}"/>'
    out = [f'<host starttime="{start}" endtime="{end}">{status}\n']
    out.append(f'<address addr="{address}" addrtype="ipv4"/>\n')
    if near and one.mac:
        out.append(f'<address addr="{one.mac.upper()}" addrtype="mac" vendor={quoteattr(_card_maker(one))}/>\n')
    name = _dns(one)
    out.append("<hostnames>\n" + (f'<hostname name="{name}" type="PTR"/>\n' if name else "") + "</hostnames>\n")
    out.append(_ports(seen))
    if seen.guess:
        out.append(_guess(seen.guess, seen.ports[0].number if seen.ports else None))
    out.append(f'<distance value="{1 if near else 2}"/>\n')
    if seen.host_scripts:
        out.append("<hostscript>" + "".join(_script(one_) for one_ in seen.host_scripts) + "</hostscript>\n")
    trip = 300 + int.from_bytes(sha256(address.encode()).digest()[:2], "big") % 1500
    out.append(f'<times srtt="{trip}" rttvar="{trip // 2}" to="100000"/>\n</host>\n')
    return "".join(out)


def _dns(one: Device) -> str | None:
    """Fixed hosts and most members of the domain stand in the name server, telephones and strangers do not."""
    if not one.name or one.kind in {"phone", "camera", "environment_sensor"}:
        return None
    if one.kind in _STATIC_KINDS and sha256(one.id.encode()).digest()[0] < 60:
        return None
    return f"{one.name.lower()}.{BY_SLUG[one.town].domain}"


def _card_maker(one: Device) -> str:
    cards = {"Lenovo": "Lcfc(hefei) Electronics Technology", "HPE": "Hewlett Packard Enterprise", "IGEL": "Bcom Electronics"}
    return cards.get(one.maker, one.maker)


def _ports(seen: Seen) -> str:
    closed = 65535 - len(seen.ports)
    reasons = f'<extrareasons reason="reset" count="{closed}" proto="tcp"/>'
    out = [f'<ports><extraports state="closed" count="{closed}">\n{reasons}\n</extraports>\n']
    out += [_port(port) for port in sorted(seen.ports, key=lambda port: port.number)]
    return "".join(out) + "</ports>\n"


def _port(port: Port) -> str:
    values = {
        "name": port.name,
        "product": port.product,
        "version": port.version,
        "extrainfo": port.extra,
        "ostype": port.ostype,
        "devicetype": port.device,
        "tunnel": port.tunnel,
    }
    said = "".join(f" {key}={quoteattr(value)}" for key, value in values.items() if value)
    method = "probed" if port.product or port.tunnel else "table"
    cpe = f"<cpe>{port.cpe}</cpe>" if port.cpe else ""
    opened = f'<service{said} method="{method}" conf="{10 if method == "probed" else 3}"'
    service = f"{opened}>{cpe}</service>" if cpe else f"{opened}/>"
    found = "".join(_script(one) for one in port.scripts)
    state = '<state state="open" reason="syn-ack" reason_ttl="64"/>'
    return f'<port protocol="tcp" portid="{port.number}">{state}{service}{found}</port>\n'


def _guess(guess: Guess, used: int | None) -> str:
    port = f'<portused state="open" proto="tcp" portid="{used}"/>\n' if used else ""
    generation = f' osgen="{guess.generation}"' if guess.generation else ""
    return (
        f'<os>{port}<osmatch name={quoteattr(guess.name)} accuracy="100" line="70000">\n<osclass type={quoteattr(guess.type)}'
        f' vendor={quoteattr(guess.vendor)} osfamily={quoteattr(guess.family)}{generation} accuracy="100">'
        f"<cpe>{guess.cpe}</cpe></osclass>\n</osmatch>\n</os>\n"
    )


def _script(one: Script) -> str:
    output = quoteattr(one.output, {"\n": "&#xa;"})
    return f"<script id={quoteattr(one.id)} output={output}>{_children(one.data)}</script>"


def _children(data: Tree) -> str:
    if isinstance(data, str):
        return escape(data)
    pairs = data.items() if isinstance(data, Mapping) else ((None, value) for value in data)
    return "".join(_tree(value, key) for key, value in pairs)


def _tree(data: Tree, key: str | None) -> str:
    label = f" key={quoteattr(key)}" if key is not None else ""
    if isinstance(data, str):
        return f"<elem{label}>{escape(data)}</elem>\n"
    return f"<table{label}>\n{_children(data)}</table>\n"
