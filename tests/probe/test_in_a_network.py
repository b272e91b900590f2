"""The whole way: a probe in a network of its own, enrolled by the command, scans by nmap and SNMP what its scope file allows."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from scanners import policy, wire
from scanners.observation import Collection, Source
from service.audit.chain import Actor
from service.db import DB, town_tx
from service.inventory.store import access, places
from service.jobs import store as jobs
from service.jobs.queue import perform
from service.probes import store
from service.probes.pages.machine import centre_key
from service.settings import BERLIN, now, real_now, settings
from service.worker import TASKS
from tests import netns, packets
from tests.probe import BY
from tests.probe.rig import free_port

pytestmark = [pytest.mark.xdist_group("netns"), pytest.mark.system("root", "ip", "nmap", "snmpd", "openssl", "nft")]
ROOT = Path(__file__).resolve().parents[2]
SCOPE = """
[[network]]
cidr = "10.99.0.0/24"
packets_per_second = 2000
disturbing = true
[[network]]
cidr = "10.98.0.0/24"
mode = "passive"
"""
ACCESS = f"""
[[access]]
version = "3"
name = "{netns.SNMP_USER["user"]}"
auth = "SHA-256"
auth_password = "{netns.SNMP_USER["auth"]}"
privacy = "AES"
privacy_password = "{netns.SNMP_USER["priv"]}"
"""
V3 = {
    "name": netns.SNMP_USER["user"], "auth": "SHA-256", "auth_password": netns.SNMP_USER["auth"],
    "privacy": "AES", "privacy_password": netns.SNMP_USER["priv"],
}  # fmt: skip
COUNTER = """
table ip odw {
  chain out {
    type filter hook output priority 0; policy accept;
    oifname "lo" accept
    udp dport 53 accept
    ip daddr 10.99.0.0/24 accept
    ip daddr 10.98.0.0/24 counter drop
    counter drop
  }
}
"""


def started(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


@pytest.fixture
async def centre(fresh_database):
    DB.use(fresh_database.app)
    await DB.start_connection_pool(min_size=1, max_size=4)
    async with town_tx(()) as tx:
        await tx.connection.execute("insert into town (id, slug, name, created_at) values (1, 'erbach', 'Erbach', now())")
    async with town_tx({1}, 1) as tx:
        for cidr in ("10.99.0.0/24", "10.98.0.0/24", "10.97.0.0/24"):
            key = await places.put_network(tx, 1, cidr, by=BY, now=now())
            await places.release(tx, 1, key, by=Actor("ISB"), now=now())
            await places.release(tx, 1, key, by=Actor("DSB"), now=now(), agreed=True)
    yield fresh_database
    await DB.close_connection_pool()


@dataclass
class Outpost:
    """A town, the centre's web in it, and an enrolled and confirmed probe."""

    town: netns.Town
    folder: Path
    environment: dict[str, str]
    probe: UUID

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        words = ("-m", "service", "probe", *arguments)
        return self.town.python(*words, env=self.environment, check=False, timeout=300)

    def allow(self, *, access: bool) -> None:
        """What the administrator writes: the scope, and `access` of the probe's own where the centre sends none along."""
        (self.folder / "scope.toml").write_text(SCOPE)
        if not access:
            return
        (self.folder / "access.toml").write_text(ACCESS)
        (self.folder / "access.toml").chmod(0o600)


@asynccontextmanager
async def outpost(centre, folder: Path) -> AsyncIterator[Outpost]:
    port = free_port()
    environment = os.environ | {
        "ODENWACHT_DATABASE_URL": centre.app, "ODENWACHT_OWNER_DATABASE_URL": centre.owner, "ODENWACHT_WEB_PROCESSES": "1",
        "ODENWACHT_MASTER_KEY_FILE": str(settings().master_key_file), "ODENWACHT_PROBE_HOME": str(folder),
    }  # fmt: skip
    with netns.town() as town:
        web = started(town.command(sys.executable, "-m", "service", "serve", "--port", str(port)), environment)
        try:
            town.python("-c", f"from tests.probe.rig import ready; ready({port})", env=environment)
            async with town_tx({1}, 1) as tx:
                probe, code = await store.invite(tx, 1, "Rathaus", None, wire.public(centre_key()), by=BY, now=real_now())
            made = Outpost(town, folder, environment, probe)
            enrolled = made.command("enrol", str(code), f"http://127.0.0.1:{port}")
            assert enrolled.returncode == 0, enrolled.stderr
            async with town_tx({1}, 1) as tx:
                assert (await store.probe(tx, 1, probe)).fingerprint == enrolled.stdout.strip()
                assert "noch nicht bestätigt" in made.command("run", "--once").stderr
                await store.approve(tx, 1, probe, by=BY, now=real_now())
            yield made
        finally:
            web.kill()
            web.wait()


