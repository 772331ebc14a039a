"""One value has one surrogate, everywhere and in every spelling; two values never share one."""

from __future__ import annotations

import gc
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy import kinds, names
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer

SEED = b"a seed of sixteen bytes or more"
FIRST = ["Anna", "Piotr", "Gudrun", "Jean", "Lucia", "Sven", "Xiomara", "Will"]
LAST = ["Kowalska", "Müller", "O'Brien", "Lefebvre", "Smith", "Baker", "Nowak", "McDonald"]


def ledger(*texts: str, seed: bytes = SEED) -> Ledger:
    made = Ledger(seed)
    made.meet(texts, (), texts)
    return made


def hide(book: Ledger, value: str, kind: str = kinds.PERSON) -> str:
    return book.assign(kind, value, Treatment.SURROGATE)


def test_the_same_person_has_the_same_surrogate_in_capitals_and_small_letters_too() -> None:
    book = ledger()
    surrogate = hide(book, "Anna Kowalska")
    assert hide(book, "Anna Kowalska") == surrogate
    assert hide(book, "ANNA KOWALSKA") == surrogate.upper()
    assert hide(book, "anna kowalska") == surrogate.lower()


def test_first_name_last_name_and_mail_address_of_a_person_agree() -> None:
    book = ledger()
    first, last = hide(book, "Anna Kowalska").split()
    assert hide(book, "Anna") == first
    assert hide(book, "Frau Kowalska") == f"Frau {last}"
    assert hide(book, "Kowalska, Anna") == f"{last}, {first}"
    mailbox = hide(book, "anna.kowalska@firma.test", kinds.EMAIL_ADDRESS)
    assert mailbox.startswith(f"{first}.{last}@".lower())


def test_a_mail_address_without_umlauts_agrees_with_the_name_that_has_them() -> None:
    book = ledger()
    first, last = hide(book, "Jürgen Müller").lower().split()
    for number, local in enumerate(("juergen.mueller", "jurgen.muller", "Jürgen.Müller")):
        made = hide(book, f"{local}@firma{number}.test", kinds.EMAIL_ADDRESS)
        assert made.startswith(f"{first}.{last}@")


@pytest.mark.parametrize(
    ("name", "typed"), [("Łukasz", "lukasz"), ("Søren", "soren"), ("Đorđe", "dorde"), ("Юлия", "yuliya")]
)
def test_a_name_whose_letters_have_no_accent_to_leave_out_is_known_as_it_is_typed(name: str, typed: str) -> None:
    book = ledger(f"Ask {typed} about it")
    made = hide(book, name)
    (hit,) = book.originals.all(f"Ask {typed} about it")
    assert (hit.start, hit.end, hit.form.value) == (4, 4 + len(typed), made)


def test_a_word_without_the_letter_that_nobody_can_type_is_another_word() -> None:
    book = ledger()
    hide(book, "Łukasz")
    assert not list(book.originals.all("@ukasz"))
    (hit,) = book.originals.all("mail %C5%81ukasz%20now")
    assert (hit.start, hit.end) == (5, 16)


def test_titles_and_particles_stay_and_a_genitive_follows_its_name() -> None:
    book = ledger()
    last = hide(book, "Müller")
    assert hide(book, "Dr. Müller's") == f"Dr. {last}'s"
    assert hide(book, "Müllers") == f"{last}s"
    assert hide(book, "Ludwig van der Berg").split()[1:3] == ["van", "der"]


@given(st.lists(st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST)), unique=True, max_size=40))
@settings(max_examples=30, deadline=None)
def test_different_people_never_share_a_surrogate_and_none_is_a_name_of_theirs(people: list[tuple[str, str]]) -> None:
    full = [" ".join(person) for person in people]
    book = ledger(*full)
    surrogates = [hide(book, name) for name in full]
    assert len(set(surrogates)) == len(full)
    real = {word.lower() for name in full for word in name.split()}
    assert not real & {word.lower() for name in surrogates for word in name.split()}


def test_two_thousand_people_get_two_thousand_names_none_of_them_a_common_word() -> None:
    book = ledger()
    real = [f"Ab{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}son" for i in range(2000)]
    made = {hide(book, name) for name in real}
    assert len(made) == 2000
    assert not any(names.is_common(name) for name in made)


def test_the_same_seed_gives_the_same_surrogates_and_another_seed_others() -> None:
    values = [("Anna Kowalska", kinds.PERSON), ("+48 600 123 456", kinds.PHONE_NUMBER), ("Springfield", kinds.LOCATION)]
    first, again, other = ledger(), ledger(), ledger(seed=b"another seed of the same kind")
    for value, kind in values:
        assert hide(first, value, kind) == hide(again, value, kind) != hide(other, value, kind)


def test_a_surrogate_never_equals_a_word_of_the_text() -> None:
    would_be = hide(ledger(), "Anna")
    assert hide(ledger(f"{would_be} and Anna met"), "Anna") != would_be


def test_a_surrogate_that_the_caller_names_later_is_given_up_and_not_restored() -> None:
    book = ledger("Anna")
    old = hide(book, "Anna")
    text = f"{old} is a colleague of Anna"
    book.meet([text], (), [text])
    assert hide(book, "Anna") != old
    assert list(book.surrogates.all(f"So {old} said")) == []


def test_a_name_of_a_provider_s_own_text_is_not_given_up() -> None:
    book = ledger("Anna")
    old = hide(book, "Anna")
    book.meet([f"{old} is nice", "and?"], (), ["and?"])
    assert hide(book, "Anna") == old


