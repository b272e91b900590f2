"""Documents: one list of blocks gives the same words on paper, on the page and as text; the paper is tagged."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from service import charts
from service.blocks import Column, Document, Heading, Table, Text, check, opening
from service.pdf import render
from service.plain import as_text, texts
from service.web import report_file
from tests.service.documents import NOW, document, every_block
from tests.service.pdf_verify import reading, verify

HOSTILE = " <b>&amp;</b><img src='/etc/passwd'/> {{7*7}} ' OR 1=1 -- =cmd|' /C calc'!A0 \u202e 漢字 \x00"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render(document())


class Words(HTMLParser):
    """The visible words of a page, links and summaries included."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"svg", "style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"svg", "style", "script"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def words_of(html: str) -> str:
    parser = Words()
    parser.feed(html)
    return " ".join(" ".join(parser.parts).split())


def expected(made: Document) -> Iterator[str]:
    yield made.title
    yield from opening(made)
    for block in made.blocks:
        yield from texts(block)


def in_order(wanted: Iterator[str], found: str) -> None:
    """Every text stands in what was found, one after the other."""
    at = 0
    for text in wanted:
        folded = " ".join(re.sub("[●▲■◌]", " ", text).split())
        where = found.find(folded, at)
        assert where >= 0, f"“{folded}” is missing or out of order after “{found[max(0, at - 60) : at]}”"
        at = where + len(folded)


def test_the_page_shows_the_same_words_in_the_same_order_as_the_blocks() -> None:
    made = document()
    in_order(expected(made), words_of(report_file(made)))


@pytest.mark.system("pdfinfo")
def test_the_paper_shows_the_same_words_in_the_same_order_as_the_blocks(paper: bytes) -> None:
    found = " ".join(re.sub("[●▲■◌☐]", " ", reading(paper)).split())
    in_order(expected(document()), found)


@pytest.mark.system("pdftotext")
def test_the_texts_of_drawings_are_the_same_on_paper_and_page(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(paper)
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True, text=True).stdout
    drawings = [block.drawing for block in every_block() if hasattr(block, "drawing")]
    for drawing in drawings:
        in_svg = re.findall(r"<text[^>]*>([^<]*)</text>", charts.svg(drawing))
        assert tuple(in_svg) == charts.labels(drawing)
        assert all(label in text for label in charts.labels(drawing))
        figures = {cell for row in drawing.data for cell in row}
        assert all(
            re.search(rf"\b{re.escape(label)}\b", " ".join(figures)) for label in charts.labels(drawing) if label.isdigit()
        )


def test_nothing_on_paper_is_painted_for_nobody_and_reading_follows_painting(paper: bytes) -> None:
    assert verify(paper) == []


def test_the_strict_check_finds_what_is_not_tagged() -> None:
    untagged = render(document(), tagged=False)
    assert untagged
    with pytest.raises(AttributeError):
        verify(untagged)


def test_a_table_over_many_pages_is_one_table_whose_repeated_heads_are_decoration() -> None:
    columns = (Column("Name"), Column("Ort"), Column("Zahl", 1, "right"))
    rows = tuple((f"Gerät {i}", "Rathaus " * 20, str(i)) for i in range(200))
    assert verify(render(Document("Lang", "Erbach", NOW, NOW, (Table("Geräte", columns, rows),)))) == []


def test_a_row_taller_than_a_page_goes_on_on_the_next() -> None:
    columns = (Column("Name"), Column("Text", 3), Column("x"))
    made = render(Document("Hoch", "Erbach", NOW, NOW, (Table("Viel", columns, (("a", "Wort " * 2000, "b"),)),)))
    assert verify(made) == []


@pytest.mark.parametrize("checker", ["outloud", "pdfua"])
def test_the_public_checkers_find_no_error(paper: bytes, tmp_path: Path, checker: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(paper)
    arguments = ["--skip", "PAG-001", "--fail-on", "warning", str(path)] if checker == "outloud" else ["check", str(path)]
    done = subprocess.run([BIN / checker, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.system("qpdf", "pdffonts", "pdfinfo")
def test_the_file_is_sound_and_carries_all_its_fonts(paper: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(paper)
    subprocess.run([shutil.which("qpdf") or "qpdf", "--check", path], check=True, capture_output=True)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes yes yes ", line) for line in fonts), fonts
    info = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True).stdout
    assert "Title:           Probe" in info
    assert "Tagged:          yes" in info


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render(document(rows=5)) == render(document(rows=5))


@pytest.mark.system("pdfinfo")
def test_hostile_texts_stand_on_paper_and_page_literally() -> None:
    made = document(HOSTILE, rows=3)
    data = render(made)
    assert verify(data) == []
    assert "<b>&amp;</b><img src='/etc/passwd'/> {{7*7}}" in reading(data)
    html = report_file(made)
    assert "<b>&amp;amp;</b>" not in html
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;&lt;img" in html
    assert "<img" not in html


def test_drawing_a_document_opens_no_file_of_its_words_and_no_connection() -> None:
    """In a process of its own, because an audit hook stays for ever."""
    script = """
import sys
from tests.service.documents import document
from service.pdf import render
render(document(rows=1))
opened = []
def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec")) or event == "open":
        opened.append((event, str(arguments[0])))
sys.addaudithook(watch)
render(document(" <img src='/etc/passwd'/> <a href='http://example.org'>", rows=3))
bad = [what for what in opened if "/etc/" in what[1] or not what[0] == "open"]
print(bad, [what for what in opened if what[0] == "open"])
sys.exit(bool(bad) or any(not name.endswith((".py", ".pyc", ".ttf")) for _, name in opened))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_heading_levels_never_skip() -> None:
    with pytest.raises(ValueError, match="level 3 after level 1"):
        check((Heading("a"), Heading("b", 3)))


def test_a_row_must_fit_its_columns_and_links_must_be_https() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        check((Table("x", (Column("a"), Column("b")), (("1",),)),))
    with pytest.raises(ValueError, match="https"):
        check((Text("x", href="javascript:alert(1)"),))


def test_the_text_of_blocks_is_worth_reading(update_goldens: bool) -> None:
    golden = Path(__file__).parent / "goldens" / "every_block.txt"
    text = as_text(every_block(rows=2))
    if update_goldens:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_svg_has_neither_style_nor_script_and_names_its_links() -> None:
    picture = next(block.drawing for block in every_block(" </svg><script>x()</script>") if hasattr(block, "drawing"))
    written = charts.svg(picture)
    assert "style=" not in written
    assert "<script" not in written
    assert 'aria-label="häufig, begrenzt: 2 mittel"' in written
