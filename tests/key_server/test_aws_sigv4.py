"""What arrives at Bedrock is signed as AWS asks for it, whatever the model's name, and with whose keys it should be."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from key_server.credentials.aws_sigv4 import AwsKeys, AwsSigV4
from key_server.credentials.signer import CredentialUnavailable, Unsigned
from key_server.secret import Secret
from protos import keyring_pb2, router_pb2
from tests.support.key_server import Place, Refused, key_server
from tests.support.sigv4 import AUTHORIZATION, signature
from tests.support.upstream import Request, Upstream, echo_headers, ok, status, upstream

KEY_ID, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # AWS' own, from its manuals
TOKEN = "FwoTESTsession/token+not==real"
CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"
PROFILE = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-v1:0"
REQUEST = Unsigned("a.test", "/model/a%3A0/converse", "us-east-1", ((b"content-type", b"application/json"),), b"{}")


@pytest.fixture(autouse=True)
def no_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """botocore looks at the environment and at the machine by itself; here it finds neither."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def bedrock(at: Place, url: str, *keys: str) -> str:
    more = "    dialect: bedrock\n    region: eu-west-1\n"
    name = at.providers(url=url, more=more)
    path = at.directory / "providers.yaml"
    path.write_text(path.read_text().replace("{id: test-model}", f"{{id: '{CLAUDE}'}}, {{id: '{PROFILE}'}}"))
    at.keys(name, *keys)
    return name


def is_signed(request: Request, *, secret_key: str = SECRET_KEY) -> bool:
    found = AUTHORIZATION.fullmatch(request.headers["authorization"])
    assert found is not None
    expected = signature(
        request.method, request.target, request.headers, request.body,
        secret_key=secret_key, scope=found["scope"], names=found["names"],
    )  # fmt: skip
    return found["signature"] == expected


def test_the_yardstick_gives_what_aws_published() -> None:
    """`get-vanilla` and `post-vanilla` of AWS' Signature Version 4 test suite."""
    headers = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
    fixed = {"scope": "20150830/us-east-1/service/aws4_request", "names": "host;x-amz-date"}
    key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    assert signature("GET", "/", headers, b"", secret_key=key, **fixed) == (
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    )
    assert signature("POST", "/", headers, b"", secret_key=key, **fixed) == (
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


@pytest.mark.parametrize("model", [CLAUDE, PROFILE])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("blanks", [0, 700])
async def test_the_request_that_arrives_is_the_one_that_was_signed(
    at: Place, provider: Upstream, model: str, stream: bool, blanks: int
) -> None:
    name = bedrock(at, provider.url, f"{KEY_ID}:{SECRET_KEY}:{TOKEN}")
    body = json.dumps({"messages": [{"role": "user", "content": [{"text": "höflich"}]}]}).encode() + b" " * blanks
    provider.otherwise = status(200, b"{}", content_type="application/vnd.amazon.eventstream") if stream else ok()
    async with key_server(at) as server:
        await server.forward(name, body, model=model, stream=stream)
    request = provider.requests[0]
    assert request.body == body
    assert request.target == (
        "/v1/model/" + model.replace(":", "%3A").replace("/", "%2F") + ("/converse-stream" if stream else "/converse")
    )
    assert is_signed(request)
    authorization = request.headers["authorization"]
    assert f"Credential={KEY_ID}/" in authorization and "/eu-west-1/bedrock/aws4_request" in authorization
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token," in authorization
    assert request.headers["x-amz-security-token"] == TOKEN
    assert SECRET_KEY not in str(request.headers)


async def test_nothing_of_the_credential_comes_back(at: Place, provider: Upstream) -> None:
    name = bedrock(at, provider.url, f"{KEY_ID}:{SECRET_KEY}:{TOKEN}")
    provider.otherwise = echo_headers(400, split_at=TOKEN)
    async with key_server(at) as server:
        heard = await server.forward(name, b"{}", model=CLAUDE)
    said = heard.body.decode()
    sent = AUTHORIZATION.fullmatch(provider.requests[0].headers["authorization"])
    assert sent is not None and "x-amz-date" in said
    for value in (KEY_ID, TOKEN, sent["signature"], SECRET_KEY):
        assert value not in said


async def test_a_body_that_names_another_model_is_refused(at: Place, provider: Upstream) -> None:
    name = bedrock(at, provider.url, f"{KEY_ID}:{SECRET_KEY}")
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            await server.forward(name, {"model": PROFILE}, model=CLAUDE)
        assert caught.value.code == "BAD_REQUEST"
        assert (await server.forward(name, {"model": CLAUDE}, model=CLAUDE)).tail is not None
    assert len(provider.requests) == 1


async def test_the_settings_keys_come_before_the_chain() -> None:
    signed = await AwsSigV4(AwsKeys(KEY_ID, SECRET_KEY), "").sign(REQUEST, None)
    assert f"Credential={KEY_ID}/" in dict(signed.headers)[b"Authorization"].decode()
    assert SECRET_KEY not in repr(AwsKeys(KEY_ID, SECRET_KEY, TOKEN)) + repr(signed)


async def test_a_profile_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id = AKIADEFAULTEXAMPLE00\naws_secret_access_key = {SECRET_KEY}\n"
        f"[ops]\naws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET_KEY}\n"
    )
    for profile, key_id in (("", "AKIADEFAULTEXAMPLE00"), ("ops", KEY_ID)):
        signed = await AwsSigV4(None, profile).sign(REQUEST, None)
        assert f"Credential={key_id}/" in dict(signed.headers)[b"Authorization"].decode()


