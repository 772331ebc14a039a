"""The Azure dialect: OpenAI's bodies under the paths of deployments, with a version in the query.

Source of the paths: Azure OpenAI's REST reference. Used by the app; pure.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs

from mirror_provider.openai import OpenAI
from mirror_provider.wire import Reply, Request

DEPLOYMENT = re.compile(r"(?:/v1)?/openai/deployments/[^/]+(/chat/completions|/embeddings)")


class Azure(OpenAI):
    """`/openai/deployments/{deployment}/chat/completions` and `/embeddings`."""

    name = "azure"

    def claims(self, request: Request) -> bool:
        return DEPLOYMENT.fullmatch(request.path) is not None

    def answer(self, request: Request) -> Reply:
        found = DEPLOYMENT.fullmatch(request.path)
        if found is None or "api-version" not in parse_qs(request.query):
            return self.refusal(404, "Resource not found")
        return super().answer(replace(request, path=f"/v1{found[1]}"))
