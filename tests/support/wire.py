"""Every field and call of the proto files as one line each, to see what a change would break.

`python -m tests.support.wire` (part of `make protos`) adds the new lines to `protos/wire.txt` and takes none away: a
line that is there and not true any more is a change that an older peer would trip over. Take it out by hand, knowingly.
"""

from __future__ import annotations

from pathlib import Path

from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from protos import keyring_pb2, router_pb2

RECORD = Path(__file__).parents[2] / "protos" / "wire.txt"


def lines() -> list[str]:
    """What is on the wire now: `Message number type name` and `Service.Call Request -> Reply`."""
    found = []
    for file in (router_pb2.DESCRIPTOR, keyring_pb2.DESCRIPTOR):
        for message in file.message_types_by_name.values():
            found += [_field(message, field) for field in message.fields]
        found += _calls(file)
    return found


def recorded() -> list[str]:
    return RECORD.read_text().splitlines()


def _field(message: Descriptor, field: FieldDescriptor) -> str:
    kind = field.message_type.name if field.message_type else FieldDescriptorProto.Type.Name(field.type)[5:].lower()
    return f"{message.name} {field.number} {'repeated ' if field.is_repeated else ''}{kind} {field.name}"


def _calls(file: FileDescriptor) -> list[str]:
    return [
        f"{service.name}.{call.name} {call.input_type.name} -> "
        f"{'stream ' if call.server_streaming else ''}{call.output_type.name}"
        for service in file.services_by_name.values()
        for call in service.methods
    ]


if __name__ == "__main__":
    before = recorded() if RECORD.exists() else []
    RECORD.write_text("\n".join([*before, *(each for each in lines() if each not in before)]) + "\n")
