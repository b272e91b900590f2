"""Commands about people and towns: user add/list/disable/reset/totp, town add."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from service.audit.chain import Actor
from service.auth.roles import ROLES
from service.cli import database
from service.errors import Wrong

OPERATOR = Actor("Betrieb (Kommandozeile)", None, "operator")


def add(commands: Any) -> None:
    """Register the sub-commands."""
    user = commands.add_parser("user", help="Konten").add_subparsers(dest="act", required=True, metavar="WAS")
    new = user.add_parser("add", help="Konto anlegen oder Rolle geben")
    new.add_argument("mail")
    new.add_argument("--role", required=True, choices=sorted(ROLES))
    new.add_argument("--town", required=True, nargs="+", metavar="SLUG")
    new.add_argument("--name", default="")
    new.add_argument("--until", default="", metavar="TAG", help="letzter Tag der Rolle; bei Prüfenden sonst in einem Jahr")
    new.set_defaults(run=user_add)
    user.add_parser("list", help="alle Konten").set_defaults(run=user_list)
    for name, text, function in (
        ("disable", "Konto sperren", user_disable),
        ("reset", "neues Passwort, zweiter Faktor neu einzurichten", user_reset),
        ("totp", "aktueller Code eines Vorführkontos", user_totp),
    ):
        command = user.add_parser(name, help=text)
        command.add_argument("mail")
        command.set_defaults(run=function)
    town = commands.add_parser("town", help="Städte").add_subparsers(dest="act", required=True, metavar="WAS")
    found = town.add_parser("add", help="Stadt anlegen")
    found.add_argument("slug")
    found.add_argument("name")
    found.add_argument("--inhabitants", type=int)
    found.add_argument("--short", default="", metavar="ZEICHEN", help="Kurzzeichen in Nummern von Prüfständen, zum Beispiel ERB")
    found.set_defaults(run=town_add)
    out = town.add_parser("export", help="alles ausgeben, was einer Stadt gehört")
    out.add_argument("slug")
    out.add_argument("--out", required=True, metavar="DATEI.zip")
    out.set_defaults(run=town_export)
    leave = town.add_parser("leave", help="eine Stadt verlässt den Verbund: ihre Daten löschen und es nachweisen")
    leave.add_argument("slug")
    leave.add_argument("--archive", required=True, metavar="DATEI.zip", help="die Ausgabe von: odenwacht town export")
    leave.add_argument("--name", required=True, help="der volle Name der Stadt, zur Bestätigung")
    leave.set_defaults(run=town_leave)


async def _note(action: str, obj: str, **after: Any) -> None:
    from service.audit import store as audit
    from service.db import town_tx

    async with town_tx({0}, 0) as tx:
        await audit.record(tx, OPERATOR, action, obj, after=after or None)


def _new_password() -> tuple[str, bool]:
    """Typed twice where somebody sits at the terminal, else made here and shown once."""
    if not sys.stdin.isatty():
        return "-".join(secrets.token_hex(3) for _ in range(4)), True
    first = getpass.getpass("Passwort: ")
    if first != getpass.getpass("Noch einmal: "):
        raise Wrong("Die beiden Eingaben sind verschieden.", todo="Bitte wiederholen Sie den Befehl.")
    return first, False


AUDIT = timedelta(days=365)
"""How long an auditor may read where nobody names a day; no auditor's role is without an end."""


def _end_of(day: str) -> datetime | None:
    """The end of a day in the towns' time; None where no day is named."""
    from service.settings import BERLIN

    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), BERLIN) + timedelta(days=1)
    except ValueError as error:
        raise Wrong(f"„{day}“ ist kein Tag.", "--until", "Schreiben Sie ihn wie 2027-03-31.") from error


def user_add(args: argparse.Namespace) -> int:
    """A new account, or another role for an existing one."""
    from service.auth import invitations, passwords, store
    from service.db import service_tx
    from service.joining import store as joining
    from service.settings import real_now

    until = _end_of(args.until or (str(real_now().date() + AUDIT) if args.role == "auditor" else ""))

    async def work() -> str | None:
        towns = [await database.town(slug) for slug in args.town]
        async with service_tx() as tx:
            known = await store.account_by_mail(tx, args.mail)
        shown, hashed = None, invitations.NO_PASSWORD
        if known is None:
            password, made = _new_password()
            passwords.check(password, known=(args.mail, args.name, *(town.name for town in towns)))
            hashed = await passwords.hashed(password)
            shown = password if made else None
        await joining.let_in(args.mail, args.name, args.role, towns, OPERATOR, real_now(), password_hash=hashed, until=until)
        return shown

    shown = database.run(work)
    sys.stderr.write(f"{args.mail}: {args.role} in {', '.join(args.town)}. Den zweiten Faktor richtet die erste Anmeldung ein.\n")
    if shown:
        sys.stdout.write(f"Passwort (wird nur jetzt gezeigt): {shown}\n")
    return 0


