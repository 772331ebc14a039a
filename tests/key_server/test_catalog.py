"""providers.yaml: what a row says, and how a bad one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from key_server.catalog import Catalog, Price, read
from key_server.errors import ConfigError, UnknownModel, UnknownOperation, UnknownProvider

ROOT = Path(__file__).parents[2]


def catalog(tmp_path: Path, *texts: str) -> Catalog:
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"{number}.yaml")
        paths[-1].write_text(text)
    return read(paths)


def test_the_shipped_file_is_one() -> None:
    providers = read([ROOT / "providers.yaml"]).providers
    assert {"openai", "anthropic", "gemini", "mistral", "groq", "deepseek", "openrouter", "together", "ollama"} <= set(
        providers
    )
    assert providers["anthropic"].path("chat", "claude-haiku-4-5") == "/messages"
    assert all(
        url.startswith("https://") for name, each in providers.items() if name != "ollama" for url in each.base_urls
    )


def test_a_row_says_where_and_how(tmp_path: Path) -> None:
    text = """
providers:
  mirror:
    base_url: http://127.0.0.1:8001/openai/
    auth: none
    timeout: 7
    allow_private: true
    paths: {chat: /talk}
    models: [{id: a}, {id: b, dialect: anthropic}, {id: "*"}]
"""
    row = catalog(tmp_path, text).provider("mirror")
    assert (row.base_urls, row.auth, row.timeout_s, row.allow_private) == (
        ("http://127.0.0.1:8001/openai",), "none", 7.0, True,
    )  # fmt: skip
    assert (row.path("chat", "a"), row.path("embeddings", "a"), row.path("chat", "any/other")) == (
        "/talk", "/embeddings", "/talk",
    )  # fmt: skip
    with pytest.raises(UnknownOperation):
        row.path("embeddings", "b")


def test_a_price_is_known_where_the_file_names_one(tmp_path: Path) -> None:
    text = """
providers:
  one:
    base_url: https://a.test
    models: [{id: a, price: {input: 1.25, output: 10}}, {id: b}, {id: "*", price: {input: 0, output: 0}}]
OpenAI: [{name: A, tag: a, price: {input: 2, output: 3}}]
"""
    found = catalog(tmp_path, text)
    assert found.provider("one").prices == {"a": Price(1.25, 10.0), "*": Price(0.0, 0.0)}
    assert found.provider("openai").prices == {"a": Price(2.0, 3.0)}


@pytest.mark.parametrize(
    "price",
    ["3", "{input: 1}", "{input: 1, output: -1}", "{input: 1, output: .inf}", "{input: 1, output: .nan}",
     "{input: 1, output: true}", "{input: 1, output: '2'}", "{in: 1, out: 2}", "{input: 1, output: 2, other: 3}", ""],
)  # fmt: skip
def test_a_price_that_is_none_is_named(tmp_path: Path, price: str) -> None:
    models = f"      - id: a\n      - id: b\n        price: {price}\n"
    text = "providers:\n  one:\n    base_url: https://a.test\n    models:\n" + models
    with pytest.raises(ConfigError, match=r"0\.yaml:7: 'price' is {input, output}"):
        catalog(tmp_path, text)


def test_what_is_not_listed_is_unknown(tmp_path: Path) -> None:
    found = catalog(tmp_path, "OpenAI: [{name: A, tag: a}]")
    with pytest.raises(UnknownProvider):
        found.provider("other")
    with pytest.raises(UnknownModel):
        found.provider("openai").path("chat", "b")


def test_the_short_form_names_a_well_known_provider(tmp_path: Path) -> None:
    row = catalog(tmp_path, 'OpenAI: [{name: "GPT-5 mini", tag: gpt-5-mini}]').provider("openai")
    assert row.base_urls == ("https://api.openai.com/v1",)
    assert row.takes("gpt-5-mini") and not row.takes("gpt-5")


def test_a_later_file_adds_rows(tmp_path: Path) -> None:
    found = catalog(tmp_path, "OpenAI: [{tag: a}]", "Groq: [{tag: b}]")
    assert set(found.providers) == {"openai", "groq"}


ROW = "providers:\n  one:\n    base_url: https://a.test\n    models: [{id: a}]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("providers: [", 1, ""),
        ("- a", 1, "not a mapping"),
        ("Nobody: [{tag: a}]", 1, "'Nobody' is not a provider known by name"),
        ("OpenAI: [{name: a}]", 1, "'tag' is missing"),
        (ROW + "    tiemout: 3\n", 5, "'tiemout' is not a field"),
        (ROW + "    timeout: soon\n", 5, "'timeout' is a number"),
        (ROW + "    timeout: 0\n", 5, "'timeout' is a number"),
        (ROW + "    dialect: klingon\n", 5, "'dialect' is one of"),
        (ROW + "    auth: basic\n", 5, "'auth' is one of"),
        (ROW + "    auth: aws-sigv4\n", 5, "not supported yet"),
        (ROW + "    auth: azure-entra\n", 5, "not supported yet"),
        (ROW + "    allow_private: 1\n", 5, "true or false"),
        (ROW + "    paths: {chat: ../admin}\n", 5, "the path of 'chat'"),
        (ROW + "    paths: {chat: 'https://evil.test/'}\n", 5, "the path of 'chat'"),
        (ROW + "  one:\n    models: [{id: a}]\n", 5, "stands here twice"),
        ("providers:\n  one:\n    base_url: http://a.test\n    models: [{id: a}]\n", 3, "must be https"),
        ("providers:\n  one:\n    base_url: https://u:p@a.test\n    models: [{id: a}]\n", 3, "more than"),
        *(
            (f"providers:\n  one:\n    base_url: '{url}'\n    models: [{{id: a}}]\n", 3, words)
            for url, words in (
                ("https://a.test:99999", "not an http"),
                ("https://a.test:b", "not an http"),
                ("https://[::1", "not an http"),
                ("https://a b", "not an http"),
                ("https://münchen.test", "not an http"),
                ("https://:p@a.test", "more than"),
                ("https://@a.test", "more than"),
            )
        ),
        ("providers:\n  one:\n    models: [{id: a}]\n", 2, "'base_url' is missing"),
        ("providers:\n  one:\n    base_url: https://a.test\n", 2, "'models' is a list"),
        ("providers:\n  One Two:\n    models: [{id: a}]\n", 2, "not a provider name"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        catalog(tmp_path, text)
    assert f"0.yaml:{line}: " in str(caught.value)
    assert words in str(caught.value)
