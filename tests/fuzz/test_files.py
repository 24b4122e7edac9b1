"""Whatever is in a practice file or calls itself a PDF: a clear answer, and nothing else."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from bot.practice_file import PracticeFileError, read_practice
from domain.errors import Malformed
from integrations.pdf.envelope import unwrapped
from integrations.pdf.inspector import SubprocessPdfInspector
from integrations.pdf.refusals import Reason, Refused
from tests.fuzz.explore import WANTED, Faults, assert_none, explore, share
from tests.fuzz.words import anything, pieced, wicked
from tests.integrations import pdf_files

PRACTICE = 0.2
PDF = 0.06
ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "tests/bot/practice_example.toml").read_text(encoding="utf-8")
LINES = EXAMPLE.splitlines()
VALUES = (
    '"x"',
    "[]",
    "{}",
    '["09:00-17:00"]',
    "true",
    "1e999",
    "0x" + "f" * 40,
    '"""',
    "''",
    "[[[",
    '"\\u0000"',
)


def practices() -> st.SearchStrategy[str]:
    """The example with a line or a value changed, dropped or said twice, and texts that are no TOML."""
    at = st.integers(0, len(LINES) - 1)
    value = st.one_of(
        wicked, anything, pieced, st.integers().map(str), st.floats().map(str), st.dates().map(str),
        st.times().map(str),
        st.sampled_from(VALUES),
        wicked.map(json.dumps), pieced.map(json.dumps),
    )  # fmt: skip
    changed = st.builds(
        lambda number, into: _line(number, LINES[number].partition("=")[0] + "= " + into), at, value
    )
    return st.one_of(
        changed, changed, changed,
        st.builds(_line, at, value),
        st.builds(lambda first, second: _line(first, LINES[first] + "\n" + LINES[second]), at, at),
        st.builds(_line, at, st.just("")),
        st.integers(0, len(EXAMPLE)).map(lambda end: EXAMPLE[:end]),
        anything, wicked,
    )  # fmt: skip


def _line(number: int, into: str) -> str:
    return "\n".join([*LINES[:number], into, *LINES[number + 1 :]])


@pytest.mark.timeout(0 if WANTED else 300)
def test_whatever_is_in_a_practice_file_it_is_read_or_refused() -> None:
    faults = Faults()

    def read(batch: list[str]) -> None:
        for text in batch:
            try:
                read_practice(text)
            except PracticeFileError as refused:
                if not all(problem.startswith("practice.toml:") for problem in refused.problems):
                    faults.add("a problem without its place", refused.problems)
            except Exception as error:  # noqa: BLE001 - the very thing that is looked for
                faults.add(f"{type(error).__name__}: {str(error)[:80]}", text)

    explore(practices(), share(PRACTICE), read, at_once=10)
    assert_none(faults)


# One child for many files, where the program starts one for each: what fells it is tried again by the real one.
_CHILD = """
import logging, signal, sys
from integrations.pdf.inspection import answer_to
logging.disable()
def too_long(*_):
    raise MemoryError
signal.signal(signal.SIGALRM, too_long)
while head := sys.stdin.buffer.read(4):
    content = sys.stdin.buffer.read(int.from_bytes(head, "big"))
    signal.alarm(8)
    answer = answer_to(content)
    signal.alarm(0)
    sys.stdout.buffer.write(answer.partition(b"\\n")[0] + b"\\n")
    sys.stdout.buffer.flush()
"""
_SMALL: tuple[Callable[[], bytes], ...] = (
    pdf_files.simple,
    lambda: pdf_files.pages(3),
    lambda: pdf_files.annotated(b"/Subtype /Link /A << /S /URI /URI (https://example.com) >>"),
    lambda: pdf_files.packed({20: b"<< /Type /Outlines >>"}, catalog=b"/Outlines 20 0 R"),
    lambda: pdf_files.deep_tree(5),
    lambda: pdf_files.titled("Plan"),
)
_TOKENS = (
    b"<<", b">>", b"[", b"]", b"(", b")", b"/Kids", b"/Count", b"/Length", b"/Filter", b"/FlateDecode",
    b"/LZWDecode", b"1 0 R",
    b"3 0 R",
    b"99999 0 R", b"-1", b"9" * 30, b"null", b"true", b"stream", b"endstream", b"endobj", b"xref",
    b"trailer", b"%%EOF", b"/Type",
    b"/ObjStm", b"/Predictor 15", b"/Columns 99999999", b"/MediaBox [0 0 1e30 1]", b"/Encrypt 1 0 R",
    b"/Prev 0", b"\x00", b"\xff" * 9,
)  # fmt: skip


def pdfs() -> st.SearchStrategy[bytes]:
    changes = st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 12), st.one_of(st.sampled_from(_TOKENS), st.binary(max_size=6))
        ),
        min_size=1,
        max_size=6,
    )
    return st.one_of(
        st.builds(lambda make, some: _changed(make(), some), st.sampled_from(_SMALL), changes),
        st.builds(lambda rest: b"%PDF-1.7\n" + rest, st.binary(max_size=300)),
    )


def _changed(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, dropped, into in changes:
        at = int(where * len(content))
        content = content[:at] + into + content[at + dropped :]
    return content


def _answers(contents: list[bytes]) -> list[bytes]:
    told = b"".join(len(content).to_bytes(4, "big") + content for content in contents)
    command = [sys.executable, "-c", _CHILD]
    done = subprocess.run(command, input=told, capture_output=True, check=False, cwd=ROOT, timeout=600)
    return done.stdout.splitlines()


@pytest.mark.timeout(0 if WANTED else 300)
async def test_whatever_calls_itself_a_pdf_is_reported_or_refused() -> None:
    faults, felling = Faults(), list[bytes]()

    def inspect(batch: list[bytes]) -> None:
        contents = [content for content in map(_bare, batch) if content is not None]
        while contents:
            answers = _answers(contents)
            for content, answer in zip(contents, answers, strict=False):
                told = json.loads(answer)
                if "pages" not in told and told.get("refused") not in {*Reason}:
                    faults.add("no answer of ours", content)
            felling.extend(contents[len(answers) : len(answers) + 1])
            contents = contents[len(answers) + 1 :]

    explore(pdfs(), share(PDF), inspect, at_once=50)
    for content in felling:
        with pytest.raises(Malformed):
            await SubprocessPdfInspector().inspect(content)
    print(f"{len(felling)} felled their child")  # noqa: T201 - for -s
    assert_none(faults)


def _bare(content: bytes) -> bytes | None:
    try:
        return unwrapped(content)
    except Refused:
        return None
