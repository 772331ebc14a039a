"""Streets of six countries, postcodes, coordinates, towns and firms that are somebody's own."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.firms import FirmDetector
from web_server.privacy.detectors.places import PlaceDetector
from web_server.privacy.detectors.street import StreetDetector


@pytest.mark.parametrize(
    "address",
    [
        "42 Maple Street, Springfield, IL 62704", "1600 Pennsylvania Ave NW", "221B Baker Street, London NW1 6XE",
        "12 N. 3rd St., Apt 4", "Hauptstraße 12, 10115 Berlin", "Lange Strasse 5a", "Am Alten Markt 3",
        "12 rue de la Paix, 75002 Paris", "5 bis, avenue Victor Hugo", "Calle Mayor 5, 28013 Madrid",
        "C/ Gran Vía, nº 12", "Via Roma 10, 00184 Roma", "Piazza del Duomo, 1", "Keizersgracht 123, 1015 CJ Amsterdam",
        "P.O. Box 1234", "Rua Augusta 25", "ul. Marszałkowska 10",
    ],
)  # fmt: skip
def test_a_street_address_is_found_with_its_town(address: str) -> None:
    assert spans_of(StreetDetector(), f"Send it to {address}. Thanks") in (
        {("STREET_ADDRESS", address)},
        {("STREET_ADDRESS", address + ".")},
    )


@pytest.mark.parametrize(
    "address",
    ["221 elm st", "9 maple avenue apt 4", "1420 n oak blvd, austin tx 78701", "77 old mill rd", "12 rue de la paix",
     "calle mayor 5", "c/ serrano 12", "hauptstraße 12", "kerkstraat 12, 1017 gp amsterdam", "viale europa 22"],
)  # fmt: skip
def test_a_street_is_found_in_small_letters_too(address: str) -> None:
    assert spans_of(StreetDetector(), f"send it to {address}") == {("STREET_ADDRESS", address)}


def test_a_weak_word_for_street_in_small_letters_needs_company() -> None:
    assert spans_of(StreetDetector(), "i live at 12 oak drive") == {("STREET_ADDRESS", "12 oak drive")}
    assert spans_of(StreetDetector(), "it has 12 tape drive slots") == set()
    assert spans_of(StreetDetector(), "3 oak court apt 2b") == {("STREET_ADDRESS", "3 oak court apt 2b")}


@pytest.mark.parametrize(
    "text", ["a 10 minute drive", "in 2008 wall street crashed", "a 500 gb hard drive", "4 way street",
             "7 of the best rd", "send 3 files via port 8080",
     "route traffic via node 3", "5 steps to court", "the 4 lane highway"]
)  # fmt: skip
def test_numbers_and_words_in_small_letters_are_no_street(text: str) -> None:
    assert spans_of(StreetDetector(), text) == set()


@pytest.mark.parametrize(
    "text", ["the street is long", "5 ways to drive", "in 3 steps the way is", "Wall Street fell 5%"]
)
def test_a_street_without_its_number_is_public(text: str) -> None:
    assert spans_of(StreetDetector(), text) == set()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("postcode SW1A 1AA", "POSTAL_CODE", "SW1A 1AA"),
        ("ZIP: 62704", "POSTAL_CODE", "62704"),
        ("PLZ 10115", "POSTAL_CODE", "10115"),
        ("I live in Springfield", "LOCATION", "Springfield"),
        ("ich wohne in Köln", "LOCATION", "Köln"),
        ("j'habite à Lyon", "LOCATION", "Lyon"),
        ("I moved from Merrow to Port Quill last year", "LOCATION", "Port Quill"),
        ("die Firma mit Sitz in Dessau", "LOCATION", "Dessau"),
        ("la empresa, con sede en Cuenca, ha quebrado", "LOCATION", "Cuenca"),
        ("Contact our Quillport branch", "LOCATION", "Quillport"),
    ],
)
def test_where_somebody_is_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in spans_of(PlaceDetector(), text)


@pytest.mark.parametrize("text", ["What is the capital of France?", "1.50, 2.75", "zip the file", "we met in Paris"])
def test_a_place_said_in_passing_is_kept(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    ["def go(url: URL, location: URL) -> None", "super().__init__(location=Header.name)", "city=Towns('x')",
     "it is True", "{'realname': 'REALNAME'}"],
)  # fmt: skip
def test_a_type_a_member_and_a_truth_are_no_places_or_people(text: str) -> None:
    assert found(text) == []


def test_firms_are_found_by_form_or_as_an_employer() -> None:
    assert ("ORGANIZATION", "Nordwind Example GmbH") in spans_of(FirmDetector(), "bei der Nordwind Example GmbH.")
    assert ("ORGANIZATION", "Initech") in spans_of(FirmDetector(), "I work at Initech")
    assert spans_of(FirmDetector(), "I work at Google") == set()
