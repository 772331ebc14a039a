"""Nothing is sent through a socket that somebody else may have put there."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import grpc.aio
import pytest

from protos import router_pb2, router_pb2_grpc
from web_server import trust
from web_server.errors import ApiError
from web_server.keys import KeyServer


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    tmp_path.chmod(0o700)
    token = tmp_path / "t"
    token.write_text("token")
    here = Path.cwd()
    os.chdir(tmp_path)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")
    finally:
        os.chdir(here)
    return tmp_path / "s", token


def test_our_own_socket_is_trusted_wherever_it_is(pair: tuple[Path, Path], tmp_path: Path):
    for mode in (0o700, 0o750, 0o1777):
        tmp_path.chmod(mode)
        trust.check(*pair)


def test_what_is_not_there_is_an_error_of_its_own(tmp_path: Path):
    with pytest.raises(OSError):
        trust.check(tmp_path / "s", tmp_path / "t")


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@as_root
def test_two_owners_are_never_trusted(pair: tuple[Path, Path]):
    os.chown(pair[0], 12345, -1)
    with pytest.raises(trust.Untrusted, match="two users"):
        trust.check(*pair)


@as_root
@pytest.mark.parametrize(("mode", "trusted"), [(0o750, True), (0o770, False), (0o1777, False)])
def test_another_user_is_trusted_only_in_a_directory_that_is_his_alone(
    pair: tuple[Path, Path], tmp_path: Path, mode: int, trusted: bool
):
    for path in pair:
        os.chown(path, 12345, -1)
    tmp_path.chmod(mode)
    if trusted:
        trust.check(*pair)
        return
    with pytest.raises(trust.Untrusted, match="another user"):
        trust.check(*pair)


@pytest.fixture
def open_to_all(tmp_path: Path) -> Path:
    """A token in a directory such as /tmp."""
    tmp_path.chmod(0o1777)
    token = tmp_path / "t"
    token.write_text("token")
    return token


@as_root
async def test_nothing_is_sent_to_who_took_the_place_of_a_key_server_that_stopped(tmp_path: Path, open_to_all: Path):
    asked: list[str] = []

    class Answers(router_pb2_grpc.RouterServicer):
        async def Forward(self, request: router_pb2.ForwardRequest, context: object):
            asked.append(request.call_id)
            yield router_pb2.ForwardReply(head=router_pb2.Head(status=200))

    async def serving() -> grpc.aio.Server:
        server = grpc.aio.server()
        router_pb2_grpc.add_RouterServicer_to_server(Answers(), server)
        server.add_insecure_port(f"unix:{tmp_path / 's'}")
        await server.start()
        return server

    hatch = KeyServer(tmp_path / "s", open_to_all)
    ours = await serving()
    await hatch.forward(router_pb2.ForwardRequest(call_id="ours", deadline_ms=2000))
    await ours.stop(None)
    theirs = await serving()
    os.chown(tmp_path / "s", 12345, -1)
    with pytest.raises(ApiError) as caught:
        await hatch.forward(router_pb2.ForwardRequest(call_id="theirs", deadline_ms=2000))
    assert caught.value.code == "KEY_SERVER_UNAVAILABLE"
    await theirs.stop(None)
    await hatch.aclose()
    assert asked == ["ours"]
