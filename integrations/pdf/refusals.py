"""Why a file is not passed on. The child names the reason, the parent has the words: nothing of the file is told."""

from enum import StrEnum

MOST_PAGES = 500


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_PDF = "not_pdf"
    TWO_FILES = "two_files"
    DAMAGED = "damaged"
    LOCKED = "locked"
    PROTECTED = "protected"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    SCRIPT = "script"
    ACTION = "action"
    ATTACHMENT = "attachment"
    MEDIA = "media"
    FORM = "form"
    HEAVY = "heavy"


class Refused(Exception):  # noqa: N818 - an outcome, as in domain.errors
    """Never leaves this package; to the rest of the program it is a `Malformed`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


# What happened, and what to do next; that nothing was sent stands between the two.
_WORDS: dict[Reason, tuple[str, str]] = {
    Reason.EMPTY: ("This file is empty.", "Save the plan as a PDF again and send the new file."),
    Reason.TOO_LARGE: (
        "This file is larger than 20 MB, the most that can be passed on.",
        "Save it with smaller pictures and send it again.",
    ),
    Reason.NOT_PDF: (
        "This is not a PDF, whatever its name says.",
        "Save or print the plan as a PDF and send that file.",
    ),
    Reason.TWO_FILES: (
        "This file is a PDF and another kind of file at once.",
        "Save or print the plan as a PDF again and send the new file.",
    ),
    Reason.DAMAGED: (
        "This PDF is damaged or incomplete and could not be read.",
        "Save it as a PDF again and send the new file.",
    ),
    Reason.LOCKED: (
        "This PDF is protected with a password, so your client could not open it.",
        "Save it without a password and send it again.",
    ),
    Reason.PROTECTED: (
        "This PDF is protected against printing or changes, and only open PDFs are passed on.",
        "Save it without protection and send it again.",
    ),
    Reason.NO_PAGES: ("This PDF has no pages.", "Save the plan as a PDF again and send the new file."),
    Reason.TOO_MANY_PAGES: (
        f"This PDF has more than {MOST_PAGES} pages.",
        "Save only the pages that your client needs and send those.",
    ),
    Reason.SCRIPT: (
        "This PDF contains program code (JavaScript), which is not passed on.",
        "Print it to a new PDF, which leaves the code out, and send that.",
    ),
    Reason.ACTION: (
        "This PDF has a link or a button that starts a program, opens another file or sends data.",
        "Print it to a new PDF, which leaves that out, and send that. Links to web pages are fine.",
    ),
    Reason.ATTACHMENT: (
        "This PDF has other files inside it, which are not passed on.",
        "Remove them, or print it to a new PDF, and send that.",
    ),
    Reason.MEDIA: (
        "This PDF contains film, sound or 3D, which is not passed on.",
        "Print it to a new PDF and send that; a link to a video on the web is fine.",
    ),
    Reason.FORM: (
        "This PDF is an interactive form (XFA) that most phones cannot show.",
        "Print it to a new PDF and send that.",
    ),
    Reason.HEAVY: (
        "This PDF is too heavy to open safely.",
        "Print it to a new PDF, with smaller pictures or fewer pages, and send that.",
    ),
}


def in_words(reason: Reason) -> str:
    happened, next_step = _WORDS[reason]
    return f"{happened} Nothing was sent. {next_step}"
