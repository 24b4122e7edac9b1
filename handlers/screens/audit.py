"""The audit trail, as the admins read it: when, who, what, which record. Details stay in the database."""

from domain.model.audit import AuditEntry
from domain.model.message import Message
from domain.usecases.audit_trail import Trail
from handlers.callbacks import Verb
from handlers.formats import local, safe
from handlers.screens.desk import DESK
from handlers.screens.parts import button, numbered, pager, rows

_IN_A_ROW = 4


def trail(found: Trail, of: int | None, timezone: str) -> Message:
    """`of`: the entry whose record it is about, None where it is everybody's."""
    page = found.entries
    what = "Audit trail" if found.record is None else f"Audit trail of {_who(found, found.record)}"
    head = f"<b>{what}</b>{numbered(page)}, newest first, times in {timezone}"
    lines = [
        f"{number}. {local(entry.at, timezone):%d %b %Y, %H:%M:%S}\n   {_line(found, entry)}"
        for number, entry in enumerate(page.items, 1)
    ]
    if not page.items:
        lines = ["Nothing is recorded."]
    if of is not None:
        all_of_it = [button("← All entries", Verb.AUDIT, argument="0"), DESK]
        return Message(
            text="\n".join([head, *lines]), rows=rows(pager(page, Verb.AUDIT_OF, subject=str(of)), all_of_it)
        )
    if page.items:
        lines.append("\nA number shows all that was done to the same record.")
    choices = [button(str(at), Verb.AUDIT_OF, str(one.id), "0") for at, one in enumerate(page.items, 1)]
    return Message(
        text="\n".join([head, *lines]),
        rows=rows(choices[:_IN_A_ROW], choices[_IN_A_ROW:], pager(page, Verb.AUDIT), [DESK]),
    )


def _line(found: Trail, entry: AuditEntry) -> str:
    line = f"{_who(found, entry.actor)}: {safe(entry.action)}"
    return line if found.record is not None else f"{line} · {_who(found, entry.record)}"


def _who(found: Trail, word: str) -> str:
    name = found.names.get(word)
    return f"<code>{safe(word)}</code>" + (f" ({safe(name)})" if name else "")
