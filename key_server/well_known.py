"""Providers the short form `Name: [{name, tag}]` may name, and what each dialect implies. Data, no code.

Read by `catalog`. Base URLs are the vendors' published ones; OpenAI-compatible ones where a vendor offers them.
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

# dialect -> operation -> path under the base URL
DIALECT_PATHS: Mapping[str, Mapping[str, str]] = {
    "openai": {
        "chat": "/chat/completions",
        "completions": "/completions",
        "embeddings": "/embeddings",
        "responses": "/responses",
    },
    "anthropic": {"chat": "/messages"},
    "azure": {},
    "gemini": {},
    "bedrock": {},
}
