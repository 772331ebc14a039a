"""Values of named fields and columns: documents, logs, code, tables, in six languages; identifiers are kept."""

from __future__ import annotations

import pytest

from tests.support.finding import spans_of
from web_server.privacy.detectors.fields import FieldDetector
from web_server.privacy.detectors.tables import ColumnDetector


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('{"customer_name": "Zofqa Brendlin"}', "PERSON", "Zofqa Brendlin"),
        ('{"firstName": "rajesh", "active": true}', "PERSON", "rajesh"),
        ("{\\\"last_name\\\": \\\"Qvefimova\\\"}", "PERSON", "Qvefimova"),
        ("last_name: Qvefimova\ncity: Gdańsk", "LOCATION", "Gdańsk"),
        ("<lastName>Qvefimova</lastName>", "PERSON", "Qvefimova"),
        ('{"company": "Fnordex", "email": "x@example.com"}', "ORGANIZATION", "Fnordex"),
        ('{"zip": "41539"}', "POSTAL_CODE", "41539"),
        ('{"street": "Hagweg 3"}', "STREET_ADDRESS", "Hagweg 3"),
        ('{"date_of_birth": "1980-02-03"}', "DATE_OF_BIRTH", "1980-02-03"),
        ('{"username": "zbrend"}', "USERNAME", "zbrend"),
        ('{"passport_number": "X1234567"}', "PASSPORT", "X1234567"),
        ("Nachname: Brendlin\nWohnort: Dormagen", "LOCATION", "Dormagen"),
        ("prénom : daniel", "PERSON", "daniel"),
        ("Apellidos: Brendlin Qu\nLocalidad: Chueca", "PERSON", "Brendlin Qu"),
        ("Cognome: Brendlin\nCittà: Pisa", "PERSON", "Brendlin"),
        ("achternaam: Brendlin\nwoonplaats: Ede", "LOCATION", "Ede"),
    ],
)  # fmt: skip
def test_a_field_says_what_it_holds(text: str, kind: str, value: str) -> None:
    assert (kind, value) in spans_of(FieldDetector(), text)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "react-app", "version": "1.0"}', "name: Build and Test", "name: string\ncity: string",
        "name = models.CharField(max_length=20)", 'city = request.form["city"]', "const user = {name: userName, "
        "city: city};",
        "interface User { firstName: string; lastName: string; }", '{"first_name": null, "last_name": true}',
        '{"name": "{{ name }}", "email": "${email}"}', "city: the best one", '<name>config</name>',
        '{"company": "none", "street": "n/a", "zip": "abc"}',
    ],
)  # fmt: skip
def test_identifiers_types_and_placeholders_are_no_values(text: str) -> None:
    assert spans_of(FieldDetector(), text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "name,email,city\nZed Qu,zq@example.com,Metz\n",
        'id;city;name;phone\n7;"Metz";"Zed Qu";x\n',
        "name\tcity\temail\nZed Qu\tMetz\tzq@example.com",
        "| Name | City | E-mail |\n|------|:----:|---|\n| Zed Qu | Metz | x |",
        "insert into people (id, name, city, email) values (1, 'Zed Qu', 'Metz', 'zq@example.com');",
        "Stadt,Nachname,Telefon\nMetz,Zed Qu,-\n",
    ],
)
def test_a_column_says_what_it_holds(text: str) -> None:
    assert {("PERSON", "Zed Qu"), ("LOCATION", "Metz")} <= spans_of(ColumnDetector(), text)


def test_every_row_of_a_statement_is_read_and_a_quote_inside_ends_nothing() -> None:
    text = "INSERT INTO p (first_name, last_name) VALUES ('Zed', 'O''Qu'), ('Faina', 'Brendlin')"
    assert spans_of(ColumnDetector(), text) == {
        ("PERSON", value) for value in ("Zed", "O''Qu", "Faina", "Brendlin")
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Product,Price,Count\nApple,3,5\n", "We met, in the city, yesterday\nand then, we left, again\n",
        "name,version\nnumpy,1.0\nreact-dom,2.0\n", "| Name | Type |\n|---|---|\n| first_name | string |\n",
        "SELECT name, city FROM people WHERE id IN (1, 2)",
    ],
)  # fmt: skip
def test_a_table_of_things_is_kept(text: str) -> None:
    assert spans_of(ColumnDetector(), text) == set()
