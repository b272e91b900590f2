"""The local scope file (Scanbereich) and the SNMP access of a probe: text to values.

What is not written there is not scanned, whatever the centre asks for:

    [[network]]
    cidr = "10.20.30.0/24"
    mode = "active"                 # active, passive, guest
    packets_per_second = 300
    windows = ["Mo-Fr 18:00-06:00"] # leer: jederzeit
    excluded = ["10.20.30.7"]       # wird nie gefragt
    snmp_per_second = 20            # Fragen an ein Gerät

In `access.toml` steht ein Abschnitt je SNMP-Zugang, auf Wunsch nur für einzelne Netze:

    [[access]]
    version = "3"
    name = "odenwacht"
    auth = "SHA-256"
    auth_password = "…"
    privacy = "AES"
    privacy_password = "…"
    networks = ["10.20.30.0/24"]    # leer: alle Netze des Scanbereichs
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from scanners import policy, wire
from scanners.policy import Denied, Released
from scanners.probe.reading import Granted
from scanners.snmp.client import Community, Credential, User

_FLAGS = ("disturbing", "owned", "tls_versions")
_NETWORK = {"cidr", "mode", "packets_per_second", "windows", "excluded", "snmp_per_second", "note", *_FLAGS}
NOT_RELEASED = "nicht (mehr) freigegeben"


def _wrong(where: str, what: str) -> ValueError:
    return ValueError(f"{where}: {what}")


def _read(text: str, table: str) -> list[Mapping[str, Any]]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("Datei", f"Das ist kein gültiges TOML ({error}).") from None
    found = told.get(table, [])
    if set(told) - {table} or not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _wrong("Datei", f"Erlaubt sind nur Abschnitte [[{table}]].")
    return found


def released(text: str) -> list[Released]:
    """The networks of a scope file. Raises `ValueError` (German) for anything unclear: then nothing at all is scanned."""
    return [_released(item, f"Netz {number}") for number, item in enumerate(_read(text, "network"), 1)]


def of_centre(networks: Iterable[wire.Net]) -> list[Released]:
    """The town's networks as the centre told them, under the rules of a scope file. Raises `ValueError` (German).

    What may disturb, and whose the addresses are, is for the scope file alone to say.
    """
    found = []
    for one in networks:
        said = msgspec.structs.asdict(one)
        closed = NOT_RELEASED if said["mode"] == "closed" else ""
        entry = _released(said | {"mode": "active"} if closed else said, one.cidr)
        found.append(replace(entry, disturbing=True, tls_versions=True, closed=closed))
    return found


def _released(item: Mapping[str, Any], where: str) -> Released:
    if unknown := set(item) - _NETWORK:
        raise _wrong(where, f"Unbekannte Angabe „{min(unknown)}“.")
    mode, rate = item.get("mode", "active"), item.get("packets_per_second", 300)
    if mode not in ("active", "passive", "guest"):
        raise _wrong(where, f"mode ist „{mode}“; möglich sind active, passive, guest.")
    if type(rate) is not int or not 1 <= rate <= policy.FASTEST:
        raise _wrong(where, f"packets_per_second liegt zwischen 1 und {policy.FASTEST}.")
    flags = {name: item.get(name, False) for name in _FLAGS}
    if not all(type(flag) is bool for flag in flags.values()):
        raise _wrong(where, f"{', '.join(_FLAGS)} sind true oder false.")
    slowly = item.get("snmp_per_second", 20)
    if type(slowly) is not int or not 1 <= slowly <= 200:
        raise _wrong(where, "snmp_per_second liegt zwischen 1 und 200.")
    windows, excluded = _texts(item, "windows", where), _texts(item, "excluded", where)
    try:
        network = policy.network(str(item.get("cidr", "")))
        policy.lawful(network, owned=flags["owned"])
        spans, left_out = policy.windows(",".join(windows)), policy.exclusions(" ".join(excluded), network)
    except Denied as denied:
        raise _wrong(where, str(denied)) from None
    return Released(
        network, rate, passive=mode == "passive", guest=mode == "guest", windows=spans, excluded=left_out,
        snmp_per_second=slowly, **flags,
    )  # fmt: skip


def _texts(item: Mapping[str, Any], name: str, where: str) -> list[str]:
    found = item.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _wrong(where, f"{name} ist eine Liste von Texten.")
    return found


def credentials(text: str) -> list[Granted]:
    """SNMP access of an `access.toml`: `[[access]]` with `version`, the fields of that version, and `networks`.

    Raises `ValueError` (German).
    """
    found: list[Granted] = []
    for number, item in enumerate(_read(text, "access"), 1):
        given, where = dict(item), f"Zugang {number}"
        networks = _texts(item, "networks", where)
        given.pop("networks", None)
        try:
            found.append(Granted(credential(given), tuple(map(policy.network, networks))))
        except Denied as denied:
            raise _wrong(where, str(denied)) from None
        except TypeError:
            raise _wrong(where, "Angaben fehlen oder sind unbekannt.") from None
    return found


def credential(said: Mapping[str, Any]) -> Credential:
    """`version` and its fields as a credential. Raises `TypeError` for missing or unknown fields, `ValueError` (German)."""
    given = dict(said)
    version = str(given.pop("version", "3"))
    if version == "3":
        return User(**given)
    if version not in ("1", "2c"):
        raise ValueError("version ist 1, 2c oder 3.")
    return Community(version=version, **given)  # type: ignore[arg-type]  # one of the two
