"""A `UsageReport` and those that came with it, checked.

Called by `servicer`. Pure. Never believes a number: one absurd report would spoil a month's sums.
"""

from __future__ import annotations

from dataclasses import dataclass

from key_server.calls import ID
from key_server.errors import BadRequest
from key_server.usage.attempt import MOST_TOKENS
from protos import router_pb2

MOST_OTHERS = 256


@dataclass(frozen=True, slots=True)
class Report:
    call_id: str
    prompt_tokens: int
    completion_tokens: int

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


def check(message: router_pb2.UsageReport) -> list[Report]:
    """The report itself, then the others. Raises BadRequest, where any of them is wrong."""
    if len(message.others) > MOST_OTHERS or any(each.others for each in message.others):
        raise BadRequest
    return [_one(each) for each in (message, *message.others)]


def _one(message: router_pb2.UsageReport) -> Report:
    found = Report(message.call_id, message.prompt_tokens, message.completion_tokens)
    if not ID.fullmatch(found.call_id) or max(found.prompt_tokens, found.completion_tokens) > MOST_TOKENS:
        raise BadRequest
    return found
