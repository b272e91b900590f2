"""What a port shows and since when: certificates and host keys are renewed, carried over, dropped."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from scanners.observation import Certificate, Observation, Service, Source
from service.inventory import fields, ports
from service.inventory.reconcile import Sighted
from tests.inventory.sightings import day

OLD, NEW = Certificate("aa", 443, subject="CN=alt"), Certificate("bb", 443, subject="CN=neu")
KEY, OTHER = {"sha256": "11", "type": "ssh-ed25519", "bits": 256}, {"sha256": "22", "type": "ssh-rsa", "bits": 2048}


def look(at: datetime, *services: Service, certificate: Certificate | None = None, full: bool = False) -> Sighted:
    seen = Observation(Source.NMAP, "10.0.0.5", services=services, certificates=(certificate,) if certificate else ())
    return Sighted(uuid4(), at, uuid4(), fields.seen(fields.keep(seen)), full=full)


def https(**facts: object) -> Service:
    return Service("tcp", 443, "https", "nginx", tls=True, facts=facts)


def ssh(*keys: object) -> Service:
    return Service("tcp", 22, "ssh", "OpenSSH", facts={"ssh_host_keys": list(keys)} if keys else {})


def only(*looks: Sighted) -> ports.Port:
    (port,), _, _ = ports.ports_of(looks)
    return port


def span(port: ports.Port) -> tuple[str, datetime, datetime] | None:
    one = port.certificate
    return (one.value.fingerprint, one.first, one.last) if one else None


def test_a_certificate_is_first_seen_when_it_was_shown_first_not_when_the_port_was_opened() -> None:
    looks = [
        look(day(0), https(), certificate=OLD),
        look(day(7), https(), certificate=NEW),
        look(day(14), https(), certificate=NEW),
    ]
    port = only(*looks)
    assert span(port) == ("bb", day(7), day(14))
    assert (port.first, port.last) == (day(0), day(14))


def test_a_look_without_scripts_takes_no_certificate_away_and_does_not_freshen_it() -> None:
    knock = look(day(7), Service("tcp", 443, "https"))
    assert span(only(look(day(0), https(), certificate=OLD), knock)) == ("aa", day(0), day(0))
    assert span(only(look(day(0), https(), certificate=OLD), look(day(7), https()))) == ("aa", day(0), day(0))


def test_a_port_that_no_longer_speaks_tls_has_no_certificate() -> None:
    plain = look(day(7), Service("tcp", 443, "http", "lighttpd", facts={"http_title": "hallo"}))
    assert span(only(look(day(0), https(), certificate=OLD), plain)) is None


def test_host_keys_are_those_of_the_newest_look_that_asked() -> None:
    port = only(look(day(0), ssh(KEY, OTHER)), look(day(7), ssh(KEY)), look(day(9), Service("tcp", 22, "ssh")))
    assert {name: (one.first, one.last) for name, one in port.keys.items()} == {"11": (day(0), day(7))}
    said = ports.facts(port, lambda at: at)
    assert said["ssh_host_keys"] == [{**KEY, "first_seen": day(0).isoformat(), "last_seen": day(7).isoformat()}]
    other = look(day(9), Service("tcp", 22, "http", "nginx"))
    assert only(look(day(0), ssh(KEY)), other).keys == {}


def test_times_of_a_persons_device_are_rounded() -> None:
    port = only(look(day(0, hour=9), https(), certificate=OLD))
    said = ports.certificate(port, lambda at: at.replace(hour=0))
    assert said is not None
    assert said["first_seen"] == said["last_seen"] == day(0, hour=0).isoformat()


def test_junk_in_the_place_of_keys_is_left_out() -> None:
    assert only(look(day(0), ssh("unfug", {"type": "ssh-rsa"}))).keys == {}
