"""Which catalogues count in a town's one Umsetzungsgrad."""

from __future__ import annotations

import pytest

from isms.editions.store import adoption
from isms.measures import Claim
from isms.store import catalogues, sheets, standing
from service.db import town_tx
from service.errors import Wrong
from service.settings import now
from tests.isms.editions.files import oscal
from tests.isms.editions.test_store import BY, adopt, say, start, take_in


async def test_a_catalogue_added_later_counts_only_once_a_person_says_so(db, towns) -> None:
    town = towns["erbach"]
    await start(town)
    await take_in(town, oscal("Haus", "1", [("k1", "A.1", "Eins", "Eins."), ("k2", "A.2", "Zwei", "Zwei.")]))
    async with town_tx({town, 0}) as tx:
        before = (await standing.figures(tx, town, now().date())).quota
    placed = await adopt(town, "haus")
    await say(town, "k1", Claim.JA)
    async with town_tx({town, 0}, town) as tx:
        whole = await standing.all_figures(tx, town, now().date())
        sheet = await sheets.load(tx, town, now().date())
        assert whole.of().quota == before == sheet.quota
        own = whole.of("haus").quota
        assert (own.total, own.done) == (placed, 1)
        with pytest.raises(Wrong, match="Ein Katalog muss"):
            await adoption.count(tx, town, catalogues.STARTER, False, BY)
        await adoption.count(tx, town, "haus", True, BY)
        assert (await standing.figures(tx, town, now().date())).quota.total == before.total + placed
        found, spots = await standing.find(tx, town, now().date(), standing.Wanted(catalogue="haus"), limit=99)
        assert found == placed
        assert {control for _target, control in spots} == {"k1", "k2"}
        assert {x.requirement.catalogue for x in (await sheets.load(tx, town, now().date(), spots=spots)).entries} == {"haus"}
