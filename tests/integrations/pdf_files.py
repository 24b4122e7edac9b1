"""PDFs of every kind, made by hand: the good, the broken and the wicked."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache, partial

from pypdf import PdfReader, PdfWriter

from domain.model.plan import LARGEST_FILE
from integrations.pdf.refusals import Reason

Make = Callable[[], bytes]
Expected = int | Reason | tuple[int | Reason, ...]

CATALOG, PAGES, PAGE, CONTENT = 1, 2, 3, 4
TEXT = b"0.9 g 50 50 400 600 re f"
MEGABYTE = 1024 * 1024


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def flat(data: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


@cache
def zeros(megabytes: int) -> bytes:
    """Compressed by zlib without ever holding them all."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


def basis(*, catalog: bytes = b"", page: bytes = b"", box: bytes = b"[0 0 595 842]") -> dict[int, bytes]:
    """One page with a grey field on it."""
    return {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << >> %s >>"
        % (box, page),
        CONTENT: stream(TEXT),
    }


def written(
    objects: Mapping[int, bytes],
    *,
    header: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    trailer: bytes = b"/Root 1 0 R",
) -> bytes:
    body, offsets = bytearray(header), dict[int, int]()
    for number, value in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    start = len(body)
    body += table(offsets)
    size = max(objects) + 1
    return bytes(body) + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)


def table(offsets: Mapping[int, int]) -> bytes:
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in offsets.items())
    return b"xref\n0 1\n0000000000 65535 f \n" + rows


def simple(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    box: bytes = b"[0 0 595 842]",
) -> bytes:
    return written({**basis(catalog=catalog, page=page, box=box), **(more or {})})


def annotated(annotation: bytes) -> bytes:
    return simple(page=b"/Annots [10 0 R]", more={10: b"<< /Type /Annot /Rect [0 0 9 9] %s >>" % annotation})


def packed(inside: Mapping[int, bytes], *, catalog: bytes) -> bytes:
    """With an object stream and a cross-reference stream, as most programs write now."""
    head, data = b"", b""
    for number, value in inside.items():
        head += b"%d %d " % (number, len(data))
        data += value + b" "
    entries = b"/Type /ObjStm /N %d /First %d" % (len(inside), len(head))
    return streamed(
        {**basis(catalog=catalog), 5: flat(head + data, entries)}, inside=dict.fromkeys(inside, 5)
    )


def streamed(objects: Mapping[int, bytes], *, inside: Mapping[int, int]) -> bytes:
    """`inside`: object numbers, and the object stream that holds each."""
    body, rows = bytearray(b"%PDF-1.5\n"), dict[int, bytes]()
    for number, value in objects.items():
        rows[number] = b"\x01" + len(body).to_bytes(4, "big") + b"\0\0"
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    for index, (number, holder) in enumerate(inside.items()):
        rows[number] = b"\x02" + holder.to_bytes(4, "big") + index.to_bytes(2, "big")
    own = max(rows) + 1
    start = len(body)
    rows[own] = b"\x01" + start.to_bytes(4, "big") + b"\0\0"
    data = b"".join(rows.get(number, bytes(7)) for number in range(own + 1))
    entries = b"/Type /XRef /W [1 4 2] /Size %d /Root 1 0 R" % (own + 1)
    return bytes(body) + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, flat(data, entries), start)


def pages(count: int, *, told: int | None = None) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + count))
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>"
    return written(
        {
            **basis(),
            PAGES: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count if told is None else told),
            **dict.fromkeys(range(10, 10 + count), leaf),
        }
    )


def with_pages(node: bytes, more: Mapping[int, bytes] | None = None) -> bytes:
    return written({**basis(), PAGES: node, **(more or {})})


def deep_tree(depth: int) -> bytes:
    nodes = {
        number: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
        for number in range(10, 10 + depth)
    }
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return with_pages(b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>", {**nodes, 10 + depth: leaf})


def doubling_tree(depth: int) -> bytes:
    """Each branch hangs twice under the one above: 2 to the power of `depth` pages."""
    nodes = {
        number: b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (number + 1, number + 1)
        for number in range(10, 10 + depth)
    }
    leaf = b"<< /Type /Page /MediaBox [0 0 9 9] >>"
    return with_pages(b"<< /Type /Pages /Kids [10 0 R] /Count 2 >>", {**nodes, 10 + depth: leaf})


def locked(algorithm: str, *, user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(simple())))
    writer.encrypt(user, owner, algorithm=algorithm)
    return _saved(writer)


def _saved(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def titled(title: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(simple())))
    writer.add_metadata({"/Title": title, "/Author": title, "/Оdd кey": title})
    return _saved(writer)


