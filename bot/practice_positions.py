"""On which line each key of a TOML text stands."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]
"""Keys and, inside arrays, places counted from 0: `("dietitian", 0, "hours", "mon", 1)`."""

DEEPEST = 16
_LANGUAGE = Language(tree_sitter_toml.language())
_TABLES = frozenset({"table", "table_array_element"})
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


class TooDeepError(ValueError):
    def __init__(self, line: int) -> None:
        super().__init__(f"keys or values more than {DEEPEST} deep")
        self.line = line


@dataclass(frozen=True, slots=True)
class Positions:
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Counted from 1; of the nearest thing around it where the path itself is not in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def positions(text: str) -> Positions:
    """Raises `TooDeepError`, before anything that recurses has seen the text."""
    found = Positions()
    lengths: dict[Path, int] = {}
    for node in Parser(_LANGUAGE).parse(text.encode()).root_node.named_children:
        prefix: Path = ()
        if node.type in _TABLES:
            prefix = _header(node, found, lengths)
        for pair in [node] if node.type == "pair" else _children(node, "pair"):
            _pair(pair, prefix, found)
    return found


def _header(node: Node, found: Positions, lengths: dict[Path, int]) -> Path:
    """The path of `[a.b]` or `[[a.b]]`: every array of tables on the way means its last table."""
    path: Path = ()
    keys = _keys(node)
    for depth, key in enumerate(keys, start=1):
        path = (*path, key)
        found.lines.setdefault(path, _line(node))
        if node.type == "table_array_element" and depth == len(keys):
            lengths[path] = lengths.get(path, 0) + 1
        if path in lengths:
            path = (*path, lengths[path] - 1)
            found.lines.setdefault(path, _line(node))
    return path


def _pair(pair: Node, prefix: Path, found: Positions) -> None:
    open_pairs = [(pair, prefix)]
    while open_pairs:
        node, path = open_pairs.pop()
        for key in _keys(node):
            path = (*path, key)
            found.lines.setdefault(path, _line(node))
        if len(path) > DEEPEST:
            raise TooDeepError(_line(node))
        value = [child for child in node.named_children[1:] if child.type != "comment"]
        if value:
            open_pairs += _value(value[-1], path, found)


def _value(value: Node, path: Path, found: Positions) -> Iterator[tuple[Node, Path]]:
    """Notes the places of arrays; gives the pairs of inline tables, wherever they are."""
    open_values = [(value, path)]
    while open_values:
        node, where = open_values.pop()
        if len(where) > DEEPEST:
            raise TooDeepError(_line(node))
        found.lines.setdefault(where, _line(node))
        if node.type == "inline_table":
            yield from ((pair, where) for pair in _children(node, "pair"))
        elif node.type == "array":
            items = (item for item in node.named_children if item.type != "comment")
            open_values += [(item, (*where, place)) for place, item in enumerate(items)]


def _keys(node: Node) -> list[str]:
    """The parts of the key that a pair or a header begins with."""
    key = next((child for child in node.named_children if child.type in _KEYS), None)
    parts: list[str] = []
    while key is not None and key.type == "dotted_key":
        parts.append(_name(key.named_children[-1]))
        key = key.named_children[0]
        if len(parts) > DEEPEST:
            raise TooDeepError(_line(node))
    return [*([] if key is None else [_name(key)]), *reversed(parts)]


def _name(key: Node) -> str:
    text = (key.text or b"").decode()
    if key.type == "bare_key":
        return text
    try:
        return next(iter(tomllib.loads(f"{text} = 0")))
    except tomllib.TOMLDecodeError:
        return text


def _children(node: Node, kind: str) -> Iterator[Node]:
    return (child for child in node.named_children if child.type == kind)


def _line(node: Node) -> int:
    return node.start_point.row + 1
