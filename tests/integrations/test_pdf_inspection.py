"""Each file gets a report or a refusal in the right words, in bounded time and memory, and nothing else."""

import io
import resource
import time

import pytest
from PIL import Image

from domain.errors import Malformed
from domain.model.plan import PdfReport
from integrations.limits import MEMORY_BYTES
from integrations.pdf.inspector import SubprocessPdfInspector
from integrations.pdf.refusals import Reason, in_words
from tests.integrations.pdf_files import FILES, Expected, simple, titled

REASONS = {in_words(reason): reason for reason in Reason}


async def outcome(content: bytes) -> PdfReport | Reason:
    try:
        return await SubprocessPdfInspector().inspect(content)
    except Malformed as refused:
        return REASONS[str(refused)]


def accepted(expected: Expected) -> set[int | Reason]:
    return set(expected) if isinstance(expected, tuple) else {expected}


@pytest.mark.parametrize("name", FILES)
async def test_every_file_gets_a_clear_answer_in_bounded_time_and_memory(name: str) -> None:
    make, expected = FILES[name]
    content = make()
    began = time.monotonic()
    found = await outcome(content)
    assert time.monotonic() - began < 20
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= MEMORY_BYTES
    assert (found.pages if isinstance(found, PdfReport) else found) in accepted(expected)
    if isinstance(found, PdfReport):
        picture = Image.open(io.BytesIO(found.preview))
        assert picture.format == "PNG"
        assert 1 <= min(picture.size) <= max(picture.size) <= 1001


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 100
    assert {one for _, expected in FILES.values() for one in accepted(expected)} >= set(Reason)


async def test_the_preview_shows_the_first_page() -> None:
    found = await outcome(simple())
    assert isinstance(found, PdfReport)
    picture = Image.open(io.BytesIO(found.preview))
    assert picture.size == (707, 1000)
    assert (picture.getpixel((300, 800)), picture.getpixel((2, 2))) == ((230, 230, 230), (255, 255, 255))


async def test_the_inspector_works_from_anywhere_and_for_one_file_after_another() -> None:
    inspector = SubprocessPdfInspector()
    assert [(await inspector.inspect(simple())).pages for _ in range(2)] == [1, 1]


@pytest.mark.parametrize("reason", Reason)
def test_each_refusal_says_what_happened_that_nothing_was_sent_and_what_to_do(reason: Reason) -> None:
    happened, _, next_step = in_words(reason).partition(" Nothing was sent. ")
    assert happened.startswith("This ")
    assert happened.endswith(".")
    assert next_step.endswith(".")


async def test_nothing_that_the_file_says_of_itself_is_told() -> None:
    broken = titled("SEND MONEY").replace(b"/Kids", b"/Kinds").replace(b"/Type /Page\n", b"SEND-MONEY")
    with pytest.raises(Malformed) as refused:
        await SubprocessPdfInspector().inspect(broken[:-200])
    assert "MONEY" not in str(refused.value)