def attached() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(simple())))
    writer.add_attachment("run.exe", b"MZ")
    return _saved(writer)


def zipped(name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def sized(size: int) -> bytes:
    """A good PDF of exactly this many bytes: what fills it is a picture's worth of noise nobody draws."""
    empty = simple(more={10: stream(b"")})
    room = size - len(empty)
    file = simple(more={10: stream(b"x" * room)})
    file = simple(more={10: stream(b"x" * (room - (len(file) - size)))})
    return file + b"\n" * (size - len(file))


def updated(first: bytes, changed: Mapping[int, bytes]) -> bytes:
    """Saved over and over: what changed stands at the end."""
    body, offsets = bytearray(first), dict[int, int]()
    for number, value in changed.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    start, before = len(body), int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    body += table(offsets)
    return bytes(body) + b"trailer\n<< /Size 50 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        before,
        start,
    )


def linearized() -> bytes:
    """The first page's table and trailer at the front, the rest's at the end, pointing at each other."""
    parts = basis()
    body, offsets = (
        bytearray(b"%PDF-1.7\n9 0 obj\n<< /Linearized 1 /L 2000 /O 3 /E 900 /N 1 /T 1000 >>\nendobj\n"),
        {},
    )
    at = len(body)
    front = b"xref\n1 4\n%s%s" % (
        b"%010d 00000 n \n" * 4,
        b"trailer\n<< /Size 10 /Root 1 0 R /Prev %010d >>\nstartxref\n0\n%%%%EOF\n",
    )
    place = len(body) + len(front % (0, 0, 0, 0, 0))
    rest = bytearray()
    for number, value in parts.items():
        offsets[number] = place + len(rest)
        rest += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    end = place + len(rest)
    body += front % (*offsets.values(), end)
    return (
        bytes(body + rest)
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 10 >>\nstartxref\n%d\n%%%%EOF\n" % at
    )


