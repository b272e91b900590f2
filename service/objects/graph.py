"""The graph of needs (Abhängigkeiten): ways, circles, what lies above and below an object, columns for drawing.

Pure; objects are any hashable keys. An edge (consumer, provider) reads "consumer needs provider".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def below(edges: Iterable[tuple[Key, Key]]) -> dict[Key, list[Key]]:
    """Consumer → its providers, in the order of the edges."""
    found: dict[Key, list[Key]] = {}
    for consumer, provider in edges:
        found.setdefault(consumer, []).append(provider)
    return found


def way(edges: Iterable[tuple[Key, Key]], start: Key, end: Key) -> tuple[Key, ...] | None:
    """The shortest way from `start` to `end` along needs; None if there is none."""
    providers = below(edges)
    came: dict[Key, Key | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == end:
            found: list[Key] = []
            at: Key | None = here
            while at is not None:
                found.append(at)
                at = came[at]
            return tuple(reversed(found))
        for provider in providers.get(here, ()):
            if provider not in came:
                came[provider] = here
                waiting.append(provider)
    return None


def circle(edges: Iterable[tuple[Key, Key]], consumer: Key, provider: Key) -> tuple[Key, ...] | None:
    """The circle that a new need would close, beginning and ending with `consumer`; None if it closes none."""
    back = way(edges, provider, consumer)
    return None if back is None else (consumer, *back)


def closure(edges: Iterable[tuple[Key, Key]], start: Key) -> frozenset[Key]:
    """The object and everything it needs, directly or not."""
    providers = below(edges)
    found, waiting = {start}, [start]
    while waiting:
        for provider in providers.get(waiting.pop(), ()):
            if provider not in found:
                found.add(provider)
                waiting.append(provider)
    return frozenset(found)


def around(edges: Sequence[tuple[Key, Key]], start: Key) -> frozenset[Key]:
    """Everything above and below an object, and itself."""
    return closure(edges, start) | closure([(b, a) for a, b in edges], start)


def columns(keys: Sequence[Key], edges: Sequence[tuple[Key, Key]]) -> list[list[Key]]:
    """Keys in columns so that every provider stands right of its consumers; within a column near its neighbours.

    Edges that close a circle are left aside; the same arguments always give the same columns.
    """
    known = dict.fromkeys(keys)
    edges = _without_circles(known, [(a, b) for a, b in edges if a in known and b in known and a != b])
    depth: dict[Key, int] = dict.fromkeys(known, 0)
    for _turn in known:
        moved = False
        for consumer, provider in edges:
            if depth[provider] <= depth[consumer]:
                depth[provider] = depth[consumer] + 1
                moved = True
        if not moved:
            break
    found: list[list[Key]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key in known:
        found[depth[key]].append(key)
    above: dict[Key, list[Key]] = {}
    for consumer, provider in edges:
        above.setdefault(provider, []).append(consumer)
    row = {key: i for column in found for i, key in enumerate(column)}
    for column in found[1:]:
        column.sort(key=lambda key: sum(row[x] for x in above.get(key, ())) / max(1, len(above.get(key, ()))))
        row |= {key: i for i, key in enumerate(column)}
    return found


def _without_circles(keys: Mapping[Key, None], edges: Sequence[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
    """The edges but those that lead back into what is still being walked through."""
    providers, kept = below(edges), []
    state: dict[Key, int] = {}
    for root in keys:
        stack: list[tuple[Key, int]] = [(root, 0)]
        while stack:
            key, i = stack.pop()
            state[key] = 1
            nexts = providers.get(key, [])
            if i == len(nexts):
                state[key] = 2
                continue
            stack.append((key, i + 1))
            if state.get(nexts[i]) != 1:
                kept.append((key, nexts[i]))
                if nexts[i] not in state:
                    stack.append((nexts[i], 0))
    return list(dict.fromkeys(kept))
