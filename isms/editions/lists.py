"""Catalogues from lists: the WiBA tool, the index of the Kompendium with or without texts, own rules. Pure.

Every wrong cell becomes a German sentence with row and column; a list with such sentences is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from isms.catalogue import Catalogue, Control, Part
from isms.editions.columns import Table, bad_id, control, effort, group, missing, repeated
from isms.editions.once import QUESTIONS, Relation
from isms.measures import Claim
from isms.modelling import tree
from isms.scales import WIBA, claim

CHECKLISTS = (
    "Arbeit außerhalb der Institution", "Arbeit innerhalb der Institution / Haustechnik", "Backup", "Bürosoftware", "Client",
    "Drucker und Multifunktionsgeräte", "IT-Administration", "Mobile Endgeräte", "Netze", "Organisation und Personal",
    "Outsourcing und Cloud", "Rollen / Berechtigungen / Authentisierung", "Serverraum und Datenträgerarchiv", "Serversysteme",
    "Sicherheitsmechanismen", "Telefonie und Fax", "Umgang mit Informationen", "Vorbereitung für Sicherheitsvorfälle",
    "Webserver und Webanwendungen",
)  # fmt: skip
"""Names of the checklists of WiBA in the order of their numbers 1–19 (BSI)."""
MOST = 40
"""So many sentences about wrong cells are told at once."""
LEVELS = {"B": "Basis", "S": "Standard", "E": "erhöht"}


class Refused(ValueError):
    """A list with wrong cells; the text names each with row and column."""

    def __init__(self, wrongs: list[str]) -> None:
        more = f" … und {len(wrongs) - MOST} weitere." if len(wrongs) > MOST else ""
        super().__init__(" ".join(wrongs[:MOST]) + more)


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer that the file brings along: for a person to confirm."""

    control: str
    claim: Claim
    note: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list holds: the catalogue, and answers that came with it."""

    catalogue: Catalogue
    offers: tuple[Offer, ...] = ()


def _done(wrongs: list[str]) -> None:
    if wrongs:
        raise Refused(wrongs)


def wiba(found: Table, version: str) -> Listed:
    """The 19 checklists from the tool; `Umsetzung` and `Notizen` are answers on offer."""
    wrongs: list[str] = []
    rows: list[tuple[str, int, str, Mapping[str, str]]] = []
    for place, cells in found.rows:
        number, name = _checklist(cells.get("checkliste wiba", ""))
        if not cells.get("prüffrage wiba"):
            wrongs.append(missing(place, "Prüffrage WiBA"))
        elif number is None:
            said = cells.get("checkliste wiba", "")
            wrongs.append(f"{place}, Spalte „Checkliste WiBA“: „{said[:60]}“ ist keine der 19 Checklisten.")
        elif not cells.get("nr. in wiba"):
            wrongs.append(missing(place, "Nr. in WiBA"))
        else:
            rows.append((place, number, name, cells))
    _done(wrongs)
    labels = _numbers([(number, cells["nr. in wiba"]) for _place, number, _name, cells in rows])
    wrongs += [x for (place, *_r), label in zip(rows, labels, strict=True) if (x := bad_id(place, "Nr. in WiBA", label))]
    wrongs += repeated(iter([(place, label) for (place, *_r), label in zip(rows, labels, strict=True)]))
    controls, offers, notices = [], [], []
    for (place, number, _name, cells), label in zip(rows, labels, strict=True):
        span = effort(cells.get("aufwand", ""))
        if cells.get("aufwand") and span is None:
            notices.append(f"{place}, Spalte „Aufwand“: „{cells['aufwand'][:40]}“ ist kein Wert von 0 bis 5 und keine Spanne.")
        question = cells["prüffrage wiba"]
        props = [("effort_level", str(span[1]) if span else ""), ("effort_range", cells.get("aufwand", ""))]
        kept = {name: text for name, text in cells.items() if name not in ("umsetzung", "notizen")}
        key = f"wiba:{label}"
        controls.append(
            control(key, label, _short(question), (str(number),), statement=question, guidance=cells.get("hilfsmittel", ""),
                    props=props, kept=kept)
        )  # fmt: skip
        answered = claim(WIBA, cells.get("umsetzung", ""))
        if answered is None:
            words = "ja, nein, nicht relevant oder unbeantwortet"
            wrongs.append(f"{place}, Spalte „Umsetzung“: „{cells['umsetzung'][:40]}“ ist keine Antwort. Erlaubt ist {words}.")
        elif answered is not Claim.UNBEARBEITET:
            offers.append(Offer(key, answered, cells.get("notizen", "")))
    _done(wrongs)
    groups = tuple(group(str(i), CHECKLISTS[i - 1]) for i in sorted({number for _p, number, *_r in rows}))
    return Listed(Catalogue("wiba", "WiBA", version, groups, tuple(controls), notices=tuple(notices)), tuple(offers))


def _checklist(text: str) -> tuple[int | None, str]:
    """Number and name of a checklist: "3", "Backup", "03 Backup" and "3. Backup" are the same."""
    words = text.replace("_", " ").strip()
    digits = words[: len(words) - len(words.lstrip("0123456789"))]
    if digits and 1 <= int(digits) <= len(CHECKLISTS):
        return int(digits), CHECKLISTS[int(digits) - 1]
    folded = "".join(x for x in words.casefold() if x.isalnum())
    for number, name in enumerate(CHECKLISTS, start=1):
        if folded == "".join(x for x in name.casefold() if x.isalnum()):
            return number, name
    return None, ""


def _numbers(rows: list[tuple[int, str]]) -> list[str]:
    """Labels `checklist.question`: the tool writes them so, or counts in each checklist, or through all of them."""
    plain = [int(text) for _n, text in rows if text.isdigit()]
    through = len(plain) == len(rows) == len(set(plain)) and len({n for n, _t in rows}) > 1
    first: dict[int, int] = {}
    for number, text in rows:
        if text.isdigit():
            first[number] = min(first.get(number, int(text)), int(text))
    labels = []
    for number, text in rows:
        if text.isdigit():
            labels.append(f"{number}.{int(text) - first[number] + 1 if through else int(text)}")
        else:
            labels.append(text if "." in text else f"{number}.{text}")
    return labels


def _short(question: str, most: int = 120) -> str:
    """The beginning of a question as its title."""
    line = " ".join(question.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def kompendium(found: Table, titles: Mapping[str, str], version: str) -> Listed:
    """The index of the Kompendium, with texts where the list has them; `titles` names modules."""
    wrongs: list[str] = []
    controls: list[Control] = []
    modules: dict[str, str] = {}
    for place, cells in found.rows:
        wrong = next((missing(place, x.capitalize()) for x in ("baustein", "anforderung", "titel") if not cells.get(x)), None)
        wrong = wrong or bad_id(place, "Anforderung", cells["anforderung"]) or bad_id(place, "Baustein", cells["baustein"])
        level = cells.get("stufe", "")[:1].upper()
        if wrong is None and cells.get("stufe") and level not in LEVELS:
            wrong = f"{place}, Spalte „Stufe“: „{cells['stufe'][:20]}“ ist weder B noch S noch E."
        if wrong is not None:
            wrongs.append(wrong)
            continue
        label, module = cells["anforderung"], cells["baustein"]
        modules.setdefault(module, cells.get("bausteintitel") or titles.get(module) or module)
        controls.append(
            control(f"kompendium:{label}", label, cells["titel"], (module,), statement=cells.get("text", ""),
                    props=[("sec_level", LEVELS.get(level, ""))],
                    kept={k: v for k, v in cells.items() if k not in ("titel", "text", "bausteintitel")})
        )  # fmt: skip
    wrongs += repeated((place, cells["anforderung"]) for place, cells in found.rows if cells.get("anforderung"))
    _done(wrongs)
    groups = tuple(group(x, title) for x, title in modules.items())
    return Listed(Catalogue("kompendium", "IT-Grundschutz-Kompendium", version, groups, tuple(controls)))


def titles(found: Table) -> dict[str, str]:
    """Names of the modules."""
    return {cells["baustein"]: cells["titel"] for _place, cells in found.rows if cells.get("baustein") and cells.get("titel")}


def with_texts(found: Table, index: Catalogue, version: str) -> Listed:
    """The index with the town's own copy of the texts; an unknown id is refused, one without a text keeps what it had."""
    wrongs = []
    known = {x.id for x in index.controls}
    texts: dict[str, str] = {}
    for place, cells in found.rows:
        label = cells.get("anforderung", "")
        if not label:
            wrongs.append(missing(place, "Anforderung"))
        elif label not in known:
            wrongs.append(f"{place}, Spalte „Anforderung“: {label[:40]} gibt es im aufgenommenen Verzeichnis nicht.")
        elif cells.get("text"):
            texts[label] = cells["text"]
    wrongs += repeated((place, cells["anforderung"]) for place, cells in found.rows if cells.get("anforderung"))
    _done(wrongs)
    return Listed(replace(index, version=version, controls=tuple(_texted(x, texts.get(x.id)) for x in index.controls)))


