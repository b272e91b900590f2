"""The shapes that checks share: an open port, a certificate, a place. A hit refutes; absence supports only where it is proven."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from isms.facts import AssetFacts, CertificateFacts, EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result, moment

Judged = tuple[Result, str]
"""A result and the German sentence about it, without device, place and time."""


def absence(
    check: Check,
    estate: EstateFacts,
    asset: AssetFacts,
    hits: Iterable[ServiceFacts],
    sentence: Callable[[ServiceFacts], str],
    quiet: str,
) -> Iterator[Finding]:
    """One finding per hit, else one `satisfied` (fresh full scan) or `unknown`; `quiet` names what was not found."""
    found = False
    for service in hits:
        found = True
        yield seen(check, asset, service, Result.NOT_SATISFIED, sentence(service))
    if found:
        return
    if asset.full_scan_at is not None and estate.fresh(asset.full_scan_at):
        text = f"{asset.name}: {quiet} Vollständiger Scan am {moment(asset.full_scan_at)}."
        yield check.finding(Result.SATISFIED, asset, text, asset.full_scan_at)
    else:
        text = f"{asset.name}: unbekannt, weil kein vollständiger Scan der letzten 30 Tage vorliegt."
        yield check.finding(Result.UNKNOWN, asset, text, asset.full_scan_at)


def seen(check: Check, asset: AssetFacts, service: ServiceFacts, result: Result, said: str) -> Finding:
    """A finding about one service: device, address, port, what is so, when it was seen."""
    text = f"{asset.name} ({service.where}): {said} Gesehen am {moment(service.observed_at)}."
    return check.finding(result, asset, text, service.observed_at, service.where)


def datagrams(
    check: Check,
    asset: AssetFacts,
    hits: Iterable[ServiceFacts],
    sentence: Callable[[ServiceFacts], str],
) -> Iterator[Finding]:
    """One finding per hit, else `unknown`: full scans look at TCP, so nothing proves that a UDP port is closed."""
    found = [seen(check, asset, x, Result.NOT_SATISFIED, sentence(x)) for x in hits]
    yield from found
    if not found:
        text = f"{asset.name}: unbekannt, weil UDP-Anschlüsse nicht vollständig gescannt werden."
        yield check.finding(Result.UNKNOWN, asset, text, asset.scanned_at)


def certificates(
    check: Check, estate: EstateFacts, judge: Callable[[AssetFacts, CertificateFacts], Judged | None]
) -> Iterator[Finding]:
    """One finding for each certificate of a used service about which `judge` says something."""
    for asset in scanned(estate):
        for certificate in estate.certificates(asset):
            verdict = judge(asset, certificate)
            if verdict is None:
                continue
            where = (
                f"{certificate.ip}:{certificate.port}" if ":" not in certificate.ip else f"[{certificate.ip}]:{certificate.port}"
            )
            text = f"{asset.name} ({where}): {verdict[1]} Gesehen am {moment(certificate.observed_at)}."
            yield check.finding(verdict[0], asset, text, certificate.observed_at, where)


def placed(check: Check, estate: EstateFacts, kinds: frozenset[str], wrong: frozenset[str], said: str) -> Iterator[Finding]:
    """Devices of these kinds do not stand in networks of a `wrong` purpose; one finding for each address."""
    for asset in scanned(estate):
        if asset.kind not in kinds or not estate.fresh(asset.last_scanned):
            continue
        for ip in asset.ips:
            network = estate.network_of(ip)
            purpose = network.purpose if network else None
            place = (network.name or network.cidr) if network else ""
            if purpose is None:
                result, text = Result.UNKNOWN, "der Zweck des Netzes ist unbekannt."
            elif purpose in wrong:
                result, text = Result.NOT_SATISFIED, f"{said} (Netz {place})."
            else:
                result, text = Result.SATISFIED, f"steht im Netz {place}."
            when = f" Gesehen am {moment(asset.last_scanned)}." if asset.last_scanned else ""
            yield check.finding(result, asset, f"{asset.name} ({ip}): {text}{when}", asset.last_scanned, ip)


def scanned(estate: EstateFacts) -> Iterator[AssetFacts]:
    """Assets that can be reached over a network at all."""
    return (asset for asset in estate.assets if asset.in_use and asset.ips)


def midnight(estate: EstateFacts) -> datetime:
    """When facts of the service itself count as seen: the day's beginning, so that one day is one look."""
    return estate.now.replace(hour=0, minute=0, second=0, microsecond=0)


def workplaces(
    check: Check,
    estate: EstateFacts,
    ports: Mapping[int, str],
    sentence: Callable[[ServiceFacts], str],
    quiet: str,
    kinds: frozenset[str] | None = None,
) -> Iterator[Finding]:
    """TCP ports that must not answer where people's devices live; devices elsewhere are only judged by what was seen."""
    for asset in scanned(estate):
        if kinds is not None and asset.kind not in kinds:
            continue
        hits = [x for x in estate.services(asset, *ports) if estate.reachable_from_workplaces(x)]
        if hits or any(estate.among_workplaces(ip) for ip in asset.ips):
            yield from absence(check, estate, asset, hits, sentence, quiet)
