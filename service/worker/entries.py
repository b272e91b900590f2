"""What became of single entries of a file or a scan, in words: rows that are one device, addresses that are none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from scanners.lists.listing import Line, row_of
from scanners.observation import Observation, Problem, Source
from service.inventory import folding, labels
from service.inventory.fields import OWN_EXPORT
from service.inventory.store import Taken, TakenRow

MOST = 200
"""Most addresses without a device that a run keeps."""
MOST_WORDS = 20
"""Most unknown words for kinds that a dry run names."""

_IDENTITIES = (("uuids", "UUID"), ("serials", "Seriennummer"), ("macs", "MAC-Adresse"), ("ips", "IP-Adresse"))
_SINGLE = ("kind", "model", "os", "os_version", "firmware", "inventory_no")


def doubles(rows: Iterable[TakenRow], seen: Mapping[str, Observation], places: Mapping[str, str]) -> dict[str, Problem]:
    """Key of a row → the word that it and an earlier row are one device. `places` says where each row stands in the file."""
    first: dict[UUID, str] = {}
    out: dict[str, Problem] = {}
    for row in rows:
        if row.asset is None or row.key not in seen:
            continue
        before = first.setdefault(row.asset, row.key)
        if before != row.key:
            here, there = (_at(key, places) for key in (row.key, before))
            out[row.key] = Problem(here, _same(seen[row.key], seen[before], here, there))
    return out


def hints(taken: Taken, seen: Mapping[str, Observation], places: Mapping[str, str]) -> list[Problem]:
    """What a person should know before taking a list over: numbers given twice, numbers that are none, words that do not hold."""
    keys = {row.record: row.key for row in taken.rows}
    out = [
        *_twice(taken, seen, places),
        *_slipped(taken, keys, seen, places),
        *_fewer(taken, keys, seen, places),
        *_placeholders(seen, places),
        *_unknown_kinds(seen, places),
    ]
    numbers = {row.key: row.outcome for row in taken.rows}
    asked = {step.name for step in taken.plan.steps if step.what == "ask" and step.kind == "duplicate"}
    for key, one in seen.items():
        if one.inventory_no and folding.fold_inventory(one.inventory_no).upper() in asked and numbers.get(key) == "new":
            out.append(
                Problem(
                    _at(key, places),
                    f"Die Inventarnummer {one.inventory_no} gibt es schon an einem Gerät mit anderer Seriennummer. Die Zeile wird"
                    " ein eigenes Gerät; unter „Abweichungen“ werden Sie gefragt, ob es dasselbe ist.",
                )
            )
    for told in taken.overruled:
        if keys.get(told.record) in seen:
            field = labels.word(labels.FIELDS, told.field)
            value, shown = labels.shown(told.field, told.told), labels.shown(told.field, told.shown)
            by = (
                "ist von Hand gesetzt"
                if told.locked
                else "stand schon im Bestand und passt zum Scan"
                if told.source is Source.LIST
                else f"meldet die bessere Quelle ({labels.word(labels.SOURCES, told.source)})"
            )
            out.append(
                Problem(
                    _at(keys[told.record], places),
                    f"{field} „{value}“ wird aufgehoben, aber nicht angezeigt: „{shown}“ {by}.",
                )
            )
    return out


def emptied(lines: Iterable[Line], exported: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    """Rows of our own export that come back with cells emptied, by what was emptied.

    `exported` holds what an export would say now, by the id in the row. An empty cell changes nothing, and people expect it to.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        cells = {line.plan.headers[column]: line.row[column].strip() for column in line.plan.fields if column < len(line.row)}
        now = exported.get(own_id(line), {})
        heads = tuple(head for head, cell in cells.items() if not cell and str(now.get(head, "")).strip())
        if heads:
            found.setdefault(heads, []).append(line.where)
    return [
        Problem(
            _these(places[:10]),
            f"Leer ist {', '.join(f'„{head}“' for head in heads)}"
            f"{f' in {len(places)} Zeilen' if len(places) > 10 else ''}, der Bestand hat dort eine Angabe. Eine leere Zelle"
            " ändert nichts; leeren Sie die Angabe am Gerät unter „Bearbeiten“.",
        )
        for heads, places in found.items()
    ]


