"""What is done with what was found: replaced, the same in every place, or refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.planted import Planted
from tests.support.shielded import MODEL, VALUES, new_ledger, protect, said, texts_of
from web_server.privacy import kinds
from web_server.privacy.errors import Blocked, ShieldFailure, Unreadable
from web_server.privacy.policy import DEFAULT, Policy, Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.privacy.spans import Span
from web_server.query import PrivacyFlags, Query


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
