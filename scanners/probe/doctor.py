"""What a probe lacks on this machine, and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scanners import policy, segment
from scanners.nmap import program
from scanners.probe import work
from scanners.probe.home import Home, Unfit, ours
from scanners.probe.rules import rules
from scanners.snmp.engines import best_engine
from scanners.spool import RESERVE

SILENT_HOURS = 24


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `needed` is False for what is only unwise."""

    good: bool
    what: str
    remedy: str = ""
    needed: bool = True


def checks(home: Home) -> Iterator[Check]:
    """Everything, most important first."""
    yield _tried(lambda: f"angemeldet bei {home.identity().url} als „{home.identity().name}“", "Anmeldung")
    yield from _scope(home)
    yield from _nmap()
    yield _ipv6(home)
    yield _tried(lambda: f"SNMP-Zugänge: {len(work.credentials(home))}", "SNMP-Zugänge")
    engine = best_engine()
    yield Check(True, f"SNMP: {type(engine).__module__.rpartition('.')[2]}")
    engine.close()
    yield from _disk(home)
    heard = home.state().heard_at
    if heard:
        hours = (datetime.now(UTC) - datetime.fromisoformat(heard)).total_seconds() / 3600
        remedy = "Läuft der Dienst? systemctl status odenwacht-probe. Erreicht dieser Rechner die Zentrale?"
        yield Check(hours < SILENT_HOURS, f"Zentrale zuletzt erreicht: {heard}", remedy)
    elif home.identity_file.exists():
        yield Check(False, "Zentrale erreicht", "Noch nie. Starten Sie: odenwacht probe run")
    if unheard := home.state().unheard:
        yield Check(False, "Traps", unheard, needed=False)
    if trouble := home.state().trouble:
        yield Check(False, "Zuletzt gemeldet", trouble)


def _tried(told: Callable[[], str], what: str) -> Check:
    try:
        return Check(True, told())
    except Unfit as unfit:
        return Check(False, what, str(unfit))


def _scope(home: Home) -> Iterator[Check]:
    try:
        networks = work.released(home)
    except Unfit as unfit:
        yield Check(False, "Scanbereich", str(unfit))
        return
    active = [one for one in networks if not one.passive and not one.guest]
    remedy = f"Tragen Sie in {home.scope_file} mindestens ein Netz ein."
    yield Check(bool(active), f"Scanbereich: {len(active)} Netze zum Scannen", remedy)
    for one in active:
        if policy.too_wide(one.network):
            advice = f"Tragen Sie die Netze einzeln ein: Kein Scan nimmt mehr als /{policy.widest(one.network)}."
            if one.network.version == 6:
                advice += " IPv6-Nachbarn im eigenen Segment findet die Sonde auch ohne Eintrag."
            yield Check(False, f"Scanbereich: {one.network} ist zu groß für einen Scan", advice, needed=False)
    advice = f"Der Scanbereich soll der Administration gehören, nicht dem Konto der Sonde: chown root {home.scope_file}"
    yield Check(not ours(home), "Scanbereich ist für die Sonde nur lesbar", advice, needed=False)


def _nmap() -> Iterator[Check]:
    try:
        found = program.find()
    except program.Missing as missing:
        yield Check(False, "nmap", str(missing))
        return
    yield Check(True, f"nmap {found.version[0]}.{found.version[1]}")
    remedy = "Geben Sie dem Dienst cap_net_raw (die mitgelieferte systemd-Unit tut das); ohne findet er keine MAC-Adressen."
    yield Check(found.privileged, "nmap darf rohe Pakete senden", remedy)


def _ipv6(home: Home) -> Check:
    """Segments of this machine's own whose IPv6 neighbours may be asked; none is no fault."""
    try:
        known = rules(home)
        cards = segment.cards()
    except (Unfit, OSError):
        return Check(True, "IPv6-Nachbarn werden nicht gesucht", needed=False)
    shut = [str(net) for card in cards for net in card.networks]
    open_ = [card for card in cards if known.may_call(card, [one.network for one in known.ours])]
    what = f"IPv6-Nachbarn werden auf {len(open_)} von {len(cards)} eigenen Segmenten gesucht"
    if cards and not open_:
        what += f": Dafür muss jedes Netz der Karte ({', '.join(shut)}) ganz im Scanbereich liegen, ohne Ausnahmen und zue Teile"
    return Check(True, what, needed=False)


def _disk(home: Home) -> Iterator[Check]:
    at: Path = home.folder if home.folder.exists() else Path("/")
    free = shutil.disk_usage(at).free
    yield Check(free >= RESERVE, f"{free // 1_048_576} MiB frei für das Zwischenlager", "Schaffen Sie Platz auf der Festplatte.")
    if not home.folder.exists():
        return
    spool = home.spool()
    waiting, refused = spool.entries(), list(spool.refused.iterdir())
    yield Check(not spool.trouble(), f"Zwischenlager: {len(waiting)} Lieferungen warten", spool.trouble())
    remedy = f"Sehen Sie in {spool.refused} nach; die Gründe stehen im Journal des Dienstes."
    yield Check(not refused, f"{len(refused)} abgelehnte Lieferungen", remedy)
