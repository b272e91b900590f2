"""A real snmpd on loopback addresses of its own, and both engines."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanners.snmp.client import Community, Engine, Manners, User
from scanners.snmp.gufo_engine import GufoEngine
from scanners.snmp.pysnmp_engine import PysnmpEngine

ADDRESS, SILENT_ADDRESS = "127.61.0.1", "127.61.0.2"
COMMUNITY = Community("nur-lesen")
SHA256 = User("u256", "SHA-256", "authpass256", "AES", "privpass256")
SHA512 = User("u512", "SHA-512", "authpass512", "AES-256", "privpass512")
SHA1 = User("u1", "SHA", "authpass-1", "AES-256", "privpass-1")
"""What old devices offer: the digest is shorter than the key, which is drawn out of it."""
QUICK = Manners(timeout=0.5, retries=1)

CONFIG = """
rocommunity nur-lesen
rocommunity public
rocommunity6 nur-lesen
createUser u256 SHA-256 authpass256 AES privpass256
rouser u256 priv
createUser u512 SHA-512 authpass512 AES-256 privpass512
rouser u512 priv
createUser u1 SHA authpass-1 AES-256 privpass-1
rouser u1 priv
sysLocation Rathaus, Serverraum
sysName erb-test01
sysServices 72
exactEngineID 0x80001f880473770001
"""


@dataclass(frozen=True)
class Agent:
    address: str
    port: int


def _free_port() -> int:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    asked = ["snmpget", "-v2c", "-c", "nur-lesen", "-t", "0.2", "-r", "0", "-On", f"{ADDRESS}:{port}", "1.3.6.1.2.1.1.2.0"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    program = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    assert program, "a module that uses the agent says so: pytest.mark.system('snmpd')"
    home: Path = tmp_path_factory.mktemp("snmpd")
    (home / "snmpd.conf").write_text(CONFIG)
    port = _free_port()
    listen = f"udp:{ADDRESS}:{port},udp6:[::1]:{port}"
    running = subprocess.Popen(
        [program, "-f", "-C", "-c", str(home / "snmpd.conf"), "-Lf", str(home / "log"), "-I", "-smux", listen],
        env={**os.environ, "SNMP_PERSISTENT_DIR": str(home), "MIBS": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 15
        while not _answers(port):
            assert running.poll() is None, (home / "log").read_text()
            assert time.monotonic() < until, "snmpd does not answer"
            time.sleep(0.05)
        yield Agent(ADDRESS, port)
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture
def silence() -> Iterator[Agent]:
    """An address that takes every packet and never answers."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as hole:
        hole.bind((SILENT_ADDRESS, 0))
        yield Agent(SILENT_ADDRESS, int(hole.getsockname()[1]))


@pytest.fixture(params=[GufoEngine, PysnmpEngine], ids=["gufo", "pysnmp"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made: Engine = request.param()
    yield made
    made.close()
