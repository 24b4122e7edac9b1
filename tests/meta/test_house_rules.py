"""Rules of the house that no linter knows."""

import ast
import inspect
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from bot.menus import CLIENT_COMMANDS, DIETITIAN_COMMANDS
from domain import ports
from domain.model.notice import NoticeKind
from domain.model.step import StepKind
from domain.usecases import book_slot
from handlers import notices, typed, without_consent
from handlers.callbacks import Verb
from handlers.router import COMMANDS, PRESSES
from handlers.screens import home

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "domain", "handlers", "storage", "webhooks", "integrations", "sandbox", "benchmarks", "tests")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
# put together here, so that this file does not name them
UNFINISHED = re.compile(
    "|".join([r"\bTO" + "DO\\b", "FIX" + "ME", r"\bX" + "XX\\b", "NotImplemented" + "Error"])
    + "|".join(["", r"mark\.sk" + r"ip\b", r"\bx" + "fail\\b(?!_strict)"])
)


def test_imports_point_inwards() -> None:
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert linter is not None
    checked = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["# TO" + "DO: later", "raise NotImplemented" + "Error", "@pytest.mark.sk" + "ip"]
)
def test_what_is_left_for_later_would_be_found(line: str) -> None:
    assert UNFINISHED.search(line)


def test_every_verb_has_a_handler() -> None:
    assert set(PRESSES) == set(Verb)


def test_every_verb_is_short_enough_for_a_button() -> None:
    assert max(len(verb) for verb in Verb) <= 6


def test_every_command_of_the_menus_and_the_help_is_there() -> None:
    in_menus = {name for name, _ in (*CLIENT_COMMANDS, *DIETITIAN_COMMANDS)}
    in_help = set(re.findall(r"/([a-z]+) –", home._CLIENT_HELP + home._DIETITIAN_HELP + home._ADMIN_HELP))
    assert in_menus | in_help <= set(COMMANDS)
    assert set(COMMANDS) - in_menus - in_help <= {"start"}
    assert set(COMMANDS) >= without_consent.COMMANDS | without_consent.COMMANDS_GO_ON


def test_every_notice_has_words_and_every_question_an_answer() -> None:
    assert set(notices._WORDS) | set(notices._ALONE) == set(NoticeKind)
    assert set(typed._ANSWERS) == set(StepKind)


UNITS = {"UnitOfWork", "SqlUnitOfWork"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _takes_a_unit_of_work(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return any(one.annotation is not None and ast.unparse(one.annotation) in UNITS for one in given)


SHIPPED = [path for path in SOURCES if path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"}]


def test_no_transaction_can_wait_for_anything() -> None:
    """A function of a unit of work is not async, so no network call can stand inside one."""
    works = [one for path in SHIPPED for one in functions(path) if _takes_a_unit_of_work(one)]
    assert len(works) > 40
    assert [work.name for work in works if isinstance(work, ast.AsyncFunctionDef)] == []


def test_no_repository_is_async() -> None:
    names = (
        "People",
        "Requests",
        "Bookings",
        "Payments",
        "Links",
        "Steps",
        "Inbox",
        "Outbox",
        "Audit",
        "Clients",
    )
    for name in names:
        protocol = getattr(ports, name)
        methods = [one for one in vars(protocol).values() if inspect.isfunction(one)]
        assert not any(inspect.iscoroutinefunction(method) for method in methods)


def test_no_use_case_reads_the_machines_clock() -> None:
    for path in (ROOT / "domain").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"datetime\.(now|utcnow|today)\(|time\.(time|monotonic)\(", text), path
    assert "clock" in inspect.signature(book_slot.HoldSlot).parameters


def test_functions_are_short() -> None:
    """About eight lines; nine in ten under 25, none over 50."""
    lengths = [
        (node.end_lineno or node.lineno) - node.body[0].lineno + 1
        for path in SHIPPED
        if "migrations" not in path.parts
        for node in functions(path)
    ]
    assert max(lengths) <= 50
    assert sum(length < 25 for length in lengths) >= 0.9 * len(lengths)


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SHIPPED
        if "migrations" not in path.parts
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("198.51.100.7", 443)])  # RFC 5737: nobody's
def test_no_test_reaches_the_network(address: tuple[str, int]) -> None:
    refused = pytest.raises(SocketConnectBlockedError)
    with socket.socket() as somewhere, pytest.warns(UserWarning, match="tried to use"), refused:
        somewhere.connect(address)


def test_tests_may_speak_to_this_machine() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_the_glossary_has_the_words_of_the_domain() -> None:
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    defined = {word.casefold() for word in re.findall(r"^\| \*\*([^*]+)\*\*", text, re.MULTILINE)}
    words = {
        "practice", "dietitian", "client", "person", "service", "request", "booking", "hold",
        "slot", "payment", "reference", "settle", "notice", "inbox", "outbox", "errand", "lane", "lease",
        "screen", "press", "step", "revision", "unit of work", "stand-in",
    }  # fmt: skip
    assert words <= defined


def test_nothing_names_the_place_it_was_written_in() -> None:
    """No path of a machine and no index of packages in what is committed."""
    place = re.compile("/wo" + "rk/|/ho" + "me/[a-z]|/tm" + r"p/\w|/ro" + "ot/")
    pages = [
        *ROOT.glob("*.md"),
        *ROOT.glob("*.toml"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "Makefile",
        *SOURCES,
    ]
    found = [str(page.relative_to(ROOT)) for page in pages if place.search(page.read_text(encoding="utf-8"))]
    assert found == []
