"""Towns and who may enter: the only tables read before a town is known; they hold no town's content.

A membership says `for_town`, not `town_id`: these tables are reviewed exceptions from row security and are
touched by `service.auth.store`, `invitations` and `towns` alone.
"""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from service.db import DB, uuid7


class Town(Table, db=DB):
    """A town (Mandant). Id 0 is the group (Verbund), tenant of all that towns hold in common."""

    id = Integer(primary_key=True, null=False, default=None)
    slug = Varchar(40, null=False, unique=True)
    name = Varchar(100, null=False)
    inhabitants = Integer(null=True, default=None)
    settings = Text(null=False, default="{}")
    """JSON: parameters of the town (chapter 5 thresholds, accountable people)."""
    created_at = Timestamptz(null=False)


class Account(Table, db=DB):
    """A person who may log in. `totp_secret` is sealed by the vault."""

    id = UUID(primary_key=True, default=uuid7)
    mail = Varchar(200, null=False, unique=True)
    name = Varchar(200, null=False)
    password_hash = Text(null=False)
    totp_secret = Text(null=True, default=None)
    totp_pending = Text(null=True, default=None)
    totp_last_step = Integer(null=False, default=0)
    locale = Varchar(5, null=True, default=None)
    theme = Varchar(10, null=True, default=None)
    shortcuts = Boolean(null=False, default=True)
    demo = Boolean(null=False, default=False)
    created_at = Timestamptz(null=False)
    disabled_at = Timestamptz(null=True, default=None)
    invite_hash = Varchar(64, null=True, default=None)
    """SHA-256 of the one-time link by which the person chooses the first password; None once it was used."""
    invite_until = Timestamptz(null=True, default=None)


class Membership(Table, db=DB):
    """A role of a person in a town, from a day to a day."""

    id = UUID(primary_key=True, default=uuid7)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, index=True)
    role = Varchar(30, null=False)
    for_town = ForeignKey(Town, null=False, on_delete=OnDelete.restrict)
    valid_from = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)


class Session(Table, db=DB):
    """A log-in; `token_hash` is the SHA-256 of what the cookie holds. `factor` 1 = password given, 2 = complete."""

    id = UUID(primary_key=True, default=uuid7)
    token_hash = Varchar(64, null=False, unique=True, index_method=IndexMethod.btree)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, index=True)
    factor = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    last_seen = Timestamptz(null=False)
    stepped_up_at = Timestamptz(null=True, default=None)
    agent = Varchar(200, null=False, default="")
    ended_at = Timestamptz(null=True, default=None)


class Attempt(Table, db=DB):
    """Failed tries of one account or one source; a new try counts only after `next_at`."""

    key = Varchar(200, primary_key=True)
    failures = Integer(null=False, default=0)
    next_at = Timestamptz(null=False)


class DataKey(Table, db=DB):
    """A data key, wrapped by the master key; one per town and one for the service (town 0)."""

    id = Varchar(40, primary_key=True)
    for_town = ForeignKey(Town, null=False, on_delete=OnDelete.restrict)
    wrapped = Text(null=False)
    created_at = Timestamptz(null=False)


class ApiToken(Table, db=DB):
    """A personal token for the API: shown once, kept as hash, with scope and end date."""

    id = UUID(primary_key=True, default=uuid7)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, index=True)
    token_hash = Varchar(64, null=False, unique=True)
    name = Varchar(100, null=False)
    scope = Varchar(10, null=False, default="read")
    valid_until = Timestamptz(null=False)
    created_at = Timestamptz(null=False)
    revoked_at = Timestamptz(null=True, default=None)
