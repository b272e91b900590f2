"""Networks of a town: what there is, what may be scanned, who released it. Every change is in the audit log."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_network
from uuid import UUID

from scanners import policy
from service.audit.chain import Actor
from service.audit.store import record as audit
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.inventory import scanning
from service.inventory.views import NetworkRow
from service.jobs import store as schedules

PURPOSES = ("server", "client", "printer", "telephony", "wlan", "guest", "management", "plc", "other")
MODES = ("active", "passive", "guest")
WINDOW_LENGTH = 60

_NETWORKS = """select n.id, n.name, text(n.cidr) as cidr, n.purpose, n.mode, n.scope, n.site_id as site, s.name as site_name,
  n.requested_by, n.released_by, n.released_at, n.agreed_by, n.agreed_at, n.rate_cap, n.scan_window, n.excluded, n.snmp_rate,
  n.scanned_at,
  (select count(*) from asset a where a.town_id = n.town_id and a.gone_at is null and a.network_ids @> array[n.id])::int as assets
from network n left join site s on s.town_id = n.town_id and s.id = n.site_id where n.town_id = $1"""


async def networks(tx: SafeTransaction, town: int) -> list[NetworkRow]:
    """All networks in the order of their addresses, with the number of devices in each."""
    rows = await tx.connection.fetch(_NETWORKS + " order by n.cidr, n.name", town)
    return [NetworkRow(**dict(row)) for row in rows]


async def network(tx: SafeTransaction, town: int, id_: UUID) -> NetworkRow:
    """One network; raises `Missing`."""
    row = await tx.connection.fetchrow(_NETWORKS + " and n.id = $2", town, id_)
    if row is None:
        raise Missing
    return NetworkRow(**dict(row))


async def devices_at(tx: SafeTransaction, town: int) -> dict[str, str]:
    """Which device has an address, for devices with several: they are not to be asked at all of them at once."""
    rows = await tx.connection.fetch(
        "select id::text, unnest(ips) as ip from asset where town_id = $1 and gone_at is null and cardinality(ips) > 1", town
    )
    return {row["ip"]: row["id"] for row in rows}


def checked_cidr(text: str) -> str:
    """The network in canonical form; raises `Wrong` with a sentence that helps."""
    try:
        found = ip_network(text.strip())
        policy.lawful(found)
        return str(found)
    except policy.Denied as denied:
        raise Wrong(str(denied), "Netz") from denied
    except ValueError:
        pass
    try:
        meant = ip_network(text.strip(), strict=False)
    except ValueError:
        raise Wrong(f"„{text[:60]}“ ist kein Netz.", "Netz", "Gemeint ist etwas wie 10.61.20.0/24.") from None
    raise Wrong(f"„{text[:60]}“ ist eine Adresse in einem Netz, nicht das Netz.", "Netz", f"Gemeint ist wohl {meant}.")


async def refuse_new(tx: SafeTransaction, town: int, cidr: str, mode: str = "active") -> None:
    """Refuse a range that no scan could ever take (where `mode` is active), or that the town has already. Raises `Wrong`."""
    text = checked_cidr(cidr)
    _refuse_too_wide(text, mode, "Netz")
    known = await tx.connection.fetchval(
        "select name from network where town_id = $1 and cidr = $2::text::cidr limit 1", town, text
    )
    if known is not None:
        raise Wrong(f"{text} ist schon eingetragen, unter dem Namen „{known}“.", "Netz", "Ändern Sie jenes Netz.")


def _refuse_too_wide(cidr: str, mode: str, where: str) -> None:
    if mode == "active" and scanning.too_wide(cidr):
        what, todo = scanning.too_wide_for(cidr)
        raise Wrong(what, where, todo)


async def put_network(
    tx: SafeTransaction,
    town: int,
    cidr: str,
    *,
    by: Actor,
    now: datetime,
    id_: UUID | None = None,
    name: str = "",
    site: UUID | None = None,
    purpose: str = "other",
    mode: str = "active",
    scope: str = "",
    rate_cap: int = 300,
    scan_window: str | None = None,
) -> UUID:
    """Add a network (`id_` None) or change one. A changed address range or mode loses its release.

    Whatever `mode` says, guest networks are never scanned and control networks never actively.
    """
    cidr, mode = checked_cidr(cidr), scanning.mode_for(purpose, mode)
    if purpose not in PURPOSES or mode not in MODES:
        raise Wrong(f"Zweck „{purpose}“ oder Art „{mode}“ gibt es nicht.", "Netz", f"Möglich: {', '.join(PURPOSES + MODES)}.")
    if not 1 <= rate_cap <= 10_000:
        raise Wrong("Die Höchstzahl der Pakete je Sekunde liegt zwischen 1 und 10.000.", "Tempo")
    before = await network(tx, town, id_) if id_ else None
    values = (
        town,
        id_ or uuid7(),
        site,
        name.strip() or cidr,
        cidr,
        purpose,
        mode,
        scope,
        rate_cap,
        scan_window,
        now,
    )
    if before is None:
        done = await tx.connection.execute(
            "insert into network (town_id, id, site_id, name, cidr, purpose, mode, scope, rate_cap, scan_window, changed_at,"
            " requested_by) values ($1, $2, $3, $4, $5::text::cidr, $6, $7, $8, $9, $10, $11, $12)"
            " on conflict (town_id, cidr, scope, name) do nothing",
            *values,
            by.name[:200],
        )
        if done == "INSERT 0 0":
            found: UUID = await tx.connection.fetchval(
                "select id from network where town_id = $1 and cidr = $2::text::cidr and scope = $3 and name = $4",
                town,
                cidr,
                scope,
                name.strip() or cidr,
            )
            return found
    else:
        await tx.connection.execute(
            "update network set site_id = $3, name = $4, cidr = $5::text::cidr, purpose = $6, mode = $7, scope = $8,"
            " rate_cap = $9, scan_window = $10, changed_at = $11,"
            " released_by = case when cidr = $5::text::cidr and mode = $7 then released_by end,"
            " released_at = case when cidr = $5::text::cidr and mode = $7 then released_at end,"
            " agreed_by = case when cidr = $5::text::cidr and mode = $7 then agreed_by end,"
            " agreed_at = case when cidr = $5::text::cidr and mode = $7 then agreed_at end where town_id = $1 and id = $2",
            *values,
        )
    after = {"cidr": cidr, "name": name, "purpose": purpose, "mode": mode, "site": str(site) if site else None}
    old = {"cidr": before.cidr, "name": before.name, "purpose": before.purpose, "mode": before.mode} if before else None
    await audit(tx, by, "network.put", f"network/{values[1]}", before=old, after=after)
    made: UUID = values[1]
    return made


async def set_manners(
    tx: SafeTransaction,
    town: int,
    id_: UUID,
    *,
    by: Actor,
    purpose: str,
    mode: str,
    rate_cap: int,
    snmp_rate: int,
    scan_window: str,
    excluded: str,
    now: datetime,
) -> bool:
    """How a network is looked at; answers whether its release holds.

    Another mode, or an exclusion less, lets the scan go further than what was released: then both words are asked
    again. Guest networks are never scanned, control networks (`plc`) never actively. Raises `Wrong`.
    """
    before = await network(tx, town, id_)
    if purpose not in PURPOSES or mode not in MODES:
        raise Wrong(f"Zweck „{purpose}“ oder Art „{mode}“ gibt es nicht.", "Art")
    if purpose == "guest" and mode != "guest":
        raise Wrong("Gästenetze werden nie gescannt.", "Art", "Ist es keines, dann ändern Sie zuerst den Zweck.")
    if purpose == "plc" and mode == "active":
        todo = "Die Steuerungen erscheinen trotzdem: aus den Tabellen der Switches und Router."
        raise Wrong("Netze mit Steuerungen werden nur passiv beobachtet.", "Art", todo)
    if mode != before.mode:
        _refuse_too_wide(before.cidr, mode, "Art")
    if not 1 <= rate_cap <= 10_000:
        raise Wrong("Die Höchstzahl der Pakete je Sekunde liegt zwischen 1 und 10.000.", "Tempo")
    if not 1 <= snmp_rate <= 200:
        raise Wrong("Die Höchstzahl der SNMP-Fragen je Sekunde liegt zwischen 1 und 200.", "Tempo SNMP")
    if len(scan_window) > WINDOW_LENGTH:
        raise Wrong(f"Das Zeitfenster hat mehr als {WINDOW_LENGTH} Zeichen.", "Zeitfenster", "Fassen Sie Tage zusammen: Mo-Fr.")
    try:
        policy.windows(scan_window)
    except policy.Denied as denied:
        raise Wrong(str(denied), "Zeitfenster") from denied
    try:
        nets = policy.exclusions(excluded, ip_network(before.cidr))
    except policy.Denied as denied:
        raise Wrong(str(denied), "Ausnahmen") from denied
    lines = "\n".join(str(net.network_address) if net.num_addresses == 1 else str(net) for net in sorted(nets, key=str))
    holds = mode == before.mode and all(
        any(old.subnet_of(new) for new in nets if new.version == old.version)  # type: ignore[arg-type]  # same family
        for old in policy.exclusions(before.excluded, ip_network(before.cidr))
    )
    sql = "update network set purpose = $3, mode = $4, rate_cap = $5, snmp_rate = $6, scan_window = $7, excluded = $8"
    sql += ", changed_at = $9"
    if not holds:
        sql += ", released_by = null, released_at = null, agreed_by = null, agreed_at = null"
    if mode != "active":
        await tx.connection.execute("delete from snmp_grant where town_id = $1 and network_id = $2", town, id_)
    await tx.connection.execute(
        sql + " where town_id = $1 and id = $2",
        town,
        id_,
        purpose,
        mode,
        rate_cap,
        snmp_rate,
        scan_window.strip() or None,
        lines,
        now,
    )
    after = {"purpose": purpose, "mode": mode, "rate_cap": rate_cap, "snmp_rate": snmp_rate}
    after |= {"scan_window": scan_window.strip() or None, "excluded": lines}
    await audit(
        tx,
        by,
        "network.manners",
        f"network/{id_}",
        before={name: getattr(before, name) for name in after},
        after=after | {"release": holds},
    )
    return holds


async def release(tx: SafeTransaction, town: int, id_: UUID, *, by: Actor, now: datetime, agreed: bool = False) -> None:
    """Release a network for scanning; with `agreed` the data protection officer's consent is noted instead.

    Raises `Wrong` for a guest network, and for whoever asked for the network or gave the other of the two words.
    """
    found = await network(tx, town, id_)
    if by.name in (found.requested_by, found.released_by if agreed else found.agreed_by):
        raise Wrong(
            "Wer ein Netz beantragt oder schon freigegeben hat, entscheidet nicht noch einmal darüber.",
            found.name,
            "Bitten Sie eine zweite Person.",
        )
    if found.mode == "guest":
        raise Wrong("Gastnetze werden nie gescannt.", "Netz", "Ändern Sie zuerst die Art des Netzes, wenn es keines ist.")
    _refuse_too_wide(found.cidr, found.mode, found.name)
    if agreed:
        sql = "update network set agreed_by = $3, agreed_at = $4 where town_id = $1 and id = $2"
    else:
        sql = "update network set released_by = $3, released_at = $4 where town_id = $1 and id = $2"
    await tx.connection.execute(sql, town, id_, by.name, now)
    await audit(tx, by, "network.agree" if agreed else "network.release", f"network/{id_}", after={"by": by.name})
    if (await network(tx, town, id_)).scannable:
        await _announce(tx, town, by=by, now=now)


async def _announce(tx: SafeTransaction, town: int, *, by: Actor, now: datetime) -> None:
    """The first network that may be scanned brings the plan by which it is: weekly, in office hours, for everybody to see."""
    if not any(one.task == "scan.run" for one in await schedules.schedules(tx) if one.town_id == town):
        key = await schedules.add_schedule(
            tx, town, "scan.run", "Scan aller freigegebenen Netze", scanning.WEEKLY, by.name, now, args={"all": True}
        )
        await audit(tx, by, "schedule.add", f"schedule/{key}", after={"cron": scanning.WEEKLY, "task": "scan.run"})


async def withdraw_release(tx: SafeTransaction, town: int, id_: UUID, *, by: Actor) -> None:
    """The network is scanned no more."""
    before = await network(tx, town, id_)
    await tx.connection.execute(
        "update network set released_by = null, released_at = null, agreed_by = null, agreed_at = null"
        " where town_id = $1 and id = $2",
        town,
        id_,
    )
    await audit(tx, by, "network.withdraw", f"network/{id_}", before={"released_by": before.released_by})
