"""People by what stands around them: speech, lists, letters, relations, capitals and small letters; near misses too."""

from __future__ import annotations

import pytest

from tests.support.finding import found


def _people(text: str) -> list[str]:
    return [value for kind, value in found(text) if kind == "PERSON"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[12:03] zbyszka: hi there\n[12:04] Orvel Q.: hello", ["zbyszka", "Orvel Q."]),
        ("12/03/24, 10:15 - Zbyszka: see you", ["Zbyszka"]),
        ("Zbyszka Qu (10:15 AM): can you look", ["Zbyszka Qu"]),
        ("<anna> hi\n<zbyszka> hello", ["anna", "zbyszka"]),
        ("Ubul: What a wife.\nNicole: Remember me?", ["Ubul", "Nicole"]),
        ("On Mon, 3 Mar 2024 at 10:12, Zofqa Brendlin <z@example.com> wrote:", ["Zofqa Brendlin"]),
        ("Am 3. März 2024 um 10:12 Uhr schrieb Zofqa Brendlin <z@example.com>:", ["Zofqa Brendlin"]),
        ("Le lun. 3 mars 2024 à 10:12, Zofqa Brendlin <z@example.com> a écrit :", ["Zofqa Brendlin"]),
        ("They had four: Romi, Erik, Amy and Hleb.", ["Romi", "Erik", "Amy", "Hleb"]),
        ("they had silvana, adam, kristina and caleb", ["silvana", "adam", "kristina", "caleb"]),
        ("Timotea lives on the third floor", ["Timotea"]),
        ("I would remove my kid Dzhambek from the will", ["Dzhambek"]),
        ("we saw Shovda's wife there", ["Shovda"]),
        ("Sometimes people call me Csanad", ["Csanad"]),
        ('"It is moving," says Hartvigsson.', ["Hartvigsson"]),
        ("Danial, can I please speak to you?", ["Danial"]),
        ("poor emily is ill", ["emily"]),
        ("dear ms mcaleenan,\nthanks\n\ncheers\ndiane", ["mcaleenan", "diane"]),
        ("SCHREIB EINE MAIL AN MARINA ROSENOW WEGEN DER RECHNUNG", ["MARINA ROSENOW"]),
        ("MARTIN MORROW'S LAPTOP IS BROKEN", ["MARTIN MORROW"]),
        ("Wir haben das in Annas Wohnung gesehen, und der Kuchen ist nicht von der Mutter", ["Annas"]),
        ("met Remi Van de Voorde today", ["Remi Van de Voorde"]),
        ("Szabina J Kowalski signed", ["Szabina J Kowalski"]),
    ],
)  # fmt: skip
def test_a_person_is_found_by_what_stands_around(text: str, names: list[str]) -> None:
    assert _people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "User: hello\nAssistant: hi", "Frontend: React\nBackend: Django\nDatabase: Postgres", "Note: "
        "this\nAnswer: that",
        "<div> hello\n<span> world", "we use Java, Ruby, Python and Go", "London, Paris, Berlin and Rome",
        "Alice has 5 apples and gives 2 to Bob. How many has Alice?", "class Anderson:\n    pass",
        "import marshmallow", "from jordan import curve", "it works in small letters",
        "Product lives on the shelf", "call me Tomorrow", "Hospital Gregorio Marañón", "EXPLAIN THE RULES OF THE GAME",
        "dear all,\nplease read\n\ncheers\nthe team", "Thanks and regards", "the server and the client",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_kept(text: str) -> None:
    assert _people(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("our client Hexagraph Systems is late", "ORGANIZATION", "Hexagraph Systems"),
        ("my employer, Fnordex, fired me", "ORGANIZATION", "Fnordex"),
        ("Mein Arbeitgeber Fnordex GmbH & Co. KG zahlt nicht", "ORGANIZATION", "Fnordex GmbH & Co. KG"),
        ("Trabajo en Fnordex S.L. desde hoy", "ORGANIZATION", "Fnordex S.L."),
        ("Barnett, Melton and Garcia\n12 Foo Street", "ORGANIZATION", "Barnett, Melton and Garcia"),
        ("i live in utrecht", "LOCATION", "utrecht"),
        ("ich wohne in luckau", "LOCATION", "luckau"),
        ("we are flying to Lordelo on Monday", "LOCATION", "Lordelo"),
        ("our office in Bjert is closed", "LOCATION", "Bjert"),
        ("the plant in Bjert 6091", "POSTAL_CODE", "6091"),
    ],
)
def test_what_is_somebodys_own_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    ["our everyday lives in Europe", "in March 2020 and in Rome 1990", "how do companies work with Python?",
     "our team Lead", "the company is public", "20000 Euro and 10000 Menschen", "What is the population of Lyon?"],
)  # fmt: skip
def test_what_is_nobodys_own_is_kept(text: str) -> None:
    assert [pair for pair in found(text) if pair[0] in ("LOCATION", "ORGANIZATION", "POSTAL_CODE")] == []


@pytest.mark.parametrize(
    "address",
    [
        "28245 Puruntie 82 Apt. 595\n   Lappeenranta\n    53650",
        "6750 Koskikatu 25 Apt. 864\nArtilleros\n, CO\n Uruguay 64677",
        "PSC 0413, Box 8144\nAPO AA 42323",
        "Unit 1009 Box 0219\nDPO AP 51065",
        "Østergade 144\nQaqortoq\nGreenland",
        "Hagweg 3\n41539 Dormagen\nGermany",
        "12 Rue de la Paix\n75002 Paris\nFrance",
        "42 Maple Street\nApt. 4\nSpringfield, IL 62704",
    ],
)
def test_an_address_over_lines_is_one_span(address: str) -> None:
    assert ("STREET_ADDRESS", address) in found(f"Zofqa Brendlin\n{address}\n\nThank you for the parcel, it is fine.")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Domicilio: Balderas 49, Colonia Centro.\nLocalidad: Chueca", "Balderas 49, Colonia Centro"),
        ("Zed Qu lives at 10252 Brisas 184, Pomona", "10252 Brisas 184"),
        ("take me to the corner of Postbox 21 and Elisabeth Parks", "the corner of Postbox 21 and Elisabeth Parks"),
    ],
)
def test_an_address_is_found_by_its_surroundings(text: str, value: str) -> None:
    assert any(kind == "STREET_ADDRESS" and each.startswith(value) for kind, each in found(text))