async def test_s22_a_probe_scans_what_its_own_scope_file_allows_and_the_estate_knows_it(centre, tmp_path) -> None:
    folder = tmp_path / "probe"
    async with outpost(centre, folder) as here:
        async with town_tx({1}, 1) as tx:
            wide = await store.add_job(tx, 1, here.probe, ["10.98.0.0/24"], "x", by=BY, now=real_now())
            odd = await store.add_job(tx, 1, here.probe, ["10.97.0.0/24"], "x", by=BY, now=real_now())
            fine = await store.add_job(tx, 1, here.probe, ["10.99.0.0/26"], "x", by=BY, now=real_now())
            near = next(net.id for net in await places.networks(tx, 1) if net.cidr == "10.99.0.0/24")
            await access.grant(tx, 1, await access.set_access(tx, 1, "Rathaus", "3", V3, actor=BY, now=now()), [near], actor=BY)
        assert "FEHLT  Scanbereich" in here.command("doctor").stdout
        here.allow(access=False)
        here.town.run("nft", "-f", "-", input=COUNTER)
        ran = here.command("run", "--once")
        assert ran.returncode == 0, ran.stderr
        counted = here.town.run("nft", "list", "chain", "ip", "odw", "out").stdout
        assert counted.count("counter packets 0 bytes 0") == 2, counted
        status = here.command("status").stdout
    assert "0 Lieferungen" in status
    kept = "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    assert netns.SNMP_USER["priv"] not in kept  # what the centre sent along lies nowhere in clear
    async with town_tx({1}) as tx:
        states = {job.id: (job.state, job.text) for job in await store.jobs(tx, 1)}
    assert states[fine][0] == "done", states
    assert [states[key][0] for key in (wide, odd)] == ["refused", "refused"]
    assert "passiv" in states[wide][1]
    assert "keinem freigegebenen Netz" in states[odd][1]
    assert "probe.take" in TASKS
    async with town_tx({1}, 1) as tx:
        run = await jobs.add_run(tx, "probe.take", 1, "Test", "Test", now())
    await perform("probe.take", 1, run)
    async with town_tx({1}) as tx:
        rows = await tx.connection.fetch("select name, primary_ip::text as ip, ips from asset where gone_at is null")
        sources = await tx.connection.fetch("select distinct source from record")
    known = {row["ip"].split("/")[0]: row["name"] for row in rows}
    assert {f"10.99.0.{last}" for last in (11, 12, 13, 14)} <= set(known)
    assert "sw-rathaus-1" in known["10.99.0.11"]
    (storage,) = [row["ips"] for row in rows if row["ip"].startswith("10.99.0.14")]
    assert any(ip.startswith("fe80::") for ip in storage)  # its IPv6 neighbour address, heard on the probe's own segment
    assert {row["source"] for row in sources} == {"nmap", "snmp"}
    log = (folder / "scans.log").read_text()
    assert str(fine) in log
    assert str(wide) not in log
    shutil.rmtree(folder)


SHUT = {"10.99.0.12": "excluded", "10.99.0.14": "passive", "10.99.0.15": "passive", "10.99.0.13": "guest"}


async def close_parts(at: datetime) -> None:
    """Exclude one host, enter a passive and a guest network inside the released one, and shut its window at `at`."""
    tomorrow = policy.DAYS[(at.astimezone(BERLIN).weekday() + 1) % 7]
    async with town_tx({1}, 1) as tx:
        near = next(net.id for net in await places.networks(tx, 1) if net.cidr == "10.99.0.0/24")
        await places.set_manners(
            tx, 1, near, by=BY, now=now(), purpose="other", mode="active", rate_cap=2000, snmp_rate=50,
            scan_window=f"{tomorrow} 00:00-01:00", excluded="10.99.0.12",
        )  # fmt: skip
        await places.put_network(tx, 1, "10.99.0.14/31", by=BY, now=now(), name="OT2", purpose="plc")
        await places.put_network(tx, 1, "10.99.0.13/32", by=BY, now=now(), name="Gast2", purpose="guest")


