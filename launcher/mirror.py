"""The mirror as a provider of the first run: one more provider file, and one more key list with a key that is none.

Called by `parts`. Both files are written anew at each start, because the port may have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from launcher.file_lists import with_file
from launcher.state import write_private

KEY_LIST = "mirror_keys.csv"
PROVIDER = """\
# Written by run_services.py at each start: the mirror provider of a first run.
providers:
  mirror:
    dialect: openai
    base_url: http://127.0.0.1:{port}/v1
    auth: bearer
    timeout: 60
    allow_private: true
    max_parallel: 1000
    models:
      - {{id: openai, name: Mirror, context: 1000000, capabilities: [chat, stream, tools]}}
      - {{id: azure, dialect: azure, context: 1000000, capabilities: [chat, stream, tools]}}
      - {{id: azure-slow, dialect: azure}}
      - {{id: azure-edit, dialect: azure}}
      - {{id: gemini, dialect: gemini, context: 1000000, capabilities: [chat, stream, tools]}}
      - {{id: gemini-slow, dialect: gemini}}
      - {{id: gemini-edit, dialect: gemini}}
      - {{id: anthropic, dialect: anthropic, context: 1000000, capabilities: [chat, stream, tools]}}
      - {{id: anthropic-slow, dialect: anthropic}}
      - {{id: anthropic-edit, dialect: anthropic}}
      - {{id: bedrock, dialect: bedrock, context: 1000000, capabilities: [chat, stream, tools]}}
      - {{id: bedrock-slow, dialect: bedrock}}
      - {{id: bedrock-edit, dialect: bedrock}}
      - {{id: "*"}}
"""

KEYS = """\
provider,model,api_key
mirror,*,sk-mirror-this-is-not-a-real-key
"""


def register(state: Path, port: int, given: Mapping[str, str]) -> dict[str, str]:
    """Write both files and give the settings that add them to those the user has."""
    provider, keys = state / "mirror.yaml", state / KEY_LIST
    write_private(provider, PROVIDER.format(port=port))
    write_private(keys, KEYS)
    return with_file(given, "PROVIDER_FILE", provider) | with_file(given, "KEY_CONFIG_FILE", keys)
