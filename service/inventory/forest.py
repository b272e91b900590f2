"""Union-find over the records of one town."""

from __future__ import annotations

from collections.abc import Iterable


class Forest:
    """Union-find over records; the oldest record is the root."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))
        self._members: dict[int, list[int]] | None = None

    def find(self, i: int) -> int:
        """The root of a record's group."""
        parent = self.parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, a: int, b: int) -> int:
        """Make two groups one; returns its root."""
        a, b = self.find(a), self.find(b)
        if a > b:
            a, b = b, a
        if a != b:
            self.parent[b] = a
            if self._members is not None:
                self._members[a] += self._members.pop(b)
        return a

    def members(self, root: int) -> list[int]:
        """The records of one group in no particular order; once asked for, they are kept up to date."""
        if self._members is None:
            self._members = self.groups()
        return self._members[root]

    def scatter(self, members: Iterable[int]) -> None:
        """Every record of some whole groups alone again."""
        for i in members:
            self.parent[i] = i
        self._members = None

    def groups(self) -> dict[int, list[int]]:
        """Members of every group by root, oldest first."""
        out: dict[int, list[int]] = {}
        find = self.find
        for i in range(len(self.parent)):
            root = find(i)
            if root == i:
                out[i] = [i]
            else:
                out[root].append(i)
        return out
