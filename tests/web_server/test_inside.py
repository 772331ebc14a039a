"""What stands inside JSON written as text, and nothing of what is not."""

from __future__ import annotations

from web_server.inside import strings_inside


def test_keys_strings_and_numbers_of_objects_and_lists_are_found():
    text = '{"to": ["Anna", {"n": 1234567}], "ok": true, "none": null, "again": "{\\"in\\": \\"er\\"}"}'
    assert strings_inside([text, '["x"]']) == {
        "to", "Anna", "n", "1234567", "ok", "none", "again", '{"in": "er"}', "x",
    }  # fmt: skip


def test_plain_text_and_broken_json_hold_nothing():
    assert strings_inside(["Anna", '"Anna"', '{"Anna"', "[" * 100_000, ""]) == set()
