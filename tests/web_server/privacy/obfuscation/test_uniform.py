"""The level `format`: a manner of writing goes, what was meant stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy.obfuscation.uniform import uniform

SAME = [
    # what two people type for the same question
    ("whats the diffrence betwen tcp and udp??", "What's the difference between tcp and udp?"),
    ("i dont think   its working…", "I don't think its working."),
    ("Can u pls help me, im soooo lost!!!", "Can you please help me, I am so lost."),
    ("It is not ready and will not be ready", "It isn't ready and won't be ready."),
    ("“Curly” and „low“ and «pointed»", '"Curly" and "low" and "pointed".'),
    ("pages 10–20, and then — later", "Pages 10-20, and then - later"),
    ("zero\u200bwidth\u00a0and ｆｕｌｌ 𝐛𝐨𝐥𝐝 ﬁne", "Zerowidth and full bold fine."),
    ("p\u0430yp\u0430l took my money", "Paypal took my money."),
    ("I love it 😍😍", "I love it"),
    ("ok that works :) next question", "Okay that works next question."),
    ("WHY IS MY NASA LOGO NOT SHOWING UP", "Why is my NASA logo not showing up?"),
    ("this is REALLY important", "This is really important."),
    ("• milk\n* eggs\n– bread", "- Milk\n- Eggs\n- Bread"),
    ("1) first step\n2) second step", "1. First step\n2. Second step"),
    ("Hey there! Explain monads to me", "Explain monads to me."),
    ("Explain monads to me. Thanks in advance!!", "Explain monads to me."),
    ("so what ?  and why , then", "So what? And why, then."),
    ("what is the capital of france", "What is the capital of france?"),
    ("that broke again lol", "That broke again."),
    ("an errror, yesss and noooo", "An error, yes and no."),
    # other languages
    ("hallo zusammen,\nkönnt ihr mir vllt sagen, wie das geht", "Könnt ihr mir vielleicht sagen, wie das geht."),
    ("slt, tu peux m'aider stp ? jai un problème", "Tu peux m'aider s'il te plaît? J'ai un problème."),
    ("hola!! xq no funciona esto", "Porque no funciona esto."),
    ("ciao, nn capisco perchè non va", "Non capisco perché non va."),
    ("ik snap het niet, mss kun je ff kijken", "Ik snap het niet, misschien kun je even kijken."),
]


@pytest.mark.parametrize(("typed", "made"), SAME)
def test_habits_of_typing_go(typed: str, made: str):
    assert uniform(typed).rstrip(".?") == made.rstrip(".?")


def test_a_question_ends_as_one_and_a_statement_as_one():
    assert uniform("how does that work") == "How does that work?"
    assert uniform("tell me how that works") == "Tell me how that works."


VERBATIM = [
    "```python\nx  =  1   # i dont\nif x:   y()\n```",
    "`dont  touch!!!`",
    "https://example.org/a?b=dont&c=..//x",
    '{"a":1 ,"text": "i dont  know!!!","u":[1,2]}',
    "| u | r |\n|---|---|\n| dont  | 1!! |",
    '"i dont  kno…  lol 😅"',
    "name,age,city\nanna,37,rome",
    "    indented  code!!",
    "> he wrote  dont!!!",
    "<b>dont  touch</b>",
    "dont_touch_this",
    "/usr/share/dont/u.txt",
    "x = dont!!  + u;",
    "2024-01-01 12:00:00 ERROR dont  panic!!!",
]


@pytest.mark.parametrize("kept", VERBATIM)
def test_code_data_links_and_quotations_stay_byte_for_byte(kept: str):
    assert kept in uniform(f"whats this\n\n{kept}\n\nthx!!")
    assert kept in uniform(f"hello!!\n\n{kept}\n")


@pytest.mark.parametrize(
    ("asked", "worked_on"),
    [
        ("fix the typos in this text: ", "i dont no wat to do , pls halp!!!"),
        ("pls translate to german:\n", "hey u!!! whats  up…"),
        ("kannst du die rechtschreibung prüfen:\n", "ich weiss nich  was das soll!!"),
        ("corrige ce texte : ", "jai pas  compris !!!"),
    ],
)
def test_a_text_to_be_worked_on_stays_as_it_is_and_what_asks_for_it_does_not(asked: str, worked_on: str):
    made = uniform(asked + worked_on)
    assert made.endswith(worked_on)
    assert made[0].isupper()


def test_where_the_text_to_be_worked_on_cannot_be_told_from_the_request_all_of_it_stays():
    assert uniform("correct this sentence i has  a apple!!") == "correct this sentence i has  a apple!!"
    assert uniform("i has a apple!!\n\ncorrect the grammar pls") == "i has a apple!!\n\nCorrect the grammar please."


def test_a_message_that_is_only_a_greeting_is_still_a_message():
    assert uniform("hi") == "Hi"
    assert uniform("hello!!!") == "Hello."
    assert uniform("Hello, World program in Rust").startswith("Hello, World")


@pytest.mark.parametrize(
    "text",
    ["Schifffahrt", "MCMXCIII", "XXXL shirt", "on www", "is brrr", "5! = 120", "a != b", "fl3-U3-120", "plan-b u-turn"],
)
def test_what_only_looks_like_a_habit_stays(text: str):
    assert text in uniform(f"so {text} it is")


@pytest.mark.parametrize("text", ["I love 🍕 and beer.", "H₂O and x² and ½", "می‌خواهم", "क्‍ष", "Naïve café"])
def test_marks_that_mean_something_stay(text: str):
    assert uniform(text).rstrip(".") == text.rstrip(".")


def test_values_of_the_ledger_are_never_touched():
    text = "hey, im KESTIN aldbyyy and my mail is a.b@c.example!!!"
    value = "KESTIN aldbyyy"
    at = text.index(value)

    def keep(now: str) -> list[tuple[int, int]]:
        found = now.find(value)
        return [(found, found + len(value))] if found >= 0 else []

    assert at > 0
    assert value in uniform(text, keep)
    assert uniform(text, keep).startswith(f"I am {value} and")


PIECES = st.sampled_from([
    "hey", "hi,", "i", "dont", "u", "pls", "thx", "!!!", "??", "...", "…", ". . .", ":)", ":(", "😂", "🍕", "`x  y`",
    "```\ncode\n```", "\n", "\n\n", "  ", "\t", "“q”", "'s", "don’t", "lol", "- ", "* ", "1) ", "(2)", "WHY",
    "IS THIS SO",
    "NOT", "soooo", "Schifffahrt", "https://a.example/x", '{"a": 1}', "a_b", ", ", ",b", "!x", "--", "—", "–",
    "translate",     "fix the typos:", "\u200b", "\u00a0", "\u0430b", "ｆ", "ß", "İ", "é", "\ud7ff",
    "[PERSON_1_k7]", "***", "danke",
    "slt,",     "best regards", "können", "x = 1;", "|", ">", "$5", "$x$", "5!", ".", "?", "a.b", "\r\n",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES, max_size=25).map("".join)
    )
)
def test_doing_it_twice_changes_nothing_more(text: str):
    once = uniform(text)
    assert uniform(once) == once


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=20).map(" ".join))
def test_code_survives_among_anything(around: str):
    code = "```\nx  = dont!!  \n```"
    assert code in uniform(f"{around.replace('`', '')}\n\n{code}\n\n{around.replace('`', '')}")


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\U000f0000 i dont", "\ud800 i dont", "x" * 50_000, "!" * 50_000, " a" * 30_000]
)
def test_odd_texts_come_through(text: str):
    assert isinstance(uniform(text), str)