async def test_a_containers_identity_is_fetched_once_for_many_calls(
    at: Place, provider: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a task on ECS and a pod on EKS have: an address of their own that hands out keys with an end."""
    async with upstream() as identity:
        ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        given = {"AccessKeyId": KEY_ID, "SecretAccessKey": SECRET_KEY, "Token": TOKEN, "Expiration": ends}
        identity.otherwise = status(200, json.dumps(given).encode())
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{identity.url}/keys")
        name = bedrock(at, provider.url)
        async with key_server(at) as server:
            await asyncio.gather(*(server.forward(name, b"{}", model=CLAUDE) for _ in range(8)))
        assert len(identity.requests) == 1
    assert len(provider.requests) == 8 and all(map(is_signed, provider.requests))
    assert provider.requests[0].headers["x-amz-security-token"] == TOKEN


async def test_without_credentials_nothing_is_sent_and_the_log_says_why(at: Place, provider: Upstream) -> None:
    name = bedrock(at, provider.url)
    async with key_server(at) as server:
        with pytest.raises(Refused) as caught:
            await server.forward(name, b"{}", model=CLAUDE)
    assert caught.value.code == "PROVIDER_FAILED"
    assert provider.connections == 0


async def test_a_key_in_another_form_is_not_taken(at: Place, provider: Upstream) -> None:
    name = bedrock(at, provider.url, "sk-test-not-a-key-aws")
    async with key_server(at) as server:
        row = f"provider,model,api_key\n{name},*,sk-test-not-a-key-aws\n".encode()
        done = await server.keyring.ImportKeys(keyring_pb2.ImportKeysRequest(csv=row), metadata=server.metadata)
    assert "ACCESS_KEY_ID:SECRET_ACCESS_KEY" in str(done) and "sk-test" not in str(done)


@pytest.mark.parametrize("cell", ["sk-test-not-a-key-aws", KEY_ID, f"{KEY_ID}:short", f"{KEY_ID}:{SECRET_KEY}:a b"])
async def test_a_key_in_another_form_signs_nothing_and_is_not_repeated(cell: str) -> None:
    with pytest.raises(CredentialUnavailable) as caught:
        await AwsSigV4(None, "").sign(REQUEST, Secret(cell.encode()))
    assert cell not in str(caught.value)


async def test_a_key_that_is_listed_is_never_replaced_by_the_machines_identity(at: Place, provider: Upstream) -> None:
    name = bedrock(at, provider.url)
    seen = []
    for keys in ((), (f"{KEY_ID}:{SECRET_KEY}",)):
        at.keys(name, *keys)
        async with key_server(at) as server:
            request = router_pb2.ListEndpointsRequest(provider=name)
            listed = await server.router.ListEndpoints(request, metadata=server.metadata)
        seen.append([each.endpoint_id for each in listed.endpoints])
    assert [len(each) for each in seen] == [1, 1]
    assert seen[0] != seen[1]
