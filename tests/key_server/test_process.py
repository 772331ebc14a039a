"""The real process: its sockets, its lock, its lid, its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos import keyring_pb2, router_pb2
from tests.support.key_server import Place, Refused, connected, key_server_process, start_process
from tests.support.upstream import STREAM_HEAD, Upstream, echo_headers, pieces, silent_after

KEY = "sk-test-not-a-key-process-canary"


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=10)
    return process.returncode, errors.decode()


def _proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


def _sockets(pid: int) -> set[str]:
    """Inodes of the process' sockets."""
    targets = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            targets.append(link.readlink().name)
    return {target[8:-1] for target in targets if target.startswith("socket:[")}


def _listening(pid: int) -> set[str]:
    """Inodes of the machine's listening TCP sockets."""
    lines = [line.split() for table in ("tcp", "tcp6") for line in _proc(pid, f"net/{table}").splitlines()[1:]]
    return {cells[9] for cells in lines if cells[3] == "0A"}


async def test_it_serves_well_within_a_second_and_a_half_and_says_so(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    started = time.monotonic()
    with key_server_process(at):
        async with grpc.aio.insecure_channel(f"unix:{at.directory}/k.sock") as channel:
            answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert time.monotonic() - started < 3  # on a machine that other tests share; alone it is about 0.5
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_sockets_and_token_are_ours_alone_and_gone_afterwards(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    names = ("k.sock", "a.sock", "token", "cipher.key", "log")
    with key_server_process(at):
        modes = {name: stat.S_IMODE((at.directory / name).stat().st_mode) for name in names}
    assert modes == dict.fromkeys(names, 0o600)
    assert not any((at.directory / name).exists() for name in ("k.sock", "a.sock", "token"))


async def test_each_start_has_a_token_of_its_own(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    tokens = set()
    for _ in range(2):
        with key_server_process(at):
            tokens.add(at.token)
    assert len(tokens) == 2


@pytest.mark.promise(4)
async def test_without_the_token_there_is_only_health(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    with key_server_process(at):
        async with connected(at) as server:
            for metadata in ((), (("llmvpn-token", "x" * 43),), (*server.metadata, *server.metadata)):
                server.metadata = metadata
                with pytest.raises(Refused) as caught:
                    await server.forward(name)
                assert (caught.value.status, caught.value.code) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_REFUSED")
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await server.keyring.ReloadKeys(keyring_pb2.ReloadKeysRequest(), metadata=metadata)
                assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.promise(5)
async def test_a_second_instance_is_refused_and_the_first_goes_on(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    with key_server_process(at):
        token = at.token
        code, errors = ended(start_process(at))
        assert code == 2
        assert errors.strip().count("\n") == 0 and "already serving" in errors
        assert at.token == token
        async with connected(at) as server:
            assert (await server.forward(name)).tail is not None


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "variable",
    ["KEY_SERVER_SOCKET", "KEY_SERVER_ADMIN_SOCKET", "KEY_SERVER_TOKEN_FILE", "KEY_SERVER_USAGE_JOURNAL"],
)
async def test_a_second_instance_with_one_path_of_the_first_takes_nothing_from_it(
    at: Place, provider: Upstream, variable: str
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    other = at.directory / "other"
    other.mkdir(mode=0o700)
    elsewhere = {each: str(other / Path(path).name) for each, path in at.environment.items() if path.startswith("/")}
    at.extra["KEY_SERVER_USAGE_JOURNAL"] = str(at.directory / "usage.journal")
    with key_server_process(at):
        code, errors = ended(start_process(at, **{**elsewhere, variable: at.environment[variable]}))
        assert code == 2 and "already serving" in errors and variable in errors
        async with connected(at) as server:
            assert (await server.forward(name)).tail is not None
            await server.keyring.ReloadKeys(keyring_pb2.ReloadKeysRequest(), metadata=server.metadata)


async def test_a_socket_left_by_a_killed_instance_is_taken_over(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    with key_server_process(at) as first:
        first.kill()
        first.wait()
    assert (at.directory / "k.sock").exists()
    (at.directory / "a.sock").unlink()
    with key_server_process(at):
        async with connected(at) as server:
            assert (await server.forward(name)).tail is not None


@pytest.mark.promise(3)
async def test_nothing_listens_on_tcp(
    at: Place, provider: Upstream, record_property: Callable[[str, object], None]
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    with key_server_process(at) as process:
        async with connected(at) as server:
            await server.forward(name)
        inodes, listening = _sockets(process.pid), _listening(process.pid)
    assert inodes
    assert listening  # the provider's own, so that an empty table cannot pass
    record_property("measured", f"{len(inodes)} sockets open, {len(inodes & listening)} listening on TCP")
    assert not inodes & listening


async def test_the_process_is_closed_to_its_neighbours(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    with key_server_process(at) as process:
        status, limits = (_proc(process.pid, name) for name in ("status", "limits"))
    assert "NoNewPrivs:\t1" in status
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    assert "not_hardened" not in (at.directory / "log").read_text()


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        ({"GRPC_TRACE": "all"}, "GRPC_TRACE"),
        ({"SSLKEYLOGFILE": "keys.log"}, "SSLKEYLOGFILE"),
        ({"VAULT_ADDR": "http://127.0.0.1:8200"}, "VAULT_ADDR"),
        ({"VAULT_ADDR": "http://user:not-a-password@127.0.0.1:8200"}, "VAULT_ADDR"),
        ({"VAULT_ADDR": "http://127.0.0.1:1", "VAULT_TOKEN": "x", "VAULT_ROLE_ID": "y"}, "several are set"),
        ({"VAULT_ADDR": "http://vault.test:8200", "VAULT_TOKEN": "x"}, "use https://"),
        ({"VAULT_KV_PATH": "secret/llm-vpn"}, "VAULT_KV_PATH"),
        ({"VAULT_TOKEN": "not-a-token"}, "VAULT_ADDR"),
        ({"VAULT_ADDR": "https://127.0.0.1:1", "VAULT_TOKEN": "x", "VAULT_CACERT": "no-such-file"}, "VAULT_CACERT"),
        ({"VAULT_ADDR": "https://127.0.0.1:1", "VAULT_TOKEN_FILE": "no-such-file"}, "is not there (VAULT_TOKEN_FILE)"),
        ({"KEY_STORE_FILE": "no-such-directory/keys.sealed"}, "does not exist; create it with mode 0700 (KEY_STORE"),
        ({"KEY_SERVER_CLIENT_CERT_FILE": "no-such-file"}, "KEY_SERVER_CLIENT_CERT_FILE"),
        ({"KEY_SERVER_ADMIN_SOCKET": "k.sock", "KEY_SERVER_SOCKET": "k.sock"}, "are one path"),
        ({"KEY_SERVER_REDIS_URL": "http://h/0"}, "KEY_SERVER_REDIS_URL"),
        ({"KEY_SERVER_DRAIN_SECONDS": "soon"}, "KEY_SERVER_DRAIN_SECONDS"),
        ({"PROVIDER_FILE": "no-such-file.yaml"}, "/no-such-file.yaml does not exist (PROVIDER_FILE)"),
        ({"KEY_SERVER_LOG_FILE": "no-such-directory/log"}, "KEY_SERVER_LOG_FILE"),
        ({"HTTPS_PROXY": "socks5://127.0.0.1:1"}, "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://127.0.0.1:proxy"}, "HTTPS_PROXY is not usable"),
        ({"HTTP_PROXY": "http://127.0.0.1:65536"}, "HTTP_PROXY is not usable"),
        ({"VAULT_ADDR": "http://127.0.0.1:vault", "VAULT_TOKEN": "x"}, "VAULT_ADDR is not usable"),
    ],
)
def test_an_unsafe_or_unusable_setting_is_one_sentence_that_names_it(
    at: Place, extra: dict[str, str], named: str
) -> None:
    code, errors = ended(start_process(at, **extra))
    assert code == 2
    assert errors.startswith("key_server: ") and named in errors
    assert errors.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("KEY_SERVER_TOKEN_FILE", "keys.sealed"),
        ("KEY_SERVER_TOKEN_FILE", "cipher.key"),
        ("KEY_SERVER_TOKEN_FILE", "providers.yaml"),
        ("KEY_SERVER_LOG_FILE", "linked"),
        ("KEY_STORE_FILE", "api_keys.csv"),
        ("KEY_SERVER_USAGE_JOURNAL", "keys.sealed"),
    ],
)
def test_no_file_is_written_over_that_is_another_setting_s(at: Place, variable: str, name: str) -> None:
    at.keys(at.providers(url="http://127.0.0.1:1"), KEY)
    with key_server_process(at):
        pass
    (at.directory / "linked").symlink_to(at.directory / "keys.sealed")
    before = (at.directory / name).read_bytes()
    code, errors = ended(start_process(at, **{variable: str(at.directory / name)}))
    assert code == 2 and "are one path" in errors and variable in errors
    assert (at.directory / name).read_bytes() == before


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_socket_directory_that_others_can_enter_is_refused(at: Place, mode: int) -> None:
    at.directory.chmod(mode)
    code, errors = ended(start_process(at))
    assert code == 2
    assert "KEY_SERVER_SOCKET" in errors and "chmod 0700" in errors


async def test_a_cipher_key_that_others_can_read_is_refused(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    (at.directory / "cipher.key").write_bytes(os.urandom(32))
    (at.directory / "cipher.key").chmod(0o644)
    code, errors = ended(start_process(at))
    assert code == 2
    assert "chmod 0600" in errors and "KEY_SERVER_CIPHER_KEY_FILE" in errors


def test_a_bad_providers_file_is_named_by_file_and_line(at: Place) -> None:
    (at.directory / "providers.yaml").write_text(
        "providers:\n  one:\n    base_url: http://127.0.0.1\n    models: [{id: a}]\n"
    )
    code, errors = ended(start_process(at))
    assert code == 2
    assert "providers.yaml:3: 'base_url' must be https" in errors


async def test_sigterm_lets_a_running_answer_finish_and_takes_no_new_call(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = pieces(*[b"data: x\n\n"] * 8, gap_s=0.1)
    with key_server_process(at) as process:
        async with connected(at) as server:
            got, tail = b"", None
            async for reply in server.call(name, stream=True):
                if not got:
                    process.send_signal(signal.SIGTERM)
                got, tail = got + reply.chunk, reply.tail
            with pytest.raises(Refused) as caught:
                await server.forward(name)
        assert process.wait(timeout=5) == 0
    assert got == b"data: x\n\n" * 8 and tail is not None
    assert caught.value.status is grpc.StatusCode.UNAVAILABLE


async def test_sigterm_does_not_wait_for_ever(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url, more="    max_parallel: 4\n")
    at.keys(name, KEY)
    provider.otherwise = silent_after(STREAM_HEAD + b"3\r\nabc\r\n")
    with key_server_process(at, KEY_SERVER_DRAIN_SECONDS="0.3") as process:
        async with connected(at) as server:
            call = server.call(name, stream=True)
            await call.read()
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 5) == 0
            assert time.monotonic() - started < 3


async def test_no_key_and_no_prompt_is_in_any_log_even_when_the_provider_repeats_them(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    provider.otherwise = echo_headers(401, split_at=KEY)
    with key_server_process(at, KEY_SERVER_LOG_LEVEL="DEBUG") as process:
        async with connected(at) as server:
            for body in ({"messages": [{"role": "user", "content": "canary-prompt"}]}, b'"canary-prompt'):
                with pytest.raises(Refused):
                    await server.forward(name, body)
            csv = f"provider,model,api_key\n{name},*,{KEY}-two\nnobody,*,{KEY}\n".encode()
            await server.keyring.ImportKeys(keyring_pb2.ImportKeysRequest(csv=csv), metadata=server.metadata)
        process.send_signal(signal.SIGTERM)
        output = b"".join(process.communicate(timeout=5))
    log = (at.directory / "log").read_bytes()
    assert log.count(b"\n") >= 5
    for line in log.splitlines():
        json.loads(line)
    everything = log + output + (at.directory / "keys.sealed").read_bytes()
    for canary in (KEY.encode(), b"canary-prompt", KEY[:16].encode()):
        assert canary not in everything


async def test_redis_away_refuses_within_a_third_of_a_second(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    at.redis_url = f"unix://{at.directory}/nobody.sock"
    with socket.socket(socket.AF_UNIX) as mute, key_server_process(at):
        async with connected(at) as server:
            for there in (False, True):
                if there:  # it accepts and never answers, as a stopped one does
                    mute.bind(f"{at.directory}/nobody.sock")
                    mute.listen()
                await server.router.ListKeys(router_pb2.ListKeysRequest(), metadata=server.metadata)
                started = time.monotonic()
                with pytest.raises(Refused) as caught:
                    await server.forward(name)
                assert time.monotonic() - started < 0.4  # promised: 0.3; the rest is this machine's
                assert (caught.value.status, caught.value.code) == (
                    grpc.StatusCode.UNAVAILABLE,
                    "STORE_UNAVAILABLE",
                )
                assert caught.value.retry_after_ms > 0
            for _ in range(60):
                if "KEY_SERVER_REDIS_URL" in (said := (at.directory / "log").read_text()):
                    break
                await asyncio.sleep(0.05)
            assert "KEY_SERVER_REDIS_URL" in said, "the log says what to look at"
    assert provider.requests == []


async def test_a_mangled_message_tells_the_caller_nothing_of_our_insides(at: Place, provider: Upstream) -> None:
    at.providers(url=provider.url)
    with key_server_process(at):
        async with connected(at) as server:
            raw = server.channel.unary_stream("/llmvpn.v1.Router/Forward")
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                async for _ in raw(b"\xff\xff\xff", metadata=server.metadata):
                    pass
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.details() == "The request is not one that may be forwarded."


async def test_an_unforeseen_error_is_internal_and_its_text_stays_here(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    with key_server_process(at):
        (at.directory / "keys.sealed").unlink()
        (at.directory / "keys.sealed").mkdir()
        csv = f"{name},*,{KEY}-two\n".encode()
        async with connected(at) as server:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await server.keyring.ImportKeys(keyring_pb2.ImportKeysRequest(csv=csv), metadata=server.metadata)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert caught.value.details() == "The key server could not answer."
    assert '"event": "unforeseen"' in (at.directory / "log").read_text()
