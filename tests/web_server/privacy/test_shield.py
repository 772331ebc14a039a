from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.planted import Planted
from web_server.privacy import kinds
from web_server.privacy.errors import Blocked, ShieldFailure, Unreadable
from web_server.privacy.last_look import last_look
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import DEFAULT, Policy, Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.query import Delta, ModelRef, PrivacyFlags, Query

MODEL = ModelRef("mirror", "openai")
VALUES = {
    "Anna Kowalska": kinds.PERSON,
    "Will Baker": kinds.PERSON,
    "anna.kowalska@firma.test": kinds.EMAIL_ADDRESS,
    "+48 600 123 456": kinds.PHONE_NUMBER,
    "4111111111111111": kinds.CREDIT_CARD,
    "sk-test-not-a-key-0000aaaa": kinds.SECRET,
    "Grünwald": kinds.LOCATION,
}


def new_ledger() -> Ledger:
    return Ledger(b"a seed of sixteen bytes or more")


def protect(
    payload: dict[str, Any], ledger: Ledger | None = None, policy: Policy = DEFAULT, values: Mapping[str, str] = VALUES
) -> dict[str, Any]:
    scrubbed = Shield(Planted(values), policy).protect(Query(MODEL, payload), ledger or new_ledger())
    return dict(scrubbed.payload)


def said(*texts: str, role: str = "user") -> dict[str, Any]:
    return {"messages": [{"role": role, "content": text} for text in texts]}


def called(name: str, arguments: str) -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}


def texts_of(payload: dict[str, Any]) -> list[str]:
    return [message["content"] for message in payload["messages"]]


def assert_hides(payload: dict[str, Any], *values: str) -> dict[str, Any]:
    scrubbed = protect(payload)
    shown = json.dumps(scrubbed, ensure_ascii=False)
    for value in values:
        assert value.lower() not in shown.lower()
    return scrubbed


@given(
    st.lists(
        st.sampled_from([*VALUES, "Anna", "ANNA", "kowalska", "Baker", "and", "\n", ", ", " (", "s ", "will", "7"]),
        max_size=20,
    )
)
@settings(max_examples=150, deadline=None)
def test_what_is_scrubbed_comes_back_as_it_was(atoms: list[str]) -> None:
    text = " ".join(atoms)
    ledger = new_ledger()
    (scrubbed,) = texts_of(protect(said(text), ledger))
    assert Restorer(ledger).text(scrubbed) == text
    for value in VALUES:
        assert value not in scrubbed


def test_every_string_of_a_request_is_walked() -> None:
    tool_name = "mail_anna_kowalska"
    name, mail, place = "Anna Kowalska", "anna.kowalska@firma.test", "Grünwald"
    arguments = json.dumps({"to": mail, name: [{"deep": place}], "n": 4111111111111111})
    field = {"type": "string", "description": f"of {place}", "enum": [mail]}
    schema = {"type": "object", "properties": {"anna_kowalska": field}, "required": ["anna_kowalska"]}
    scrubbed = assert_hides(
        {
            "messages": [
                {"role": "system", "content": f"You help {name}"},
                {"role": "user", "name": "Anna", "content": [{"type": "text", "text": f"I live in {place}"}]},
                {"role": "assistant", "refusal": f"not for {name}", "tool_calls": [called(tool_name, arguments)]},
                {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"gr": place, "who": name})},
            ],
            "tools": [{"type": "function", "function": {"name": tool_name, "description": name, "parameters": schema}}],
            "tool_choice": {"type": "function", "function": {"name": tool_name}},
            "prediction": {"type": "content", "content": f"Dear {name}"},
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"description": name}}},
            "stop": [name],
            "web_search_options": {"user_location": {"approximate": {"city": place}}},
            "unknown_field": {name: {"x": [mail]}},
            "seed": 4111111111111111,
        },
        name, mail, place, "Kowalska", "4111111111111111", "gr\\u00fcn",
    )  # fmt: skip
    call = scrubbed["messages"][2]["tool_calls"][0]
    tool = scrubbed["tools"][0]["function"]
    assert call["function"]["name"] == tool["name"] == scrubbed["tool_choice"]["function"]["name"]
    assert tool["name"].replace("_", "a").isalnum()
    assert list(tool["parameters"]["properties"]) == tool["parameters"]["required"]
    assert tool["parameters"]["type"] == "object"
    assert [message["role"] for message in scrubbed["messages"]] == ["system", "user", "assistant", "tool"]
    assert call["id"] == scrubbed["messages"][3]["tool_call_id"] == "call_1"
    assert json.loads(call["function"]["arguments"])
    assert isinstance(scrubbed["seed"], int)


