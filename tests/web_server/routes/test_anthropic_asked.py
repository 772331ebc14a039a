"""A Messages request in the common language: nothing of it is lost, and hints go only where they are read."""

from __future__ import annotations

from typing import Any

import pytest

from web_server.errors import ApiError
from web_server.query import Thought
from web_server.routes.anthropic_asked import Translation
from web_server.sealing import Sealing
from web_server.thoughts import Thoughts

THOUGHTS = Thoughts(Sealing(b"a secret of sixteen bytes or more"), "a-test", "p")
CACHED = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
TOOL = {"name": "mail", "description": "Sends.", "input_schema": {"type": "object"}, "strict": True, **CACHED}


def chat(own: bool = False, **fields: Any) -> dict[str, Any]:
    asked = {"model": "p/m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], **fields}
    return dict(Translation(THOUGHTS, own=own).payload(asked))


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, **more}


def test_a_plain_question_is_one():
    assert chat() == {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9}


@pytest.mark.parametrize("system", ["Be kind.", [text("Be kind.")]])
def test_the_system_is_the_first_message(system: Any):
    assert chat(system=system)["messages"][0] == {"role": "system", "content": "Be kind."}


def test_several_texts_stay_several_but_in_the_providers_own_turn():
    messages = [
        {"role": "user", "content": [text("one"), text("two")]},
        {"role": "assistant", "content": [text("I ", citations=[{"cited_text": "x"}]), text("see.")]},
    ]
    assert chat(messages=messages)["messages"] == [
        {"role": "user", "content": [text("one"), text("two")]},
        {"role": "assistant", "content": "I see."},
    ]


@pytest.mark.parametrize("between", [[], [{"type": "redacted_thinking", "data": "x"}]])
def test_texts_of_the_providers_own_stay_several_where_words_would_run_together(between: list[dict[str, Any]]):
    turn = {"role": "assistant", "content": [text("I am Anna"), *between, text("Anna, yes")]}
    assert chat(messages=[turn])["messages"][0]["content"] == [text("I am Anna"), text("Anna, yes")]


CALL = {"type": "tool_use", "id": "toolu_1", "name": "mail", "input": {"to": "Ü", "n": 1}, "caller": {"type": "direct"}}
TOOLS_TURNS = [
    {"role": "assistant", "content": [text("I will."), CALL]},
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": [text("a"), text("b")], "is_error": True},
            {"type": "tool_result", "tool_use_id": "toolu_2"},
            text("go on"),
        ],
    },
]


