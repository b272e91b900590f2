"""A town leaves: all of it in one archive, then nothing of it in the database, and the other towns as they were."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.inventory.estate import LIST, nmap_file
from tests.service.test_command_line import Command

AT = "2026-11-02T08:00:00+01:00"


@pytest.fixture
def odenwacht(fresh_database: Any, tmp_path: Path) -> Command:
    return Command(fresh_database, tmp_path)


@pytest.fixture
def group(odenwacht: Command, tmp_path: Path) -> Command:
    """Two towns with estates, people, and things that one holds about the other."""
    (tmp_path / "liste.csv").write_bytes(LIST)
    from datetime import UTC, datetime

    (tmp_path / "scan.xml").write_bytes(nmap_file(datetime(2026, 11, 1, 9, tzinfo=UTC)))
    for slug, name in (("erbach", "Erbach"), ("oberzent", "Oberzent")):
        odenwacht("town", "add", slug, name, "--inhabitants", "14099")
        odenwacht("user", "add", f"kim@{slug}.example", "--role", "it_admin", "--town", slug)
        for file in ("liste.csv", "scan.xml"):
            odenwacht("import", tmp_path / file, "--town", slug, "--observed-at", AT)
    odenwacht("user", "add", "isb@verbund.example", "--role", "isb", "--town", "erbach", "oberzent")
    return odenwacht


def everything(database: Any) -> dict[str, set[str]]:
    """All rows of all tables that a town or an account can be in, as text; the queue and the group's log apart."""
    with psycopg.connect(database.superuser) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select distinct c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " join pg_attribute a on a.attrelid = c.oid and a.attname in ('town_id', 'for_town', 'mail')"
                " where c.relkind = 'r' and n.nspname = 'public'"
            )
        ]
        return {
            name: {
                line for (line,) in connection.execute(f'select to_jsonb(t)::text from "{name}" t')
            }  # names come from the catalogue
            for name in names
            if not name.startswith("audit")
        }


def test_a_town_is_handed_out_whole_and_deleted_without_a_trace(group: Command, fresh_database: Any, tmp_path: Path) -> None:
    with psycopg.connect(fresh_database.superuser) as connection:
        towns = dict(connection.execute("select slug, id from town").fetchall())
        connection.execute(
            "insert into loan (town_id, id, asset_id, role, partner_town, partner_asset, key, state, agreed, first_seen, last_seen)"
            " select town_id, gen_random_uuid(), id, 'owner', %s, id, 'k', 'confirmed', '{}', now(), now() from asset"
            " where town_id = %s limit 1",
            (towns["erbach"], towns["oberzent"]),
        )
        for slug in towns.keys() & {"erbach", "oberzent"}:
            connection.execute(
                "insert into shared_use (town_id, id, of_town, key, name, maker, purpose, facets, shared_at)"
                " values (0, gen_random_uuid(), %s, 'bauakte', 'Bauakte', '', '', '{}', now())",
                (towns[slug],),
            )
        connection.execute(
            "insert into joint_snapshot (town_id, id, of_towns, number, taken_at, taken_by, cover, sha256)"
            " values (0, gen_random_uuid(), %s, 'VERBUND', now(), 'x', '{}', '')",
            ([towns["erbach"], towns["oberzent"]],),
        )
    before = everything(fresh_database)
    target = tmp_path / "erbach.zip"
    assert "Datensätze aus" in group("town", "export", "erbach", "--out", target).stderr
    with zipfile.ZipFile(target) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        devices = [json.loads(line) for line in archive.read("tables/asset.jsonl").splitlines()]
        assert archive.testzip() is None
    assert {device["town_id"] for device in devices} == {towns["erbach"]}
    mine = {name: {row for row in rows if json.loads(row).get("town_id") == towns["erbach"]} for name, rows in before.items()}
    assert {name: len(rows) for name, rows in mine.items() if rows} == {
        name: said["rows"] for name, said in manifest["tables"].items() if said["rows"] and not name.startswith("audit")
    }

    said = group("town", "leave", "erbach", "--archive", target, "--name", "Erbach").stderr
    assert "Keiner ist übrig" in said
    proof = json.loads((tmp_path / "erbach.nachweis.json").read_text())
    assert (proof["town"], proof["left"], proof["accounts"]) == ("erbach", {}, 1)
    assert proof["deleted"]["asset"] == len(devices)
    assert (proof["deleted"]["loan.partner_town"], proof["deleted"]["shared_use.of_town"]) == (1, 1)
    assert proof["deleted"]["joint_snapshot.of_towns"] == 1
    after = everything(fresh_database)
    assert not after["joint_snapshot"]
    assert not [row for rows in after.values() for row in rows if f'"town_id": {towns["erbach"]},' in row]
    assert not [row for row in after["account"] if "kim@erbach" in row]
    assert [row for row in after["account"] if "isb@verbund" in row]
    assert [json.loads(row)["of_town"] for row in after["shared_use"]] == [towns["oberzent"]]
    others = {name: rows - mine[name] for name, rows in before.items()}
    for name in ("asset", "record", "value", "identifier", "collection"):
        assert after[name] == others[name], name
    assert "gibt es nicht" in group("town", "export", "erbach", "--out", tmp_path / "zwei.zip", code=1).stderr
    assert group("audit", "verify").returncode == 0


def test_what_is_not_exactly_what_the_archive_holds_is_not_deleted(group: Command, fresh_database: Any, tmp_path: Path) -> None:
    target = tmp_path / "erbach.zip"
    group("town", "export", "erbach", "--out", target)
    assert "gibt es schon" in group("town", "export", "erbach", "--out", target, code=1).stderr
    leave = ("town", "leave", "erbach", "--archive")
    assert "Die Stadt heißt „Erbach“" in group(*leave, target, "--name", "erbach", code=1).stderr
    assert "gehört zu „erbach“" in group("town", "leave", "oberzent", "--archive", target, "--name", "Oberzent", code=1).stderr
    assert "keine Ausgabe einer Stadt" in group(*leave, tmp_path / "liste.csv", "--name", "Erbach", code=1).stderr
    broken = tmp_path / "kaputt.zip"
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"{}\n" if name == "tables/asset.jsonl" else old.read(name))
    assert "beschädigt" in group(*leave, broken, "--name", "Erbach", code=1).stderr
    more = tmp_path / "neu.csv"
    more.write_bytes(LIST.replace(b"ERB-0001", b"ERB-0099").replace(b"VCF1234567", b"VCF7777777"))
    group("import", more, "--town", "erbach", "--observed-at", AT)
    assert "Seit der Ausgabe hat sich etwas geändert." in group(*leave, target, "--name", "Erbach", code=1).stderr
    with psycopg.connect(fresh_database.superuser) as connection:
        assert (
            connection.execute("select count(*) from asset a join town t on t.id = a.town_id where t.slug = 'erbach'").fetchone()[
                0
            ]
            > 3
        )  # type: ignore[index]  # a count has a row
