"""Providers the short form `Name: [{name, tag}]` may name, and what each dialect implies. Data, no code.

Read by `provider_rows`. Base URLs are the vendors' published ones; OpenAI-compatible ones where a vendor offers them.
"""

from __future__ import annotations

from collections.abc import Mapping

# provider -> (dialect, base URL)
WELL_KNOWN: Mapping[str, tuple[str, str]] = {
    "openai": ("openai", "https://api.openai.com/v1"),
    "anthropic": ("anthropic", "https://api.anthropic.com/v1"),
    "gemini": ("openai", "https://generativelanguage.googleapis.com/v1beta/openai"),
    "mistral": ("openai", "https://api.mistral.ai/v1"),
    "groq": ("openai", "https://api.groq.com/openai/v1"),
    "deepseek": ("openai", "https://api.deepseek.com/v1"),
    "openrouter": ("openai", "https://openrouter.ai/api/v1"),
    "together": ("openai", "https://api.together.xyz/v1"),
    "xai": ("openai", "https://api.x.ai/v1"),
    "cohere": ("openai", "https://api.cohere.ai/compatibility/v1"),
    "fireworks": ("openai", "https://api.fireworks.ai/inference/v1"),
    "perplexity": ("openai", "https://api.perplexity.ai"),
}

# dialect -> how it authenticates unless the row says otherwise
DIALECT_AUTH: Mapping[str, str] = {
    "openai": "bearer",
    "anthropic": "x-api-key",
    "azure": "api-key",
    "gemini": "x-goog-api-key",
    "bedrock": "aws-sigv4",
}

# dialect -> base URL, where a row names none and is not known by its name
DIALECT_URLS: Mapping[str, str] = {
    "anthropic": "https://api.anthropic.com/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta",
}

# dialect -> api_version; for azure the last one that is generally available and dated
DIALECT_VERSION: Mapping[str, str] = {"azure": "2024-10-21"}

# dialect -> operation -> path under the base URL; `.stream`: for a streamed answer, where that is another one
DIALECT_PATHS: Mapping[str, Mapping[str, str]] = {
    "openai": {
        "chat": "/chat/completions",
        "completions": "/completions",
        "embeddings": "/embeddings",
        "responses": "/responses",
    },
    "anthropic": {"chat": "/messages"},
    "azure": {
        "chat": "/openai/deployments/{deployment}/chat/completions?api-version={api_version}",
        "completions": "/openai/deployments/{deployment}/completions?api-version={api_version}",
        "embeddings": "/openai/deployments/{deployment}/embeddings?api-version={api_version}",
    },
    "gemini": {
        "chat": "/models/{model}:generateContent",
        "chat.stream": "/models/{model}:streamGenerateContent?alt=sse",
        "embeddings": "/models/{model}:batchEmbedContents",
    },
    "bedrock": {
        "chat": "/model/{model}/converse",
        "chat.stream": "/model/{model}/converse-stream",
        "embeddings": "/model/{model}/invoke",
    },
}
