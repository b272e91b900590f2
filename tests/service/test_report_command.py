"""`odenwacht report` as users script it."""

from pathlib import Path

from tests.service.pdf_verify import verify
from tests.service.test_command_line import Command, erbach, odenwacht

__all__ = ["erbach", "odenwacht"]


def test_the_list_names_every_report(odenwacht: Command) -> None:
    lines = odenwacht("report", "list").stdout.splitlines()
    assert "mayor\tBericht zur Informationssicherheit" in lines
    assert {line.split("\t")[0] for line in lines} >= {"mayor", "inventory", "risk-register", "scan-statement"}


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
    done = erbach("report", "mayor", "--town", "nirgends", "--out", tmp_path / "a.pdf", code=1)
    assert "Diese Stadt gibt es nicht" in done.stderr
    done = erbach("report", "mayor", "--town", "erbach", "--out", "/nirgends/a.pdf", code=1)
    assert "nicht schreiben" in done.stderr
    erbach("report", "mayor", "--as-of", "gestern", code=2)
