"""The Azure dialect: deployments in the path, a version in the query, OpenAI's bodies."""

from __future__ import annotations

import httpx
import openai
import pytest

from tests.support.mirror import mirror


def test_openais_client_for_azure_is_answered() -> None:
    with mirror() as url:
        client = openai.AzureOpenAI(azure_endpoint=url, api_key="not-a-key", api_version="2024-10-21", max_retries=0)
        with client:
            answer = client.chat.completions.create(model="ours", messages=[{"role": "user", "content": "hi"}])
            assert answer.choices[0].message.content == "hi"
            assert len(client.embeddings.create(model="ours", input="hi").data) == 1
        seen = httpx.get(f"{url}/received").json()[1]
    assert (seen["dialect"], seen["path"]) == (
        "azure",
        "/openai/deployments/ours/chat/completions?api-version=2024-10-21",
    )


@pytest.mark.parametrize("path", ["/openai/deployments/ours/chat/completions", "/openai/deployments/ours/nothing"])
def test_no_version_and_no_operation_are_a_404(http: httpx.Client, path: str) -> None:
    assert http.post(path, json={"messages": [{"role": "user", "content": "hi"}]}).status_code == 404
