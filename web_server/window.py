"""What of a conversation fits into a model's context: the one rule by which a long one is trimmed.

Called by `sessions` before anything is sent, so that a long conversation never ends in a provider's 400.

The rule: room is kept for the answer; the system prompt, the tools and the newest turn always go; of the earlier turns
the newest that fit go, whole ones only, every tool call with its result. What does not fit is left out of what is sent,
not out of the session. Pure.

Tokens are estimated from bytes, on the safe side: no tokenizer is the right one for every provider. Where a provider
says that it was too much all the same, less is sent, and the session remembers how much.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from web_server.conversations import Message, Said, turns_of
from web_server.privacy.attachments import kind_of
from web_server.query import Json

BYTES_A_TOKEN = 3
"""English prose has four to five bytes a token, code and German about three, Chinese three a character."""

TOKENS_A_MESSAGE = 8
"""What a chat format adds around each message."""

TOKENS_A_PART = 2000
"""Of a picture, a page or a minute of sound: rather more than the vendors say of most."""

UNKNOWN_CONTEXT = 32_000
"""Tokens of a model whose row in providers.yaml says no `context`."""

ANSWER_SHARE = 4
"""A quarter of the context is kept for the answer where the caller sets no `max_tokens` ..."""
ANSWER_TOKENS = 4096
"""... and no more than this."""

MOST_BYTES = 6 * 1024 * 1024
"""Whatever the context: the key server takes bodies of 8 MiB, and surrogates may be longer than values."""


SHARES = (1.0, 0.5, 0.2, 0.0)
"""Of the room for earlier turns: the next smaller one is tried where a provider says that it was too much after all."""

_TOO_MUCH = re.compile(
    r"context (?:length|window|size)|too long|too many tokens|maximum number of tokens", re.IGNORECASE
)


def is_too_much(complaint: str) -> bool:
    """Whether a provider's refusal says that the request was longer than its model takes."""
    return _TOO_MUCH.search(complaint) is not None


class Window(NamedTuple):
    """What goes, and how many earlier turns do not."""

    said: list[Said]
    left_out: int


class TooLong(Exception):
    """Even the system prompt and the newest turn alone do not fit."""


def tokens(value: Json) -> int:
    """About how many tokens a value takes, rather too many."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return len(text.encode("utf-8", "surrogatepass")) // BYTES_A_TOKEN + 1


def fitted(said: Sequence[Said], always: Json, context: int | None, answer: int | None, share: float = 1.0) -> Window:
    """The newest turns of `said` that fit beside `always`: system prompt, tools and what else is not a turn.

    `context`: the model's, in tokens. `answer`: how many tokens of it the caller wants for the answer. `share`: how
    much of the room that is left the earlier turns get. Raises TooLong.
    """
    size = context or UNKNOWN_CONTEXT
    kept = answer if answer is not None else min(ANSWER_TOKENS, size // ANSWER_SHARE)
    left = min(size - kept, MOST_BYTES // BYTES_A_TOKEN) - tokens(always)
    turns = turns_of(said)
    going: list[list[Said]] = []
    for turn in reversed(turns):
        cost = sum(_cost(each.message) for each in turn)
        if cost > left:
            break
        left = left - cost if going else int((left - cost) * share)
        going.insert(0, turn)
    if turns and not going:
        raise TooLong
    return Window([each for turn in going for each in turn], len(turns) - len(going))


def _cost(message: Message) -> int:
    """Tokens of one message. A part that is no text costs what vendors charge, which its bytes do not tell."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    attached = [part for part in parts if kind_of(part) is not None]
    if attached:
        message = {**message, "content": [part for part in parts if kind_of(part) is None]}
    return tokens({**message}) + TOKENS_A_MESSAGE + TOKENS_A_PART * len(attached)
