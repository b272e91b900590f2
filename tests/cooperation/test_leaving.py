"""A town that leaves takes its offers, answers and templates along, and nothing that names it stays with the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from tests.service.test_command_line import Command
from tests.service.test_departure import group, odenwacht

__all__ = ["group", "odenwacht"]

_OFFER = "'device', 'Beamer', '', current_date, 'IT'"
FILL = (
    (
        "insert into help_offer (town_id, id, kind, title, text, valid_until, contact, state, given_to, created_by, changed_at)"
        f" select a.id, gen_random_uuid(), {_OFFER}, 'given', b.id, 'x', now() from town a, town b where a.id > 0 and b.id > 0 and a <> b"
    ),
    (
        "insert into shared_offer (town_id, id, of_town, kind, title, text, valid_until, contact, to_town, shared_at)"
        f" select 0, id, town_id, {_OFFER}, given_to, now() from help_offer"
    ),
    (
        "insert into offer_answer (town_id, id, to_town, offer, title, contact, answered_by, answered_at)"
        " select given_to, gen_random_uuid(), town_id, id, 'Beamer', 'IT', 'x', now() from help_offer"
    ),
    (
        "insert into shared_answer (town_id, id, of_town, to_town, offer, contact, answered_at)"
        " select 0, gen_random_uuid(), town_id, to_town, offer, 'IT', now() from offer_answer"
    ),
    (
        "insert into town_template (town_id, id, kind, title, origin_town, changed_by, changed_at)"
        " select a.id, gen_random_uuid(), 'guide', 'x', b.id, 'x', now() from town a, town b where a.id > 0 and b.id > 0 and a <> b"
    ),
    (
        "insert into shared_template (town_id, id, of_town, kind, title, shared_at)"
        " select 0, id, town_id, kind, title, now() from town_template"
    ),
)


def test_nothing_of_offers_and_templates_stays_of_a_town_that_left(group: Command, fresh_database: Any, tmp_path: Path) -> None:
    with psycopg.connect(fresh_database.superuser) as connection:
        for statement in FILL:
            connection.execute(statement)
    target = tmp_path / "erbach.zip"
    group("town", "export", "erbach", "--out", target)
    group("town", "leave", "erbach", "--archive", target, "--name", "Erbach")
    with psycopg.connect(fresh_database.superuser) as connection:

        def number(table: str) -> Any:
            return connection.execute(f"select count(*) from {table}").fetchone()[0]  # type: ignore[index]  # a count has a row

        tables = ("shared_offer", "offer_answer", "shared_answer", "help_offer", "town_template", "shared_template")
        assert {one: number(one) for one in tables} == dict(zip(tables, (0, 0, 0, 1, 1, 1), strict=True))
        assert connection.execute("select given_to from help_offer").fetchone() == (None,)
        assert connection.execute("select origin_town from town_template").fetchone() == (None,)
