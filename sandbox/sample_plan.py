"""A small PDF that looks like a meal plan: one page, written by hand, in the fonts that every reader has."""

_MEALS = (
    ("Monday", "Moi moi, pap without sugar; ofada rice, ayamase, salad; vegetable soup, two wraps of amala"),
    ("Tuesday", "Boiled plantain, egg sauce; jollof rice, grilled titus; okra soup, wheat swallow"),
    ("Wednesday", "Oats with tiger nuts; beans and fish stew; pepper soup with chicken, boiled yam"),
    ("Thursday", "Akara, pap; coconut rice, mackerel, steamed ugu; egusi soup, oat swallow"),
    ("Friday", "Bread and sardines, tea; efo riro, brown rice; catfish pepper soup, sweet potato"),
    ("Saturday", "Yam porridge with ugu; fried rice, chicken; fruit, unsweetened yoghurt"),
    ("Sunday", "Omelette, toast; ofe nsala, pounded yam (a fist); salad with beans and tuna"),
)
_TOP, _LINE, _LEFT = 770, 25, 56


def sample_plan(client: str) -> bytes:
    """A4. `client` stands at its head."""
    drawn = _page(client).encode("cp1252", errors="replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font "
            b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
            b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    return _file(objects)


def _page(client: str) -> str:
    """Content operators (ISO 32000-1, 9.4): a green band, a heading, a line for each day and its meals."""
    parts = [
        "0.14 0.46 0.30 rg 0 800 595 42 re f",
        _text("Week 1", x=_LEFT, y=814, size=16, bold=True, grey=1),
        _text(f"Meal plan for {client}", x=_LEFT, y=_TOP - 10, size=26, bold=True),
    ]
    for number, (day, meals) in enumerate(_MEALS, start=1):
        y = _TOP - 10 - number * 4 * _LINE
        parts.append(_text(day, x=_LEFT, y=y + _LINE, size=18, bold=True))
        parts += [
            _text(meal.strip(), x=_LEFT + 120, y=y + _LINE - at * 22, size=15)
            for at, meal in enumerate(meals.split(";"))
        ]
    return "\n".join(parts)


def _text(words: str, *, x: int, y: int, size: int, bold: bool = False, grey: float = 0.1) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {grey} g /{'F2' if bold else 'F1'} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def _file(objects: list[bytes]) -> bytes:
    """With its cross-reference table: where each object begins."""
    written, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(written))
    )
