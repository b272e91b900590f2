"""What may stand in a template (S15): no inline style or script, no unescaped text, no foreign classes, no untranslated German."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "node_modules" not in path.parts)
FRAME = {"base.html", "fragment.html", "error.html"}

FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "inline event": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b", re.IGNORECASE),
    "script in a value": re.compile(r"(?:javascript|js):", re.IGNORECASE),
    "condition in hx-trigger": re.compile(r"""hx-trigger\s*=\s*("[^"]*\[|'[^']*\[)"""),
    "script with a body": re.compile(r"<script(?![^>]*\bsrc=)|<script[^>]*>(?!</script>)", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape"),
    "address of another host": re.compile(r"""(?:src|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}
# A style element is allowed in the one file that is opened without a server and without our policy.
STYLE_ELEMENT = {"reports/file.html"}

# Where text becomes markup without escaping: file, and why it is safe there.
MARKUP = {
    "service/web/templates.py": "own msgids, own tags around escaped values, drawings whose every text is escaped",
    "service/web/report.py": "our own style sheets",
}


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_s15_a_template_holds_nothing_that_the_policy_forbids(path: Path) -> None:
    text = without_comments(path)
    found = [f"{why}: {match.group(0)!r}" for why, pattern in FORBIDDEN.items() for match in pattern.finditer(text)]
    if "<style" in text and name(path) not in STYLE_ELEMENT:
        found.append("style element")
    assert found == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        '<a onclick="x()">',
        '<a hx-on:click="x()">',
        "<a hx-vals='js:{a: 1}'>",
        '<a href="javascript:x()">',
        '<a hx-trigger="click[ctrlKey]">',
        "<script>x()</script>",
        "{{ text|safe }}",
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_s15_each_rule_finds_what_it_is_for(bad: str) -> None:
    assert any(pattern.search(bad) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", [path for path in PAGES if path.parent.name != "macros" and name(path) not in FRAME], ids=name)
def test_pages_use_macros_and_no_classes_of_their_own(path: Path) -> None:
    text = without_comments(path)
    classes = re.findall(r"""class\s*=\s*["']([^"']+)["']""", text)
    allowed = {"main"} if name(path) in STYLE_ELEMENT else set()
    assert set(classes) - allowed == set()
    assert "kern-" not in text


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_word_stands_outside_the_translations(path: Path) -> None:
    text = re.sub(r"<style>.*?</style>|{% block body_class %}.*?{% endblock %}", "", without_comments(path), flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "§", text, flags=re.DOTALL)
    found = re.findall(r"""(?:aria-label|title|alt|placeholder)\s*=\s*["']([^"'§]*[A-Za-zÄÖÜäöüß]{2}[^"'§]*)["']""", text)
    text = re.sub(r"<[^<>]*>|<!doctype html>", "\n", text)
    text = re.sub(r"[a-z-]+=\"[a-z]*\"?", "", text)  # attributes that a macro writes by itself
    found += [line.strip() for line in text.replace("§", "\n").splitlines() if re.search(r"[A-Za-zÄÖÜäöüß]{2,}", line)]
    assert [one for one in found if one not in {"Odenwacht", "· Odenwacht"}] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_strings_given_to_macros_are_translated(path: Path) -> None:
    marked = r'(?:ngettext|pgettext|npgettext|gettext|_)\(\s*"[^"]*"(?:\s*,\s*"[^"]*")*'
    text = re.sub(marked, "", without_comments(path))
    strings = [
        one
        for expression in re.findall(r"\{[{%](.*?)[}%]\}", text, flags=re.DOTALL)
        for one in re.findall(r'"([^"]*)"', expression)
    ]
    german = [one for one in strings if re.search(r"[äöüßÄÖÜ]|[A-ZÄÖÜ][a-zäöüß]{2,}", one) and one not in {"Deutsch", "English"}]
    # Names of block kinds are compared, never shown.
    assert [one for one in german if name(path) != "macros/report.html"] == []


def test_every_form_that_changes_something_carries_the_token() -> None:
    for path in PAGES:
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", without_comments(path), flags=re.DOTALL | re.IGNORECASE):
            assert "csrf_field()" in form, name(path)


def test_text_becomes_markup_only_where_it_was_reviewed() -> None:
    places = {
        path.relative_to(ROOT).as_posix()
        for folder in ("service", "isms", "bcm")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bMarkup\(", path.read_text(encoding="utf-8"))
    }
    assert places == set(MARKUP)


def test_colours_stand_in_one_file_only() -> None:
    sheet = (TEMPLATES / "static" / "app.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\b(?:rgb|hsl|oklch)\(", sheet) == []


def test_our_script_stays_small() -> None:
    assert len((TEMPLATES / "static" / "app.js").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_lock_file_names_no_address() -> None:
    lock = (TEMPLATES / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in re.sub(r'"funding": \{[^}]*\}', "", lock)
