"""What of a long conversation goes: the newest turns, whole, beside the system prompt, and no more than fit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_server.conversations import KEPT_BYTES, Conversation, Said, turns_of
from web_server.window import TOKENS_A_MESSAGE, TooLong, fitted, is_too_much, tokens

CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def user(text: str) -> Said:
    return Said({"role": "user", "content": text})


def answer(text: str) -> Said:
    return Said({"role": "assistant", "content": text}, by="p")


def tool_turn(text: str) -> list[Said]:
    return [
        user(text),
        Said({"role": "assistant", "content": None, "tool_calls": [CALL]}, by="p"),
        Said({"role": "tool", "tool_call_id": "c", "content": text}),
        answer(text),
    ]


turn = st.text(max_size=300).flatmap(lambda text: st.sampled_from([[user(text), answer(text)], tool_turn(text)]))


@given(turns=st.lists(turn, min_size=1, max_size=12), context=st.integers(50, 3000), kept=st.integers(0, 40))
def test_whole_turns_go_the_newest_first_and_all_that_fit(turns: list[list[Said]], context: int, kept: int):
    said = [each for turn in turns for each in turn]
    costs = [sum(tokens(each.message) + TOKENS_A_MESSAGE for each in turn) for turn in turns]
    room = context - kept - tokens([])
    try:
        window = fitted(said, [], context, kept)
    except TooLong:
        assert costs[-1] > room
        return
    going = len(turns) - window.left_out
    assert window.said == [each for turn in turns[window.left_out :] for each in turn]
    assert sum(costs[-going:]) <= room
    assert going == len(turns) or sum(costs[-going - 1 :]) > room


@pytest.mark.parametrize(("share", "earlier"), [(1.0, 11), (0.5, 5), (0.2, 2), (0.0, 0)])
def test_earlier_turns_get_their_share_and_the_newest_goes_whatever_it_is(share: float, earlier: int):
    said = [each for _ in range(20) for each in (user("x" * 300), answer("y" * 300))]
    window = fitted(said, [], 3000, 0, share)
    assert len(turns_of(window.said)) == 1 + earlier
    assert window.left_out == 19 - earlier


def test_refusals_that_say_too_much_are_told_from_others():
    for said in (
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "The input token count (40000) exceeds the maximum number of tokens allowed (32768).",
    ):
        assert is_too_much(said)
    assert not is_too_much("Invalid value for `temperature`.")


def test_a_tool_call_never_goes_without_its_result():
    said = [*tool_turn("x" * 600), *tool_turn("y" * 600), user("now?")]
    for context in range(100, 3000, 50):
        try:
            window = fitted(said, [], context, 10)
        except TooLong:
            continue
        assert window.said[0].begins_turn
        for one, other in pairwise(window.said):
            assert bool(one.message.get("tool_calls")) == (other.message["role"] == "tool")


def test_what_always_goes_and_the_answer_leave_less_room():
    said = [user("a" * 300), answer("b" * 300), user("c")]
    assert fitted(said, [], 320, 20).left_out == 0
    assert fitted(said, ["s" * 600], 320, 20).left_out == 1
    assert fitted(said, [], 320, 200).left_out == 1
    with pytest.raises(TooLong):
        fitted(said, ["s" * 6000], 320, 20)


def test_questions_without_an_answer_between_them_are_one_turn():
    assert [len(turn) for turn in turns_of([user("a"), user("b"), answer("c"), user("d")])] == [3, 1]


def test_a_session_keeps_its_newest_turns_and_counts_the_others():
    kept = Conversation("ann", 0, {})
    for number in range(5):
        kept.add([user(f"{number}" * (KEPT_BYTES // 3)), answer("ok")])
    assert (kept.turns, kept.forgotten) == (5, 3)
    assert [each.message["content"][:1] for each in kept.said] == ["3", "o", "4", "o"]
    kept.add([user("z" * 2 * KEPT_BYTES), answer("ok")])
    assert len(kept.said) == 2, "the last one stays, however long"
    assert Conversation.loaded(kept.dumped()).said == kept.said
    assert repr(kept) == "Conversation(6 turns)"
