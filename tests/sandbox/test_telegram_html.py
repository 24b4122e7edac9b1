"""HTML parse mode: what becomes of good markup, and what is said about bad markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram.entities import Entity, Formatted, to_html, trimmed, with_found
from sandbox.telegram.errors import ApiError
from sandbox.telegram.markup_text import parse_html


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("tg-spoiler", "spoiler"),
        ("blockquote", "blockquote"),
    ],
)
def test_each_supported_tag_becomes_its_entity(tag: str, kind: str) -> None:
    parsed = parse_html(f"a <{tag}>bc</{tag}>")
    assert parsed == Formatted("a bc", (Entity(type=kind, offset=2, length=2),))


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ('<span class="tg-spoiler">x</span>', Entity(type="spoiler", offset=0, length=1)),
        ("<blockquote expandable>x</blockquote>", Entity(type="expandable_blockquote", offset=0, length=1)),
        (
            '<a href="https://x.example/?a=1&amp;b=2">x</a>',
            Entity(type="text_link", offset=0, length=1, extra={"url": "https://x.example/?a=1&b=2"}),
        ),
        (
            '<tg-time unix="1700000000" format="wDt">x</tg-time>',
            Entity(
                type="date_time",
                offset=0,
                length=1,
                extra={"unix_time": 1700000000, "date_time_format": "wDt"},
            ),
        ),
        (
            '<pre><code class="language-python">x</code></pre>',
            Entity(type="pre", offset=0, length=1, extra={"language": "python"}),
        ),
    ],
)
def test_attributes_are_kept_in_the_entity(source: str, entity: Entity) -> None:
    assert parse_html(source) == Formatted("x", (entity,))


def test_offsets_count_utf16_units() -> None:
    assert parse_html("🥗<b>é🥗</b>").entities == (Entity(type="bold", offset=2, length=3),)


def test_references_are_read_and_a_lone_ampersand_stays() -> None:
    assert (
        parse_html("1 &lt; 2 &amp;&amp; R&D &quot;x&quot; &#39; &nbsp;").text == '1 < 2 && R&D "x" \' &nbsp;'
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("₦ <3", 'Unsupported start tag "3" at byte offset 4'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("x<br/>", 'Unsupported start tag "br/" at byte offset 1'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-time unix="1" format="zz">x</tg-time>', "Invalid date-time format specified at byte offset 0"),
        ("<tg-time>x</tg-time>", 'Tag "tg-time" must have a valid attribute "unix" at byte offset 0'),
    ],
)
def test_bad_markup_is_refused(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_a_dangerous_link_is_shown_as_plain_text() -> None:
    parsed = parse_html('<a href="javascript:alert(1)">x</a>')
    assert parsed == Formatted("x")


def test_white_space_at_the_ends_goes_and_entities_move_with_the_text() -> None:
    assert trimmed(parse_html("\n <b> x</b> \n")) == Formatted(
        "x", (Entity(type="bold", offset=0, length=1),)
    )


def test_commands_and_addresses_are_found_outside_code() -> None:
    found = with_found(parse_html("/start see https://x.example/a. <code>/not</code> a@b.example 1/2"))
    assert [(one.type, one.offset) for one in found.entities] == [
        ("bot_command", 0),
        ("url", 11),
        ("code", 32),
        ("email", 37),
    ]


def test_html_comes_back_as_it_went_in() -> None:
    source = 'a <b>b<i>c</i></b> <a href="https://x.example">d</a> &lt;e&gt;'
    assert parse_html(source).html == source


def test_crossing_entities_are_closed_and_opened_again() -> None:
    crossing = (Entity(type="bold", offset=0, length=2), Entity(type="italic", offset=1, length=2))
    assert to_html("abc", crossing) == "<b>a<i>b</i></b><i>c</i>"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_text_ever_becomes_markup(text: str) -> None:
    html = to_html(text, ())
    assert "<" not in html
    assert parse_html(html).text == text
