"""The collector for isolated networks: taken out of its documentation, run in a real network, its files taken in."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from scanners import registry
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory import store
from service.settings import now
from tests import netns

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "isolated-networks.md"
USER = netns.SNMP_USER
CONF = f"""defVersion 3
defSecurityName {USER["user"]}
defSecurityLevel authPriv
defAuthType SHA-256
defAuthPassphrase {USER["auth"]}
defPrivType AES
defPrivPassphrase {USER["priv"]}
"""


def documented() -> str:
    """The script as it stands in the documentation."""
    (script,) = [block for block in re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL) if block.startswith("#!")]
    return str(script)


def test_the_documented_script_is_the_one_that_the_page_offers() -> None:
    assert documented() == (ROOT / "scanners" / "collector.sh").read_text()


def collect(folder: Path, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    script = folder / "sammeln.sh"
    script.write_text(documented())
    environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder)}
    words = [*prefix, "sh", str(script), *arguments]
    return subprocess.run(
        words, capture_output=True, text=True, timeout=280, check=False, env=environment, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Aufruf"),
        (("10.99.0.0",), "Aufruf"),
        (("10.99.0.0", "x"), "kein Netz"),
        (("10.0.0.0/8", "x"), "zu groß"),
        (("10.99.0.0/24 10.98.0.0/24", "x"), "kein Netz"),
        (("-oN/24", "x"), "kein Netz"),
        (("10.0.0-9.0/24", "x"), "kein Netz"),
        (("10.99.0.0/24/24", "x"), "kein Netz"),
        (("10.99.0.0/24", "x", "-1"), "keine Zahl"),
        (("10.99.0.0/24", "x", "10 --script vuln"), "keine Zahl"),
    ],
)
def test_what_is_no_network_is_refused_before_anything_is_sent_or_written(tmp_path, arguments, said) -> None:
    done = collect(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sammeln.sh"]


@pytest.mark.xdist_group("netns")
@pytest.mark.system("root", "ip", "nmap", "snmpd", "snmpbulkwalk", "openssl")
async def test_what_it_collects_is_taken_in_with_names_serials_and_no_running_program(towns, tmp_path) -> None:
    stick = tmp_path / "stick"
    (tmp_path / "snmp.conf").write_text(CONF)
    with netns.town() as town:
        done = collect(tmp_path, "10.99.0.0/27", str(stick), "2000", prefix=tuple(town.command()))
    assert done.returncode == 0, done.stderr
    (folder,) = stick.iterdir()
    names = {path.name for path in folder.iterdir()}
    assert names == {"netz.xml", "zeit.txt", "10.99.0.11.walk", "10.99.0.12.walk", "10.99.0.13.walk"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    walks = "".join(path.read_text() for path in folder.glob("*.walk"))
    assert ".1.3.6.1.2.1.1.5.0 = " in walks
    assert not re.search(r"^\.1\.3\.6\.1\.2\.1\.(25\.[45]|6\.1[39])\.", walks, re.MULTILINE)
    assert not any(secret in walks for secret in (USER["auth"], USER["priv"]))

    at = datetime.fromisoformat((folder / "zeit.txt").read_text().strip())
    for _again in range(2):
        for path in sorted(folder.glob("*.xml")) + sorted(folder.glob("*.walk")):
            found = registry.parse_bytes(path.read_bytes(), path.name, "auto", at)
            async with town_tx({towns["erbach"]}, towns["erbach"]) as tx:
                await store.take_in(
                    tx, towns["erbach"], found, by=Actor("Test"), raw=path.read_bytes(), file=path.name, now=now(), observed_at=at
                )
    async with town_tx({towns["erbach"]}) as tx:
        page = await store.assets(tx, towns["erbach"], now=now(), size=50)
    known = {row.primary_ip: row for row in page.rows}
    assert {"10.99.0.11", "10.99.0.12", "10.99.0.13", "10.99.0.14", "10.99.0.15"} <= set(known)
    assert known["10.99.0.11"].name.startswith("sw-rathaus-1")
    assert {"nmap", "snmp"} <= set(known["10.99.0.11"].sources)  # the walk and the scan are one device
    assert len({row.id for row in page.rows if row.primary_ip == "10.99.0.11"}) == 1
