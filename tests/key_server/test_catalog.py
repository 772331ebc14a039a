"""providers.yaml: what a row says, and how a bad one is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from key_server.catalog.catalog import Catalog, read
from key_server.catalog.provider import Price, Provider
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


AZURE = """
providers:
  azure:
    dialect: azure
    base_url: https://name.openai.azure.com
    models: [{id: gpt-5, deployment: our-gpt}, {id: o3}]
"""


def test_azure_names_deployment_and_version_in_the_path(tmp_path: Path) -> None:
    row = catalog(tmp_path, AZURE).provider("azure")
    assert row.path("chat", "gpt-5") == "/openai/deployments/our-gpt/chat/completions?api-version=2024-10-21"
    assert row.path("embeddings", "o3") == "/openai/deployments/o3/embeddings?api-version=2024-10-21"
    assert row.model_in_path("chat", "gpt-5") and row.auth == "api-key"
    dated = catalog(tmp_path, AZURE + "    api_version: 2025-04-01\n").provider("azure")
    assert dated.path("chat", "o3").endswith("?api-version=2025-04-01")


def test_gemini_and_bedrock_ask_for_a_stream_elsewhere(tmp_path: Path) -> None:
    found = catalog(
        tmp_path,
        "providers:\n"
        "  gemini: {dialect: gemini, models: [{id: gemini-2.5-pro}]}\n"
        "  bedrock: {dialect: bedrock, regions: [us-east-1, eu-west-1], models: [{id: '*'}]}\n",
    )
    gemini, bedrock = found.provider("gemini"), found.provider("bedrock")
    assert gemini.base_urls == ("https://generativelanguage.googleapis.com/v1beta",)
    assert gemini.path("chat", "gemini-2.5-pro") == "/models/gemini-2.5-pro:generateContent"
    assert gemini.path("chat", "gemini-2.5-pro", stream=True) == "/models/gemini-2.5-pro:streamGenerateContent?alt=sse"
    claude = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    assert bedrock.path("chat", claude) == "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"
    assert bedrock.path("chat", claude, stream=True).endswith("%3A0/converse-stream")
    assert bedrock.regions == {
        "https://bedrock-runtime.us-east-1.amazonaws.com": "us-east-1",
        "https://bedrock-runtime.eu-west-1.amazonaws.com": "eu-west-1",
    }
    with pytest.raises(UnknownOperation):
        bedrock.path("chat.stream", claude)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("bedrock-runtime.ap-south-1.amazonaws.com", "ap-south-1"),
        ("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("bedrock-runtime.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("vpce-0a1b.bedrock-runtime.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("gateway.example", "us-west-2"),
    ],
)
def test_the_region_is_the_addresss_or_else_the_rows(tmp_path: Path, host: str, region: str) -> None:
    text = f"""
providers:
  one: {{dialect: bedrock, base_url: "https://{host}", region: us-west-2, models: [{{id: a}}]}}
"""
    assert catalog(tmp_path, text).provider("one").regions == {f"https://{host}": region}


def test_an_operation_that_a_row_moves_takes_its_stream_along(tmp_path: Path) -> None:
    row = "{dialect: gemini, models: [{id: a}], paths: {chat: '/v2/{model}/{region}'}, region: r1}"
    row = catalog(tmp_path, f"providers:\n  gemini: {row}\n").provider("gemini")
    assert row.path("chat", "a", stream=True) == row.path("chat", "a") == "/v2/a/r1"


WILD = Provider(
    "p", ("https://a.test",), "none", 1.0, False, 1, {"*": "x"}, {"x": {"chat": "/model/{model}/converse?v=1"}}
)


@given(st.one_of(st.text(max_size=30), st.text("a./%?#:\\;", max_size=12)))
@example("..")
@example("a/../../b")
@example("a%2fb")
@settings(max_examples=300, deadline=None)
def test_no_model_name_leaves_its_path_segment(model: str) -> None:
    try:
        path = WILD.path("chat", model)
    except UnknownModel:
        return
    before, name, after = path.split("/")[1:]
    assert (before, after, path.isascii(), name not in ("", ".", "..")) == ("model", "converse?v=1", True, True)
    assert unquote(name) == model
    assert not {"", ".", ".."} & set(model.split("/"))


@pytest.mark.parametrize("model", ["m" * 513, "a\x1b]0;title\x07", "a\x9b31m", "a\nb", "a\u202eb"])
def test_under_any_model_a_name_is_no_longer_than_names_are_and_steers_no_terminal(model: str) -> None:
    provider = replace(WILD, paths={"x": {"chat": "/chat"}})
    assert not provider.takes(model)
    with pytest.raises(UnknownModel):
        provider.path("chat", model)
    assert provider.takes("m" * 512) and provider.path("chat", "qwen 3:8b") == "/chat"


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

BEDROCK = "providers:\n  one:\n    dialect: bedrock\n    models: [{id: a}]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("providers: [", 1, ""),
        ("- a", 1, "not a mapping"),
        ("Nobody: [{tag: a}]", 1, "'Nobody' is not a provider known by name"),
        ("OpenAI: [{name: a}]", 1, "'tag' is missing"),
        ("providers:\n  one:\n    base_url: []\n    models: [{id: a}]\n", 3, "'base_url' is an empty list"),
        (ROW + "    tiemout: 3\n", 5, "'tiemout' is not a field"),
        (ROW + "    timeout: soon\n", 5, "'timeout' is a number"),
        (ROW + "    timeout: 0\n", 5, "'timeout' is a number"),
        (ROW + "    dialect: klingon\n", 5, "'dialect' is one of"),
        (ROW + "    auth: basic\n", 5, "'auth' is one of"),
        (ROW + "    auth: aws-sigv4\n", 3, "'region' is missing"),
        (ROW + "    auth: aws-sigv4\n    region: 'a/b'\n", 6, "'region' is not one"),
        (ROW + "    regions: [us-east-1]\n", 5, "'regions' is for dialect bedrock"),
        (
            "providers:\n  one:\n    dialect: bedrock\n    regions: us-east-1\n    models: [{id: a}]\n",
            4,
            "'regions' is a",
        ),
        ("providers:\n  one:\n    dialect: bedrock\n    models: [{id: a}]\n", 2, "'base_url' is missing"),
        (ROW + "    dialect: azure\n    api_version: '2024&x=y'\n", 6, "'api_version' is not one"),
        (ROW + "    paths: {chat: '/a/{api_version}'}\n", 5, "the row has no 'api_version'"),
        (ROW + "    paths: {chat: '/a/{region}'}\n", 5, "the row has no 'region'"),
        (ROW + "    paths: {chat: '/a/{key}'}\n", 5, "the path of 'chat'"),
        (ROW + "    paths: {chat: '/a/{model'}\n", 5, "the path of 'chat'"),
        (ROW + "    paths: {chat: '/a%2e%2e/b'}\n", 5, "the path of 'chat'"),
        (ROW + "    paths: {chat: '/a#b'}\n", 5, "the path of 'chat'"),
        (ROW.replace("{id: a}", "{id: a, deployment: ../b}"), 4, "'deployment' is not a name"),
        (ROW.replace("{id: a}", "{id: a b}") + "    dialect: gemini\n", 4, "'a b' cannot be part of a path"),
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
        ("providers: " + "[" * 20_000, 1, "nested too deeply"),
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
