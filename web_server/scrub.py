"""`python -m web_server scrub`: shows what would be hidden in a text, and sends nothing.

Called by `__main__`, which adds its parser and runs it. Reads a file or standard input, writes standard output: to a
terminal a view for people (`scrub_view`), to anything else the scrubbed text, which tools rely on.
Never opens a connection, and needs neither the key server nor Redis.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web_server.query import PrivacyFlags
    from web_server.scrubber import Scrubbed, Scrubber


def add_parser(commands: Any) -> None:
    """Adds `scrub` to the commands of `python -m web_server` (argparse's sub-parsers)."""
    parser = commands.add_parser("scrub", help="show what is hidden in a text; nothing is sent")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write one JSON object with text and spans")
    form.add_argument("--jsonl", action="store_true", help='read {"text"} lines, write one such object a line')
    form.add_argument("--spans", action="store_true", help="the view for people: coloured text, and a table of spans")
    parser.add_argument("--policy", default="default", help="default, strict or a policy file")
    parser.add_argument(
        "--obfuscate",
        choices=("none", "format", "quasi"),
        default="none",
        help="soften the manner of writing, too (default: none); `rewrite` needs a model, and is for queries alone",
    )
    parser.add_argument("file", nargs="?", default="-", help="a file (default: standard input)")


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 a text was refused, 2 something asked for is wrong."""
    with _loading():
        from web_server import policies  # noqa: PLC0415 - half a second of imports that no other command needs
        from web_server.privacy.errors import PrivacyError  # noqa: PLC0415 - see above
        from web_server.privacy.policy_file import PolicyError  # noqa: PLC0415
        from web_server.query import PrivacyFlags  # noqa: PLC0415
        from web_server.rules import shield_of  # noqa: PLC0415
        from web_server.scrubber import Scrubber  # noqa: PLC0415

    try:
        with _loading():
            policy = policies.read(arguments.policy)
            scrubber = Scrubber(shield_of(policy))
        flags = policy.minimum.flags(PrivacyFlags(obfuscate=arguments.obfuscate))
        with _opened(arguments.file) as lines:
            if arguments.jsonl:
                return _each(scrubber, lines, flags)
            _one(scrubber, "".join(lines), arguments, flags)
        return 0
    except PrivacyError as refused:
        return _complain(f"refused: {refused}", 1)
    except (PolicyError, _BadLine) as wrong:
        return _complain(str(wrong), 2)
    except BrokenPipeError:
        # Whoever read us has seen enough; what is still to be flushed at the exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as wrong:
        return _complain(f"{wrong.filename or 'output'}: {wrong.strerror}", 2)


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """What is read at the start stays: to look for garbage in it, then and at the exit, takes a tenth of a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _BadLine(ValueError):
    """A line of `--jsonl` that is not `{"text": ...}`."""


def _opened(name: str) -> IO[str]:
    """Bytes that are not UTF-8 pass through unchanged. Line ends stay as they are: offsets are of the original."""
    source = sys.stdin.buffer if name == "-" else Path(name).open("rb")  # noqa: SIM115  closed with its wrapper
    return io.TextIOWrapper(source, encoding="utf-8", errors="surrogateescape", newline="")


def _one(scrubber: Scrubber, text: str, arguments: argparse.Namespace, flags: PrivacyFlags) -> None:
    scrubbed = scrubber.scrub(text, flags)
    if arguments.spans or (not arguments.json and sys.stdout.isatty()):
        from web_server import scrub_view  # noqa: PLC0415 - rich, for a terminal only

        scrub_view.show(text, scrubbed, sys.stdout)
    elif arguments.json and scrubbed.text is not None:
        _write([_object(scrubbed)])
    elif scrubbed.text is not None:
        _write([scrubbed.text])
    scrubbed.refuse_blocked()


def _each(scrubber: Scrubber, lines: Iterable[str], flags: PrivacyFlags) -> int:
    """A line that the policy blocks does not keep the others back: its object has no text and names the kinds."""
    refused: list[int] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            scrubbed = scrubber.scrub(_text_of(line.removeprefix("\ufeff"), number), flags)
            _write([_object(scrubbed)])
            if scrubbed.blocked:
                refused.append(number)
    if not refused:
        return 0
    more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
    return _complain(f"refused: the policy blocks line {refused[0]}{more}; `blocked` names the kinds", 1)


def _object(scrubbed: Scrubbed) -> str:
    blocked = {"blocked": scrubbed.blocked} if scrubbed.blocked else {}
    return json.dumps({"text": scrubbed.text, "spans": scrubbed.spans(), **blocked}) + "\n"


def _text_of(line: str, number: int) -> str:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("text"), str):
        raise _BadLine(f'line {number}: expected {{"text": "..."}}')
    return str(read["text"])


def _write(pieces: Iterable[str]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "surrogateescape"))
        sys.stdout.buffer.flush()


def _complain(why: str, status: int) -> int:
    print(f"web_server scrub: {why}", file=sys.stderr)  # noqa: T201  a command speaks to its terminal
    return status
