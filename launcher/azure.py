"""AZURE_OPENAI_*: one deployment of Azure OpenAI as provider `azure`, without a line in any file.

Called by `parts`. Writes a provider file and, where a key was given, a key list into the state directory, anew at each
start; without a key, the app or the machine signs in (`azure-entra`). Azure speaks OpenAI's dialect at these addresses.
Never checks a key; never shows one.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from launcher.errors import StartError
from launcher.file_lists import with_file
from launcher.state import write_private

SETTING = "AZURE_OPENAI_ENDPOINT"
WORD = re.compile(r"[A-Za-z0-9._-]{1,128}")


def register(state: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Write the files; the settings that add them to those the user has. Nothing where no endpoint is given.

    Raises StartError, naming the setting that cannot be used.
    """
    if SETTING not in given:
        return {}
    provider, keys = state / "azure.yaml", state / "azure_keys.csv"
    key = given.get("AZURE_OPENAI_API_KEY", "")
    write_private(provider, json.dumps({"providers": {"azure": _row(given, "api-key" if key else "azure-entra")}}))
    added = with_file(given, "PROVIDER_FILE", provider)
    keys.unlink(missing_ok=True)
    if key:
        list_ = io.StringIO()
        csv.writer(list_).writerows([("provider", "model", "api_key", "label"), ("azure", "*", key, SETTING)])
        write_private(keys, list_.getvalue())
        added |= with_file(given, "KEY_CONFIG_FILE", keys)
    return added


def _row(given: Mapping[str, str], auth: str) -> dict[str, object]:
    endpoint = given[SETTING].rstrip("/")
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme == "https" and parts.hostname and not parts.path and not parts.query
    except ValueError:
        usable = False
    if not usable:
        raise StartError(f"{SETTING} must be the resource's address, such as https://NAME.openai.azure.com.")
    deployment = _word(given, "AZURE_OPENAI_DEPLOYMENT", "the deployment's name")
    row: dict[str, object] = {"auth": auth, "models": [{"id": deployment}]}
    if "AZURE_OPENAI_API_VERSION" not in given:  # the address that needs none, and takes the deployment as the model
        return row | {"base_url": f"{endpoint}/openai/v1"}
    version = _word(given, "AZURE_OPENAI_API_VERSION", "a version, such as 2024-10-21")
    paths = {
        name: f"/{path}?api-version={version}" for name, path in (("chat", "chat/completions"), ("embeddings",) * 2)
    }
    return row | {"base_url": f"{endpoint}/openai/deployments/{deployment}", "paths": paths}


def _word(given: Mapping[str, str], name: str, what: str) -> str:
    word = given.get(name, "")
    if not WORD.fullmatch(word) or not word.strip("."):
        raise StartError(f"{name} must be {what}: it goes with {SETTING}.")
    return word