@pytest.mark.parametrize("treatment", [Treatment.SURROGATE, Treatment.TAG])
def test_the_name_of_a_tool_comes_back_as_the_caller_wrote_it(treatment: Treatment) -> None:
    ledger = new_ledger()
    payload = {"tools": [{"type": "function", "function": {"name": "mail_anna_kowalska"}}], **said("Anna Kowalska")}
    sent = protect(payload, ledger, Policy("p", otherwise=treatment))["tools"][0]["function"]["name"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", sent)
    assert "anna" not in sent.lower()
    (delta,) = Restorer(ledger).feed(Delta(channel="tool", tool_id="c", tool_name=sent))
    assert delta.tool_name == "mail_anna_kowalska"


def test_a_request_without_anything_private_leaves_as_it_came() -> None:
    payload = {
        "messages": [
            {"role": "user", "content": "What is 2+2?"},
            {"role": "assistant", "content": None, "tool_calls": [called("f", '{ "a":1 }')]},
        ],
        "temperature": 0.123456789,
        "logit_bias": {"123456": -100},
        "max_tokens": 1234567,
        "seed": 7,
        "stop": None,
        "parallel_tool_calls": False,
    }  # fmt: skip
    assert protect(payload) == payload


def test_fields_that_link_a_caller_are_left_out() -> None:
    payload = {
        **said("hi"),
        "user": "u",
        "safety_identifier": "s",
        "prompt_cache_key": "p",
        "metadata": {"a": "b"},
        "store": True,
    }
    assert protect(payload) == said("hi")


def test_a_value_found_once_is_hidden_everywhere_and_by_its_parts() -> None:
    ledger = new_ledger()
    (first, second) = texts_of(
        protect(said("Anna, ANNA and Annas mum; kowalska; l'Anna; /x?n=Anna%20Kowalska", "I am Anna Kowalska"), ledger)
    )
    for part in ("anna", "kowalska"):
        assert part not in (first + second).lower()
    assert Restorer(ledger).text(first).startswith("Anna, ANNA and Annas mum; kowalska; l'Anna;")


def test_a_name_that_is_a_word_too_leaves_the_word_alone() -> None:
    (text,) = texts_of(protect(said("Will Baker will come; will Will?")))
    assert " will come; will " in text
    assert "Will" not in text


def test_a_value_written_decomposed_or_escaped_is_found_again() -> None:
    payload = said("Grünwald", "Gru\u0308nwald", '{"at": "Gr\\u00fcnwald"}', "https://maps.test/Gr%C3%BCnwald")
    shown = " ".join(texts_of(protect(payload)))
    assert "nwald" not in shown


def test_people_and_places_in_two_requests_of_a_conversation_keep_their_surrogates() -> None:
    first = texts_of(protect(said("I am Anna Kowalska")))
    second = texts_of(protect(said("I am Anna Kowalska", "ok", "Will Baker knows Anna")))
    assert second[0] == first[0]


def test_a_surrogate_of_ours_in_a_resent_history_is_not_replaced_again() -> None:
    ledger = new_ledger()
    (sent,) = texts_of(protect(said("Anna Kowalska, key sk-test-not-a-key-0000aaaa"), ledger))
    first, last = sent.replace(",", "").split()[:2]
    history = said(sent, f"{first} {last} it is", "and Will Baker?")
    history["messages"][1]["role"] = "assistant"
    again = protect(history, ledger, values={**VALUES, first: kinds.PERSON, last: kinds.PERSON})
    assert texts_of(again)[:2] == [sent, f"{first} {last} it is"]
    assert Restorer(ledger).text(sent) == "Anna Kowalska, key sk-test-not-a-key-0000aaaa"


def test_a_surrogate_that_turns_out_to_be_a_real_name_of_the_new_text_is_given_up() -> None:
    ledger = new_ledger()
    (sent,) = texts_of(protect(said("Anna Kowalska"), ledger))
    first = sent.split()[0]
    history = said("Anna Kowalska", "hello", f"my boss {first} knows Anna")
    history["messages"][1]["role"] = "assistant"
    again = texts_of(protect(history, ledger, values={**VALUES, first: kinds.PERSON}))
    assert first not in again[2]
    assert Restorer(ledger).text(again[2]) == f"my boss {first} knows Anna"


def test_a_token_look_alike_of_the_caller_stays_and_comes_back_as_it_was() -> None:
    text = "My template says <EMAIL_ADDRESS_1> and [SECRET_1_a2]. Mine: sk-test-not-a-key-0000aaaa"
    ledger = new_ledger()
    (sent,) = texts_of(protect(said(text), ledger))
    assert sent.startswith("My template says <EMAIL_ADDRESS_1> and [SECRET_1_a2]. ")
    assert Restorer(ledger).text(sent) == text


def test_parts_that_are_no_text_are_refused_and_so_are_shapes_nobody_knows() -> None:
    for part in (
        {"type": "image_url", "image_url": {"url": "data:"}},
        {"type": "input_audio"},
        {"type": "file"},
        {"type": "new"},
        7,
    ):
        with pytest.raises(Unreadable) as refused:
            protect({"messages": [{"role": "user", "content": [part]}]})
        assert refused.value.where == "messages[0].content[0]"
    for payload in (
        {"messages": "hi"},
        {"messages": ["hi"]},
        {"messages": [{"role": "assistant", "audio": {"id": "x"}}]},
    ):
        with pytest.raises(Unreadable):
            protect(payload)


@pytest.mark.parametrize("depth", [60, 5_000])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    deep: Any = "x"
    for _ in range(depth):
        deep = {"Anna Kowalska": deep}
    with pytest.raises(Unreadable) as refused:
        protect({**said("hi"), "tools": deep})
    assert "Anna" not in str(refused.value)


def test_the_same_key_twice_in_arguments_hides_nothing_from_the_walk() -> None:
    arguments = '{"a": "Anna Kowalska", "a": "x"}'
    payload = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]}
    assert_hides(payload, "Kowalska")


