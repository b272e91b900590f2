"""The local scope file (Scanbereich) and the SNMP access of a probe: text to values.

What is not written there is not scanned, whatever the centre asks for:

    [[network]]
    cidr = "10.20.30.0/24"
    mode = "active"                 # active, passive, guest
    packets_per_second = 300
    windows = ["Mo-Fr 18:00-06:00"] # leer: jederzeit
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from scanners import policy
from scanners.policy import Denied, Released, Window
from scanners.snmp.client import Community, Credential, User

DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_WINDOW = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))? ([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")
_FLAGS = ("disturbing", "owned", "tls_versions")
_NETWORK = {"cidr", "mode", "packets_per_second", "windows", "note", *_FLAGS}


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


def window(text: str) -> Window:
    """`Mo-Fr 18:00-06:00`. Raises `ValueError` with a German sentence."""
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        raise _wrong(f"„{text[:40]}“", "Ein Zeitfenster sieht so aus: Mo-Fr 18:00-06:00.")
    first, last, start, end = found.groups()
    begin, stop = DAYS.index(first), DAYS.index(last or first)
    days = frozenset(day % 7 for day in range(begin, stop + 1 if stop >= begin else stop + 8))
    try:
        return Window(days, time.fromisoformat(start), time.fromisoformat(end))
    except ValueError:
        raise _wrong(f"„{text[:40]}“", "Diese Uhrzeit gibt es nicht.") from None


def released(text: str) -> list[Released]:
    """The networks of a scope file. Raises `ValueError` (German) for anything unclear: then nothing at all is scanned."""
    found = []
    for number, item in enumerate(_read(text, "network"), 1):
        where = f"Netz {number}"
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
        windows = item.get("windows", [])
        if not isinstance(windows, list) or not all(isinstance(one, str) for one in windows):
            raise _wrong(where, "windows ist eine Liste von Texten.")
        try:
            network = policy.network(str(item.get("cidr", "")))
            policy.lawful(network, owned=flags["owned"])
        except Denied as denied:
            raise _wrong(where, str(denied)) from None
        found.append(
            Released(
                network, rate, passive=mode == "passive", guest=mode == "guest", windows=tuple(map(window, windows)), **flags
            )
        )
    return found


def closed(targets: Iterable[str], networks: Sequence[Released], at: datetime) -> bool:
    """Whether a network that one of these (admitted) targets lies in, or holds, is outside its scan window at `at`."""
    wanted = [policy.network(target) for target in targets]
    return any(
        one.windows and not policy.is_open(one.windows, at)
        for one in networks
        if any(target.version == one.network.version and target.overlaps(one.network) for target in wanted)
    )


def credentials(text: str) -> list[Credential]:
    """SNMP access of an `access.toml`: `[[access]]` with `version` and the fields of that version. Raises `ValueError`."""
    found: list[Credential] = []
    for number, item in enumerate(_read(text, "access"), 1):
        given = dict(item)
        version = str(given.pop("version", "3"))
        try:
            if version == "3":
                found.append(User(**given))
            elif version in ("1", "2c"):
                found.append(Community(version=version, **given))  # type: ignore[arg-type]  # one of the two
            else:
                raise _wrong(f"Zugang {number}", "version ist 1, 2c oder 3.")
        except TypeError:
            raise _wrong(f"Zugang {number}", "Angaben fehlen oder sind unbekannt.") from None
    return found
