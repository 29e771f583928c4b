"""`python -m api.openapi > web/openapi.json`: the description that the page's types are generated from."""

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import responses
from api.routes import include_routes

_TITLE = "Earwitness"
_VERSION = "1"
_MAY_BE_PARTIAL = {"Arrival", "RatingDraftSent"}
"""Bodies the page sends in which a field may be left out; everything the API itself sends is whole."""


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, the same on every machine."""
    document = get_openapi(title=_TITLE, version=_VERSION, routes=app.routes, webhooks=app.webhooks.routes)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if name not in _MAY_BE_PARTIAL and "properties" in schema:
            schema["required"] = list(schema["properties"])
    for item in document["paths"].values():
        for operation in item.values():
            # Every error is a problem, those of validation too.
            if "422" in operation["responses"]:
                operation["responses"]["422"] = responses(422)[422]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def main() -> None:
    app = FastAPI()
    include_routes(app)
    sys.stdout.write(json.dumps(describe(app), indent=2, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