def test_keys_give_their_values_context() -> None:
    class ByLabel:
        def find(self, text: str) -> Sequence[Span]:
            return [Span(len("pin: "), len(text), kinds.SECRET)] if text.startswith("pin: ") else []

    arguments = json.dumps({"pin": 123456, "n": 123456})
    payload = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]}
    ledger = new_ledger()
    sent = Shield(ByLabel(), DEFAULT).protect(Query(MODEL, payload), ledger).payload
    assert "123456" not in json.dumps(sent)


def test_a_detector_that_fails_sends_nothing_and_tells_nothing() -> None:
    class Broken:
        def find(self, text: str) -> Sequence[Span]:
            raise ValueError(f"cannot read {text}")

    with pytest.raises(ShieldFailure) as failed:
        Shield(Broken(), DEFAULT).protect(Query(MODEL, said("Anna Kowalska")), new_ledger())
    assert "Anna" not in str(failed.value)
    assert failed.value.__cause__ is failed.value.__context__ is None


def test_a_blocked_kind_sends_nothing_and_names_the_kind_alone() -> None:
    policy = Policy("no secrets", treatments={kinds.SECRET: Treatment.BLOCK})
    with pytest.raises(Blocked) as blocked:
        protect(said("sk-test-not-a-key-0000aaaa"), policy=policy)
    assert blocked.value.kinds == {kinds.SECRET}
    assert "sk-test" not in str(blocked.value)


