"""Which licence each package that ships has, by its own metadata: `make licences` writes docs/licences.md."""

import re
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)")
# by what their metadata say, where that is not an SPDX expression
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-2-Clause",
    "MIT License": "MIT",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
ALLOWED = frozenset(
    [
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "LGPL-3.0-only", "MIT",
        "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
    ]
)  # fmt: skip
"""What an MIT project can use unchanged, as a dependency that stays replaceable."""
_HEAD = """# Licences of what ships

Made by `make licences` from the packages' own metadata; a test holds it against the pins of `requirements/run.txt`.
Dietdesk itself is under the [MIT licence](../LICENSE). All of these are used unchanged, as packages that can be
replaced.

Data: the names and places of cities are from [GeoNames](https://www.geonames.org/) under CC BY 4.0; the borders of time
zones in tzfpy are made from OpenStreetMap's data, © its contributors, under the ODbL.

| package | licence |
|---|---|
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    name: str
    licence: str


def pinned(file: str) -> dict[str, set[str]]:
    """Versions by name; more than one where they differ from Python to Python."""
    pins: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / file).read_text().splitlines():
        if found := _PIN.match(line):
            pins.setdefault(found[1].lower(), set()).add(found[2])
    return pins


def licence_of(name: str) -> str:
    """An SPDX expression; what no rule knows is given as it stands, and no list allows it."""
    said = metadata(name)
    if (expression := _first(said, "License-Expression")) is not None:
        return expression
    written = " ".join((_first(said, "License") or "").split())
    classes: list[str] = [
        each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or [] if "License" in each
    ]
    for one in (written, *classes):
        if one in _SPDX or (0 < len(one) < len("BSD-3-Clause OR Apache-2.0") and one in ALLOWED):
            return _SPDX.get(one, one)
    return str(written[:40]) or "unknown"


def _first(said: PackageMetadata, field: str) -> str | None:
    found: list[str] = said.get_all(field) or []
    return found[0] if found else None


def shipped() -> list[Shipped]:
    """Those of the pins that this machine needs: others are for other systems."""
    found = []
    for name in sorted(pinned("run.txt")):
        try:
            found.append(Shipped(name, licence_of(name)))
        except PackageNotFoundError:
            continue
    return found


def page() -> str:
    return _HEAD + "".join(f"| {one.name} | {one.licence} |\n" for one in shipped())


if __name__ == "__main__":
    PAGE.write_text(page())
