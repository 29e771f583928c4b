"""Dumps the JSON Schema of the room events, from which the page's types are generated.

python -m contracts.schema > web/room-event.schema.json
"""

import json
import sys

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema
from typing_extensions import override

from contracts.room_event import room_event_adapter


class _AsWritten(GenerateJsonSchema):
    """What stands in a packet: every field, also one that holds its default."""

    @override
    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        return True

    @override
    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def room_event_schema() -> str:
    """The schema as JSON text; the same contracts give the same text."""
    schema = room_event_adapter.json_schema(mode="serialization", schema_generator=_AsWritten)
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(room_event_schema())
