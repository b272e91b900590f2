"""The demonstration's offers and templates: made through the stores, seen as row security lets them be seen."""

from __future__ import annotations

from datetime import UTC, datetime

from service.audit.chain import Actor
from service.auth.people import TownRef
from service.cooperation.store import door, offers, templates
from service.demo import cooperation


async def test_the_demonstration_shows_offers_answers_and_templates(towns: dict[str, int]) -> None:
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    known = {slug: TownRef(number, slug, slug.capitalize()) for slug, number in towns.items()}
    people = {f"it_{slug}": Actor("Vorführung") for slug in towns}
    assert await cooperation.fill(known, people, now) == 8
    async with door(towns["oberzent"]) as tx:
        seen = await offers.others(tx, towns["oberzent"], now.date())
        assert [one.kind for one in seen if one.mine] == ["training"]
    async with door(towns["erbach"]) as tx:
        assert [one.state for one in await offers.own_answers(tx, towns["erbach"], now.date())] == ["gone"]
        assert [one.origin_name for one in await templates.own(tx, towns["erbach"]) if one.origin] == ["Michelstadt"]
    async with door(towns["brombachtal"]) as tx:
        assert len(await templates.others(tx, towns["brombachtal"])) == 3
