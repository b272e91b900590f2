"""Open ports of one device from its scans, and since when each certificate and SSH host key is shown there. Pure.

A port counts as closed when a scan of all ports, or two port scans, did not find it any more. A look that only
knocked (plain connections, no scripts) takes no certificate and no key away: it did not ask for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from scanners.observation import Certificate, Service, Source
from service.inventory.fields import unfold
from service.inventory.reconcile import Sighted

KEYS = "ssh_host_keys"
"""Fact of a service: its host keys as `{"sha256", "type", "bits"}`."""
MANY = 2000
"""Ports of one device beyond this are cut: no device of a town has more."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something a port shows, with its first and last sighting there."""

    value: Any
    first: datetime
    last: datetime


@dataclass(slots=True)
class Port:
    """An open port of the device and since when."""

    ip: str
    protocol: str
    port: int
    name: str | None
    product: str | None
    version: str | None
    tls: bool
    cpes: tuple[str, ...]
    facts: Mapping[str, Any]
    first: datetime
    last: datetime
    record: UUID
    certificate: Span | None = None
    keys: Mapping[str, Span] = field(default_factory=dict)
    """By SHA-256 fingerprint."""
    open: bool = True


def ports_of(records: Sequence[Sighted]) -> tuple[tuple[Port, ...], datetime | None, datetime | None]:
    """Ports with first and last time, the last port scan, the last scan of all ports; `records` oldest first."""
    ports: dict[tuple[str, str, int], Port] = {}
    looks: list[tuple[datetime, bool]] = []
    for record in records:
        seen = record.seen
        if seen.source is not Source.NMAP or not (seen.services or record.full):
            continue
        looks.append((record.at, record.full))
        certificates = {cert.port: cert for cert in unfold(seen.certificates, Certificate)}
        for service in seen.services:
            key = (seen.key, service.protocol, service.port)
            shown = certificates.get(service.port) if service.protocol == "tcp" else None
            ports[key] = _port(record, service, shown, ports.get(key))
    if not looks:
        return (), None, None
    for port in ports.values():
        later = [full for at, full in looks if at > port.last]
        port.open = not (any(later) or len(later) > 1)
    kept = sorted(ports.values(), key=lambda port: (not port.open, port.protocol, port.port, port.ip))[:MANY]
    return tuple(kept), looks[-1][0], max((at for at, full in looks if full), default=None)


def _port(record: Sighted, service: Service, shown: Certificate | None, before: Port | None) -> Port:
    return Port(
        record.seen.key,
        service.protocol,
        service.port,
        service.name,
        service.product,
        service.version,
        service.tls,
        service.cpes,
        service.facts,
        before.first if before else record.at,
        record.at,
        record.record,
        _certificate(record.at, service, shown, before.certificate if before else None),
        _keys(record.at, service, before.keys if before else {}),
    )


def _asked(service: Service) -> bool:
    """Did this look speak with the service, or only knock?"""
    return bool(service.product or service.version or service.facts)


def _certificate(at: datetime, service: Service, shown: Certificate | None, before: Span | None) -> Span | None:
    if shown is None:
        return before if service.tls or not _asked(service) else None
    same = before is not None and before.value.fingerprint == shown.fingerprint
    return Span(shown, before.first if before is not None and same else at, at)


def _keys(at: datetime, service: Service, before: Mapping[str, Span]) -> Mapping[str, Span]:
    said = {key["sha256"]: key for key in service.facts.get(KEYS, ()) if isinstance(key, dict) and "sha256" in key}
    if not said:
        return before if service.name == "ssh" or not _asked(service) else {}
    return {name: Span(key, before[name].first if name in before else at, at) for name, key in said.items()}


When = Callable[[datetime], datetime]
"""Rounds a time where the device is a person's."""


def certificate(port: Port, when: When) -> dict[str, Any] | None:
    """The certificate of a port as JSON values, with `first_seen` and `last_seen` at this port."""
    span = port.certificate
    return None if span is None else dict(msgspec.to_builtins(span.value)) | _times(span, when)


def facts(port: Port, when: When) -> Mapping[str, Any]:
    """What scripts found there; each host key with `first_seen` and `last_seen` at this port."""
    if not port.keys:
        return port.facts
    return dict(port.facts) | {KEYS: [dict(span.value) | _times(span, when) for span in port.keys.values()]}


def _times(span: Span, when: When) -> dict[str, str]:
    return {"first_seen": when(span.first).isoformat(), "last_seen": when(span.last).isoformat()}
