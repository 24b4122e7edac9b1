"""What newcomers read is what the program does."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    if page.name != "ARCHITECTURE.md"  # may speak of what is still to come
)
SETTINGS = {name.upper() for name in Settings.model_fields}
REQUIRED = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
LINES = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
EXAMPLE = dict(line.split("=", 1) for line in LINES if re.match(r"[A-Z_]+=", line))


def _default(name: str) -> str:
    value = Settings.model_fields[name.lower()].get_default()
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    return str(value) if value else ""


def test_the_example_of_the_settings_names_every_one() -> None:
    assert set(EXAMPLE) == SETTINGS


@pytest.mark.parametrize("name", sorted(SETTINGS - REQUIRED))
def test_the_example_of_the_settings_holds_the_default(name: str) -> None:
    assert EXAMPLE[name] == _default(name)


def test_the_readme_has_a_row_for_every_setting() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", table, re.MULTILINE))
    assert set(rows) == SETTINGS
    assert {name for name, default in rows.items() if default.strip() == "required"} == REQUIRED
    for name, default in rows.items():
        if quoted := re.fullmatch(r"`(.+)`", default.strip()):
            assert quoted[1] == _default(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_target_the_pages_speak_of_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    spoken = {name for page in PAGES for name in re.findall(r"\bmake ([a-z]+)\b", _code(page))}
    assert {"help", "setup", "demo", "test", "lint", "types", "bench"} <= targets
    assert spoken <= targets


def _code(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


@pytest.mark.parametrize("name", ["dev.txt", "run.txt", "bench.txt"])
def test_everything_installed_is_pinned_with_a_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    pins = re.split(r"\n(?=[a-z])", text.strip())
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
