"""What a secret looks like in somebody else's words: a library's error may quote a whole address."""

import re

HIDDEN = "[hidden]"
_TOKEN_IN_URL = re.compile(r"/bot\d+(?::|%3A)[\w-]+", re.IGNORECASE)
_KEY = re.compile(r"sk_(test|live)_\w+")
_BEARER = re.compile(r"(?i)(bearer\s+)[\w.\-~+/=]{8,}")


def without_secrets(text: str) -> str:
    text = _TOKEN_IN_URL.sub(f"/bot{HIDDEN}", text)
    text = _KEY.sub(HIDDEN, text)
    return _BEARER.sub(rf"\1{HIDDEN}", text)