def test_a_tag_avoids_what_looks_like_it_in_the_text() -> None:
    tag = ledger().assign(kinds.DATE_OF_BIRTH, "1.2.1980", Treatment.TAG)
    other = ledger(f"the text says {tag}").assign(kinds.DATE_OF_BIRTH, "1.2.1980", Treatment.TAG)
    assert tag != other


def test_two_conversations_mark_their_tags_differently_most_of_the_time() -> None:
    tags = {Ledger(bytes([i]) * 16).assign(kinds.AGE, "42", Treatment.TAG) for i in range(20)}
    assert len(tags) > 10


def test_secrets_in_other_letters_are_other_secrets() -> None:
    book = ledger()
    tags = [book.assign(kinds.SECRET, value, Treatment.TAG) for value in ("not-A-key", "not-a-key")]
    assert [hit.form.value for hit in book.surrogates.all(" ".join(tags))] == ["not-A-key", "not-a-key"]


def test_masked_and_redacted_values_do_not_come_back() -> None:
    book = ledger()
    assert book.assign(kinds.CREDIT_CARD, "4111-1111", Treatment.MASK) == "****-****"
    assert book.assign(kinds.PERSON, "Anna", Treatment.REDACT) == "[PERSON]"
    assert book.surrogates.is_empty
    assert not book.originals.is_empty


@pytest.mark.parametrize("treatment", [Treatment.TAG, Treatment.MASK, Treatment.REDACT])
def test_a_first_name_alone_is_hidden_however_the_person_is_treated(treatment: Treatment) -> None:
    book = ledger()
    book.assign(kinds.PERSON, "Anna Kowalska", treatment)
    assert [hit.end - hit.start for hit in book.originals.all("Anna, Kowalska, Anna Kowalska")] == [4, 8, 13]


def test_two_people_who_share_all_but_an_initial_are_two_people() -> None:
    book = ledger()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    made = [hide(book, f"{letter}. Kowalska") for letter in letters]
    assert len(set(made)) == len(letters)
    for letter, surrogate in zip(letters, made, strict=True):
        assert [hit.form.value for hit in book.surrogates.all(surrogate)] == [f"{letter}. Kowalska"]


@pytest.mark.parametrize("value", ["Anna (Kowalska", "a+b*c?", "x\\y|z", "[Anna]", "$^"])
def test_metacharacters_in_a_value_are_only_characters(value: str) -> None:
    book = ledger()
    made = hide(book, value, kinds.ORGANIZATION)
    assert made != value
    assert [hit.form.value for hit in book.surrogates.all(f"x {made} y")] == [value]


def test_a_ledger_shows_how_much_it_holds_and_never_what() -> None:
    book = ledger()
    surrogate = hide(book, "Anna Kowalska")
    shown = repr(book) + repr(book.originals) + repr(next(book.surrogates.all(surrogate)))
    assert "Anna" not in shown
    assert surrogate.split()[0] not in shown


def test_no_surrogate_is_another_one_with_a_small_word_beside_it() -> None:
    book = ledger()
    places = [f"{lead}Ort{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 2 for lead in ("", "de ", "the ")]
    made = [hide(book, place, kinds.ORGANIZATION) for place in dict.fromkeys(places)]
    told = [re.sub(r"^(de|the) ", "", name.lower()) for name in made]
    assert len(set(told)) == len(told)


def test_a_name_met_in_capitals_first_keeps_them_when_its_usual_spelling_is_met_too() -> None:
    text = "ANN O'BRIEN, then O'Brien"
    book = ledger(text)
    capitals = hide(book, "ANN O'BRIEN")
    (hit,) = (hit for hit in book.originals.all("O'Brien"))
    usual = book.respell(hit.form, "O'Brien", Treatment.SURROGATE)
    back = Restorer(book)
    assert back.text(f"{capitals}, then {usual}") == text


def test_a_name_that_digits_stand_at_is_hidden_and_a_word_is_not() -> None:
    text = "Anna Kowalska, May Rose: kowalska2023.pdf, Kowalska7, may2024, kowalskaform"
    book = ledger(text)
    hide(book, "Anna Kowalska")
    hide(book, "May Rose")
    book.hide_other_spellings()
    found = {text[hit.start : hit.end] for hit in book.originals.all(text)}
    assert found >= {"kowalska2023", "Kowalska7"}
    assert found.isdisjoint({"may2024", "kowalskaform"})
    (hit,) = book.originals.all("kowalska2023")
    assert Restorer(book).text(book.respell(hit.form, "kowalska2023", Treatment.SURROGATE)) == "kowalska2023"


def test_values_of_a_kind_that_has_few_stand_ins_never_share_one() -> None:
    values = [str(10_000 + 7 * number)[-4:] for number in range(400)]
    book = ledger()
    made = [hide(book, value, kinds.POSTAL_CODE) for value in values]
    assert len(set(made)) == len(values)
    assert [Restorer(book).text(each) for each in made] == values


def test_what_a_ledger_knows_is_gone_with_it_and_waits_for_no_collector() -> None:
    gc.disable()
    try:
        book = ledger("Anna Kowalska lives here")
        surrogate = hide(book, "Anna Kowalska")
        assert list(book.surrogates.all(surrogate))
        assert list(book.originals.all("Anna Kowalska"))
        gc.collect()
        del book
        assert gc.collect() == 0
    finally:
        gc.enable()