def test_every_treatment_does_what_it_says() -> None:
    treatments = {
        kinds.PERSON: Treatment.TAG,
        kinds.PHONE_NUMBER: Treatment.MASK,
        kinds.SECRET: Treatment.REDACT,
        kinds.LOCATION: Treatment.KEEP,
    }
    (text,) = texts_of(
        protect(
            said("Anna Kowalska; +48 600 123 456; sk-test-not-a-key-0000aaaa; Grünwald"),
            policy=Policy("mix", treatments=treatments),
        )
    )
    tag, phone, secret, place = text.split("; ")
    assert tag.startswith("[PERSON_1_")
    assert (phone, secret, place) == ("+** *** *** ***", "[SECRET]", "Grünwald")


def test_with_removal_off_the_text_passes_but_nothing_that_links_or_cannot_be_read() -> None:
    shield = Shield(Planted(VALUES), DEFAULT)
    flags = PrivacyFlags(pii_removal=False)
    scrubbed = shield.protect(Query(MODEL, {**said("Anna Kowalska"), "user": "u"}, flags=flags), new_ledger())
    assert scrubbed.payload == said("Anna Kowalska")
    assert scrubbed.entities == {}
    with pytest.raises(Unreadable):
        shield.protect(
            Query(MODEL, {"messages": [{"role": "user", "content": [{"type": "file"}]}]}, flags=flags), new_ledger()
        )


def test_entities_count_distinct_values_of_each_kind() -> None:
    query = Query(MODEL, said("Anna Kowalska, anna.kowalska@firma.test", "Anna Kowalska and Will Baker"), stream=True)
    scrubbed = Shield(Planted(VALUES), DEFAULT).protect(query, new_ledger())
    assert scrubbed.entities == {kinds.EMAIL_ADDRESS: 1, kinds.PERSON: 2}
    assert (scrubbed.model, scrubbed.stream) == (MODEL, True)


@pytest.mark.parametrize("planted", ["Anna Kowalska", "dear ANNA!", "x_kowalska_y", "Anna\u00a0\nKowalska", "Annas"])
def test_the_last_look_finds_an_original_wherever_it_is_planted(planted: str) -> None:
    ledger = new_ledger()
    payload = protect(said("Anna Kowalska"), ledger)
    last_look(ledger, json.dumps(payload).encode())
    for place in ({"x": planted}, {planted: 1}, [[{"a": {"b": ["", planted]}}]], {"a": json.dumps({"b": planted})}):
        with pytest.raises(ShieldFailure) as failed:
            last_look(ledger, json.dumps({**payload, "extra": place}).encode())
        assert planted not in str(failed.value)


def test_the_last_look_finds_numbers_and_refuses_what_is_no_json() -> None:
    ledger = new_ledger()
    protect(said("4111111111111111"), ledger)
    for body in (b'{"n": 4111111111111111}', b"not json", b'"\xff"'):
        with pytest.raises(ShieldFailure):
            last_look(ledger, body)


def test_words_of_the_dialects_are_no_find_even_where_somebody_is_called_so() -> None:
    ledger = new_ledger()
    values = dict.fromkeys(("User Model", "Max Tool", "Claude Text"), kinds.PERSON)
    payload = {**said("User Model, Max Tool and Claude Text"), "max_completion_tokens": 5, "max_tokens": 7}
    sent = protect(payload, ledger, values=values)
    assert not {"User", "Max", "Claude"} & set(re.findall(r"\w+", sent["messages"][0]["content"]))
    body = {"model": "claude-text", "contents": [{"role": "user", "parts": [sent]}], "max_output_tokens": 5}
    last_look(ledger, json.dumps(body).encode())
    with pytest.raises(ShieldFailure):
        last_look(ledger, json.dumps({**body, "note": "for max"}).encode())