@pytest.mark.parametrize(
    ("own", "failed"), [(False, {"content": "Error: a\nb"}), (True, {"content": "a\nb", "is_error": True})]
)
def test_calls_and_their_results_are_turns_of_their_own(own: bool, failed: dict[str, Any]):
    function = {"name": "mail", "arguments": '{"to": "Ü", "n": 1}'}
    assert chat(own, messages=TOOLS_TURNS)["messages"] == [
        {
            "role": "assistant",
            "content": "I will.",
            "tool_calls": [{"id": "toolu_1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "toolu_1", **failed},
        {"role": "tool", "tool_call_id": "toolu_2", "content": ""},
        {"role": "user", "content": "go on"},
    ]


@pytest.mark.parametrize("own", [False, True])
def test_what_is_to_be_cached_is_said_to_anthropic_alone(own: bool):
    made = chat(own, system=[text("Be kind.", **CACHED)], tools=[TOOL])
    function = {"name": "mail", "parameters": {"type": "object"}, "description": "Sends.", "strict": True}
    mark = CACHED if own else {}
    assert made["tools"] == [{"type": "function", "function": function, **mark}]
    assert made["messages"][0]["content"] == ([text("Be kind.", **CACHED)] if own else "Be kind.")


PLAIN = {"type": "text", "media_type": "text/plain", "data": "Anna owes 5."}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"}
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
FOUND = {"type": "search_result", "source": "https://a.test", "title": "Debts", "content": [text("one"), text("two")]}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1"}


def document(source: Any, **more: Any) -> dict[str, Any]:
    return {"type": "document", "source": source, **more}


def asked(*blocks: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [*blocks]}]}


PNG = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
AROUND = {"title": "Debts", "context": "Of May.", "citations": {"enabled": True}}
FILE = {"file_data": "data:application/pdf;base64,JVBERi0xLjQK"}


@pytest.mark.parametrize(
    ("block", "made"),
    [
        (document(PLAIN), [text("Anna owes 5.")]),
        (document(PLAIN, **AROUND), [text("Debts\n\nOf May.\n\nAnna owes 5.")]),
        (document({"type": "content", "content": "one"}), [text("one")]),
        (
            document({"type": "content", "content": [text("one"), PICTURE, text("two")]}, **AROUND),
            [text("Debts\n\nOf May."), text("one"), PNG, text("two")],
        ),
        (document(PDF, **AROUND), [text("Of May."), {"type": "file", "file": {**FILE, "filename": "Debts"}}]),
        (document(PDF), [{"type": "file", "file": FILE}]),
        ({**FOUND, "citations": {"enabled": True}}, [text("Debts\n\nhttps://a.test\n\none\n\ntwo")]),
        (PICTURE, [PNG]),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_documents_are_the_texts_that_they_are_and_what_is_attached_is_attached(block: Any, made: list[Any], own: bool):
    (said,) = chat(own, **asked(text("Look:"), {**block, **CACHED}))["messages"]
    if own:
        made = [*made[:-1], {**made[-1], **CACHED}]
    assert said["content"] == [text("Look:"), *made]


def test_a_tool_may_answer_with_documents_and_what_was_found():
    (said,) = chat(**asked(RESULT | {"content": [document(PLAIN, title="Debts"), FOUND, text("end")]}))["messages"]
    assert said["content"] == "Debts\n\nAnna owes 5.\nDebts\n\nhttps://a.test\n\none\n\ntwo\nend"


@pytest.mark.parametrize("own", [False, True])
def test_a_tool_may_answer_with_a_picture(own: bool):
    (said,) = chat(own, **asked(RESULT | {"content": [text("Seen:"), PICTURE], "is_error": True}))["messages"]
    assert said["content"] == ([] if own else [text("Error:")]) + [text("Seen:"), PNG]


def test_examples_of_a_tools_input_are_told_to_every_provider():
    tool = {**TOOL, "input_examples": [{"to": "Ü"}, {"to": "b"}]}
    assert chat(True, tools=[tool])["tools"][0]["function"]["input_examples"] == tool["input_examples"]
    function = chat(tools=[tool])["tools"][0]["function"]
    assert function["description"] == 'Sends.\n\nExamples of its input:\n{"to": "Ü"}\n{"to": "b"}'
    assert "input_examples" not in function


@pytest.mark.parametrize(
    ("choice", "made"),
    [
        ({"type": "auto"}, {"tool_choice": "auto"}),
        ({"type": "any"}, {"tool_choice": "required"}),
        ({"type": "none"}, {"tool_choice": "none"}),
        (
            {"type": "tool", "name": "mail", "disable_parallel_tool_use": True},
            {"tool_choice": {"type": "function", "function": {"name": "mail"}}, "parallel_tool_calls": False},
        ),
    ],
)
def test_the_choice_of_a_tool_has_other_words(choice: Any, made: dict[str, Any]):
    payload = chat(tools=[TOOL], tool_choice=choice)
    assert {name: payload[name] for name in ("tool_choice", "parallel_tool_calls") if name in payload} == made


def thinking(said: str, signature: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": said, "signature": signature}


def test_a_thought_goes_back_as_it_was_sealed_to_who_signs_them_while_there_are_tools():
    thought = Thought('{"type": "thinking", "thinking": "Ask Ida.", "signature": "c2lnbmVk"}')
    shown = thinking("Ask Anna.", THOUGHTS.sealed(thought))
    hidden = {"type": "redacted_thinking", "data": THOUGHTS.sealed(Thought('{"type": "redacted_thinking"}'))}
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": [shown, hidden, text("Yes.")]}]
    asked = {"messages": turns, "tools": [TOOL], "thinking": {"type": "adaptive"}}
    made = chat(own=True, **asked)
    assert made["messages"][1]["thoughts"] == [thought, '{"type": "redacted_thinking"}']
    assert all(isinstance(each, Thought) for each in made["messages"][1]["thoughts"])
    assert made["thinking"] == {"type": "adaptive"}
    for without in (chat(**asked), chat(own=True, **{**asked, "tools": []})):
        assert without["messages"][1] == {"role": "assistant", "content": "Yes."}
    assert "thinking" not in chat(**asked)


@pytest.mark.parametrize("signature", ["", "c2lnbmVk", "no base64", "\ud800", "AQ=="])
def test_a_thought_that_was_not_sealed_here_is_left_out(signature: str):
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": [thinking("Anna", signature)]}]
    made = chat(own=True, messages=turns, tools=[TOOL])
    assert made["messages"][1] == {"role": "assistant", "content": ""}


@pytest.mark.parametrize(
    "other",
    [
        Thoughts(THOUGHTS.sealing, "another", "p"),
        Thoughts(THOUGHTS.sealing, "a-test", "q"),
        Thoughts(THOUGHTS.sealing, "a-test", "p", hidden=False),
    ],
    ids=["another caller's", "another provider's", "of a question asked in the open"],
)
def test_a_seal_holds_for_one_caller_one_provider_and_how_it_was_asked(other: Thoughts):
    thought = Thought('{"type": "redacted_thinking", "data": "x"}')
    assert THOUGHTS.opened(THOUGHTS.sealed(thought)) == thought
    assert THOUGHTS.opened(other.sealed(thought)) is None
    assert other.opened(THOUGHTS.sealed(thought)) is None


@pytest.mark.parametrize("kind", [["thinking"], {"text": 1}, 1])
@pytest.mark.parametrize("role", ["user", "assistant", "system"])
def test_a_block_whose_type_is_no_text_is_refused_as_none_that_is_known(role: str, kind: Any):
    with pytest.raises(ApiError) as refused:
        chat(messages=[{"role": role, "content": [{"type": kind, "text": "Anna"}]}])
    assert (refused.value.code, refused.value.details) == (
        "UNSUPPORTED_CONTENT",
        {"where": "messages[0].content[0]"},
    )


def test_what_links_a_caller_or_is_the_operators_to_decide_is_left_out():
    made = chat(metadata={"user_id": "anna"}, service_tier="standard_only", thinking={"type": "disabled"}, speed=None)
    assert set(made) == {"messages", "max_tokens"}


@pytest.mark.parametrize(
    ("wrong", "code", "named"),
    [
        ({"messages": [{"role": "user"}]}, "BAD_REQUEST", "messages[0].content"),
        ({"messages": [{"role": "user", "content": ["Anna"]}]}, "BAD_REQUEST", "messages[0].content[0]"),
        ({"messages": [{"role": "user", "content": [text("Anna", odd="Anna")]}]}, "BAD_REQUEST", "content[0]"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "BAD_REQUEST", "content[0].text"),
        ({"messages": [{"role": "user", "content": [{"type": "Anna"}]}]}, "UNSUPPORTED_CONTENT", "content[0]"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "UNSUPPORTED_CONTENT", "image"),
        ({"messages": [{"role": "user", "content": [{"type": {}}]}]}, "UNSUPPORTED_CONTENT", "content[0]"),
        ({"system": [{"type": [], "text": "a"}]}, "UNSUPPORTED_CONTENT", "system"),
        ({"system": 0}, "BAD_REQUEST", "system"),
        ({"output_config": 0}, "BAD_REQUEST", "output_config"),
        ({"output_config": {"format": {}}}, "BAD_REQUEST", "output_config.format"),
        ({"tools": 0}, "BAD_REQUEST", "tools"),
        ({"tools": [{"name": "a", "input_schema": {}, "strict": {}}]}, "BAD_REQUEST", "tools[0]"),
        ({"tool_choice": {"type": "tool", "name": {}}}, "BAD_REQUEST", "tool_choice.name"),
        ({"messages": [{"role": "user", "content": [CALL]}]}, "UNSUPPORTED_CONTENT", "content[0]"),
        ({"messages": [{"role": "assistant", "content": [{**CALL, "input": "x"}]}]}, "BAD_REQUEST", "input"),
        ({"messages": [{"role": "assistant", "content": [{**CALL, "id": None}]}]}, "BAD_REQUEST", "id"),
        ({"tools": ["Anna"]}, "BAD_REQUEST", "tools[0]"),
        ({"tools": [{**TOOL, "input_examples": ["Anna"]}]}, "BAD_REQUEST", "tools[0].input_examples[0]"),
        ({"tools": [{**TOOL, "output_examples": [{"to": "Anna"}]}]}, "BAD_REQUEST", "tools[0]"),
        (asked(document({"type": "url", "url": "https://anna.test"})), "UNSUPPORTED_CONTENT", "content[0]"),
        (asked(document({"type": "file", "file_id": "anna"})), "UNSUPPORTED_CONTENT", "content[0]"),
        (
            asked(document({"type": "text", "media_type": "text/html", "data": "Anna"})),
            "UNSUPPORTED_CONTENT",
            "content[0]",
        ),
        (asked(document({"type": "text", "media_type": "text/plain", "data": 3})), "UNSUPPORTED_CONTENT", "content[0]"),
        (asked(document(PLAIN, title=["Anna"])), "BAD_REQUEST", "content[0].title"),
        (asked(document(PLAIN, author="Anna")), "BAD_REQUEST", "content[0]"),
        (
            asked(document({"type": "content", "content": [document(PLAIN)]})),
            "UNSUPPORTED_CONTENT",
            "source.content[0]",
        ),
        (asked({**FOUND, "content": [PICTURE]}), "UNSUPPORTED_CONTENT", "content[0].content[0]"),
        (asked(RESULT | {"content": [{"type": "image"}]}), "UNSUPPORTED_CONTENT", "content[0].content[0]"),
        (asked(RESULT, {"type": "text", "text": 3}), "BAD_REQUEST", "content[1].text"),
        ({"output_config": {"format": {"type": "grammar"}}}, "BAD_REQUEST", "output_config.format.type"),
        ({"output_config": {"task_budget": 5}}, "BAD_REQUEST", "output_config"),
        ({"Anna": 1}, "BAD_REQUEST", "field"),
    ],
)
def test_what_it_cannot_read_it_names_without_repeating_it(wrong: dict[str, Any], code: str, named: str):
    with pytest.raises(ApiError) as caught:
        chat(**wrong)
    assert caught.value.code == code
    assert named in caught.value.message and "Anna" not in caught.value.message
