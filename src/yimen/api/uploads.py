"""How forms with files are described: OpenAPI has no place for them in a function's arguments."""

from typing import Any, Final

FILE: Final = {"type": "string", "format": "binary"}


def form(
    properties: dict[str, Any],
    *,
    optional: dict[str, Any] | None = None,
    description: str = "",
    more: dict[str, Any] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """The description of a form: fields that are required, optional ones, and `more`, fields of any other name."""
    schema = {
        "type": "object",
        "required": list(properties),
        "properties": properties | (optional or {}),
        "additionalProperties": more or False,
    }
    body = {
        "required": True,
        "description": description,
        "content": {"multipart/form-data": {"schema": schema, **rest}},
    }
    return {"requestBody": body}


APPLICATION: Final = form(
    {"application": {"$ref": "#/components/schemas/Application"}},
    description="`application` as JSON, and the files, each named by the code of its material; several allowed.",
    more={"type": "array", "items": FILE},
    encoding={"application": {"contentType": "application/json"}},
)
PAPER: Final = form(
    {"material": {"type": "string", "minLength": 1, "maxLength": 100}, "file": FILE},
    optional={
        "mark": {"type": "string", "maxLength": 40, "description": "Of a page that was signed: as printed on it."}
    },
)
ONE_FILE: Final = form({"file": FILE})
CONTENT: Final = {
    "responses": {
        200: {
            "description": "The paper as it was handed in",
            "content": {kind: {"schema": FILE} for kind in ("application/pdf", "image/png", "image/jpeg")},
        }
    }
}