def own_id(line: Line) -> str:
    """The id of a device that a row of our own export carries, '' for none."""
    at = next((column for column, name in line.plan.fields.items() if name == OWN_EXPORT), -1)
    return line.row[at].strip().lower() if 0 <= at < len(line.row) else ""


def _twice(taken: Taken, seen: Mapping[str, Observation], places: Mapping[str, str]) -> Iterator[Problem]:
    """Numbers that rows of different devices carry."""
    assets = {row.key: row.asset for row in taken.rows}
    carried: dict[tuple[str, str], list[str]] = {}
    for key, one in seen.items():
        if one.inventory_no and (folded := folding.fold_inventory(one.inventory_no)):
            carried.setdefault(("Inventarnummer", folded), []).append(key)
        for text in one.serials:
            if serial := folding.usable_serial(text):
                carried.setdefault(("Seriennummer", serial), []).append(key)
    slipped = {one.serial for one in taken.slips}
    for (what, number), keys in carried.items():
        if what == "Seriennummer" and number in slipped:
            continue
        if len({assets.get(key) for key in keys}) < 2:
            continue
        where = _these(list(dict.fromkeys(_at(key, places) for key in keys))[:10])
        said = dict.fromkeys(
            text
            for key in keys
            for text in ((seen[key].inventory_no,) if what == "Inventarnummer" else seen[key].serials)
            if text
        )
        things = dict.fromkeys(labels.word(labels.KINDS, seen[key].kind) for key in keys if seen[key].kind)
        told = f" ({', '.join(things)})" if len(things) > 1 else ""
        alike = f" „{'“ und „'.join(list(said)[:3])}“" if said else f" {number}"
        yield Problem(
            where,
            f"Dieselbe {what}{alike} steht bei verschiedenen Geräten{told}. Jede Zeile wird ein eigenes Gerät, und an der Nummer"
            " ist keines mehr zu erkennen. Ist das ein Fehler, berichtigen Sie die Liste.",
        )


def _slipped(
    taken: Taken, keys: Mapping[UUID, str], seen: Mapping[str, Observation], places: Mapping[str, str]
) -> Iterator[Problem]:
    """Serials that the list gives to another device than the estate does."""
    told: set[frozenset[str]] = set()
    for one in taken.slips:
        pair = frozenset((one.number, one.holder))
        if one.swapped and pair in told:
            continue
        told.add(pair)
        here = _at(keys[one.record], places)
        typed = seen[keys[one.record]].serials if keys[one.record] in seen else ()
        serial = next((text for text in typed if folding.fold_serial(text) == one.serial), one.serial)
        text = (
            f"Die Seriennummern von {one.number} und {one.holder} sind gegenüber dem Bestand vertauscht."
            if one.swapped
            else f"Die Seriennummer {serial} gehört im Bestand zu {one.holder}, in der Liste steht sie bei {one.number}."
        )
        yield Problem(here, f"{text} Jede Zeile bleibt bei ihrer Inventarnummer. Ist das ein Fehler, berichtigen Sie die Liste.")


def _fewer(
    taken: Taken, keys: Mapping[UUID, str], seen: Mapping[str, Observation], places: Mapping[str, str]
) -> Iterator[Problem]:
    """Equal things of which the list names fewer than were known."""
    for record, count in taken.fewer:
        one = seen.get(keys[record])
        if one is None:
            continue
        parts = (labels.word(labels.KINDS, one.kind) if one.kind else "", one.vendor, one.model, one.fields.get("room"))
        thing = " ".join(part for part in parts if part)
        told = f"1 gleiches Gerät ({thing}) steht" if count == 1 else f"{count} gleiche Geräte ({thing}) stehen"
        yield Problem(
            _at(keys[record], places),
            f"{told} nicht mehr in der Liste und {'bleibt' if count == 1 else 'bleiben'} im Bestand. Was in einem anderen Raum"
            " neu in der Liste steht, zählt als neues Gerät. Ist etwas umgezogen, ändern Sie den Raum am Gerät.",
        )


