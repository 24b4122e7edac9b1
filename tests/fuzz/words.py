"""Whatever somebody can type: every character there is, and words that lead deep into what reads them."""

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]

WICKED = (
    "", " ", "\n", "\t\r\n", "\x00", "a\x00b", "\x07\x1b[31m", "\ud83d", "\udc00x", "\u202eabc\u202c",
    "\u2066x\u2069",
    "\ufeff", "\u200b", "\u200d" * 50, "e" + "\u0301" * 2000, "x" * 4096, "🌸" * 2048, "ﷺ" * 4096,
    "\n" * 4096,
    "A\u0300" * 64, "<b>", "</b>&amp;", "<a href='tg://user?id=1'>x</a>", "&#0;", "&lt;", "%00", "%s%n",
    "{0}",
    "${jndi:ldap://x}", "' OR 1=1 --", '"; DROP TABLE people; --', "../../etc/passwd", "{}", "[]", "null",
    "NaN",
    "-1", "0", "00", "1e309", "9" * 400, "9" * 4096, "0.1", "1/0", "٣٤", "１２", "½", "²", "Ⅷ", "-0", "+5",
    "₦",
    "₦12,500.00", "12.500,00", "1 000 000 000 000", "0.001", "12:00", "24:00", "25:61", "09:00-08:00",
    "09:00-17:00",
    "9-5", "9am-5pm", "09:00-12:00, 11:00-13:00", "closed", "none", "off", "all day", "31.02.2027",
    "29 Feb", "29.2.2028",
    "2026-11-24", "9999-12-31", "0001-01-01", "10000-01-01", "1.1.1", "tomorrow", "yesterday",
    "next year",
    "in 99999999999 days", "every monday", "Mon-Fri 9-17", "from 5 to 3", "until 31 December 9999 23:59",
    "a@b.c", "a@b.co", "a@" + "b" * 300 + ".com", "a" * 65 + "@example.com", "ü@exämple.com",
    "a@[127.0.0.1]",
    "a@localhost", "<a@b.co>", "a@b.co, c@d.co", "Lagos", "Africa/Lagos", "Etc/GMT+12", "../UTC", "UTC",
    "New York",
    "London", "Europe/", "São Paulo", "Ⓛⓐⓖⓞⓢ", "0123456789", "0000000000", "https://meet.example.com/ada",
    "http://x", "javascript:alert(1)", "tg://resolve?domain=x", "https://" + "x" * 4000, "https://[::1",
    "http://\x00",
    "/", "//", "/ start", "/@", "/start@dietdesk_bot", "/START", "/ſtart", "/start\x00", "/cancel now",
    "/help" * 800,
    "/start=" + "x" * 200, "✅ Approve", "Cancel", "Skip", "Back", "yes", "0" * 4096,
)  # fmt: skip
_PIECES = (
    "9", "17", "24", "09:00", "17:30", "-", "–", "to", "until", "from", "mon", "tuesday", "Wed", "next",
    "this", "last",
    "week", "month", "year", "day", "days", "31", "30", "29", "1st", "2nd", "feb", "December", "2026",
    "2027", "'27",
    "every", "and", ",", ";", ".", "/", ":", "noon", "midnight", "am", "pm", "in", "ago", "tomorrow",
    "today", "₦",
    "12,500.00", "12500", "45", "min", "minutes", "h", "%", "hours", "before", "weekends", "holiday",
    "+", "(", ")",
    "\n", "<", "&", "0", "-5", "1e3", "a@b.co", "https://", "Lagos", "UTC+1", "Christmas",
    "monday-friday", "half", "x",
)  # fmt: skip

anything: Texts = st.text(st.characters(exclude_categories=()), max_size=80)
pieced: Texts = st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join)
repeated: Texts = st.builds(
    lambda one, times: (one * times)[:4096], st.text(min_size=1, max_size=4), st.integers(1, 4096)
)
wicked: Texts = st.sampled_from(WICKED)
texts: Texts = st.one_of(wicked, pieced, anything, repeated, st.tuples(pieced, anything).map(" ".join))
names: Texts = st.one_of(st.just("Amina"), wicked.map(lambda text: text[:64]), st.text(max_size=64))
