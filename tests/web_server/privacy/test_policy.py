"""Policies: what the built-in ones promise, and how a file is read."""

from __future__ import annotations

import contextlib
import re
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web_server.privacy import kinds
from web_server.privacy.policy import DEFAULT, STRICT, Policy, Treatment
from web_server.privacy.policy_file import PolicyError, load


def test_names_and_contacts_get_realistic_stand_ins_by_default() -> None:
    for kind in (kinds.PERSON, kinds.EMAIL_ADDRESS, kinds.PHONE_NUMBER, kinds.LOCATION):
        assert DEFAULT.treatment(kind) is Treatment.SURROGATE
    assert DEFAULT.treatment(kinds.SECRET) is Treatment.TAG


def test_strict_keeps_nothing() -> None:
    assert all(STRICT.treatment(kind) is not Treatment.KEEP for kind in kinds.ALL)
    assert STRICT.public_names


def test_an_empty_file_is_the_default_policy_under_its_own_name() -> None:
    policy = load("", "mine.yaml")
    assert policy.name == "mine.yaml"
    assert dict(policy.treatments) == dict(DEFAULT.treatments)


def test_a_file_changes_what_it_names_and_nothing_else() -> None:
    policy = load(
        "base: strict\nthreshold: 0.4\npublic_names: false\ntreatments: {AGE: keep, CREDIT_CARD: block}\n"
        "thresholds: {PERSON: 0.9}\nallow: [Example Ltd]\ndeny: {Project Bluebird: ORGANIZATION}\n",
        "mine.yaml",
    )
    assert policy.treatment(kinds.AGE) is Treatment.KEEP
    assert policy.treatment(kinds.CREDIT_CARD) is Treatment.BLOCK
    assert policy.treatment(kinds.DATE_TIME) is STRICT.treatment(kinds.DATE_TIME)
    assert policy.hides(kinds.PERSON, 0.9)
    assert not policy.hides(kinds.PERSON, 0.89)
    assert not policy.public_names
    assert policy.allow == {"example ltd"}
    assert dict(policy.deny) == {"Project Bluebird": "ORGANIZATION"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("threshold: 0.5\ncolour: red\n", "p.yaml:2:1: unknown setting `colour`; there are base, "),
        ("tresholds: {}\n", "p.yaml:1:1: unknown setting `tresholds`; did you mean thresholds?"),
        ("base: lax\n", "p.yaml:1:7: unknown base `lax`; there are default, strict"),
        ("treatments:\n  PERSON: hide\n", "p.yaml:2:11: unknown treatment `hide`; there are surrogate, tag, "),
        ("otherwise: serrogate\n", "p.yaml:1:12: unknown treatment `serrogate`; did you mean surrogate?"),
        (
            "treatments: {EMIAL_ADDRESS: tag}\n",
            "p.yaml:1:14: unknown kind `EMIAL_ADDRESS`; did you mean EMAIL_ADDRESS?",
        ),
        ("thresholds: {person: 0.5}\n", "p.yaml:1:14: unknown kind `person`; did you mean PERSON?"),
        ("\n\nthreshold: high\n", "p.yaml:3:12: expected a number"),
        ("threshold: nan\n", "p.yaml:1:12: expected a number"),
        ("thresholds: {PERSON: 7}\n", "p.yaml:1:22: expected a number from 0 to 1"),
        ("public_names: perhaps\n", "p.yaml:1:15: expected true or false"),
        ("allow: one\n", "p.yaml:1:8: expected a list"),
        ("allow: [[one]]\n", "p.yaml:1:9: expected a value"),
        ("keep: [AGE]\n", "p.yaml:1:7: expected `name: value` lines"),
        ("keep: {LOCATION: Berlin}\n", "p.yaml:1:18: expected a list of values"),
        ("deny:\n  x: [1]\n", "p.yaml:2:6: unknown kind"),
        ("deny: {forty: AGE}\n", "p.yaml:1:15: AGE is kept by this policy"),
        ("minimum: on\n", "p.yaml:1:10: expected `name: value` lines"),
        ("minimum: {pii: most}\n", "p.yaml:1:16: expected true or false"),
        ("minimum: {decoys: 9}\n", "p.yaml:1:19: expected a number of decoys from 0 to 8"),
        ("minimum: {decoys: two}\n", "p.yaml:1:19: expected a number of decoys from 0 to 8"),
        ("minimum: {decoys: on}\n", "p.yaml:1:19: expected a number of decoys from 0 to 8"),
        ("minimum: {obfuscate: formats}\n", "p.yaml:1:22: unknown level `formats`; did you mean format?"),
        ("minimum: {obfuscat: format}\n", "p.yaml:1:11: unknown setting `obfuscat`; did you mean obfuscate?"),
        ("callers:\n  ann: {polcy: strict}\n", "p.yaml:2:9: unknown setting `polcy`; did you mean policy?"),
        ("callers: {ann: {policy: [strict]}}\n", "p.yaml:1:25: expected default, strict or a file"),
        ("a: [1\n", "p.yaml:2:1: not YAML: expected ',' or ']', but got ..."),
        ("allow: [*kesia]\n", "p.yaml:1:9: not YAML: found undefined alias ..."),
        ("\tallow: [x]\n", "p.yaml:1:1: not YAML: found character "),
        ("a: !!python/object:os.system x\n", "p.yaml:1:1: unknown setting `a`"),
        ("[" * 5000, "p.yaml:1:1: not YAML"),
        ("- 1\n", "p.yaml:1:1: expected"),
        ("threshold: 0.1\nthreshold: 0.2\n", "p.yaml:2:1: said twice"),
    ],
)
def test_a_mistake_is_named_by_line_and_column_with_what_was_probably_meant(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as error:
        load(text, "p.yaml")
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


SCRAPS = st.sampled_from(
    [
        *(
            "base",
            "treatments",
            "deny",
            "allow",
            "keep",
            "callers",
            "minimum",
            "patterns",
            "names",
            "engine",
            "threshold",
            "PERSON",
            "AGE",
        ),
        *("strict", "block", "kesia", "pii", "on", "policy", "0.5", "name", "kind", "TICKET", "pattern", "'a+'", "~"),
        *(
            ": ",
            ":",
            "\n",
            "\n  ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "&a ",
            "*a",
            "!!int ",
            "<<",
            '"',
            "'",
            "#",
            "|",
            "\t",
        ),
        *("\x00", "\ud800", "\ufeff", "---\n", "%YAML 9\n", "? ", "\x85", "9" * 30),
    ]
)


@settings(deadline=None)
@given(st.lists(SCRAPS, max_size=14).map("".join))
def test_whatever_a_file_holds_it_is_a_policy_or_a_mistake_in_one_line(text: str) -> None:
    try:
        policy = load(text, "p.yaml")
    except PolicyError as wrong:
        assert re.match(r"p\.yaml:\d+:\d+: .", str(wrong)), str(wrong)
        assert wrong.mistakes[0] is wrong
        for mistake in wrong.mistakes:
            assert "\n" not in str(mistake)
    else:
        assert policy.name == "p.yaml"


@given(
    st.sampled_from(["allow", "keep", "deny", "callers", "thresholds", "minimum", "patterns", "names"]),
    st.integers(0, 9),
)
def test_a_mistake_never_quotes_a_value(setting: str, way: int) -> None:
    value = "Kesia Canary"
    ways = [
        *(f"{setting}: {value}", f"{setting}: [{value}, [{value}]]", f"{setting}: {{{value}: {value}}}"),
        *(f"{setting}: {{LOCATION: {value}}}", f"{value}: {setting}", f"{setting}: *{value}", f'{setting}: "{value}'),
        *(f"{setting}:\n{value}: {{}}", f"{setting}: {{{value}: [{value}]}}", f"{setting}: {{AGE: {{{value}: 1}}}}"),
    ]
    with contextlib.suppress(PolicyError):
        try:
            load(ways[way], "p.yaml")
        except PolicyError as wrong:
            assert not any("canary" in str(each).lower() for each in wrong.mistakes), ways[way]
            raise


def test_every_setting_of_a_policy_can_be_written_in_a_file() -> None:
    with pytest.raises(PolicyError) as error:
        load("nonsense: 1\n", "p.yaml")
    assert all(field.name in str(error.value) for field in fields(Policy) if field.name != "name")


def test_a_policy_does_not_show_its_lists() -> None:
    assert "bluebird" not in repr(load("deny: {Project Bluebird: ORGANIZATION}\n", "p.yaml"))
