"""The map of a site: columns by distance, no box over another, every box a link with a name."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.charts import Drawing, Link, Rect, labels, svg
from service.inventory import cablemap
from service.inventory.views import LinkCount, LinkRow

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


def cable(one: int, other: int, *, kind: str = "switch", port: str = "24", far: str = "1", via: int = 0) -> LinkRow:
    behind = UUID(int=via) if via else None
    return LinkRow(
        UUID(int=one * 100 + other), UUID(int=one), f"sw-{one}", "switch", port, (), "behind" if via else "plugged",
        UUID(int=other), f"sw-{other}", kind, far, (), behind, f"sw-{via}" if via else None, "switch" if via else None,
        (), ("lldp",), "sure", AT, None, None, None,
    )  # fmt: skip


def draw(links: list[LinkRow], counts: list[LinkCount] | None = None) -> Drawing:
    return cablemap.draw("Rathaus", links, counts or [], lambda key: f"/assets/{key.int}")


def boxes(drawing: Drawing) -> dict[str, Rect]:
    return {link.name: link.shapes[0] for link in drawing.shapes if isinstance(link, Link)}  # type: ignore[misc]  # links have names


def test_the_way_out_stands_left_and_each_cable_leads_one_column_to_the_right() -> None:
    drawing = draw(
        [cable(1, 2), cable(2, 3), cable(1, 9, kind="firewall")], [LinkCount(UUID(int=3), "sw-3", "switch", "phone", 7)]
    )
    found = boxes(drawing)
    order = sorted(found, key=lambda name: found[name].x)
    assert order == ["sw-9 Firewall", "sw-1 Switch", "sw-2 Switch", "sw-3 Switch", "7 Endgeräte 7 IP-Telefon an sw-3"]
    assert "24 – 1" in labels(drawing)
    assert drawing.caption == "Rathaus: 4 Geräte im Netz und 7 Endgeräte daran."


def test_a_second_way_round_is_told_but_not_drawn() -> None:
    assert "1 weitere Verbindung steht nur in der Tabelle." in draw([cable(1, 2), cable(2, 3), cable(1, 3)]).caption


def test_what_hangs_behind_another_device_is_drawn_behind_it() -> None:
    found = boxes(draw([cable(1, 9, kind="firewall"), cable(1, 2), cable(1, 4, kind="access_point", via=2)]))
    assert found["sw-1 Switch"].x < found["sw-2 Switch"].x < found["sw-4 WLAN-Zugangspunkt"].x


PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] != pair[1]), max_size=25)


@given(PAIRS, st.lists(st.integers(1, 14), max_size=6), st.randoms(use_true_random=False))
def test_no_two_boxes_overlap_all_are_inside_and_the_order_of_links_does_not_matter(pairs, ends, rng) -> None:
    links = [cable(*pair) for pair in dict.fromkeys(tuple(sorted(pair)) for pair in pairs)]
    counts = [LinkCount(UUID(int=n), f"sw-{n}", "switch", "phone", n) for n in dict.fromkeys(ends)]
    drawing = draw(links, counts)
    rects = list(boxes(drawing).values())
    assert len(rects) == len({n for pair in pairs for n in pair} | set(ends)) + len(counts)
    for one, other in itertools.combinations(rects, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
    assert all(r.x + r.width <= drawing.width and r.y + r.height <= drawing.height for r in rects)
    rng.shuffle(links)
    assert set(boxes(draw(links, counts))) == set(boxes(drawing))
    assert "style=" not in svg(drawing)
