"""S30: the probe's service runs without root, with one capability, in a sandbox."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scanners.probe import scope
from tests import netns

UNIT = Path(__file__).resolve().parents[2] / "packaging" / "odenwacht-probe.service"


def setting(name: str) -> str:
    return re.search(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE).group(1)


def test_s30_the_service_is_not_root_and_may_do_one_thing_more_than_others() -> None:
    assert setting("User") not in ("", "root", "0")
    assert setting("AmbientCapabilities") == setting("CapabilityBoundingSet") == "CAP_NET_RAW"
    assert (setting("ProtectSystem"), setting("NoNewPrivileges")) == ("strict", "yes")
    assert setting("ReadOnlyPaths") == str(Path(setting("Environment=ODENWACHT_PROBE_SCOPE")).parent)


@pytest.mark.system("systemd-analyze")
def test_s30_the_sandbox_is_rated_at_most_three() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager", str(UNIT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-400:]
    assert float(re.search(r"exposure level for .*: ([\d.]+)", done.stdout).group(1)) <= 3.0


@pytest.mark.system("root", "ip", "nmap", "snmpd", "openssl", "setpriv", "unshare")
def test_s30_the_one_capability_is_enough_for_a_scan_behind_the_units_view_of_proc() -> None:
    switch = next(host for host in netns.RATHAUS if host.name == "sw-rathaus-1")
    with netns.town([switch]) as town:
        proc = f"subset={subset}" if (subset := setting("ProcSubset")) != "all" else "defaults"
        hidden = f'mount -t proc -o {proc},hidepid={setting("ProtectProc")} proc /proc && exec "$@"'
        bare = [
            "unshare",
            "-m",
            "--propagation=private",
            "sh",
            "-c",
            hidden,
            "sh",
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--no-new-privs",
        ]
        raw = ["--bounding-set=-all,+net_raw", "--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw"]
        scan = ["nmap", "-n", "-sS", "-PE", "-p", "23,80", "-oX", "-", switch.ip]
        done = town.run(*bare, *raw, "env", "NMAP_PRIVILEGED=1", *scan)
        assert switch.mac.upper() in done.stdout
        assert done.stdout.count('state="open"') == 2
        without = town.run(*bare, "--bounding-set=-all", "env", "NMAP_PRIVILEGED=1", *scan, check=False)
        assert 'state="open"' not in without.stdout


def test_the_files_in_the_instructions_are_files_that_a_probe_accepts() -> None:
    examples = re.findall(r"```toml\n(.*?)```", (UNIT.parents[1] / "docs" / "probe.md").read_text(), re.DOTALL)
    networks, access = scope.released(examples[0]), scope.credentials(examples[1])
    assert [(str(one.network), one.passive, len(one.excluded)) for one in networks] == [
        ("10.20.30.0/24", False, 1), ("10.20.40.0/24", True, 0),
    ]  # fmt: skip
    assert len(access) == 2


def test_instructions_and_unit_speak_of_the_same_places() -> None:
    text = (UNIT.parents[1] / "docs" / "probe.md").read_text()
    for place in (
        setting("Environment=ODENWACHT_PROBE_HOME"), setting("Environment=ODENWACHT_PROBE_SCOPE"), setting("ExecStart").split()[0],
        f"useradd --system --home-dir {setting('Environment=ODENWACHT_PROBE_HOME')}", f"packaging/{UNIT.name}",
    ):  # fmt: skip
        assert place in text