def user_list(_args: argparse.Namespace) -> int:
    """All accounts, one a line."""
    from service.auth import store
    from service.db import service_tx

    async def work() -> list[str]:
        async with service_tx() as tx:
            return [
                f"{who.mail}\t{who.name}\t{'gesperrt' if who.disabled else 'aktiv'}\t"
                + ", ".join(f"{grant.role}@{grant.town.slug}" for grant in who.grants)
                for who in await store.accounts(tx)
            ]

    for line in database.run(work):
        sys.stdout.write(line + "\n")
    return 0


async def _account(mail: str) -> Any:
    from service.auth import store
    from service.db import service_tx

    async with service_tx() as tx:
        for who in await store.accounts(tx):
            if who.mail == mail.strip().casefold():
                return who
    raise Wrong("Dieses Konto gibt es nicht.", mail, "Alle Konten zeigt: odenwacht user list")


def user_disable(args: argparse.Namespace) -> int:
    """Shut an account; its sessions end."""
    from service.auth import store
    from service.db import service_tx
    from service.settings import real_now

    async def work() -> None:
        who = await _account(args.mail)
        async with service_tx() as tx:
            await store.disable(tx, who.id, real_now())
        await _note("account.disable", f"account/{who.id}")

    database.run(work)
    sys.stderr.write(f"{args.mail} ist gesperrt.\n")
    return 0


def user_reset(args: argparse.Namespace) -> int:
    """New password and a second factor to set up again."""
    from service.auth import passwords, store
    from service.db import service_tx
    from service.settings import real_now

    async def work() -> str | None:
        who = await _account(args.mail)
        password, made = _new_password()
        passwords.check(password, known=(who.mail, who.name))
        hashed = await passwords.hashed(password)
        async with service_tx() as tx:
            await store.set_password(tx, who.id, hashed)
            await store.set_totp(tx, who.id, None)
            await store.end_sessions(tx, who.id, real_now())
        await _note("account.reset", f"account/{who.id}")
        return password if made else None

    shown = database.run(work)
    sys.stderr.write(f"{args.mail}: neues Passwort; den zweiten Faktor richtet die nächste Anmeldung ein.\n")
    if shown:
        sys.stdout.write(f"Passwort (wird nur jetzt gezeigt): {shown}\n")
    return 0


def user_totp(args: argparse.Namespace) -> int:
    """The current code, of demo accounts only."""
    from service.auth import store, totp
    from service.db import service_tx
    from service.settings import real_now

    async def work() -> str:
        who = await _account(args.mail)
        if not who.demo:
            raise Wrong("Codes zeigt dieser Befehl nur für Konten der Vorführung.", args.mail)
        async with service_tx() as tx:
            secret = await store.totp_secret(tx, who.id)
        if secret is None:
            raise Wrong("Dieses Konto hat keinen zweiten Faktor.", args.mail)
        return totp.code(str.__str__(secret), real_now())

    sys.stdout.write(database.run(work) + "\n")
    return 0


def town_add(args: argparse.Namespace) -> int:
    """Found a town."""
    from service.joining import store as joining
    from service.settings import real_now

    async def work() -> None:
        said = joining.Details(args.name, args.slug, inhabitants=args.inhabitants, short=args.short)
        await joining.found(said, OPERATOR, real_now(), again=True)

    database.run(work)
    sys.stderr.write(f"{args.name} ist angelegt.\n")
    return 0


def town_export(args: argparse.Namespace) -> int:
    """Everything of a town in one archive."""
    from service import departure
    from service.settings import real_now

    target = Path(args.out)
    if target.exists():
        raise Wrong("Diese Datei gibt es schon.", str(target), "Nennen Sie eine andere.")

    async def work() -> dict[str, int]:
        town = await database.town(args.slug)
        counts = await departure.export(database.find()[1], town.id, target, real_now())
        await _note("town.export", f"town/{town.slug}", rows=sum(counts.values()))
        return counts

    counts = database.run(work)
    told = sum(1 for rows in counts.values() if rows)
    sys.stderr.write(
        f"{target}: {sum(counts.values())} Datensätze aus {told} Tabellen. Die Datei enthält Schwachstellen: gut verwahren.\n"
    )
    return 0


def town_leave(args: argparse.Namespace) -> int:
    """Delete a town whose data were handed out; writes the proof beside the archive."""
    from service import departure
    from service.settings import real_now

    archive = Path(args.archive)

    async def work() -> departure.Proof:
        town = await database.town(args.slug)
        if args.name.strip() != town.name:
            raise Wrong(
                f"Die Stadt heißt „{town.name}“.", "--name", "Schreiben Sie den Namen genau so, wenn Sie sie löschen wollen."
            )
        proof = await departure.remove(database.find()[1], town.id, archive, real_now())
        await _note("town.left", f"town/{town.slug}", rows=sum(proof.deleted.values()), archive=proof.archive_sha256)
        return proof

    proof = database.run(work)
    told = archive.with_suffix(".nachweis.json")
    told.write_text(proof.as_json(), encoding="utf-8")
    rows = sum(proof.deleted.values())
    sys.stderr.write(f"{proof.name} hat den Verbund verlassen: {rows} Datensätze und {proof.accounts} Konten sind gelöscht.\n")
    sys.stderr.write(f"Keiner ist übrig. Nachweis: {told}. Sicherungen enthalten die Daten noch, bis sie ablaufen.\n")
    return 0
