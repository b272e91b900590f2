"""The list of devices: found, narrowed, sorted, counted."""

from __future__ import annotations

from typing import Any

import pytest

from service.db import town_tx
from service.inventory import store
from service.inventory.views import SORTS, AssetFilter
from tests.inventory.sightings import M1, M2, M3, host, row
from tests.inventory.test_store_intake import BY, NOW, at, take

LIST = [
    row(
        1,
        name="ERB-NB10",
        serial="PF3ABCDE",
        mac=M1,
        kind="notebook",
        vendor="Lenovo",
        fields={"room": "2.01", "user": "Kim Öztürk"},
    ),
    row(2, name="ERB-NB9", serial="PF3ABCDF", mac=M2, kind="notebook", vendor="Dell", fields={"room": "1.07"}),
    row(3, name="Äpfel-PC", serial="PF3ABCDG", mac=M3, kind="workstation", vendor="100%_Prüfung"),
]


@pytest.fixture
async def erbach(towns: dict[str, int]) -> int:
    town = towns["erbach"]
    async with town_tx([town], town) as tx:
        await store.put_network(tx, town, "10.61.20.0/24", by=BY, now=NOW, name="Rathaus")
    await take(town, at(90), *LIST)
    await take(town, at(40), host("10.61.20.9", M2, says="ERB-NB9"))
    await take(town, at(1), host("10.61.20.10", M1, says="ERB-NB10"))
    return town


async def names(town: int, narrow: AssetFilter | None = None, **how: Any) -> list[str]:
    async with town_tx([town]) as tx:
        page = await store.assets(tx, town, narrow, now=NOW, **how)
    assert page.total >= len(page.rows)
    return [one.name for one in page.rows]


async def test_names_sort_as_people_expect(erbach: int) -> None:
    assert await names(erbach) == ["Äpfel-PC", "ERB-NB9", "ERB-NB10"]
    assert await names(erbach, sort="-name") == ["ERB-NB10", "ERB-NB9", "Äpfel-PC"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("öztürk", ["ERB-NB10"]),
        ("PF3ABCDF", ["ERB-NB9"]),
        ("54:e1:ad:00:00:01", ["ERB-NB10"]),
        ("10.61.20.9", ["ERB-NB9"]),
        ("dell 1.07", ["ERB-NB9"]),
        ("100%_prüfung", ["Äpfel-PC"]),
        ("1000_", []),
        ("erb-nb", ["ERB-NB9", "ERB-NB10"]),
        ("'; drop table asset; --", []),
    ],
)
async def test_a_search_finds_by_anything_that_stands_on_a_device(erbach: int, q: str, found: list[str]) -> None:
    assert await names(erbach, AssetFilter(q=q)) == found


async def test_filters_narrow_together(erbach: int) -> None:
    async with town_tx([erbach]) as tx:
        (network,) = await store.networks(tx, erbach)
    assert await names(erbach, AssetFilter(network=network.id)) == ["ERB-NB9", "ERB-NB10"]
    assert await names(erbach, AssetFilter(network=network.id, seen="30d")) == ["ERB-NB10"]
    assert await names(erbach, AssetFilter(seen="longer")) == ["ERB-NB9"]
    assert await names(erbach, AssetFilter(seen="never")) == ["Äpfel-PC"]
    assert await names(erbach, AssetFilter(kind="workstation", source="list", status="in_use")) == ["Äpfel-PC"]
    assert network.assets == 2


async def test_pages_hold_every_device_once(erbach: int) -> None:
    seen = [name for page in (1, 2, 3, 4) for name in await names(erbach, page=page, size=1)]
    assert seen == ["Äpfel-PC", "ERB-NB9", "ERB-NB10"]


@pytest.mark.parametrize("sort", [*SORTS, "erfunden", "name; drop table asset"])
async def test_every_order_shows_the_same_devices(erbach: int, sort: str) -> None:
    assert sorted(await names(erbach, sort=sort)) == ["ERB-NB10", "ERB-NB9", "Äpfel-PC"]
