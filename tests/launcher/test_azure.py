"""AZURE_OPENAI_*: a provider row and a key that both servers read, from four settings."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from key_server.catalog import catalog as key_side
from key_server.keys import key_list
from launcher import azure
from launcher.errors import StartError
from web_server.providers.catalog import CatalogFile

GIVEN = {
    "AZURE_OPENAI_ENDPOINT": "https://fjord.openai.azure.com/",
    "AZURE_OPENAI_DEPLOYMENT": "our-gpt",
    "AZURE_OPENAI_API_KEY": "test-not-a-key-of-azure",
    "PROVIDER_FILE": "mine.yaml",
}


def test_without_an_endpoint_there_is_nothing(tmp_path: Path) -> None:
    assert azure.register(tmp_path, {"AZURE_OPENAI_API_KEY": "x"}) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "url"),
    [
        ({}, "https://fjord.openai.azure.com/openai/v1/chat/completions"),
        (
            {"AZURE_OPENAI_API_VERSION": "2024-10-21"},
            "https://fjord.openai.azure.com/openai/deployments/our-gpt/chat/completions?api-version=2024-10-21",
        ),
    ],
)
def test_both_servers_find_the_deployment_and_its_key_is_closed_to_others(
    tmp_path: Path, version: dict[str, str], url: str
) -> None:
    added = azure.register(tmp_path, GIVEN | version)
    assert added["PROVIDER_FILE"] == f"mine.yaml:{tmp_path / 'azure.yaml'}"
    assert added["KEY_CONFIG_FILE"] == f"api_keys.csv:{tmp_path / 'azure_keys.csv'}"
    row = key_side.read([tmp_path / "azure.yaml"]).provider("azure")
    assert (row.base_urls[0] + row.path("chat", "our-gpt"), row.auth) == (url, "api-key")
    found = CatalogFile((tmp_path / "azure.yaml",)).current.find("azure/our-gpt")
    assert found is not None and found.dialect == "openai"
    rows, problems = key_list.parse((tmp_path / "azure_keys.csv").read_bytes())
    assert [each.secret.reveal() for each in rows] == [b"test-not-a-key-of-azure"] and problems == []
    assert stat.S_IMODE((tmp_path / "azure_keys.csv").stat().st_mode) == 0o600


def test_without_a_key_the_app_or_the_machine_signs_in(tmp_path: Path) -> None:
    azure.register(tmp_path, GIVEN)
    added = azure.register(tmp_path, {**GIVEN, "AZURE_OPENAI_API_KEY": ""})
    assert "KEY_CONFIG_FILE" not in added and not (tmp_path / "azure_keys.csv").exists()
    assert key_side.read([tmp_path / "azure.yaml"]).provider("azure").auth == "azure-entra"


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("AZURE_OPENAI_ENDPOINT", "http://fjord.openai.azure.com"),
        ("AZURE_OPENAI_ENDPOINT", "https://fjord.openai.azure.com/openai"),
        ("AZURE_OPENAI_ENDPOINT", "https://[fjord"),
        ("AZURE_OPENAI_DEPLOYMENT", ""),
        ("AZURE_OPENAI_DEPLOYMENT", "../other"),
        ("AZURE_OPENAI_API_VERSION", "2024&x=1"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_setting(tmp_path: Path, setting: str, text: str) -> None:
    with pytest.raises(StartError, match=setting):
        azure.register(tmp_path, GIVEN | {setting: text})
