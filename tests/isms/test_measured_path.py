"""The real way: nmap's file, taken in and merged, checked on PostgreSQL, held against claims that stay what they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from isms.measures import Claim
from isms.store import evidence
from service.db import town_tx
from service.settings import now
from tests.inventory.estate import take
from tests.isms import stock
from tests.isms.test_store import SWITCHES, entry, given, say, sheet_of, start

HOST = """<host><status state="up" reason="arp-response"/><address addr="{ip}" addrtype="ipv4"/>
<address addr="00:1B:0D:00:00:{number:02X}" addrtype="mac" vendor="Cisco Systems"/>
<hostnames><hostname name="sw-{number}.stadt.example" type="PTR"/></hostnames><ports>{ports}</ports></host>"""
PORT = '<port protocol="tcp" portid="{port}"><state state="open" reason="syn-ack"/>{service}</port>'
SSH = '<service name="ssh" product="Cisco SSH" version="1.25" extrainfo="protocol 1.99" method="probed"/>'
SSH2 = '<service name="ssh" product="Cisco SSH" version="1.25" extrainfo="protocol 2.0" method="probed"/>'
TELNET = '<service name="telnet" product="Cisco IOS telnetd" method="probed"/>'
REDIS = '<service name="redis" product="Redis key-value store" version="7.2.4" method="probed"/>'


def scan(at: datetime, hosts: dict[int, list[str]]) -> bytes:
    inside = "".join(HOST.format(ip=f"10.62.70.{number}", number=number, ports="".join(x)) for number, x in hosts.items())
    start = int(at.timestamp())
    return (
        f'<?xml version="1.0"?><nmaprun scanner="nmap" args="nmap -sV" start="{start}" version="7.95" xmloutputversion="1.05">'
        f'{inside}<runstats><finished time="{start + 60}" exit="success"/></runstats></nmaprun>'
    ).encode()


async def test_what_nmap_saw_contradicts_one_switch_of_sixteen_and_no_claim_changes(db, towns) -> None:
    town, at = towns["michelstadt"], now() - timedelta(hours=1)
    await start(town)
    async with town_tx({town}, town) as tx:
        await stock.network(tx, town, "10.62.70.0/24", "management")
        await say(tx, town, "OW-NET-09", SWITCHES, given(Claim.JA))
    good = PORT.format(port=22, service=SSH2)
    hosts = {number: [good] for number in range(11, 27)}
    hosts[11] = [good, PORT.format(port=23, service=TELNET)]
    hosts[12] = [PORT.format(port=22, service=SSH)]
    hosts[13] = [good, PORT.format(port=6379, service=REDIS)]
    await take(town, scan(at, hosts), "scan.xml")
    before = await claims(town)
    async with town_tx({town}, town) as tx:
        await evidence.run_checks(tx, town, now())
        rows = await tx.connection.fetch(
            "select f.check_id, f.place from finding f where f.town_id = $1 and f.result = 'not_satisfied'"
            " and f.check_id in ('W01', 'W34', 'W38') order by 1",
            town,
        )
        twice = await evidence.run_checks(tx, town, now())
    assert [tuple(x) for x in rows] == [("W01", "10.62.70.11:23"), ("W34", "10.62.70.13:6379"), ("W38", "10.62.70.12:22")]
    assert twice.opened == 0
    assert await claims(town) == before
    shown = entry(await sheet_of(town), "OW-NET-09", SWITCHES)
    assert shown.state.claim is Claim.JA
    assert shown.state.refuted
    assert not shown.state.counts


async def claims(town: int) -> set[tuple[str, str, str]]:
    sheet = await sheet_of(town)
    return {(x.target_name, x.requirement.label, str(x.state.claim)) for x in sheet.entries}
