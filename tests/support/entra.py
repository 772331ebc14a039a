"""Microsoft's token endpoint, an App Service's identity endpoint and a Key Vault, as far as azure-identity asks them.

async with entra(directory) as fake:     # TLS, by the CA whose certificate is directory / "ca.pem"
    fake.tokens = ["first", "second"]    # given out one after the other, the last one for ever
    fake.asked                           # [(path, form), ...]
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.support.private_ca import server_context
from tests.support.upstream import Request, status, upstream

TENANT, CLIENT, SECRET = "11111111-2222-3333-4444-555555555555", "an-app-id", "client-secret-obviously-fake"


@dataclass
class Entra:
    tokens: list[str] = field(default_factory=lambda: ["entra-token-obviously-fake"])
    lives_s: int = 3600
    secret: str = SECRET
    vault_secret: str = SECRET
    host: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def token_requests(self) -> list[dict[str, str]]:
        return [form for path, form in self.asked if path.endswith("/oauth2/v2.0/token")]

    async def behave(self, request: Request, writer: asyncio.StreamWriter) -> bool | None:
        parts = urlsplit(request.target)
        form = {name: values[0] for name, values in parse_qs(parts.query + "&" + request.body.decode()).items()}
        self.asked.append((parts.path, form))
        code, answer, more = self._answer(parts.path, form, request.headers)
        return await status(code, json.dumps(answer).encode(), **more)(request, writer)

    def _answer(
        self, path: str, form: dict[str, str], headers: dict[str, str]
    ) -> tuple[int, dict[str, object], dict[str, str]]:
        base = f"https://{self.host}/{TENANT}"
        if path.endswith("/.well-known/openid-configuration"):
            places = {"authorization_endpoint": f"{base}/a", "token_endpoint": f"{base}/oauth2/v2.0/token"}
            return 200, {**places, "issuer": f"{base}/v2.0"}, {}
        if path.endswith("/oauth2/v2.0/token"):
            if form.get("client_secret") != self.secret:
                return 401, {"error": "invalid_client", "error_description": f"AADSTS7000215: {form}"}, {}
            return 200, {"token_type": "Bearer", "expires_in": self.lives_s, "access_token": self._next()}, {}
        if path == "/identity":  # learn.microsoft.com: how to use managed identities for App Service
            if headers.get("x-identity-header") != "header-obviously-fake":
                return 401, {}, {}
            ends = 4102444800
            return 200, {"token_type": "Bearer", "expires_on": str(ends), "access_token": f"for {form['resource']}"}, {}
        if path.startswith("/secrets/"):
            if headers.get("authorization") is None:
                # The client insists that the vault lies in the resource's domain: 127.0.0.1 does in "0.0.1".
                asks = f'Bearer authorization="{base}", resource="https://{self.host.removeprefix("127.")}"'
                return 401, {}, {"www_authenticate": asks}
            return 200, {"value": self.vault_secret, "id": f"https://{self.host}{path}/1", "attributes": {}}, {}
        return 404, {}, {}

    def _next(self) -> str:
        return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]


@asynccontextmanager
async def entra(directory: Path) -> AsyncIterator[Entra]:
    fake = Entra()
    async with upstream(server_context(directory)) as server:
        server.otherwise = fake.behave
        fake.host = f"127.0.0.1:{server.port}"
        yield fake
