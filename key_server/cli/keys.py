"""`keys`: list, add, disable, enable, rotate, remove, import, rewrap, reload.

Lists by the Router, changes by the Keyring. A key goes in by `prompt` and never comes out: what is shown of one is its
id, label and fingerprint (the same for the same secret, to recognise it by).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from key_server.cli import connection, key_choice, key_import, progress, prompt, tables
from key_server.cli.tables import Column
from key_server.cli.trouble import PROBLEM, Trouble
from key_server.cli.words import Subparsers
from key_server.cli.words import add as command

EXAMPLE = """\
  python -m key_server keys list
  python -m key_server keys add openai --label team-a --rpm 500     (asks for the key)
  python -m key_server keys add openai < key.txt
  python -m key_server keys rotate team-a
  python -m key_server keys disable key_3f9a
  python -m key_server keys import api_keys.csv --shred"""
KEY = "its id, the beginning of its id, or its label"

COLUMNS = (
    Column("key"),
    Column("provider", folds=True),
    Column("label", folds=True, spare=True),
    Column("fingerprint", wide=True),
    Column("state"),
    Column("req/min", right=True, spare=True),
    Column("tok/min", right=True, spare=True),
    Column("weight", right=True, spare=True),
    Column("models", folds=True),
    Column("base_url", folds=True, spare=True),
)


def add(commands: Subparsers) -> None:
    """Its words."""
    noun = command(commands, "keys", None, "list the keys and change them, while the server runs", EXAMPLE)
    verbs = noun.add_subparsers(metavar="COMMAND", required=True, parser_class=type(noun))
    listing = command(verbs, "list", show, "list the keys: ids, labels and fingerprints, never a key")
    listing.add_argument("--provider", default="", help="those of one provider")
    listing.add_argument("--json", action="store_true", help="for machines")
    _add_words(command(verbs, "add", add_key, "add a key; it is asked for at a prompt, or read from a pipe"))
    for name, verb, about in (
        ("disable", disable, "let a key rest until it is enabled; running calls finish"),
        ("enable", enable, "take a key into service again"),
        ("rotate", rotate, "put another key in the place of one; asked for at a prompt, or read from a pipe"),
    ):
        command(verbs, name, verb, about).add_argument("key", metavar="KEY", help=KEY)
    removing = command(verbs, "remove", remove, "forget a key; a watched key list that still names it brings it back")
    removing.add_argument("key", metavar="KEY", help=KEY)
    removing.add_argument("--yes", action="store_true", help="do not ask")
    key_import.add(verbs)
    rewrapping = command(verbs, "rewrap", rewrap, "seal every key anew under the newest version of the cipher's key")
    rewrapping.add_argument(
        "--retire",
        action="store_true",
        help="then open nothing of an older version (Vault: min_decryption_version)",
    )
    command(verbs, "reload", reload, "read providers.yaml and the key lists again")


def _add_words(adding: argparse.ArgumentParser) -> None:
    adding.add_argument("provider", metavar="PROVIDER", help="a provider of providers.yaml")
    adding.add_argument("--models", default="*", metavar="A,B", help="the models it is for (default: all)")
    adding.add_argument("--label", default="", help="what you call it")
    adding.add_argument("--base-url", default="", metavar="URL", help="one that providers.yaml lists for the provider")
    adding.add_argument("--rpm", type=_count, default=0, metavar="N", help="requests per minute (default: unlimited)")
    adding.add_argument("--tpm", type=_count, default=0, metavar="N", help="tokens per minute (default: unlimited)")
    adding.add_argument("--weight", type=_share, default=1, metavar="N", help="its share of the calls, 1 or more")


def show(arguments: argparse.Namespace) -> int:
    """The list."""
    with connection.router() as server:
        from protos import router_pb2  # noqa: PLC0415 - the generated code loads protobuf

        found = server.ask("ListKeys", router_pb2.ListKeysRequest(provider=arguments.provider)).keys
    keys = sorted(found, key=lambda key: (key.provider, key.label, key.key_id))
    if arguments.json:
        tables.as_json(map(tables.fields, keys))
    elif keys:
        tables.table(COLUMNS, [_cells(key) for key in keys])
        if any(key.state == "closed" for key in keys):
            tables.warn("What is closed does not open, so no call can use it: `python -m key_server doctor` says why.")
        if any(key.state == "unlisted" for key in keys):
            tables.warn("What is unlisted is for a provider or address that providers.yaml does not list any more.")
    else:
        of = " of that provider" if arguments.provider else ""
        tables.warn(f"There is no key{of}: `python -m key_server keys add PROVIDER` takes one.")
    return 0


def add_key(arguments: argparse.Namespace) -> int:
    """A new one. The server is looked for before anybody types a secret."""
    with connection.keyring() as server:
        from protos import keyring_pb2  # noqa: PLC0415 - as above

        request = keyring_pb2.AddKeyRequest(
            provider=arguments.provider,
            models=[model.strip() for model in arguments.models.split(",") if model.strip()],
            label=arguments.label,
            base_url=arguments.base_url,
            requests_per_minute=arguments.rpm,
            tokens_per_minute=arguments.tpm,
            weight=arguments.weight,
        )
        request.secret = prompt.ask("Key (not shown): ")
        _changed("Added", server.ask("AddKey", request))
    return 0


def rotate(arguments: argparse.Namespace) -> int:
    """Another secret under the same id."""
    key = key_choice.choose(arguments.key)
    with connection.keyring() as server:
        from protos import keyring_pb2  # noqa: PLC0415 - as above

        secret = prompt.ask(f"New key for {key.label or key.key_id} of {key.provider} (not shown): ")
        _changed("Rotated", server.ask("RotateKey", keyring_pb2.RotateKeyRequest(key_id=key.key_id, secret=secret)))
    return 0


def remove(arguments: argparse.Namespace) -> int:
    """Forget one, after a question."""
    key = key_choice.choose(arguments.key)
    if not arguments.yes and not prompt.sure(f"Forget {key.label or key.key_id} of {key.provider} for good?"):
        raise Trouble("Nothing was removed; say --yes where nobody can be asked.")
    return _with_key("RemoveKey", "Removed")(argparse.Namespace(key=key.key_id))


def _with_key(method: str, done: str) -> Callable[[argparse.Namespace], int]:
    def change(arguments: argparse.Namespace) -> int:
        key = key_choice.choose(arguments.key)
        with connection.keyring() as server:
            from protos import keyring_pb2  # noqa: PLC0415 - as above

            _changed(done, server.ask(method, keyring_pb2.KeyRequest(key_id=key.key_id)))
        return 0

    return change


disable = _with_key("DisableKey", "Disabled")
enable = _with_key("EnableKey", "Enabled")


def rewrap(arguments: argparse.Namespace) -> int:
    """All of them; 1 where some did not open."""
    with connection.keyring() as server, progress.waiting("Sealing every key anew"):
        from protos import keyring_pb2  # noqa: PLC0415 - as above

        request = keyring_pb2.RewrapKeysRequest(retire_old_versions=arguments.retire)
        done = server.ask("RewrapKeys", request, patience_s=connection.LONG_S)
    version = f" under version {done.key_version} of the cipher's key" if done.key_version else ""
    tables.say(f"{done.rewrapped} sealed anew{version}.")
    if done.failed:
        kept = "; no older version was retired" if arguments.retire else ""
        tables.warn(f"{done.failed} did not open and stay as they were{kept}: `python -m key_server doctor` says more.")
        return PROBLEM
    return 0


def reload(arguments: argparse.Namespace) -> int:
    """Both kinds of files."""
    with connection.keyring() as server:
        from protos import keyring_pb2  # noqa: PLC0415 - as above

        done = server.ask("ReloadKeys", keyring_pb2.ReloadKeysRequest(), patience_s=connection.LONG_S)
    tables.say(f"{done.keys} keys, {done.providers} providers.")
    return 0


def _changed(done: str, key: Any) -> None:
    label = f", {key.label}" if key.label else ""
    tables.say(f"{done} {key.key_id} ({key.provider}{label}; fingerprint {key.fingerprint}).")


def _cells(key: Any) -> tuple[str, ...]:
    return (
        key.key_id,
        key.provider,
        key.label,
        key.fingerprint,
        key.state,
        str(key.requests_per_minute or ""),
        str(key.tokens_per_minute or ""),
        str(key.weight) if key.weight != 1 else "",
        tables.few(key.models),
        key.base_url,
    )


def _count(text: str) -> int:
    """A number that fits the proto's uint32. Raises ValueError, which argparse turns into a sentence."""
    if not (text.isascii() and text.isdigit() and int(text) < 2**32):
        raise ValueError
    return int(text)


def _share(text: str) -> int:
    """A number above 0, which the proto takes for unset. Raises ValueError."""
    if not (found := _count(text)):
        raise ValueError
    return found