def _texted(one: Control, text: str | None) -> Control:
    if text is None:
        return one
    others = tuple(x for x in one.parts if x.name != "statement")
    return replace(one, parts=(Part(f"{one.id}_stm", "statement", text), *others))


def own(found: Table, title: str, key: str, version: str) -> Listed:
    """An own list of rules; besides the needed columns: Bereich, Erläuterung, Verbindlichkeit, Aufwand, Zielobjekt."""
    wrongs: list[str] = []
    controls: list[Control] = []
    areas: dict[str, str] = {}
    for place, cells in found.rows:
        wrong = next((missing(place, x.capitalize()) for x in ("kennung", "titel", "anforderung") if not cells.get(x)), None)
        wrong = wrong or bad_id(place, "Kennung", cells["kennung"]) or _own_values(place, cells)
        if wrong is not None:
            wrongs.append(wrong)
            continue
        area = cells.get("bereich", "Regeln")
        areas.setdefault(area, f"B{len(areas) + 1}")
        label, span = cells["kennung"], effort(cells.get("aufwand", ""))
        props = [("modal_verb", cells.get("verbindlichkeit", "").upper()), ("effort_level", str(span[1]) if span else "")]
        props.append(("target_object_categories", cells.get("zielobjekt", "")))
        controls.append(
            control(f"{key}:{label}", label, cells["titel"], (areas[area],), statement=cells["anforderung"],
                    guidance=cells.get("erläuterung", ""), props=props)
        )  # fmt: skip
    wrongs += repeated((place, cells["kennung"]) for place, cells in found.rows if cells.get("kennung"))
    _done(wrongs)
    groups = tuple(group(label, area) for area, label in areas.items())
    return Listed(Catalogue(key, title, version, groups, tuple(controls)))


