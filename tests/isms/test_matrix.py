"""Versions of the risk matrix: what may be one, who sees what it moves, and that old risks keep theirs until rated again."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from isms.matrix import FIRST, Scheme, current, differences, fault, grid, moved
from isms.risk import CATEGORIES, DAMAGES
from isms.snapshots.freeze import documents, manifest
from isms.snapshots.store.gather import gather
from isms.store import matrix as store
from isms.store import risks
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.db import town_tx
from service.settings import now

ISB = Actor("ISB")
PAGE = "/group/risks/matrix"
SHIPPED = [word for damage in reversed(DAMAGES) for word in FIRST.cells[damage]]
STRICT = [*SHIPPED[:8], "mittel", *SHIPPED[9:]]
"""begrenzt × selten is mittel; so is begrenzt × mittel, or it would fall."""
STRICT[9] = "mittel"


def test_only_a_matrix_that_never_falls_and_has_its_corners_is_one() -> None:
    assert fault(grid(SHIPPED)) is None
    assert fault(grid(STRICT)) is None
    assert "häufig" in str(fault(grid([*SHIPPED[:2], "gering", *SHIPPED[3:]])))
    assert "Ecke" in str(fault(grid(["mittel"] * 16)))
    with pytest.raises(ValueError, match="16"):
        grid(SHIPPED[1:])
    with pytest.raises(ValueError, match="16"):
        grid([*SHIPPED[1:], "riesig"])


@pytest.mark.parametrize("place", range(16))
def test_every_single_change_is_judged_as_its_neighbours_say(place: int) -> None:
    """Oracle: all pairs of cells, one nowhere below the other."""
    spots = list(product(reversed(range(4)), range(4)))
    for word in CATEGORIES:
        words = [*SHIPPED[:place], word, *SHIPPED[place + 1 :]]
        level = dict(zip(spots, map(CATEGORIES.index, words), strict=True))
        falls = any(a[0] <= b[0] and a[1] <= b[1] and level[a] > level[b] for a, b in product(spots, spots))
        corners = words[12] == "gering" and words[3] == "sehr hoch"
        assert (fault(grid(words)) is None) == (corners and not falls)


def test_the_version_of_a_day_is_the_newest_that_has_begun() -> None:
    day = now().date()
    second, third = (Scheme(n, grid(STRICT), day + timedelta(days=n)) for n in (2, 3))
    found = [current([third, second, FIRST], day + timedelta(days=n)).number for n in (1, 2, 3, 9)]
    assert found == [1, 2, 3, 3]
    assert [(x.damage, x.frequency, x.before, x.after) for x in differences(FIRST, grid(STRICT))] == [
        ("begrenzt", "selten", "gering", "mittel"),
        ("begrenzt", "mittel", "gering", "mittel"),
    ]


async def test_the_officer_previews_and_publishes_and_old_risks_keep_their_version_until_rated_again(log_in, towns) -> None:
    for slug in ("erbach", "oberzent"):
        town = towns[slug]
        async with town_tx({town}, town) as tx:
            key = await risks.save(tx, town, Entered("Klein", frequency="selten", damage="begrenzt"), ISB, now())
            await risks.save(tx, town, Entered("Groß", frequency="häufig", damage="existenzbedrohend"), ISB, now())
            await risks.request(tx, town, key, "gering", now().date() + timedelta(days=60), ISB, now())
    officer = await log_in("isb", "erbach", "michelstadt")
    form = {"cells": STRICT, "reason": "Strenger bei kleinen Schäden", "version": "1", "act": "preview"}
    page = (await officer.send_form(PAGE, form)).text
    assert "Erbach: R-001 Klein" in page
    assert "Oberzent" not in page, "the officer's own towns only"
    assert "Groß" not in page
    falling = [*SHIPPED[:2], "gering", *SHIPPED[3:]]
    refused = await officer.send_form(PAGE, form | {"cells": falling})
    assert refused.status_code == 422
    assert "niedriger bewertet" in refused.text
    assert (await officer.send_form(PAGE, form | {"act": "publish", "reason": ""})).status_code == 422
    assert (await officer.send_form(PAGE, form | {"act": "publish"})).status_code == 303
    late = await officer.send_form(PAGE, form | {"act": "publish"})
    assert late.status_code == 409
    assert "Jemand war schneller" in late.text
    town = towns["erbach"]
    async with town_tx({town, 0}) as tx:
        item = next(x for x in await risks.risks(tx, town) if x.title == "Klein")
        assert (item.category, item.matrix_version) == ("gering", 1)
        given = await gather(tx, town, now())
    told = manifest(given, documents(given), number="ERB-1", serial=1, at=now(), occasion="").decode()
    assert '"matrix":2' in told
    assert "Risikomatrix, Fassung 2" in documents(given)["A.5"].decode()
    listed = (await officer.get("/towns/erbach/risks")).text
    assert "2 Risiken sind noch nach einer früheren Fassung bewertet." in listed
    assert "statt „gering“" in (await officer.get(f"/towns/erbach/risks/{item.id}")).text
    assert (await officer.send_form(f"/towns/erbach/risks/{item.id}/rerate", {})).status_code == 303
    async with town_tx({town}) as tx:
        again = await risks.risk(tx, town, item.id)
        steps = await risks.acceptances(tx, town, item.id)
        others = {x.title: x.matrix_version for x in await risks.risks(tx, town)}
    assert (again.category, again.matrix_version, again.version) == ("mittel", 2, item.version + 1)
    assert "gestiegen" in again.holds(steps, now().date())[1], "the mayor has to take over what is mittel"
    assert others == {"Klein": 2, "Groß": 1}
    assert moved([again], Scheme(2, grid(STRICT))) == ()
    async with town_tx({town}) as tx:
        assert [x.number for x in await store.versions(tx)] == [2, 1]


async def test_nobody_but_the_officer_opens_the_matrix(log_in, towns) -> None:
    for role in ("mayor", "it_admin", "auditor"):
        assert (await (await log_in(role, "erbach")).get(PAGE)).status_code == 403
