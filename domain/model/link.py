"""Links to forward: `https://t.me/<bot>?start=<token>`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LINK_LIVES = timedelta(days=14)


class LinkPurpose(StrEnum):
    REQUEST = "request"  # one client, one request: bound to the first who opens it


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Stored by the hash of its token. `bound_to` is the person who opened it first; nobody else may."""

    id: int = 0
    token_hash: str
    purpose: LinkPurpose
    request_id: int
    expires_at: datetime
    bound_to: int | None = None
    created_at: datetime