def _unknown_kinds(seen: Mapping[str, Observation], places: Mapping[str, str]) -> Iterator[Problem]:
    """Words in the column of the kind that name none, each once with its rows."""
    said: dict[str, list[str]] = {}
    for key, one in seen.items():
        if not one.kind and (word := one.fields.get("label")):
            said.setdefault(word, []).append(_at(key, places))
    for word, where in list(said.items())[:MOST_WORDS]:
        yield Problem(
            _these(list(dict.fromkeys(where))[:10]),
            f"„{word[:60]}“ ist keine bekannte Geräteart. Die Art bleibt offen, bis ein Scan sie zeigt oder jemand sie einträgt.",
        )


def _placeholders(seen: Mapping[str, Observation], places: Mapping[str, str]) -> Iterator[Problem]:
    """Serial numbers that makers or clerks put where none is."""
    for key, one in seen.items():
        for text in one.serials:
            if text.strip() and not folding.usable_serial(text):
                yield Problem(_at(key, places), f"„{text}“ ist ein Platzhalter und zählt nicht als Seriennummer.")


def _at(key: str, places: Mapping[str, str]) -> str:
    """Where the row of an entry stands in its file."""
    return places.get(row_of(key), key)


def _these(places: list[str]) -> str:
    """Places side by side: „Zeilen 2, 3“."""
    if len(places) > 1 and all(re.fullmatch(r"Zeile \d+", place) for place in places):
        return f"Zeilen {', '.join(place.removeprefix('Zeile ') for place in places)}"
    return " und ".join(places)


def _same(one: Observation, other: Observation, here: str, there: str) -> str:
    shared = _shared(one, other)
    text = f"{here} und {there} sind dasselbe Gerät{f' ({shared})' if shared else ''}."
    if different := _different(one, other):
        text += f" Verschieden ausgefüllt: {', '.join(different)}; je Angabe gilt nur ein Wert. Berichtigen Sie die Liste."
    return text


def _shared(one: Observation, other: Observation) -> str:
    """The first identity that both rows name."""
    if one.inventory_no and (one.inventory_no.casefold() == (other.inventory_no or "").casefold()):
        return f"Inventarnummer {one.inventory_no}"
    sides = [(title, getattr(one, name), getattr(other, name)) for name, title in _IDENTITIES]
    sides.append(("Name", [name.value for name in one.names], [name.value for name in other.names]))
    for title, mine, yours in sides:
        known = {text.casefold() for text in yours}
        for text in mine:
            if text.casefold() in known:
                return f"{title} {text}"
    return ""


def _different(one: Observation, other: Observation) -> list[str]:
    """What both rows say, and not alike."""
    pairs = [(name, getattr(one, name), getattr(other, name)) for name in _SINGLE]
    pairs += [("manufacturer", one.vendor, other.vendor), ("serial", one.serials, other.serials)]
    pairs += [("hostname", [name.value for name in one.names], [name.value for name in other.names])]
    pairs += [("primary_ip", one.ips, other.ips)]
    pairs += [(name, value, other.fields.get(name)) for name, value in one.fields.items() if name in labels.FIELDS]
    differ = [name for name, mine, yours in pairs if mine and yours and str(mine).casefold() != str(yours).casefold()]
    return [labels.word(labels.FIELDS, name) for name in differ]


def why(row: TakenRow) -> str:
    """Why an entry belongs to no device."""
    if row.outcome == "asked":
        return "Nur ein Mensch kann das entscheiden; die Frage dazu steht unter „Abweichungen“."
    return labels.word(labels.UNASSIGNED, row.why)


class Unassigned:
    """Addresses of a run that belong to no device, over all its collections: what one finds out holds for the others."""

    def __init__(self) -> None:
        self._reasons: dict[str, str] = {}

    def add(self, rows: Iterable[TakenRow]) -> None:
        """The rows of one collection, in the order in which collections are taken in."""
        for row in rows:
            if row.outcome in ("unassigned", "asked"):
                self._reasons[row.key] = why(row)
            elif row.asset is not None:
                self._reasons.pop(row.key, None)

    def __len__(self) -> int:
        return len(self._reasons)

    def kept(self) -> list[dict[str, str]]:
        """For the run's result: at most `MOST`."""
        return [{"address": key, "reason": reason} for key, reason in self._reasons.items()][:MOST]