async def test_s22_what_the_centre_closed_gets_not_one_packet_from_a_probe_whose_own_file_would_allow_it(
    centre, tmp_path
) -> None:
    folder = tmp_path / "probe"
    await close_parts(real_now())
    async with outpost(centre, folder) as here:
        (folder / "scope.toml").write_text('[[network]]\ncidr = "10.99.0.0/24"\npackets_per_second = 2000\n')
        packets.watch(here.town, "10.99.0.11", *SHUT)
        async with town_tx({1}, 1) as tx:
            near = next(net.id for net in await places.networks(tx, 1) if net.cidr == "10.99.0.0/24")
            await access.grant(tx, 1, await access.set_access(tx, 1, "Rathaus", "3", V3, actor=BY, now=now()), [near], actor=BY)
            plain = await store.add_job(tx, 1, here.probe, ["10.99.0.0/26"], "x", by=BY, now=real_now())
            inside = await store.add_job(tx, 1, here.probe, ["10.99.0.14"], "x", by=BY, now=real_now(), purpose="Ausfall")
        ran = here.command("run", "--once")
        assert ran.returncode == 0, ran.stderr
        assert not any(packets.sent(here.town).values())  # outside the window without a reason: it waits
        async with town_tx({1}, 1) as tx:
            states = {job.id: (job.state, job.text) for job in await store.jobs(tx, 1)}
            assert states[plain][0] == "fetched"
            assert states[inside][0] == "withheld"
            assert "passives Beobachten" in states[inside][1]
            asked = await store.add_job(
                tx, 1, here.probe, ["10.99.0.0/26"], "x", by=BY, now=real_now(), purpose="Ausfall im Rathaus"
            )  # fmt: skip
        ran = here.command("run", "--once")
        assert ran.returncode == 0, ran.stderr
        counted = packets.sent(here.town)
    assert counted.pop("10.99.0.11") > 0  # a counter that saw nothing would prove nothing
    assert not any(counted.values()), counted
    async with town_tx({1}) as tx:
        assert {job.id: job.state for job in await store.jobs(tx, 1)}[asked] == "done"
    assert "Ausfall im Rathaus" in (folder / "scans.log").read_text()
    seen = {one.key for collection in await handed_in() for one in collection.observations}
    assert "10.99.0.11" in seen
    assert not seen & set(SHUT)


COLD_START, LINK_UP, MAC_CHANGED = "1.3.6.1.6.3.1.1.5.1", "1.3.6.1.6.3.1.1.5.4", "1.3.6.1.4.1.9.9.215.2.0.1"


async def handed_in() -> list[Collection]:
    """What the probe has delivered so far."""
    async with town_tx({1}) as tx:
        rows = await tx.connection.fetch("select body from probe_batch where body is not null order by id")
    return [msgspec.json.decode(zlib.decompress(row["body"]), type=Collection) for row in rows]


async def until(wanted: set[str], seconds: float = 60) -> list[Collection]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = await handed_in()
        if wanted <= {seen.key for collection in found for seen in collection.observations}:
            return found
        await asyncio.sleep(0.3)
    pytest.fail(f"not delivered in {seconds} s: {wanted}")


@pytest.mark.system("snmpinform")
async def test_a_device_that_calls_is_read_again_and_nobody_else_is(centre, tmp_path) -> None:
    user = netns.SNMP_USER
    v3 = ["-v3", "-l", "authPriv", "-u", user["user"], "-a", "SHA-256", "-A", user["auth"], "-x", "AES", "-X", user["priv"]]
    folder = tmp_path / "probe"
    async with outpost(centre, folder) as here:
        here.allow(access=True)

        def call(host: str, program: str, *access: str, oid: str) -> int:
            words = [program, "-r", "1", "-t", "2", *access, f"{netns.SCANNER}:162", "", oid]
            done = subprocess.run(
                here.town.at(host, *words), env=os.environ | {"MIBS": ""}, capture_output=True, timeout=30, check=False
            )
            return done.returncode

        words = ("-m", "service", "probe", "run", "--every", "1", "--traps", "0.0.0.0:162", "--settle", "0")
        here.town.run("nft", "-f", "-", input=COUNTER)
        running = started(here.town.command(sys.executable, *words), here.environment)
        try:
            end = time.monotonic() + 60
            while call("srv-rathaus-1", "snmpinform", *v3, oid=LINK_UP) != 0:  # confirmed once it listens
                assert time.monotonic() < end, "the probe does not listen"
            await until({"10.99.0.12"})
            assert call("kamera-bauhof", "snmpinform", *v3, oid=LINK_UP) != 0  # in the network that is only observed
            assert call("sw-rathaus-1", "snmpinform", "-v2c", "-c", "public", oid=COLD_START) != 0  # no access of ours
            assert call("sw-rathaus-1", "snmpinform", *v3, oid=COLD_START) == 0
            await until({"10.99.0.11", "10.99.0.12"})
            assert call("drucker", "snmpinform", *v3, oid=MAC_CHANGED) == 0
            found = await until({"10.99.0.11", "10.99.0.12", "10.99.0.13"})
            counted = here.town.run("nft", "list", "chain", "ip", "odw", "out").stdout
            assert counted.count("counter packets 0 bytes 0") == 2, counted
        finally:
            running.terminate()
            assert running.wait(30) == 0
    keys = {seen.key for collection in found for seen in collection.observations}
    assert keys == {"10.99.0.11", "10.99.0.12", "10.99.0.13"}
    assert {collection.source for collection in found} == {Source.SNMP}
    assert "Neu gelesen nach linkUp von 10.99.0.12" in {collection.purpose for collection in found}
    log = [json.loads(line) for line in (folder / "scans.log").read_text().splitlines()]
    calls = ["linkUp von 10.99.0.12", "coldStart von 10.99.0.11", "MAC-Meldung von 10.99.0.13"]
    assert [line["purpose"] for line in log] == [f"Neu gelesen nach {one}" for one in calls]
