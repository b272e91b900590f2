"""W39: host keys of SSH are long enough."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result

LEAST_BITS = 2048


def _weak(key: dict[str, object]) -> str | None:
    """Why a host key is weak; None if it is not, or its kind and length were not told."""
    kind, bits = str(key.get("type", "")).lower(), key.get("bits")
    if "dss" in kind or kind == "dsa":
        return "DSA"
    if "rsa" in kind and isinstance(bits, int) and bits < LEAST_BITS:
        return f"RSA mit {bits} Bit"
    return None


def _told(key: dict[str, object]) -> bool:
    kind = str(key.get("type", ""))
    return bool(kind) and ("rsa" not in kind.lower() or isinstance(key.get("bits"), int))


def _keys(service: ServiceFacts) -> list[dict[str, object]]:
    return [x for x in service.facts.get("ssh_host_keys") or () if isinstance(x, dict)]


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in estate.services(asset):
            keys = _keys(service)
            if not keys:
                continue
            weak = [found for x in keys if (found := _weak(x)) is not None]
            if weak:
                said = f"schwacher Hostschlüssel: {', '.join(dict.fromkeys(weak))}."
                yield seen(CHECK, asset, service, Result.NOT_SATISFIED, said)
            elif all(map(_told, keys)):
                yield seen(CHECK, asset, service, Result.SATISFIED, "zeitgemäße Hostschlüssel.")
            else:
                yield seen(CHECK, asset, service, Result.UNKNOWN, "Art oder Länge der Hostschlüssel ist unbekannt.")


CHECK = Check(
    id="W39",
    version=1,
    title="Schwacher Hostschlüssel (SSH)",
    rule="Hostschlüssel von SSH sind keine DSA-Schlüssel und bei RSA mindestens 2048 Bit lang.",
    controls=("OW-SRV-04", "OW-SRV-12"),
    kompendium=("SYS.1.3.A8", "CON.1.A1"),
    grundschutzpp=("39301f7d-20ca-49c0-97e5-a8b048877e68",),
    about="Geräte, die einen Hostschlüssel zeigen",
    lacking="Art und Länge des Schlüssels",
    run=run,
)
