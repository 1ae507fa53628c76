"""Writes ``docs/ocds-extension/release-schema.json``, our extension to OCDS, from ``evalhub/ocds/schema.py``.

python docs/make_ocds.py          rewrite it; a test holds the file to the table
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evalhub.ocds.schema import OBJECTS, Field

TARGET = Path(__file__).parent / "ocds-extension" / "release-schema.json"
_JSON = {"string": "string", "number": "number", "integer": "integer", "boolean": "boolean"}


def render() -> str:
    """The patch of the release schema, as extensions to the standard are written."""
    ours = {name: fields for name, fields in OBJECTS.items() if name.startswith("Evaluation")}
    schema = {
        "properties": {"evaluation": {"$ref": "#/definitions/Evaluation"}},
        "definitions": {name: _object(fields) for name, fields in ours.items()},
    }
    return json.dumps(schema, indent=2) + "\n"


def _object(fields: dict[str, Field]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object"}
    if required := [name for name, field in fields.items() if field.required]:
        made["required"] = required
    return {**made, "properties": {name: _field(field) for name, field in fields.items()}}


def _field(field: Field) -> dict[str, Any]:
    if field.kind.startswith("["):
        return {"type": "array", "items": _field(Field(kind=field.kind[1:-1], required=True))}
    if field.kind in OBJECTS:
        return {"$ref": f"#/definitions/{field.kind}"}
    plain = _JSON.get(field.kind, "string")
    made: dict[str, Any] = {"type": plain if field.required else [plain, "null"]}
    if field.kind == "date-time":
        made["format"] = "date-time"
    if field.codes:
        made["enum"] = sorted(field.codes)
    return made


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