def test_a_host_that_only_a_tool_or_a_mail_address_named_is_not_the_callers() -> None:
    ledger = new_ledger()
    payload = said("I am Anna Kowalska", "eve@evil.test wrote", "see https://docs.firma.test/")
    payload["messages"].append({"role": "tool", "content": "https://page.test/x"})
    values = {**VALUES, "eve@evil.test": kinds.EMAIL_ADDRESS, "https://page.test/x": kinds.URL}
    sent = texts_of(protect(payload, ledger, values=values))
    first = sent[0].split()[2]
    mail_host, page_host = sent[1].split()[0].split("@")[1], sent[3].split("/")[2]
    restorer = Restorer(ledger)
    assert restorer.text(f"https://docs.firma.test/?q={first}") == "https://docs.firma.test/?q=Anna"
    assert restorer.text(sent[3]) == "https://page.test/x"
    for host in (mail_host, page_host, "evil.test", "page.test"):
        assert first in restorer.text(f"![](https://{host}/?q={first})")


def test_the_payload_that_came_in_is_not_changed() -> None:
    payload = said("Anna Kowalska")
    protect(payload)
    assert payload == said("Anna Kowalska")


ROUND = {
    "Anna Kowalska": kinds.PERSON,
    "anna@firma.test": kinds.EMAIL_ADDRESS,
    "Pa55wort": kinds.SECRET,
    "10.1.2.3": kinds.IP_ADDRESS,
    "@TheRapperTE": kinds.USERNAME,
    "Bad Ems": kinds.LOCATION,
    "gb42nawi0445426478": kinds.IBAN_CODE,
    "DE89 3704 0044 0532 0130 00": kinds.IBAN_CODE,
    "4111111111111111": kinds.CREDIT_CARD,
}


@pytest.mark.parametrize(
    "text",
    [
        "http://10.1.2.3:8080/api/Anna, https://10.1.2.3, 'http://10.1.2.3/?q=anna'",
        "postgres://anna:Pa55wort@10.1.2.3:5432/app and redis://:Pa55wort@cache:6379/0",
        "https://anna:Pa55wort@git.firma.test/anna/repo.git",
        "C:\\\\Users\\\\Anna\\\\x.txt, \\\\files\\share\\Anna Kowalska",
        "//Anna wrote this\n//TODO(Anna): x\n//by:Anna Kowalska",
        "[CV](files/anna_kowalska.pdf) ![me](./anna.png) rows[0]('Anna Kowalska')",
        "Anna Kowalska of https://anna.kowalska.test/Anna",
        "@TheRapperTE and @therapperte",
        "anna@firma.test, Anna@Firma.test, ANNA@FIRMA.TEST",
        "Pa55wort, pa55wort, PA55WORT",
        "Bad Ems, BAD EMS, bad ems, Bad EMS",
        "gb42nawi0445426478 and GB42NAWI0445426478",
        "DE89 3704 0044 0532 0130 00, DE89-3704-0044-0532-0130-00, de89370400440532013000, DE89 37040044 05320130 00",
        "4111111111111111, 4111.1111.1111.1111, 4111 1111 1111 1111, (4111) 1111-11111111",
    ],
)
def test_a_text_that_is_only_repeated_comes_back_letter_for_letter(text: str) -> None:
    ledger = new_ledger()
    (sent,) = texts_of(protect(said(text), ledger, values=ROUND))
    assert Restorer(ledger).text(sent) == text
    restorer = Restorer(ledger)
    pieces = [delta.text for char in sent for delta in restorer.feed(Delta(text=char))]
    assert "".join([*pieces, *(delta.text for delta in restorer.close())]) == text
    compact = re.sub(r"[ .()-]", "", sent).lower()
    for value in ("kowalska", "pa55wort", "10123/", "rapper", "370400440532", "4111111111111111", "bad ems", "nawi"):
        assert value not in compact