def _own_values(place: str, cells: Mapping[str, str]) -> str | None:
    if cells.get("verbindlichkeit", "MUSS").upper() not in ("MUSS", "SOLLTE", "KANN"):
        return f"{place}, Spalte „Verbindlichkeit“: „{cells['verbindlichkeit'][:20]}“ ist weder MUSS noch SOLLTE noch KANN."
    span = effort(cells.get("aufwand", "0"))
    if span is None or span[1] > 5:
        return f"{place}, Spalte „Aufwand“: „{cells['aufwand'][:20]}“ ist kein Wert von 0 bis 5 und keine Spanne."
    unknown = unknown_categories([x.strip() for x in cells.get("zielobjekt", "").split(",") if x.strip()])
    return f"{place}, Spalte „Zielobjekt“: Die Kategorie „{unknown[0][:60]}“ gibt es nicht." if unknown else None


def unknown_categories(names: Iterable[str]) -> list[str]:
    """Those that are not in the tree of target object categories."""
    return [x for x in dict.fromkeys(names) if x not in tree().parents]


def references(found: Table) -> tuple[Relation, ...]:
    """Question of WiBA → requirements of the Kompendium it references."""
    wrongs, relations = [], []
    for place, cells in found.rows:
        wrong = next((missing(place, x) for x in ("checkliste_nr", "nr") if not cells.get(x)), None)
        if wrong is not None:
            wrongs.append(wrong)
            continue
        source = f"wiba:{cells['checkliste_nr']}.{cells['nr']}"
        for label in (x.strip() for x in cells.get("anforderungen", "").split(";")):
            if label and (wrong := bad_id(place, "anforderungen", label)):
                wrongs.append(wrong)
            elif label:
                relations.append(Relation(source, QUESTIONS, f"kompendium:{label}"))
    _done(wrongs)
    return tuple(dict.fromkeys(relations))
