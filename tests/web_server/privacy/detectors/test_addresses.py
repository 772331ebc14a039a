"""Whole addresses: from the flat to the country, over lines, and whatever the street is called."""

from __future__ import annotations

import pytest

from tests.support.finding import found


def _addresses(text: str) -> list[str]:
    return [value for kind, value in found(text) if kind == "STREET_ADDRESS"]


@pytest.mark.parametrize(
    "address",
    [
        "Studio 8, Amber Via, Port Gavin, AB2 5YN", "65935 Harris Motorway, Crystalchester, NS G9K 1H4",
        "Flat 95l, Merrow Causeway, Hutchinsonborough, S7F 3AN", "Ianbaan 68, 5618 Pommeroeul",
        "12 Quill Quadrangle, Lower Merrow, WA, 2505", "631/4 Merrow Strand, Waynestad, ACT, 2961",
        "23 Quill Street T65 ACX0 Merrowville", "Suite 7 95 Merrow Riverway, Jennachester, VIC, 2619",
        "Merrowstr. 89, 8081 Raabs an der Thaya", "rue du Merle 8, 51953 Sainte-Marthe",
        "Stretto Quarzo, 82 Piano 3, 25133, Mompiano (BS)", "Alameda del Cuarzo 2, Santa Cruz de Tenerife, 26688",
        "Calle del Cuarzo 7 Edif. 8 , Depto. 9, Nueva Cuarza, GTO 79131", "Kwartsdreef 73, 2838 SD, Oosterbeek",
        "PSC 8986, Box 2372, APO AA 41519", "USS Quartz, FPO AE 25990",
    ],
)  # fmt: skip
def test_an_address_is_one_find_from_the_flat_to_the_country(address: str) -> None:
    assert _addresses(f"Send it to {address}.") == [address]


@pytest.mark.parametrize(
    "address",
    [
        "Studio 50\nQuill Curve\nLake Merrowstad\nSE5E 8ER", "16097 Quill Canyon\nSouth Merrowton, LA 09517",
        "PSC 3255, Box 0286\nAPO AP 34159", "014/177 Frost Mall\nMerrowfort, TAS, 0875",
        "Via Quarzo, 37 Piano 9\n89812, Pizzo (VV)", "rue du Merle\n51953 Sainte-Marthe",
        "Quarzweg 9\n10115 Berlin\nDeutschland", "72 Quill Street\nApt. 4\nMerrow\nNew Zealand 34694",
    ],
)  # fmt: skip
def test_an_address_goes_on_over_lines(address: str) -> None:
    assert _addresses(f"Please write to\n{address}\n\nThank you") == [address]


@pytest.mark.parametrize("street", ["63 Quill Quadrangle", "8 Merrow Summit", "11 Quill Shoals", "5 Merrow Gateway"])
def test_any_word_that_postal_services_know_ends_a_street(street: str) -> None:
    assert _addresses(f"We met in front of {street} at noon.") == [street]


def test_an_address_in_small_letters_reaches_to_its_postcode() -> None:
    text = "i live at 8 quill field, merrowchester, s2u 0qd and need a plumber"
    assert _addresses(text) == ["8 quill field, merrowchester, s2u 0qd"]


@pytest.mark.parametrize(
    "text",
    [
        "We did the office in 3 easy steps.", "Chapter 3 Summit Meeting Notes", "From 3 Great Lakes to 5 Great Lakes",
        "During 1984, Spring 2020, String 10", "Engineering 101 and my ThinkPad 490", "Unit 4 Lesson 2 Village Life",
        "I need 12 Apple Pies and 3 Cherry Pies", "between 3 Black Holes and 4 White Dwarfs", "Wall Street 2008",
        "On 12 June Park officials closed the gate", "Step 1 Open Gate", "Convert 20 Light Years to km",
    ],
)  # fmt: skip
def test_numbers_before_capitals_are_no_address(text: str) -> None:
    assert _addresses(text) == []


def test_an_address_ends_where_the_sentence_the_cell_or_the_block_ends() -> None:
    assert _addresses("The office at 12 Quill Street, Springfield is closed.") == ["12 Quill Street, Springfield"]
    assert _addresses("name,street,city\nAnna Berg,12 Quill Street,Springfield\nOla Berg,3 Quill Road,Springfield") == [
        "12 Quill Street", "3 Quill Road"
    ]  # fmt: skip
    assert _addresses("12 Quill Street\nSpringfield\n\nDear Madam,") == ["12 Quill Street\nSpringfield"]
    assert _addresses("12 Quill Street\nAnna Whitfield\n3 Quill Road\n") == ["12 Quill Street", "3 Quill Road"]
