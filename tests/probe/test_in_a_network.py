"""The whole way: a probe in a network of its own, enrolled by the command, scans by nmap and SNMP what its scope file allows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanners import wire
from service.audit.chain import Actor
from service.db import DB, town_tx
from service.inventory.store import places
from service.jobs import store as jobs
from service.jobs.queue import perform
from service.probes import store
from service.probes.pages.machine import centre_key
from service.settings import now, real_now, settings
from service.worker import TASKS
from tests import netns
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
        for cidr in ("10.99.0.0/24", "10.98.0.0/24"):
            key = await places.put_network(tx, 1, cidr, by=BY, now=now())
            await places.release(tx, 1, key, by=Actor("ISB"), now=now())
            await places.release(tx, 1, key, by=Actor("DSB"), now=now(), agreed=True)
    yield fresh_database
    await DB.close_connection_pool()


async def test_s22_a_probe_scans_what_its_own_scope_file_allows_and_the_estate_knows_it(centre, tmp_path) -> None:
    port, folder = free_port(), tmp_path / "probe"
    environment = os.environ | {
        "ODENWACHT_DATABASE_URL": centre.app, "ODENWACHT_OWNER_DATABASE_URL": centre.owner, "ODENWACHT_WEB_PROCESSES": "1",
        "ODENWACHT_MASTER_KEY_FILE": str(settings().master_key_file), "ODENWACHT_PROBE_HOME": str(folder),
    }  # fmt: skip
    with netns.town() as town:

        def command(*arguments: str) -> subprocess.CompletedProcess[str]:
            return town.python("-m", "service", "probe", *arguments, env=environment, check=False, timeout=300)

        web = started(town.command(sys.executable, "-m", "service", "serve", "--port", str(port)), environment)
        try:
            wait = f"from tests.probe.rig import ready; ready({port})"
            town.python("-c", wait, env=environment)
            async with town_tx({1}, 1) as tx:
                probe, code = await store.invite(tx, 1, "Rathaus", None, wire.public(centre_key()), by=BY, now=real_now())
            enrolled = command("enrol", str(code), f"http://127.0.0.1:{port}")
            assert enrolled.returncode == 0, enrolled.stderr
            async with town_tx({1}, 1) as tx:
                row = await store.probe(tx, 1, probe)
                assert row.fingerprint == enrolled.stdout.strip()
                assert "noch nicht bestätigt" in command("run", "--once").stderr
                await store.approve(tx, 1, probe, by=BY, now=real_now())
                wide = await store.add_job(tx, 1, probe, ["10.98.0.0/24"], "x", by=BY, now=real_now())
                odd = await store.add_job(tx, 1, probe, ["10.97.0.0/24"], "x", by=BY, now=real_now())
                fine = await store.add_job(tx, 1, probe, ["10.99.0.0/26"], "x", by=BY, now=real_now())
            assert "FEHLT  Scanbereich" in command("doctor").stdout
            (folder / "scope.toml").write_text(SCOPE)
            (folder / "access.toml").write_text(ACCESS)
            (folder / "access.toml").chmod(0o600)
            town.run("nft", "-f", "-", input=COUNTER)
            ran = command("run", "--once")
            assert ran.returncode == 0, ran.stderr
            counted = town.run("nft", "list", "chain", "ip", "odw", "out").stdout
            assert counted.count("counter packets 0 bytes 0") == 2, counted
        finally:
            web.kill()
            web.wait()
        status = command("status").stdout
    assert "0 Lieferungen" in status
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
        rows = await tx.connection.fetch("select name, primary_ip::text as ip from asset where gone_at is null")
        sources = await tx.connection.fetch("select distinct source from record")
    known = {row["ip"].split("/")[0]: row["name"] for row in rows}
    assert {f"10.99.0.{last}" for last in (11, 12, 13, 14)} <= set(known)
    assert "sw-rathaus-1" in known["10.99.0.11"]
    assert {row["source"] for row in sources} == {"nmap", "snmp"}
    log = (folder / "scans.log").read_text()
    assert str(fine) in log
    assert str(wide) not in log
    shutil.rmtree(folder)
