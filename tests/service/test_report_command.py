"""`odenwacht report` as users script it."""

from pathlib import Path

from tests.service.pdf_verify import reading, verify
from tests.service.test_command_line import LIST, Command, erbach, odenwacht

__all__ = ["erbach", "odenwacht"]


def test_the_list_names_every_report(odenwacht: Command) -> None:
    lines = odenwacht("report", "list").stdout.splitlines()
    assert "mayor\tBericht zur Informationssicherheit" in lines
    assert {line.split("\t")[0] for line in lines} >= {
        "mayor", "inventory", "risk-register", "scan-statement", "end-of-support", "software-matrix", "labels", "reference",
    }  # fmt: skip


def test_a_report_is_written_as_file_and_as_page(erbach: Command, tmp_path: Path) -> None:
    paper, page = tmp_path / "a.pdf", tmp_path / "a.html"
    done = erbach("report", "mayor", "--town", "erbach", "--out", paper, "--html", page)
    assert done.stdout == ""
    assert verify(paper.read_bytes()) == []
    html = page.read_text(encoding="utf-8")
    assert "5 Themen ohne aktuelle Daten" in html
    assert 'href="/' not in html


def test_what_is_missing_is_one_sentence(erbach: Command, tmp_path: Path) -> None:
    done = erbach("report", "mayor", "--town", "erbach", code=1)
    assert "--out DATEI.pdf" in done.stderr
    done = erbach("report", "reference", "--part", "A3", "--town", "erbach", "--out", tmp_path / "a.json", code=1)
    assert "Halten Sie zuerst einen fest." in done.stderr
    done = erbach("report", "mayor", "--town", "nirgends", "--out", tmp_path / "a.pdf", code=1)
    assert "Diese Stadt gibt es nicht" in done.stderr
    done = erbach("report", "mayor", "--town", "erbach", "--out", "/nirgends/a.pdf", code=1)
    assert "nicht schreiben" in done.stderr
    erbach("report", "mayor", "--as-of", "gestern", code=2)


def test_labels_are_sheets_to_print_and_a_list_to_check(erbach: Command, tmp_path: Path) -> None:
    paper, page, estate = tmp_path / "a.pdf", tmp_path / "a.html", tmp_path / "a.csv"
    done = erbach("report", "labels", "--town", "erbach", "--out", paper, code=1)
    assert "noch kein Gerät" in done.stderr
    estate.write_text(LIST, encoding="utf-8")
    erbach("import", estate, "--town", "erbach")
    erbach("report", "labels", "--town", "erbach", "--out", paper, "--html", page, "--sheet", "62x29")
    assert verify(paper.read_bytes()) == []
    assert all(f"ER-00{n}" in str(reading(paper.read_bytes())) for n in (1, 2))
    html = page.read_text(encoding="utf-8")
    assert html.count("/towns/erbach/scan-label/") == 2
    done = erbach("report", "labels", "--town", "erbach", "--out", paper, "--first", "99", code=1)
    assert "Er hat die Plätze 1 bis 24." in done.stderr
