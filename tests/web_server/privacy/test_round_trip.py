"""What was hidden comes back as it was written, and nowhere else than with its caller."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.shielded import VALUES, new_ledger, protect, said, texts_of
from web_server.privacy import kinds
from web_server.privacy.restore import Restorer
from web_server.query import Delta


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


def test_a_surname_that_ends_in_two_hissing_letters_is_no_genitive() -> None:
    ledger = new_ledger()
    texts = ["Hans Berg", "Hanss Vogt"]
    values = dict.fromkeys(texts, kinds.PERSON)
    assert [Restorer(ledger).text(text) for text in texts_of(protect(said(*texts), ledger, values=values))] == texts
