"""Names for records that people and buttons carry: random, short, not guessable, never a sequence."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: read aloud without a mistake
PUBLIC_ID_LENGTH = 10  # 50 random bits


def new_public_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


def new_token() -> str:
    """A secret for a link: 192 random bits in 32 characters of `A-Za-z0-9_-` (Telegram allows 64)."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    """What is stored of a link's token; the token itself is known to its holder alone."""
    return hashlib.sha256(token.encode()).hexdigest()


OUR_REFERENCES = "DD-"


def new_payment_reference() -> str:
    """Paystack takes letters, digits, `-`, `.` and `=`, and a reference may be used once for ever."""
    return OUR_REFERENCES + secrets.token_hex(16)
