"""Words and states of offers and templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from service.cooperation import rules
from service.cooperation.rules import Offer, OtherOffer, OtherTemplate, Template
from service.errors import Wrong

TODAY = date(2026, 11, 20)
OFFER = Offer(uuid4(), "device", "Beamer", "", TODAY, "IT")
TEMPLATE = Template(uuid4(), "guide", "Anleitung", "Text", edition=3, version=7)


def test_an_open_offer_ends_by_itself_after_its_last_day() -> None:
    assert OFFER.shown_state(TODAY) == "open"
    assert OFFER.shown_state(date(2026, 11, 21)) == "expired"
    assert replace(OFFER, state="given").shown_state(date(2026, 11, 21)) == "given"


@pytest.mark.parametrize(
    ("change", "where"),
    [({"kind": "x"}, "kind"), ({"title": ""}, "title"), ({"contact": ""}, "contact"), ({"valid_until": date(2026, 11, 19)}, "valid_until")],
)  # fmt: skip
def test_what_cannot_be_offered_is_named(change: dict[str, object], where: str) -> None:
    rules.check_offer(OFFER, TODAY)
    with pytest.raises(Wrong) as wrong:
        rules.check_offer(replace(OFFER, **change), TODAY)  # type: ignore[arg-type]  # fields by name
    assert wrong.value.where == where


def test_a_template_needs_a_text_or_a_file() -> None:
    rules.check_template(replace(TEMPLATE, text=""), has_file=True)
    with pytest.raises(Wrong, match="leer"):
        rules.check_template(replace(TEMPLATE, text=" \n"), has_file=False)


def test_readers_get_a_new_edition_only_when_what_they_read_changed() -> None:
    assert rules.next_edition(TEMPLATE, replace(TEMPLATE, shared=True, version=8), new_file=False) == 3
    assert rules.next_edition(TEMPLATE, replace(TEMPLATE, text="Neu"), new_file=False) == 4
    assert rules.next_edition(TEMPLATE, TEMPLATE, new_file=True) == 4


def test_a_copy_remembers_its_origin_and_is_shared_with_nobody() -> None:
    theirs = OtherTemplate(uuid4(), 2, "Erbach", "guide", "Anleitung", "Text", 5, "a.pdf", "pdf", None)
    copy = rules.copied(theirs, uuid4())
    assert (copy.origin, copy.origin_name, copy.origin_edition, copy.edition, copy.shared) == (theirs.id, "Erbach", 5, 1, False)
    assert (copy.title, copy.text, copy.file_name) == ("Anleitung", "Text", "a.pdf")


def test_an_answer_ends_with_what_can_be_seen_of_the_offer() -> None:
    seen = OtherOffer(uuid4(), 2, "Erbach", "device", "Beamer", "", TODAY, "IT", mine=False, answered=True)
    assert rules.answer_state(seen) == "waiting"
    assert rules.answer_state(replace(seen, mine=True)) == "ours"
    assert rules.answer_state(None) == "gone"


def test_an_empty_line_begins_a_paragraph() -> None:
    assert rules.paragraphs("a\r\nb\r\n\r\n\r\nc\n") == [["a", "b"], ["c"]]
