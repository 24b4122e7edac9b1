"""What we stand on is pinned by hash, is what is installed, and may be used."""

import re
from importlib.metadata import PackageNotFoundError, version

import pytest

from tests.meta.licences import ALLOWED, PAGE, ROOT, pinned, shipped

LOCKS = ["run.txt", "dev.txt", "bench.txt"]


@pytest.mark.parametrize("file", LOCKS)
def test_every_package_is_pinned_with_hashes_and_no_index_is_named(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    assert len(entries) > 10
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^]]*\])?==\S+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), f"{entry[:40]} has no hash"
    assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text)


def test_what_is_installed_is_what_is_pinned() -> None:
    wrong, seen = {}, 0
    for name, versions in pinned("dev.txt").items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        seen += 1
        if installed not in versions:
            wrong[name] = (installed, versions)
    assert seen > 50
    assert wrong == {}


def test_what_ships_is_pinned_to_what_is_tested() -> None:
    tested = pinned("dev.txt")
    assert {name: found for name, found in pinned("run.txt").items() if not found <= tested[name]} == {}


def test_no_licence_is_one_that_we_could_not_ship_with() -> None:
    for one in shipped():
        words = set(re.split(r"\s+(?:AND|OR)\s+|[()]", one.licence)) - {""}
        assert words <= ALLOWED, f"{one.name}: {one.licence}"


def test_the_page_of_licences_names_what_is_pinned() -> None:
    said = dict(re.findall(r"(?m)^\| ([a-z0-9._-]+) \| (.+) \|$", PAGE.read_text()))
    said.pop("package", None)
    assert said.keys() <= pinned("run.txt").keys(), "run `make licences`"
    assert {one.name: one.licence for one in shipped()}.items() <= said.items(), "run `make licences`"
