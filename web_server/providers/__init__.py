"""One wire dialect a file. None sees a key; none opens a connection.

`DIALECTS` is the whole list: a provider whose row names another one is refused, politely and before anything is sent.
Azure speaks OpenAI's under paths of its own, which `providers.yaml` knows.
"""

from __future__ import annotations

from web_server.providers.anthropic import Anthropic
from web_server.providers.bedrock import Bedrock
from web_server.providers.completions import OpenAICompletions
from web_server.providers.dialect import Dialect
from web_server.providers.embeddings import OpenAIEmbeddings
from web_server.providers.gemini import Gemini
from web_server.providers.openai import OpenAI

DIALECTS: dict[str, Dialect] = {
    "openai": OpenAI(),
    "anthropic": Anthropic(),
    "azure": OpenAI(),
    "gemini": Gemini(),
    "bedrock": Bedrock(),
}

COMPLETERS: dict[str, Dialect] = {"openai": OpenAICompletions(), "azure": OpenAICompletions()}
"""How a model that only completes texts is asked."""

EMBEDDERS: dict[str, Dialect] = {"openai": OpenAIEmbeddings(), "azure": OpenAIEmbeddings()}
"""How texts become vectors."""
