"""Which names a cell binds and which it needs from elsewhere, told by Python's own symbol table."""

from __future__ import annotations

import builtins
import symtable
from collections.abc import Iterator

from grader.records import Record

BUILTIN = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "get_ipython", "display"}


class Names(Record):
    """Of one piece of code."""

    bound: frozenset[str] = frozenset()
    """Names that it leaves at the top level, imports and definitions included."""
    needed: frozenset[str] = frozenset()
    """Names that it reads and does not bind itself, functions' bodies included."""
    at_once: frozenset[str] = frozenset()
    """Those of `needed` that it reads when it is run, not only when a function is called."""


def names_of(source: str) -> Names:
    """The names of a piece of plain Python; none at all of one that does not parse."""
    try:
        top = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names()
    bound = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    bound |= {one.get_name() for one in top.get_symbols() if one.is_namespace()}
    bound |= set(_declared_global(top))
    read = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    inner = set(_read_inside(top))
    known = bound | BUILTIN
    return Names(
        bound=frozenset(bound),
        needed=frozenset((read | inner) - known),
        at_once=frozenset(read - known),
    )


def _inside(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inside(child)


def _read_inside(top: symtable.SymbolTable) -> Iterator[str]:
    for table in _inside(top):
        for one in table.get_symbols():
            if one.is_referenced() and one.is_global():
                yield one.get_name()


def _declared_global(top: symtable.SymbolTable) -> Iterator[str]:
    for table in _inside(top):
        for one in table.get_symbols():
            if one.is_declared_global() and one.is_assigned():
                yield one.get_name()
