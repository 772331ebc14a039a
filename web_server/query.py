"""What passes between the rooms: who asks, what is asked, what may be sent, what comes back.

Called by every room; calls none. The common language in the middle is OpenAI's chat vocabulary as plain JSON:
doors translate into it, dialects translate out of it.
Never: I/O, or a `repr` that shows text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Channel: TypeAlias = Literal["content", "reasoning", "refusal", "tool"]
Obfuscation: TypeAlias = Literal["none", "format", "quasi", "rewrite"]
"""How far a caller's manner of writing is softened; each level includes those before it."""


class ModelRef(NamedTuple):
    """`provider/model`, as callers name a model. The model part may itself contain slashes."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. Never crosses the socket to the key server, not even as a tag."""

    subject: str = field(repr=False)
    scopes: frozenset[str] = frozenset()
    models: tuple[tuple[str, ...], ...] = ()
    """Lists of patterns such as `openai/*`: of each, one must fit a model. No list at all allows every model."""
    groups: frozenset[str] = field(default=frozenset(), repr=False)
    """The issuer's words; limits may be theirs."""


class Thought(str):
    """What a provider thought and signed: one block of its API as JSON, its words still scrubbed.

    Made by a dialect of an answer, and by `thoughts` of what it sealed before: never of a caller's own words, so it may
    leave as it is.
    """

    __slots__ = ()

    @property
    def block(self) -> dict[str, str]:
        """As the API has it: its `type`, and what a caller is shown of it (`thinking`) or nobody is (`data`)."""
        block: dict[str, str] = json.loads(self)
        return block

    @property
    def is_redacted(self) -> bool:
        """Whether nobody is shown any of it."""
        return self.block["type"] != "thinking"

    def __repr__(self) -> str:
        return f"Thought({len(self)} characters)"


MOST_DECOYS = 8
USUAL_DECOYS = -1
"""As many as the operator says for those who do not say how many."""


@dataclass(frozen=True, slots=True)
class PrivacyFlags:
    """What the caller asked for; the operator's minimum is applied by the exchange."""

    pii_removal: bool = True
    obfuscate: Obfuscation = "none"
    decoys: int = 0
    """Covers that go along, at most MOST_DECOYS; or USUAL_DECOYS."""
    give: bool = False
    """Whether the scrubbed query may become a cover of somebody else's."""
    pad: bool = False
    """The answer tells nothing by its size and its times."""
    attached: frozenset[str] = frozenset()
    """Kinds of parts that are no text and may pass unread; said by the policy, never by a caller."""


class Spot(NamedTuple):
    """What the caller calls a message, and each of its parts where those are not in their own places."""

    message: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One question in the common language. `payload` is a chat request without `model` and `stream`.

    `size` is the length in bytes of the request it came in: what is long is scrubbed off the event loop.
    """

    model: ModelRef
    payload: dict[str, Json] = field(repr=False)
    stream: bool = False
    flags: PrivacyFlags = PrivacyFlags()
    size: int = 0
    embeds: bool = False
    """The messages are texts that become vectors: each of them the content of a choice, packed in base64."""
    spots: Sequence[Spot] = ()
    """What the caller calls the messages, where those are not the ones of the request."""


@dataclass(frozen=True, slots=True)
class ScrubbedQuery:
    """A query that may be sent. Built only inside `web_server.privacy` (a test of the walls keeps it so)."""

    model: ModelRef
    payload: dict[str, Json] = field(repr=False)
    stream: bool
    entities: Mapping[str, int]
    """How many distinct values of each kind were hidden."""
    obfuscated: Obfuscation = "none"
    """What was done to the manner of writing, which may be less than was asked for."""
    shortfall: str | None = None
    """Why it is less: `rewrite_unavailable` and the like."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is to go: under a binding of the key server's, to one endpoint, or anywhere (neither)."""

    binding_id: str = ""
    endpoint_id: str = ""
    or_elsewhere: bool = False
    """Where the endpoint cannot serve, another may."""


ANYWHERE = Place()


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as the provider gave them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of an answer: some text on one channel of one choice, the end of a choice, or the usage.

    `tool_index` orders parallel tool calls; `tool_id` and `tool_name` come once, with a call's first delta.
    """

    choice: int = 0
    channel: Channel = "content"
    text: str = field(default="", repr=False)
    tool_index: int = 0
    tool_id: str | None = None
    tool_name: str | None = field(default=None, repr=False)
    finish_reason: str | None = None
    usage: Usage | None = None
    stopped_by: str | None = field(default=None, repr=False)
    """The stop sequence that ended the choice, where the provider tells it; comes with the finish reason."""
    thought: Thought | None = field(default=None, repr=False)
    """The end of a thought that has to come back as it is: all its text was on `reasoning` before, if it is shown."""
    apart: bool = field(default=False, compare=False)
    """Its provider set it off from all that the choice said before: no word goes on across it, in any lane."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One finished tool call; `arguments` is the JSON text as the model wrote it, restored."""

    id: str
    name: str = field(repr=False)
    arguments: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One finished answer of the `n` that were asked for."""

    index: int
    content: str | None = field(repr=False)
    reasoning: str | None = field(repr=False)
    refusal: str | None = field(repr=False)
    tool_calls: tuple[ToolCall, ...]
    finish_reason: str | None
    stopped_by: str | None = field(default=None, repr=False)
    thoughts: tuple[tuple[str, Thought], ...] = field(default=(), repr=False)
    """Each with its text as it is shown, restored; both again in `reasoning`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: what `collect` makes of a stream of deltas."""

    choices: tuple[Choice, ...]
    usage: Usage
