"""Every dictionary of a PDF, each once, whatever circles it is tied in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, PdfObject

from integrations.pdf.refusals import MOST_PAGES, Reason, Refused

_MOST_OBJECTS = 1_000_000


def dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """First what the trailer leads to, then whatever else the tables list; streams are dictionaries too."""
    walk = _Walk(reader)
    yield from walk.beneath(reader.trailer)
    walk.lenient = True  # nothing leads there, so it may be broken: files that were saved often have such
    in_the_open = (
        IndirectObject(number, generation, reader)
        for generation, numbers in list(reader.xref.items())
        for number in list(numbers)
    )
    in_streams = (IndirectObject(number, 0, reader) for number in list(reader.xref_objStm))
    for reference in chain(in_the_open, in_streams):
        yield from walk.beneath(reference)


def count_pages(reader: PdfReader) -> int:
    """Counted leaf by leaf: what the file says itself (`/Count`) may be a lie."""
    seen: set[tuple[int, int]] = set()
    pages, waiting = 0, [dict.get(reader.root_object, "/Pages")]
    while waiting:
        found = waiting.pop()
        node = found.get_object() if isinstance(found, IndirectObject) else found
        if not isinstance(node, DictionaryObject):
            continue
        if "/Kids" not in node:
            pages += 1
        elif isinstance(kids := node["/Kids"], ArrayObject):
            _once(found, seen)
            waiting.extend(kids)
        if pages > MOST_PAGES:
            raise Refused(Reason.TOO_MANY_PAGES)
    return pages


def value_of(one: DictionaryObject, key: str) -> object:
    """Null where it is not there or cannot be read."""
    try:
        return one[key] if key in one else NullObject()
    except PyPdfError:
        return NullObject()


def _once(found: PdfObject | None, seen: set[tuple[int, int]]) -> None:
    """A branch that hangs in two places could make a forest of a twig."""
    if not isinstance(found, IndirectObject):
        return
    key = (found.idnum, found.generation)
    if key in seen:
        raise Refused(Reason.DAMAGED)
    seen.add(key)


@dataclass(slots=True)
class _Walk:
    reader: PdfReader
    lenient: bool = False
    seen: set[tuple[int, int]] = field(default_factory=set)
    left: int = _MOST_OBJECTS

    def beneath(self, top: PdfObject) -> Iterator[DictionaryObject]:
        waiting: list[PdfObject] = [top]
        while waiting:
            self.left -= 1
            if self.left < 0:
                raise Refused(Reason.HEAVY)
            match self._value(waiting.pop()):
                case DictionaryObject() as one:
                    yield one
                    waiting.extend(filter(_leads_on, dict.values(one)))
                case ArrayObject() as several:
                    waiting.extend(filter(_leads_on, list.__iter__(several)))

    def _value(self, found: PdfObject) -> PdfObject | None:
        if not isinstance(found, IndirectObject):
            return found
        key = (found.idnum, found.generation)
        if key in self.seen or not self._is_listed(found):
            return None
        self.seen.add(key)
        try:
            return found.get_object()
        except PyPdfError:
            if self.lenient:
                return None
            raise

    def _is_listed(self, found: IndirectObject) -> bool:
        """What is not there is null (ISO 32000-1, 7.3.10)."""
        in_stream = found.generation == 0 and found.idnum in self.reader.xref_objStm
        return in_stream or found.idnum in self.reader.xref.get(found.generation, {})


def _leads_on(value: PdfObject) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)