def lzw(megabytes: int) -> bytes:
    """Each code stands for one byte more than the one before, until the table is full: then from the start."""
    growing = "".join(f"{code:0{_lzw_width(code)}b}" for code in range(258, 4095))
    again = f"{256:012b}{0:09b}{growing}"  # 7.4 million bytes
    bits = f"{256:09b}{0:09b}{growing}" + again * (megabytes // 7) + f"{257:012b}"
    size = -(-len(bits) // 8)
    return int(bits.ljust(size * 8, "0"), 2).to_bytes(size, "big")


def _lzw_width(code: int) -> int:
    return 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12


def nested(times: int, megabytes: int) -> bytes:
    data = zeros(megabytes)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def content(data: bytes, filters: bytes) -> bytes:
    return written({**basis(), CONTENT: stream(data, b"/Filter " + filters)})


def pictured(width: int, height: int, data: bytes = b"x") -> bytes:
    image = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
    return written(
        {
            **basis(page=b"/Resources << /XObject << /I 10 0 R >> >>"),
            PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /I 10 0 R >> >> >>",
            CONTENT: stream(b"500 0 0 500 0 0 cm /I Do"),
            10: stream(data, b"/Filter /FlateDecode " + image % (width, height)),
        }
    )


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"<< /S /Launch /F (cmd.exe) >>"
GOOD = simple
HEAVY, DAMAGED = Reason.HEAVY, Reason.DAMAGED
BROKEN = (DAMAGED, HEAVY)

FILES: dict[str, tuple[Make, Expected]] = {
    # Good ones.
    "minimal": (GOOD, 1),
    "header of PDF 2.0": (partial(written, basis(), header=b"%PDF-2.0\n"), 1),
    "header of PDF 1.0": (partial(written, basis(), header=b"%PDF-1.0\n"), 1),
    "header after 900 bytes": (lambda: b"@PJL JOB\n" * 100 + simple(), 1),
    "header after a byte order mark": (lambda: b"\xef\xbb\xbf" + simple(), 1),
    "500 pages": (partial(pages, 500), 500),
    "count told as negative": (partial(pages, 3, told=-3), 3),
    "count told as a billion": (partial(pages, 3, told=10**9), 3),
    "count told as none": (partial(pages, 3, told=0), 3),
    "unicode metadata": (partial(titled, "Ọ̀nà \u202egpj.exe 🍲 \0 %s"), 1),
    "thousands of objects": (
        lambda: simple(more={number: b"<< /A [%d 0 R] >>" % (number + 1) for number in range(10, 5010)}),
        1,
    ),
    "objects in circles": (
        lambda: simple(catalog=b"/X 10 0 R", more={10: b"[11 0 R]", 11: b"[10 0 R 1 0 R]"}),
        1,
    ),
    "incremental update": (lambda: updated(simple(), {CONTENT: stream(b"1 0 0 rg 0 0 9 9 re f")}), 1),
    "linearized": (linearized, 1),
    "object stream": (lambda: packed({20: b"<< /A 1 >>", 21: b"[1 2]"}, catalog=b"/X 20 0 R"), 1),
    "20 MB to the byte": (partial(sized, LARGEST_FILE), 1),
    "20 MB less a byte": (partial(sized, LARGEST_FILE - 1), 1),
    "link to the web": (
        partial(annotated, b"/Subtype /Link /A << /S /URI /URI (https://example.org/JavaScript) >>"),
        1,
    ),
    "mail link": (partial(annotated, b"/Subtype /Link /A << /S /URI /URI (mailto:ada@example.org) >>"), 1),
    "link without a scheme": (
        partial(annotated, b"/Subtype /Link /A << /S /URI /URI (www.example.org/a:b) >>"),
        1,
    ),
    "opens at a page": (partial(simple, catalog=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"), 1),
    "form field of text": (
        partial(
            simple,
            catalog=b"/AcroForm << /Fields [10 0 R] >>",
            page=b"/Annots [10 0 R]",
            more={10: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [0 0 99 20] >>"},
        ),
        1,
    ),
    "huge page": (partial(simple, box=b"[0 0 1000000000 1000000000]"), 1),
    "page a hair wide": (partial(simple, box=b"[0 0 0.001 14400]"), 1),
    "page without extent": (partial(simple, box=b"[0 0 0 0]"), 1),
    "page box upside down": (partial(simple, box=b"[595 842 0 0]"), 1),
    "page box below zero": (partial(simple, box=b"[-500 -500 -100 -100]"), 1),
    "page box of words": (partial(simple, box=b"[/a (b) null [] ]"), 1),
    # No PDFs.
    "one byte": (lambda: b"%", Reason.NOT_PDF),
    "program": (lambda: b"MZ\x90\0" + bytes(2000), Reason.NOT_PDF),
    "zip": (zipped, Reason.NOT_PDF),
    "docx": (partial(zipped, "word/document.xml"), Reason.NOT_PDF),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", Reason.NOT_PDF),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), Reason.NOT_PDF),
    "plain text": ("Breakfast: àkàrà and pap".encode, Reason.NOT_PDF),
    "nothing but zeros": (lambda: bytes(100_000), Reason.NOT_PDF),
    "header after 1,025 bytes": (lambda: b" " * 1025 + simple(), Reason.NOT_PDF),
    "header alone": (lambda: b"%PDF-1.7\n", DAMAGED),
    "header and noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400, DAMAGED),
    "zip behind": (lambda: simple() + zipped(), Reason.TWO_FILES),
    "html before": (lambda: b"<html><script>alert(1)</script>\n" + simple(), Reason.TWO_FILES),
    "program before": (lambda: b"MZ\x90\0" + bytes(60) + simple(), Reason.TWO_FILES),
    # Locked.
    "RC4, 40 bits": (partial(locked, "RC4-40", user="u", owner="o"), Reason.LOCKED),
    "RC4, 128 bits": (partial(locked, "RC4-128", user="u", owner="o"), Reason.LOCKED),
    "AES, 128 bits": (partial(locked, "AES-128", user="u", owner="o"), Reason.LOCKED),
    "AES, 256 bits": (partial(locked, "AES-256", user="u", owner="o"), Reason.LOCKED),
    "AES for the owner alone": (partial(locked, "AES-256", user="", owner="o"), Reason.PROTECTED),
    "RC4 for the owner alone": (partial(locked, "RC4-128", user="", owner="o"), Reason.PROTECTED),
    "locked by an unknown handler": (
        lambda: written(basis(), trailer=b"/Root 1 0 R /Encrypt << /Filter /Mine /V 9 >>"),
        (Reason.LOCKED, Reason.PROTECTED, DAMAGED),
    ),
    # Broken.
    "cut after the header": (lambda: simple()[:60], DAMAGED),
    "cut in the page": (lambda: simple()[:200], DAMAGED),
    "cut before the table": (lambda: simple().partition(b"xref\n")[0], (1, DAMAGED)),
    "cut in the table": (lambda: simple().partition(b"trailer")[0][:-30], (1, DAMAGED)),
    "table in the wrong place": (lambda: simple().replace(b"startxref\n", b"startxref\n9"), 1),
    "table of nonsense": (lambda: simple().replace(b"00000 n", b"0x0z0 q"), (1, DAMAGED)),
    "no root": (partial(written, basis(), trailer=b""), (1, DAMAGED)),
    "root that is not there": (
        partial(written, {2: basis()[2], 3: basis()[3]}, trailer=b"/Root 77 0 R"),
        DAMAGED,
    ),
    "table that leads to itself": (
        lambda: updated(simple(), {}).replace(b"/Prev ", b"/Prev 0"),
        (1, DAMAGED),
    ),
    "no pages": (partial(pages, 0), (Reason.NO_PAGES, DAMAGED)),
    "no page tree": (partial(written, {1: b"<< /Type /Catalog >>"}), (Reason.NO_PAGES, DAMAGED)),
    "pages that are not there": (
        partial(with_pages, b"<< /Type /Pages /Kids [88 0 R 89 0 R] /Count 2 >>"),
        (Reason.NO_PAGES, DAMAGED),
    ),
    "page tree in a circle": (
        partial(with_pages, b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"),
        DAMAGED,
    ),
    "page tree that doubles": (partial(doubling_tree, 60), (DAMAGED, Reason.TOO_MANY_PAGES)),
    "page tree 10,000 deep": (partial(deep_tree, 10_000), BROKEN),
    "arrays 10,000 deep": (
        lambda: simple(catalog=b"/X 10 0 R", more={10: b"[" * 10_000 + b"]" * 10_000}),
        BROKEN,
    ),
    "dictionaries 10,000 deep": (
        lambda: simple(catalog=b"/X 10 0 R", more={10: b"<</A" * 10_000 + b" 1" + b">>" * 10_000}),
        (1, *BROKEN),  # pypdf reads what it can of it
    ),
    "501 pages": (partial(pages, 501), Reason.TOO_MANY_PAGES),
    "501 pages told as one": (partial(pages, 501, told=1), Reason.TOO_MANY_PAGES),
    "object stream in itself": (
        lambda: streamed({**basis(catalog=b"/X 20 0 R")}, inside={20: 21, 21: 20}),
        BROKEN,
    ),
    "stream as long as itself": (
        lambda: simple(catalog=b"/X 10 0 R", more={10: b"<< /Length 10 0 R >>\nstream\nx\nendstream"}),
        (1, *BROKEN),
    ),
    # Active.
    "script on opening": (partial(simple, catalog=b"/OpenAction " + SCRIPT), Reason.SCRIPT),
    "script on closing": (partial(simple, catalog=b"/AA << /WC " + SCRIPT + b" >>"), Reason.SCRIPT),
    "script of a page": (partial(simple, page=b"/AA << /O " + SCRIPT + b" >>"), Reason.SCRIPT),
    "script by name": (
        partial(simple, catalog=b"/Names << /JavaScript << /Names [(a) " + SCRIPT + b"] >> >>"),
        Reason.SCRIPT,
    ),
    "script of a link": (partial(annotated, b"/Subtype /Link /A " + SCRIPT), Reason.SCRIPT),
    "script of a field": (
        partial(annotated, b"/Subtype /Widget /FT /Tx /T (a) /AA << /K " + SCRIPT + b" >>"),
        Reason.SCRIPT,
    ),
    "script after a harmless action": (
        partial(
            annotated, b"/Subtype /Link /A << /S /URI /URI (https://example.org) /Next [" + SCRIPT + b"] >>"
        ),
        Reason.SCRIPT,
    ),
    "script of a bookmark": (
        partial(
            simple,
            catalog=b"/Outlines << /First 10 0 R /Last 10 0 R >>",
            more={10: b"<< /Title (a) /A " + SCRIPT + b" >>"},
        ),
        Reason.SCRIPT,
    ),
    "script in a stream": (
        partial(
            simple, catalog=b"/OpenAction << /S /JavaScript /JS 10 0 R >>", more={10: flat(b"app.alert(1)")}
        ),
        Reason.SCRIPT,
    ),
    "script spelled in another way": (
        partial(simple, catalog=b"/OpenAction << /#53 /J#61vaScript /#4aS (a) >>"),
        Reason.SCRIPT,
    ),
    "script by a reference": (
        partial(simple, catalog=b"/OpenAction << /S 10 0 R /X 1 >>", more={10: b"/JavaScript"}),
        Reason.SCRIPT,
    ),
    "script behind a harmless twin": (
        partial(simple, catalog=b"/OpenAction null /OpenAction " + SCRIPT),
        Reason.SCRIPT,
    ),
    "script in an object stream": (
        lambda: packed({20: SCRIPT}, catalog=b"/OpenAction 20 0 R"),
        Reason.SCRIPT,
    ),
    "script behind a twin in an object stream": (
        lambda: packed({20: b"<< /A 1 /A " + SCRIPT + b" >>"}, catalog=b"/X 20 0 R"),
        Reason.SCRIPT,
    ),
    "script that nothing leads to": (partial(simple, more={10: SCRIPT}), Reason.SCRIPT),
    "script by an update": (
        lambda: updated(simple(), {1: basis(catalog=b"/OpenAction " + SCRIPT)[1]}),
        Reason.SCRIPT,
    ),
    "program of a link": (partial(annotated, b"/Subtype /Link /A " + LAUNCH), Reason.ACTION),
    "program on opening": (partial(simple, catalog=b"/OpenAction " + LAUNCH), Reason.ACTION),
    "form that is sent": (
        partial(annotated, b"/Subtype /Widget /A << /S /SubmitForm /F (https://example.org) >>"),
        Reason.ACTION,
    ),
    "form that is filled": (
        partial(annotated, b"/Subtype /Widget /A << /S /ImportData /F (a.fdf) >>"),
        Reason.ACTION,
    ),
    "other file": (
        partial(
            annotated, b"/Subtype /Link /A << /S /GoToR /F (\\\\\\\\host\\\\share\\\\a.pdf) /D [0 /Fit] >>"
        ),
        Reason.ACTION,
    ),
    "link to a file": (
        partial(annotated, b"/Subtype /Link /A << /S /URI /URI (file:///etc/passwd) >>"),
        Reason.ACTION,
    ),
    "link that is code": (
        partial(annotated, b"/Subtype /Link /A << /S /URI /URI (java\\nscript:alert\\(1\\)) >>"),
        Reason.ACTION,
    ),
    "stream from elsewhere": (
        partial(simple, catalog=b"/X 10 0 R", more={10: stream(b"", b"/F (a.bin)")}),
        Reason.ACTION,
    ),
    "embedded file": (attached, Reason.ATTACHMENT),
    "file pinned to a page": (
        partial(
            simple,
            page=b"/Annots [10 0 R]",
            more={
                10: b"<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /F (a) /EF << /F 11 0 R >> >> >>",
                11: stream(b"MZ"),
            },
        ),
        Reason.ATTACHMENT,
    ),
    "rich media": (partial(annotated, b"/Subtype /RichMedia"), Reason.MEDIA),
    "3D": (partial(annotated, b"/Subtype /3D"), Reason.MEDIA),
    "film": (partial(annotated, b"/Subtype /Screen /A << /S /Rendition /OP 0 >>"), Reason.MEDIA),
    "XFA form": (
        partial(
            simple, catalog=b"/AcroForm << /Fields [] /XFA [(a) 10 0 R] >>", more={10: stream(b"<xdp/>")}
        ),
        Reason.FORM,
    ),
    # Heavy.
    "Flate bomb": (lambda: content(zeros(300), b"/FlateDecode"), HEAVY),
    "Flate bomb five deep": (lambda: content(nested(5, 300), b"[" + b"/FlateDecode " * 5 + b"]"), HEAVY),
    "seventeen filters": (lambda: content(b"x", b"[" + b"/ASCIIHexDecode " * 17 + b"]"), HEAVY),
    "LZW bomb": (lambda: content(lzw(200), b"/LZWDecode"), HEAVY),
    "RunLength bomb": (lambda: content(b"\x81\0" * 1_000_000, b"/RunLengthDecode"), HEAVY),
    "hex of a bomb": (lambda: content(zeros(300).hex().encode(), b"[/ASCIIHexDecode /FlateDecode]"), HEAVY),
    "bomb in an object stream": (
        lambda: streamed(
            {
                **basis(catalog=b"/X 20 0 R"),
                5: stream(zeros(300), b"/Filter /FlateDecode /Type /ObjStm /N 1 /First 4"),
            },
            inside={20: 5},
        ),
        HEAVY,
    ),
    "bombs in their hundreds": (
        lambda: simple(more=dict.fromkeys(range(10, 110), stream(zeros(60), b"/Filter /FlateDecode"))),
        HEAVY,
    ),
    "picture 100,000 wide and high": (partial(pictured, 100_000, 100_000), HEAVY),
    "picture with a bomb for its data": (lambda: pictured(9, 9, zeros(300)), HEAVY),
    "array of nine million numbers": (
        lambda: simple(catalog=b"/X 10 0 R", more={10: b"[" + b"1 " * 9_000_000 + b"]"}),
        HEAVY,
    ),
    "too large by a byte": (partial(sized, LARGEST_FILE + 1), Reason.TOO_LARGE),
    "empty": (lambda: b"", Reason.EMPTY),
}
