"""A dialect's streams say the same wherever they are cut, and one that breaks off is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.support.dialects import goldens, read, stream
from web_server.answer import collect
from web_server.providers.anthropic import Anthropic
from web_server.providers.bedrock import Bedrock
from web_server.providers.dialect import Dialect, DialectError
from web_server.providers.gemini import Gemini
from web_server.query import Choice, Thought, ToolCall, Usage

DIALECTS: dict[str, Dialect] = {"anthropic": Anthropic(), "bedrock": Bedrock(), "gemini": Gemini()}
THOUGHTS = (
    ("Let me see", Thought('{"type": "thinking", "thinking": "Let me see", "signature": "EqQBCgIYAhIM"}')),
    ("", Thought('{"type": "redacted_thinking", "data": "EmwKAhgB"}')),
)
GEMINIS_CALLS = (ToolCall("fc_1", "weather", '{"city": "Münster"}'), ToolCall("fc_2", "clock", "{}"))
BEDROCKS_CALLS = (
    ToolCall("tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "weather", '{"city": "Münster"}'),
    ToolCall("tooluse_2", "clock", "{}"),
)
ANSWERS: dict[str, dict[str, tuple[Choice, Usage]]] = {
    "anthropic": {
        "text": (Choice(0, "Grüße! 🎉 Ida", None, None, (), "stop"), Usage(25, 15)),
        "tools": (
            Choice(
                0,
                "I will look.",
                None,
                None,
                (ToolCall("toolu_01A", "weather", '{"city": "Münster"}'), ToolCall("toolu_01B", "clock", "{}")),
                "tool_calls",
            ),
            Usage(130, 89),
        ),
        "thinking": (Choice(0, "Four.", "Let me see", None, (), "length", thoughts=THOUGHTS), Usage(25, 9)),
        "cited": (Choice(0, "As it says.", None, None, (), "stop", "END"), Usage(25, 4)),
    },
    "bedrock": {
        "text": (Choice(0, "Grüße! 🎉 Ida", None, None, (), "stop"), Usage(28, 5)),
        "tools": (Choice(0, "I will look.", None, None, BEDROCKS_CALLS, "tool_calls"), Usage(30, 12)),
        "thinking": (Choice(0, "Four.", "Let me see", None, (), "length"), Usage(8, 42)),
        "withheld": (Choice(0, "Once", None, None, (), "content_filter"), Usage(4, 1)),
    },
    "gemini": {
        "text": (Choice(0, "Grüße! 🎉 Ida", None, None, (), "stop"), Usage(8, 5)),
        "tools": (Choice(0, "I will look.", None, None, GEMINIS_CALLS, "tool_calls"), Usage(30, 12)),
        "thinking": (Choice(0, "Four.", "Let me see", None, (), "length"), Usage(8, 42)),
        "blocked": (Choice(0, None, None, None, (), "content_filter"), Usage(9, 0)),
        "withheld": (Choice(0, "Once", None, None, (), "content_filter"), Usage(4, 1)),
    },
}
BEFORE_ITS_END: dict[str, Callable[[bytes], Iterable[int]]] = {
    "anthropic": lambda whole: range(0, whole.index(b"event: message_delta"), 7),
    "bedrock": lambda whole: (*range(0, whole.index(b"messageStop"), 7), len(whole) - 1),
    "gemini": lambda whole: range(0, whole.rindex(b"data: ") + 1, 7),
}
each = pytest.mark.parametrize(
    ("dialect", "name"), [(dialect, name) for dialect in ANSWERS for name in ANSWERS[dialect]]
)


@pytest.mark.parametrize("dialect", ANSWERS)
def test_there_is_an_answer_for_every_golden(dialect: str):
    assert goldens(dialect) == sorted(ANSWERS[dialect])


@each
def test_a_stream_says_what_it_says_wherever_it_is_cut(dialect: str, name: str):
    spoken, whole = DIALECTS[dialect], stream(dialect, name)
    said = read(spoken, whole)
    assert (collect(said).choices, collect(said).usage) == ((ANSWERS[dialect][name][0],), ANSWERS[dialect][name][1])
    for cut in range(len(whole)):
        assert read(spoken, whole[:cut], whole[cut:]) == said
    assert read(spoken, *(whole[at : at + 1] for at in range(len(whole)))) == said


@each
def test_a_stream_that_breaks_off_before_its_end_is_noticed(dialect: str, name: str):
    whole = stream(dialect, name)
    for cut in BEFORE_ITS_END[dialect](whole):
        with pytest.raises(DialectError):
            read(DIALECTS[dialect], whole[:cut])