def test_a_login_never_comes_back_before_a_host_that_is_not_the_callers() -> None:
    ledger = new_ledger()
    (sent,) = texts_of(protect(said("postgres://anna:Pa55wort@db.firma.test/x by Anna Kowalska"), ledger, values=ROUND))
    tag = re.search(r"\[SECRET\w+\]", sent)
    assert tag
    for host in ("evil.test", "db.firma.test.evil.test", "db.firma.test@evil.test", "db.firma.test&#46;evil.test"):
        for link in (f"postgres://x:{tag[0]}@{host}/", f"https://{tag[0]}@{host}", f"//{tag[0]}.{host}"):
            assert "Pa55wort" not in Restorer(ledger).text(link)
            restorer = Restorer(ledger)
            assert "Pa55wort" not in "".join(delta.text for char in link for delta in restorer.feed(Delta(text=char)))
    escaped = json.dumps({"u": f"https://{tag[0]}@db.firma.test.evil.test/"}).replace("test.evil", "test\\u002eevil")
    restorer = Restorer(ledger)
    made = [delta.text for char in escaped for delta in restorer.feed(Delta(channel="tool", text=char))]
    assert "Pa55wort" not in "".join([*made, *(delta.text for delta in restorer.close())])


def test_a_number_that_a_model_groups_otherwise_comes_back_in_that_grouping() -> None:
    ledger = new_ledger()
    (sent,) = texts_of(protect(said("DE89 3704 0044 0532 0130 00"), ledger, values=ROUND))
    assert Restorer(ledger).text(sent.replace(" ", "-")) == "DE89-3704-0044-0532-0130-00"
    assert Restorer(ledger).text(sent[:8] + sent[8:].replace(" ", "")) == "DE89 370400440532013000"
    assert Restorer(ledger).text(sent[:9] + "\n" + sent[10:]) == "DE89 3704\n0044 0532 0130 00"
    assert Restorer(ledger).text(sent.replace(" ", "&nbsp;")) == "DE89&nbsp;3704&nbsp;0044&nbsp;0532&nbsp;0130&nbsp;00"


def test_a_name_whose_accents_are_written_apart_is_the_same_name() -> None:
    values = {"Jürgen Müller": kinds.PERSON}
    ledger = new_ledger()
    apart = unicodedata.normalize("NFD", "Ich bin Jürgen Müller.")
    (first, second) = texts_of(protect(said(apart, "Jürgen Müller"), ledger, values=values))
    assert first.lower() == f"Ich bin {second}.".lower()
    assert Restorer(ledger).text(first) == apart
    assert Restorer(ledger).text(second) == "Jürgen Müller"


def test_a_finding_that_ends_inside_a_word_takes_the_whole_word() -> None:
    class Careless:
        def find(self, text: str) -> Sequence[Span]:
            return [Span(at, at + 2, kinds.ORGANIZATION) for at in [text.find("LB2")] if at >= 0]

    ledger = new_ledger()
    query = Query(MODEL, said("issues with LB2 today"))
    sent = texts_of(dict(Shield(Careless(), DEFAULT).protect(query, ledger).payload))[0]
    assert "LB2" not in sent
    assert Restorer(ledger).text(sent) == "issues with LB2 today"


def test_a_word_that_stays_in_names_is_no_reason_to_send_nothing() -> None:
    values = {"des": kinds.ORGANIZATION, "Anna des Fours": kinds.PERSON}
    (sent,) = texts_of(protect(said("des and Anna des Fours"), values=values))
    assert "Anna" not in sent


def test_a_surname_that_ends_in_two_hissing_letters_is_no_genitive() -> None:
    ledger = new_ledger()
    texts = ["Hans Berg", "Hanss Vogt"]
    values = dict.fromkeys(texts, kinds.PERSON)
    assert [Restorer(ledger).text(text) for text in texts_of(protect(said(*texts), ledger, values=values))] == texts
