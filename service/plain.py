"""Blocks as plain text: what both renderers must show in this order, and a form that people read in a diff.

Pure; no markup, no layout.
"""

from collections.abc import Iterator, Sequence

from service.blocks import (
    TICK_BOX,
    Block,
    Chart,
    Checklist,
    Decision,
    Figures,
    Heading,
    Lamps,
    Matrix,
    Note,
    PageBreak,
    Signature,
    Table,
    Text,
    advice,
    answers,
    cell_text,
    data_table,
    decision_table,
    lamps_table,
    note_title,
    signature_label,
)


def texts(block: Block) -> Iterator[str]:
    """Every text of a block in the order in which both renderers show it (texts inside drawings apart)."""
    match block:
        case Heading(text):
            yield text
        case Text(text):
            yield from (line.strip() for line in text.splitlines() if line.strip())
        case Figures(figures):
            for figure in figures:
                yield from (part for part in (figure.value, figure.label, figure.note) if part)
        case Table():
            yield from _table_texts(block)
        case Lamps():
            table, notes = lamps_table(block)
            yield from _table_texts(table)
            yield from notes
        case Matrix(drawing) | Chart(drawing):
            yield drawing.title
            yield drawing.caption
            yield from _table_texts(data_table(drawing))
        case Checklist(caption, items):
            yield caption
            yield from items
        case Decision():
            yield block.title
            yield block.facts
            yield from _table_texts(decision_table(block))
            yield from advice(block)
            yield from answers(block)
        case Signature(role, name):
            yield signature_label(role, name)
        case Note():
            yield note_title(block)
            yield from (line.strip() for line in block.text.splitlines() if line.strip())
        case PageBreak():
            return


def _table_texts(table: Table) -> Iterator[str]:
    yield table.caption
    if not table.rows and table.empty:
        yield table.empty
        return
    yield from (column.title for column in table.columns)
    for row in table.rows:
        yield from (cell_text(cell) for cell in row if cell_text(cell))


def as_text(blocks: Sequence[Block]) -> str:
    """Blocks as a text that a person likes to read in a diff."""
    return "\n\n".join(part for part in (_as_text(block) for block in blocks) if part) + "\n"


def _as_text(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {text}"
        case Table():
            return _table_as_text(block)
        case Lamps():
            table, notes = lamps_table(block)
            return "\n".join((_table_as_text(table), *notes))
        case Matrix(drawing) | Chart(drawing):
            return f"({drawing.title}) {drawing.caption}\n{_table_as_text(data_table(drawing))}"
        case Figures(figures):
            return "\n".join(f"{f.value}  {f.label}" + (f" ({f.note})" if f.note else "") for f in figures)
        case Checklist(caption, items):
            return "\n".join((caption, *(f"{TICK_BOX} {item}" for item in items)))
        case Decision():
            ticks = [f"{TICK_BOX} {answer}" for answer in answers(block)]
            return "\n".join((f"== {block.title}", block.facts, _table_as_text(decision_table(block)), *advice(block), *ticks))
        case PageBreak():
            return "----- Seite -----"
        case Note():
            first, *rest = texts(block)
            return "\n".join((f"[{first}]", *rest))
        case _:
            return "\n".join(texts(block))


def _table_as_text(table: Table) -> str:
    if not table.rows:
        return f"[{table.caption}] {table.empty}".rstrip()
    rows = [tuple(column.title for column in table.columns), *(tuple(map(cell_text, row)) for row in table.rows)]
    return "\n".join((f"[{table.caption}]", *(" | ".join(row).rstrip() for row in rows)))
