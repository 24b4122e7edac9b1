"""Google's discovery document for calendar v3, as the judge of every call.

It ships inside google-api-python-client. Its schemas are draft-03 like: `$ref` by bare name, requiredness
only in `annotations.required`, "read-only" and most enumerations only in prose.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from googleapiclient.discovery_cache import get_static_doc

from sandbox.google.model import ApiError, Json

_DOCUMENT: Final[Json] = json.loads(get_static_doc("calendar", "v3"))  # type: ignore[no-untyped-call]
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}

SCOPES: Final = frozenset(_DOCUMENT["auth"]["oauth2"]["scopes"])
COLORLESS: Final = frozenset(["openid", "email", "profile"])


def method(resource: str, name: str) -> Json:
    found: Json = _DOCUMENT["resources"][resource]["methods"][name]
    return found


def scope_text(scope: str) -> str:
    described = _DOCUMENT["auth"]["oauth2"]["scopes"].get(scope, {}).get("description")
    return str(described or f"Associate you with your personal info ({scope})")


def check_scopes(spec: Json, granted: frozenset[str]) -> None:
    """The document's `scopes` are alternatives: one of them is enough."""
    if granted.isdisjoint(spec["scopes"]):
        detail = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
            "metadata": {"service": "calendar-json.googleapis.com", "method": spec["id"]},
        }
        message = "Request had insufficient authentication scopes."
        more: Json = {"status": "PERMISSION_DENIED", "details": [detail]}
        raise ApiError(403, "insufficientPermissions", message, more=more)


def check_query(spec: Json, query: Mapping[str, list[str]]) -> None:
    """ApiError for a parameter the method does not have, or a value of the wrong type."""
    known = {**_DOCUMENT["parameters"], **spec.get("parameters", {})}
    for name, values in query.items():
        described = known.get(name)
        if described is None or described.get("location") != "query":
            raise _invalid(f"Unknown name '{name}': Cannot bind query parameter.")
        if len(values) > 1 and not described.get("repeated"):
            raise _invalid(f"Parameter '{name}' is given more than once.")
        for value in values:
            _check_parameter(name, value, described)


def check_body(spec: Json, body: Any) -> None:
    """Types, formats and unknown fields all the way down; what the method requires; what is read-only."""
    name = spec["request"]["$ref"]
    _check(name, body, {"$ref": name})
    for field, described in _DOCUMENT["schemas"][name]["properties"].items():
        if spec["id"] in described.get("annotations", {}).get("required", []) and field not in body:
            raise ApiError(400, "required", f"Missing {field}.")


def _check_parameter(name: str, value: str, described: Json) -> None:
    match described["type"]:
        case "boolean" if value not in ("true", "false"):
            raise _invalid(f"Invalid boolean value: '{value}' of {name}.")
        case "integer" if not re.fullmatch(r"-?\d+", value):
            raise _invalid(f"Invalid integer value: '{value}' of {name}.")
        case "integer":
            low, high = int(described.get("minimum", value)), int(described.get("maximum", value))
            if not low <= int(value) <= high:
                raise _invalid(f"Invalid value '{value}' of {name}. Values must be within [{low}, {high}].")
    if "enum" in described and value not in described["enum"]:
        raise _invalid(f"Invalid value '{value}' of {name}.")
    if described.get("format") == "date-time" and not _has_offset(value):
        where = {"location": name, "locationType": "parameter"}
        raise ApiError(400, "badRequest", "Bad Request", where=where)


def _check(path: str, value: Any, schema: Json) -> None:
    if "$ref" in schema:
        schema = _DOCUMENT["schemas"][schema["$ref"]]
    if value is None or schema["type"] == "any":
        return
    wanted = _TYPES[schema["type"]]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise _invalid(f"Invalid value at '{path}' ({schema['type']}).")
    match value:
        case dict():
            _check_fields(path, value, schema)
        case list():
            for place, item in enumerate(value):
                _check(f"{path}[{place}]", item, schema["items"])
        case str():
            _check_format(path, value, schema.get("format"))


def _check_fields(path: str, value: Json, schema: Json) -> None:
    known, free = schema.get("properties", {}), schema.get("additionalProperties")
    for name, inner in value.items():
        described = known.get(name, free)
        if described is None:
            raise _invalid(f"Unknown name '{name}' at '{path}': Cannot find field.")
        if "read-only" in described.get("description", "").lower():
            raise _invalid(f"'{path}.{name}' is read-only.")
        _check(f"{path}.{name}", inner, described)


def _check_format(path: str, value: str, kind: str | None) -> None:
    try:
        match kind:
            case "date-time" if not _RFC3339.fullmatch(value):
                raise _invalid(f"Invalid date-time at '{path}'.")
            case "date-time":
                datetime.fromisoformat(value.upper())
            case "date":
                date.fromisoformat(value)
            case "int64":
                int(value)
    except ValueError as error:
        raise _invalid(f"Invalid {kind} at '{path}'.") from error


def _has_offset(value: str) -> bool:
    found = _RFC3339.fullmatch(value)
    return found is not None and found[2] is not None


def _invalid(message: str) -> ApiError:
    return ApiError(400, "invalid", message)
