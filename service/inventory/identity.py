"""Which records are the same device? The doors of the merge: `clues`, `link`, `traces`, `loans`, `explain`.

Pure: the same records and decisions give the same answer in any order, and importing one by one ends where importing
all at once ends, because `link` always sees all records of its town (rules: `domain.md` 2.2-2.7).
"""

from __future__ import annotations

from collections.abc import Sequence

from service.inventory import floating, rows, slips, strays
from service.inventory.asset import Decision
from service.inventory.clues import Clues, clues
from service.inventory.continuity import attribute
from service.inventory.evidence import Evidence
from service.inventory.grouping import Grouping
from service.inventory.linking import Linking
from service.inventory.loans import Loan, Trace, loans, traces
from service.inventory.naming import join_names, usable_names
from service.inventory.outcome import Outcome
from service.inventory.sharing import learn
from service.inventory.trust import dynamic_spots, trusted
from service.inventory.vetoes import Aliases
from service.inventory.wishes import Wishes
from service.inventory.words import explain

__all__ = ["Clues", "Loan", "Trace", "clues", "explain", "link", "loans", "traces"]


def link(town: Sequence[Clues], decisions: Sequence[Decision] = ()) -> Linking:
    """All records of one town and its people's decisions, made into devices.

    The order of work: strong and medium identifiers, then people, then names, then addresses before and after.
    """
    evidence = Evidence(town)
    slipped = slips.correct(evidence, Aliases(evidence))
    wishes = Wishes(evidence, decisions)
    aliases = Aliases(evidence)
    grouping = Grouping(evidence, aliases, learn(evidence, aliases), wishes)
    grouping.run()
    floating.release(grouping)
    strays.release(grouping)
    grouping.unite()
    dynamic = dynamic_spots(grouping)
    names = usable_names(grouping, trusted(grouping, dynamic))
    named = join_names(grouping, names)
    identified = [bool(grouping.usable(i) or names[i]) and i not in named.unclear for i in range(len(evidence.records))]
    rows.keep(grouping, identified, set(named.unclear))
    rules, left = attribute(grouping, identified, dynamic)
    return Outcome(grouping, names, identified, rules, left, named, slipped).build(decisions)
