"""The running server, as a command reaches it: two sockets and the token.

Called by every command that asks or changes something. Says in one sentence why a call did not succeed and what to do.
Never speaks to a socket that may be somebody else's: a secret may be about to go through it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from key_server import config
from key_server.cli.trouble import Trouble

PATIENCE_S = 10.0
LONG_S = 900.0  # 10,000 keys sealed one by one by a Vault that takes its time
LARGEST_MESSAGE = 9 * 1024 * 1024  # what the server takes
START = "start it with `python -m key_server` (or `make run`), or say where it is with"


class Server:
    """A stub and the token that is shown with each call. `objection`: why nothing may be sent now, or nothing."""

    def __init__(self, stub: Any, token: str, objection: Callable[[], str]) -> None:
        self._stub = stub
        self._metadata = (("llmvpn-token", token),)
        self._objection = objection

    def ask(self, method: str, request: Any, *, patience_s: float = PATIENCE_S) -> Any:
        """The reply. Raises Trouble, with the server's own sentence where it refused."""
        import grpc  # noqa: PLC0415 - loaded when it is needed, not for --help

        # Looked at again: while somebody typed a key, the server may have gone and another have taken its path.
        if sentence := self._objection():
            raise Trouble(sentence)
        try:
            return getattr(self._stub, method)(request, timeout=patience_s, metadata=self._metadata)
        except grpc.RpcError as error:
            raise Trouble(_sentence(error)) from None


@contextmanager
def router() -> Iterator[Server]:
    """What can be asked. Raises Trouble."""
    settings = config.load_for_commands()
    from protos import router_pb2_grpc  # noqa: PLC0415 - as above

    with _server(settings.socket, "KEY_SERVER_SOCKET", settings.token_file, router_pb2_grpc.RouterStub) as server:
        yield server


@contextmanager
def keyring() -> Iterator[Server]:
    """What can be changed. Raises Trouble."""
    settings = config.load_for_commands()
    from protos import keyring_pb2_grpc  # noqa: PLC0415 - as above

    path, stub = settings.admin_socket, keyring_pb2_grpc.KeyringStub
    with _server(path, "KEY_SERVER_ADMIN_SOCKET", settings.token_file, stub) as server:
        yield server


def serving(path: Path) -> bool:
    """Whether the server behind this socket says that it serves. Never raises."""
    import grpc  # noqa: PLC0415 - as above
    from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: PLC0415

    try:
        with grpc.insecure_channel(f"unix:{path}") as channel:
            reply = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=2)
    except grpc.RpcError:
        return False
    return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)


def why_not(path: Path, setting: str) -> str:
    """Why this socket must not or cannot be used, as a sentence; empty where it can."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return f"No key server is running on {path}: {START} {setting}."
    except OSError:
        return f"{path} ({setting}) is in a folder of another user; run this as the key server's own user."
    if not stat.S_ISSOCK(found.st_mode):
        return f"{path} ({setting}) is not a socket: {START} {setting}."
    us, folder = os.geteuid(), path.parent.stat()
    if found.st_uid not in (us, 0) and (us != 0 or folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        return f"{path} ({setting}) belongs to user {found.st_uid}; run this as the key server's own user."
    return ""


@contextmanager
def _server(path: Path, setting: str, token_file: Path, stub: Callable[[Any], Any]) -> Iterator[Server]:
    import grpc  # noqa: PLC0415 - as above

    if sentence := why_not(path.absolute(), setting):
        raise Trouble(sentence)
    token = _token(token_file.absolute())
    sizes = [("grpc.max_send_message_length", LARGEST_MESSAGE), ("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(f"unix:{path.absolute()}", options=sizes) as channel:
        yield Server(stub(channel), token, lambda: why_not(path.absolute(), setting))


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise Trouble(f"The server's token is not at {path}: say where it is with KEY_SERVER_TOKEN_FILE.") from None
    except (OSError, ValueError):
        raise Trouble(f"{path} cannot be read by this user; run this as the key server's own user.") from None


def _sentence(error: Any) -> str:
    import grpc  # noqa: PLC0415 - as above

    refused = {name for name, _ in error.trailing_metadata() or ()}
    match error.code():
        case grpc.StatusCode.UNAUTHENTICATED:
            sentence = (
                "The server did not take the token: KEY_SERVER_TOKEN_FILE is another server's, or it has restarted."
            )
        case grpc.StatusCode.UNIMPLEMENTED:
            sentence = "The running server does not know this command: restart it, so that both are of one version."
        case grpc.StatusCode.DEADLINE_EXCEEDED if "llmvpn-error" not in refused:
            sentence = "The server did not answer in time: look at its log, or ask `python -m key_server doctor`."
        case grpc.StatusCode.UNAVAILABLE if "llmvpn-error" not in refused:
            sentence = f"No key server answers on its socket: {START} KEY_SERVER_SOCKET and KEY_SERVER_ADMIN_SOCKET."
        case grpc.StatusCode.UNAVAILABLE:  # its Redis or its Vault is
            sentence = f"{error.details()} `python -m key_server doctor` says why."
        case grpc.StatusCode.RESOURCE_EXHAUSTED if "llmvpn-error" not in refused:
            sentence = "The answer is too long for one message: ask for less of it (--provider, --since)."
        case grpc.StatusCode.INTERNAL | grpc.StatusCode.UNKNOWN:
            sentence = "The server could not do it: its log names the place by file and line."
        case _:
            sentence = str(error.details())
    return sentence
