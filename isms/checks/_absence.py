"""The shape most port checks share: a hit refutes, absence supports only after a fresh scan of all ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from isms.facts import AssetFacts, EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result, moment


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
        text = f"{asset.name} ({service.where}): {sentence(service)} Gesehen am {moment(service.observed_at)}."
        yield check.finding(Result.NOT_SATISFIED, asset, text, service.observed_at, service.where)
    if found:
        return
    if asset.full_scan_at is not None and estate.fresh(asset.full_scan_at):
        text = f"{asset.name}: {quiet} Vollständiger Scan am {moment(asset.full_scan_at)}."
        yield check.finding(Result.SATISFIED, asset, text, asset.full_scan_at)
    else:
        text = f"{asset.name}: unbekannt, weil kein vollständiger Scan der letzten 30 Tage vorliegt."
        yield check.finding(Result.UNKNOWN, asset, text, asset.full_scan_at)


def scanned(estate: EstateFacts) -> Iterator[AssetFacts]:
    """Assets that can be reached over a network at all."""
    return (asset for asset in estate.assets if asset.in_use and asset.ips)
