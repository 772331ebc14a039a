"""Which model rewrites, and how long it may take: the row `rewrite` of a policy file.

    rewrite: {model: ollama/llama3.2, seconds: 20}

Read by the policy file, asked by the rewriter. Holds two values; decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RewriteModel:
    """A model by the name that callers would use. One on this machine is a row of providers.yaml like any other."""

    model: str
    seconds: float = 20.0
