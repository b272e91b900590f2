"""A small estate for the tests of pages: a list as a clerk keeps it, an nmap file, a walk, an agent's file."""

from __future__ import annotations

from datetime import datetime

from scanners import registry
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory import store
from service.inventory.store.intake import Taken
from service.settings import now

BY = Actor("Test it_admin <it_admin-erbach@test.example>")

LIST = (
    "Inventarnummer;Geräteart;Hersteller;Modell;Seriennummer;MAC-Adresse;Hostname;Raum;Nutzer;Kaufdatum;Preis;Ramm\r\n"
    "ERB-0001;Drucker;Kyocera;ECOSYS P3055dn;VCF1234567;00:C0:EE:11:22:33;prn-ordnung;1.07;;03.02.2022;1.234,56 €;x\r\n"
    "ERB-0002;Notebook;Lenovo;ThinkPad T14;PF3ABCDE;48:2A:E3:00:00:02;nb-öztürk;2.01;Kim Öztürk;28.4.2023;989,00;\r\n"
    "ERB-0003;Monitor;Dell;P2422H;CN0ABC123;;;2.01;;01.05.2021;189,90;\r\n"
).encode("cp1252")

NMAP = """<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV" start="{start}" version="7.95" xmloutputversion="1.05">
<host><status state="up" reason="arp-response"/><address addr="{printer}" addrtype="ipv4"/>
<address addr="00:C0:EE:11:22:33" addrtype="mac" vendor="Kyocera"/>
<hostnames><hostname name="prn-ordnung.stadt.example" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="80"><state state="open" reason="syn-ack"/><service name="http" product="KM-MFP-http"/></port>
<port protocol="tcp" portid="9100"><state state="open" reason="syn-ack"/><service name="jetdirect"/></port></ports></host>
<host><status state="up" reason="arp-response"/><address addr="10.20.3.77" addrtype="ipv4"/>
<address addr="3C:22:FB:9F:3A:01" addrtype="mac" vendor="Apple"/>
<ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/><service name="ssh" product="OpenSSH"/></port></ports></host>
<runstats><finished time="{end}" exit="success"/><hosts up="2" down="0" total="2"/></runstats></nmaprun>
"""


def nmap_file(at: datetime, printer: str = "10.20.3.20") -> bytes:
    """The town's network as nmap tells it at a time."""
    return NMAP.format(start=int(at.timestamp()), end=int(at.timestamp()) + 60, printer=printer).encode()


async def take(town: int, content: bytes, name: str, at: datetime | None = None) -> Taken:
    """Take a file in as an upload does."""
    collection = registry.parse_bytes(content, name, "auto", at)
    async with town_tx({town}, town) as tx:
        return await store.take_in(tx, town, collection, by=BY, raw=content, file=name, now=now(), observed_at=at)
