"""How sure a value is follows from the ways in which it became known."""

from __future__ import annotations

from scanners import confidence, registry
from scanners.observation import Observation, Origin, Source


def test_every_way_has_a_figure() -> None:
    assert set(confidence.PERCENT) == set(Origin)


def test_ways_that_agree_are_surer_and_ways_that_disagree_less_sure() -> None:
    alone = confidence.together([75])
    assert confidence.together([75, 40]) > alone > confidence.together([75], [88])


def test_nothing_is_certain_and_nothing_told_is_nothing() -> None:
    assert confidence.together([99, 99, 97]) == confidence.MOST < 100
    assert confidence.together([]) == 0


def test_a_guess_is_worth_less_than_its_own_accuracy() -> None:
    assert confidence.single(Origin.OS_GUESS, 96) == 64
    assert confidence.single(Origin.OS_GUESS, 5) == 20
    assert confidence.level(confidence.single(Origin.OS_GUESS, 100)) == "likely"
    assert confidence.level(confidence.single(Origin.OUI)) == "possible"
    assert confidence.level(confidence.single(Origin.ENTITY)) == "sure"


def test_only_what_was_recognised_has_a_confidence() -> None:
    seen = Observation(
        Source.NMAP, "10.0.0.1", kind="printer", vendor="X", origins={"kind": Origin.PORTS, "model": Origin.BANNER}
    )
    assert confidence.of(seen) == {"kind": 50}


def _seen(ports: str, host: str = "") -> Observation:
    xml = (
        '<nmaprun scanner="nmap" version="7.95" xmloutputversion="1.05"><host><status state="up"/><address addr="10.1.1.1" addrtype="ipv4"/>'
        f"<ports>{ports}</ports>{host}</host><runstats><finished time='1' exit='success'/></runstats></nmaprun>"
    )
    return registry.parse_bytes(xml.encode(), "a.xml").observations[0]


def test_the_words_of_the_host_stand_beside_what_was_made_of_them() -> None:
    one = _seen(
        '<port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="FortiSSH" version="2.0"/></port>'
    )
    assert (one.kind, one.vendor) == ("firewall", "Fortinet")
    assert one.facts["reasons"]["kind"] == "FortiSSH 2.0"


def test_a_cpe_of_hardware_names_maker_and_model() -> None:
    one = _seen(
        '<port protocol="tcp" portid="80"><state state="open"/><service name="http" product="httpd"><cpe>cpe:/h:zyxel:gs1900-24</cpe></service></port>'
    )
    assert (one.vendor, one.model) == ("Zyxel", "GS1900-24")
    assert one.facts["reasons"]["vendor"] == "cpe:/h:zyxel:gs1900-24"


def test_a_windows_that_names_itself_says_which_computer_it_is() -> None:
    smb = '<hostscript><script id="smb-os-discovery" output=""><elem key="os">Windows 10 Pro 19045</elem></script></hostscript>'
    one = _seen('<port protocol="tcp" portid="445"><state state="open"/><service name="microsoft-ds"/></port>', smb)
    assert (one.kind, one.origins["kind"], one.facts["reasons"]["kind"]) == ("workstation", Origin.SMB, "Windows 10 Pro")


def test_a_device_is_believed_what_its_own_certificate_says() -> None:
    table = '<table key="subject"><elem key="commonName">nas</elem><elem key="organizationName">{}</elem></table>'
    issuer = '<table key="issuer"><elem key="commonName">nas</elem><elem key="organizationName">{}</elem></table>'
    port = (
        '<port protocol="tcp" portid="443"><state state="open"/><service name="https"/>'
        f'<script id="ssl-cert" output="">{table}{issuer}<elem key="sha1">{"ab" * 20}</elem></script></port>'
    )
    assert _seen(port.replace("{}", "Synology Inc.")).kind == "storage"
    foreign = port.replace("{}", "Synology Inc.", 1).replace("{}", "A Certification Authority")
    assert _seen(foreign).kind is None
