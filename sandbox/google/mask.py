"""The `fields` parameter: `id,conferenceData(createRequest/status,entryPoints)` leaves only those."""

from typing import Any, TypeAlias

from sandbox.google.model import ApiError

Mask: TypeAlias = "dict[str, Mask]"  # an empty one: everything below


def parse(text: str) -> Mask:
    """ApiError 400 for a selection that is not one."""
    mask, rest = _several(text)
    if rest or not mask:
        raise _bad(text)
    return mask


def apply(mask: Mask, value: Any) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [apply(mask, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: apply(mask[name], inner) for name, inner in value.items() if name in mask}


def _several(text: str) -> tuple[Mask, str]:
    mask: Mask = {}
    while True:
        path, inner, text = _one(text)
        into = mask
        for step in path:
            into = into.setdefault(step, {})
        into |= inner
        if not text.startswith(","):
            return mask, text
        text = text[1:]


def _one(text: str) -> tuple[list[str], Mask, str]:
    """One path, with what stands in brackets behind it, and the text after it."""
    length = next((place for place, sign in enumerate(text) if sign in ",()"), len(text))
    path, rest = text[:length].strip().split("/"), text[length:]
    if not all(step.isalnum() or step == "*" for step in path):
        raise _bad(text)
    if not rest.startswith("("):
        return path, {}, rest
    inner, rest = _several(rest[1:])
    if not rest.startswith(")"):
        raise _bad(text)
    return path, inner, rest[1:]


def _bad(text: str) -> ApiError:
    message = f"Invalid field selection {text}"
    where = {"location": "fields", "locationType": "parameter"}
    return ApiError(400, "invalidParameter", message, where=where)
