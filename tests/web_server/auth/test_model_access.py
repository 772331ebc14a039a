"""Which models a token opens: its own patterns, those of its groups, and what a file of groups may say."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import Clock
from web_server.auth.access_file import AccessFile, parse
from web_server.auth.model_access import fits, may_use
from web_server.auth.tokens import Tokens
from web_server.config import ConfigError
from web_server.errors import ApiError
from web_server.query import ModelRef

SECRET = "a-secret-for-tests-that-is-long-enough-0123"
FILE = """
groups:
  research: [openai/*, "*/llama-*"]
  org/support: [openai/gpt-5-mini]
default: [local/small]
"""


class Fixed:
    """An access file that never changes."""

    def __init__(self, text: str) -> None:
        self.current = parse(text, "access.yaml")


def opens(model: str, access: str | None = FILE, namespace: str = "", **claims: Any) -> bool:
    """Whether a token with these claims opens the model."""
    now = int(time.time())
    whole = {"iss": "us", "aud": "us", "sub": "ann", "iat": now, "exp": now + 60, "scope": "query", **claims}
    tokens = Tokens(SECRET, "us", "us", namespace=namespace, access=Fixed(access) if access else None)  # type: ignore[arg-type]
    caller = tokens.read(f"Bearer {jwt.encode(whole, SECRET)}", scope="query")
    return may_use(caller, ModelRef(*model.split("/", 1)))


@pytest.mark.parametrize(
    ("pattern", "name", "fit"),
    [
        ("openai/gpt-5", "openai/gpt-5", True),
        ("openai/gpt-5", "openai/gpt-5-mini", False),
        ("openai/*", "openai/gpt-5", True),
        ("openai/*", "openai/a/b", True),
        ("openai/*", "openai-eu/gpt-5", False),
        ("openai/*", "xopenai/gpt-5", False),
        ("*", "any/thing", True),
        ("*/gpt-*-mini", "azure/gpt-5-mini", True),
        ("*/gpt-*-mini", "azure/gpt-mini", False),
        ("a/b*b", "a/b", False),
        ("a/b*b", "a/bb", True),
        ("openai/gpt.5", "openai/gptx5", False),
        ("openai/[a-z]", "openai/a", False),
        ("openai/?", "openai/a", False),
        ("OpenAI/*", "openai/gpt-5", False),
        ("", "openai/gpt-5", False),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_does(pattern: str, name: str, fit: bool):
    assert fits(pattern, name) is fit


@given(st.lists(st.text("ab/", max_size=4), min_size=1, max_size=5), st.text("ab/", max_size=4))
def test_a_pattern_fits_whatever_takes_its_stars_places(parts: list[str], filling: str):
    assert fits("*".join(parts), filling.join(parts))


def test_a_token_that_says_nothing_opens_everything_where_no_file_does():
    assert opens("any/thing", access=None)
    assert opens("any/thing", access=None, groups=["research"]), "many issuers name groups for reasons of their own"


@pytest.mark.parametrize("models", [["openai/*", "local/small"], "openai/*, local/small", "openai/* local/small"])
def test_models_are_a_list_or_words(models: object):
    assert opens("openai/gpt-5", models=models) and opens("local/small", models=models)
    assert not opens("anthropic/claude", models=models)


def test_no_models_are_none():
    assert not opens("openai/gpt-5", models=[], access=None)
    assert not opens("openai/gpt-5", models="", access=None)


def test_a_caller_is_known_by_the_tokens_groups_whichever_way_they_are_written():
    tokens = Tokens(SECRET, "us", "us")
    token = tokens.mint("ann", frozenset({"query"}), 1, groups=["/research", "org/support"])
    assert tokens.read(f"Bearer {token}", scope="query").groups == {"research", "org/support"}


def test_groups_open_what_the_file_says_all_together():
    assert opens("openai/gpt-5", groups=["research"])
    assert opens("local/llama-4", groups=["org/support", "research"])
    assert not opens("anthropic/claude", groups=["org/support", "research"])


def test_keycloaks_groups_are_paths():
    assert opens("openai/gpt-5-mini", groups=["/org/support"])
    assert not opens("openai/gpt-5-mini", groups=["/support"])


def test_a_group_that_is_not_in_the_file_opens_nothing_not_even_the_default():
    assert not opens("local/small", groups=["strangers"])
    assert not opens("local/small", groups=[])


def test_who_names_neither_gets_the_default_and_nothing_where_there_is_none():
    assert opens("local/small") and not opens("openai/gpt-5")
    assert not opens("local/small", access="groups: {}")


def test_groups_that_entra_names_by_a_link_are_none():
    link = {
        "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": "https://graph.test/getMember"}},
    }
    assert opens("local/small", **link)
    assert not opens("openai/gpt-5", **link)
    assert opens("openai/gpt-5", models=["openai/*"], **link)


def test_where_both_are_named_both_must_allow_it():
    assert opens("openai/gpt-5", models=["openai/*"], groups=["research"])
    assert not opens("anthropic/claude", models=["*"], groups=["research"])
    assert not opens("openai/gpt-5", models=["local/*"], groups=["research"])
    assert opens("anthropic/claude", models=["anthropic/*"]), "models alone need no group"


def test_claims_may_stand_behind_a_namespace():
    space = "https://llm-vpn.example/"
    assert opens("openai/gpt-5", namespace=space, **{f"{space}groups": ["research"]})
    assert not opens("openai/gpt-5", namespace=space, **{f"{space}models": ["local/*"]})
    assert not opens("openai/gpt-5", namespace=space, **{"https://other.example/groups": ["research"]})


@pytest.mark.parametrize("value", [7, {"research": 1}, [7], [["research"]], True])
@pytest.mark.parametrize("claim", ["models", "groups"])
def test_a_claim_that_cannot_be_read_refuses_the_token(claim: str, value: object):
    with pytest.raises(ApiError) as refused:
        opens("openai/gpt-5", **{claim: value})
    assert refused.value.code == "UNAUTHORIZED"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "access.yaml:1"),
        ("groups:", "access.yaml:1"),
        ("default: []", "access.yaml:1"),
        ("groups: {a: openai/*}", "access.yaml:1"),
        ("groups:\n  a: [openai]", "access.yaml:2.*pattern"),
        ("groups:\n  a: []\n  a: [x/*]", "access.yaml:3.*twice"),
        ("groups: {}\ncallers: {}", "access.yaml:2.*callers"),
        ("groups: {}\ndefault: [[x/*]]", "access.yaml:2"),
        ("groups: [", "access.yaml:1"),
        ("groups: \x00", "access.yaml"),
        ("- groups", "access.yaml:1"),
        ("groups: {[a]: []}", "access.yaml:1"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_line(text: str, says: str):
    with pytest.raises(ConfigError, match=says) as wrong:
        parse(text, "access.yaml")
    assert "\n" not in str(wrong.value)


def test_a_changed_file_is_taken_over_and_a_broken_or_emptied_one_is_not(tmp_path: Path):
    file, clock = tmp_path / "access.yaml", Clock()
    file.write_text("groups: {a: [x/*]}")
    access = AccessFile(file, clock)
    for text, patterns in (("groups: {a: [yy/*]}", ("yy/*",)), ("", ("yy/*",)), ("groups: [", ("yy/*",))):
        file.write_text(text)
        clock.now += 1
        assert access.current.of(["a"]) == patterns
    file.unlink()
    clock.now += 1
    assert access.current.of(["a"]) == ("yy/*",)
    file.write_text("groups: {}")
    clock.now += 1
    assert access.current.of(["a"]) == ()


@pytest.mark.parametrize("raw", [None, b"\xff", b"groups: ["])
def test_a_file_of_no_use_at_the_start_is_an_error_that_names_it(tmp_path: Path, raw: bytes | None):
    if raw is not None:
        (tmp_path / "access.yaml").write_bytes(raw)
    with pytest.raises(ConfigError, match=r"access\.yaml"):
        AccessFile(tmp_path / "access.yaml")


def test_the_example_is_sound():
    example = Path(__file__).resolve().parents[3] / "access.yaml.example"
    assert parse(example.read_text(), example.name).default
