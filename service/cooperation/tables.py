"""Offers of help and templates between towns.

The town's own rows stand in its tenant. What it shares is a copy in the group's tenant (town 0), as `docs/adr/0010` says;
rows that name a partner (`to_town`) are seen by these two towns alone, by row security.
"""

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class HelpOffer(Table, db=DB):
    """Hilfsangebot: something a town can lend, do or teach."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(20, null=False)
    """device deputy knowledge training other"""
    title = Varchar(300, null=False)
    text = Text(null=False, default="")
    valid_until = Date(null=False)
    """Its last day."""
    contact = Varchar(200, null=False)
    """A role or office, no private person."""
    state = Varchar(10, null=False, default="open")
    """open given withdrawn"""
    given_to = Integer(null=True, default=None)
    """The town that got it."""
    version = Integer(null=False, default=1)
    created_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class SharedOffer(Table, db=DB):
    """An offer as others see it, in the group's tenant under the same id: by all while it is open, by two once it is given."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_town = Integer(null=False, default=None)
    kind = Varchar(20, null=False)
    title = Varchar(300, null=False)
    text = Text(null=False, default="")
    valid_until = Date(null=False)
    contact = Varchar(200, null=False)
    to_town = Integer(null=True, default=None)
    """The town that got it; only these two see it from then on."""
    shared_at = Timestamptz(null=False)


class OfferAnswer(Table, db=DB):
    """„Wir brauchen das“: what this town answered to another town's offer. `offer` is the id of the offer."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    to_town = Integer(null=False, default=None)
    offer = UUID(null=False)
    title = Varchar(300, null=False)
    note = Text(null=False, default="")
    contact = Varchar(200, null=False)
    answered_by = Varchar(200, null=False)
    answered_at = Timestamptz(null=False)


class SharedAnswer(Table, db=DB):
    """The same in the group's tenant, seen by the two towns alone."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_town = Integer(null=False, default=None)
    to_town = Integer(null=False, default=None)
    offer = UUID(null=False)
    note = Text(null=False, default="")
    contact = Varchar(200, null=False)
    answered_at = Timestamptz(null=False)


class TownTemplate(Table, db=DB):
    """Vorlage: a text or a file that a town keeps. `edition` counts what readers get, `version` every change."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    kind = Varchar(20, null=False)
    """policy instruction tender training guide"""
    title = Varchar(300, null=False)
    text = Text(null=False, default="")
    edition = Integer(null=False, default=1)
    file_name = Varchar(200, null=True, default=None)
    file_kind = Varchar(10, null=True, default=None)
    content = Bytea(null=True, default=None)
    shared = Boolean(null=False, default=False)
    origin_town = Integer(null=True, default=None)
    """Of a copy: whose template it was."""
    origin = UUID(null=True, default=None)
    origin_edition = Integer(null=True, default=None)
    version = Integer(null=False, default=1)
    changed_by = Varchar(200, null=False)
    changed_at = Timestamptz(null=False)


class SharedTemplate(Table, db=DB):
    """A template as others see it, in the group's tenant under the same id."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_town = Integer(null=False, default=None)
    kind = Varchar(20, null=False)
    title = Varchar(300, null=False)
    text = Text(null=False, default="")
    edition = Integer(null=False, default=1)
    file_name = Varchar(200, null=True, default=None)
    file_kind = Varchar(10, null=True, default=None)
    content = Bytea(null=True, default=None)
    shared_at = Timestamptz(null=False)
