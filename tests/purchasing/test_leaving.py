"""A town that leaves takes its needs with it, and what it had released to the others is gone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import psycopg

from tests.service.test_command_line import Command
from tests.service.test_departure import group, odenwacht

__all__ = ["group", "odenwacht"]

FILL = (
    (
        "insert into demand (town_id, id, class_id, quantity, quarter, reason, changed_by, changed_at, shared_at, shared_by)"
        " select id, gen_random_uuid(), gen_random_uuid(), 7, '2027-Q1', 'new', 'x', now(), now(), 'x' from town where id > 0"
    ),
    (
        "insert into demand_asset (town_id, id, demand_id, asset_id) select d.town_id, gen_random_uuid(), d.id, a.id"
        " from demand d join asset a on a.town_id = d.town_id"
    ),
    (
        "insert into pooled_demand (town_id, id, of_town, demand, class_id, quantity, quarter, shared_at)"
        " select 0, gen_random_uuid(), town_id, id, class_id, quantity, quarter, now() from demand"
    ),
    (
        "insert into exemption (town_id, id, asset_id, reason, exempted_by, exempted_at)"
        " select town_id, gen_random_uuid(), id, 'cad', 'x', now() from asset"
    ),
    "insert into age_limit (town_id, id, kind, years) select id, gen_random_uuid(), 'server', 7 from town where id > 0",
)


def test_a_town_leaves_with_its_needs_and_nothing_it_released_stays(group: Command, fresh_database: Any, tmp_path: Path) -> None:
    with psycopg.connect(fresh_database.superuser) as connection:
        for statement in FILL:
            connection.execute(statement)
    target = tmp_path / "erbach.zip"
    group("town", "export", "erbach", "--out", target)
    with zipfile.ZipFile(target) as archive:
        assert len(archive.read("tables/demand.jsonl").splitlines()) == 1
    group("town", "leave", "erbach", "--archive", target, "--name", "Erbach")
    with psycopg.connect(fresh_database.superuser) as connection:
        rows = connection.execute(
            "select t.slug, (select count(*) from demand d where d.town_id = t.id), count(p.id) from town t"
            " left join pooled_demand p on p.of_town = t.id where t.id > 0 group by t.id order by t.slug"
        ).fetchall()
        assert rows == [("oberzent", 1, 1)]
        assert connection.execute("select count(*) from pooled_demand").fetchone() == (1,)
