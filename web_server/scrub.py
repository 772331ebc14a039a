"""`python -m web_server scrub`: shows what would be hidden in a text, and sends nothing.

Called by `__main__`, which adds its parser and runs it. Reads a file or standard input, writes standard output.
Never opens a connection, and needs neither the key server nor Redis.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from web_server import policies
from web_server.privacy.errors import PrivacyError
from web_server.privacy.policy_file import PolicyError


class Scrubs(Protocol):
    """Hides what is private in a text."""

    def scrub(self, text: str) -> dict[str, Any]:
        """`{"text", "spans"}`. Raises PrivacyError."""
        ...


def add_parser(commands: Any) -> None:
    """Adds `scrub` to the commands of `python -m web_server` (argparse's sub-parsers)."""
    parser = commands.add_parser("scrub", help="hide what is private in a text; nothing is sent")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write one JSON object with text and spans")
    form.add_argument("--jsonl", action="store_true", help='read {"text"} lines, write one such object a line')
    parser.add_argument("--policy", default="default", help="default, strict or a policy file")
    parser.add_argument("file", nargs="?", default="-", help="a file (default: standard input)")


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 a text was refused, 2 something asked for is wrong."""
    from web_server.scrubber import Scrubber  # noqa: PLC0415 - a second of imports that no other command needs

    try:
        scrubber = Scrubber(policies.read(arguments.policy))
        with _opened(arguments.file) as lines:
            for line in _written(scrubber, lines, arguments):
                sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape"))
                sys.stdout.buffer.flush()
    except PrivacyError as refused:
        return _complain(f"refused: {refused}", 1)
    except (PolicyError, _BadLine) as wrong:
        return _complain(str(wrong), 2)
    except OSError as wrong:
        return _complain(f"{wrong.filename or 'output'}: {wrong.strerror}", 2)
    return 0


class _BadLine(ValueError):
    """A line of `--jsonl` that is not `{"text": ...}`."""


def _opened(name: str) -> IO[str]:
    """Bytes that are not UTF-8 pass through unchanged. Line ends stay as they are: offsets are of the original."""
    source = sys.stdin.buffer if name == "-" else Path(name).open("rb")  # noqa: SIM115  closed with its wrapper
    return io.TextIOWrapper(source, encoding="utf-8", errors="surrogateescape", newline="")


def _written(scrubber: Scrubs, lines: Iterable[str], arguments: argparse.Namespace) -> Iterator[str]:
    if arguments.jsonl:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield json.dumps(scrubber.scrub(_text_of(line, number))) + "\n"
        return
    scrubbed = scrubber.scrub("".join(lines))
    yield json.dumps(scrubbed, ensure_ascii=True) + "\n" if arguments.json else scrubbed["text"]


def _text_of(line: str, number: int) -> str:
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("text"), str):
        raise _BadLine(f'line {number}: expected {{"text": "..."}}')
    return str(read["text"])


def _complain(why: str, status: int) -> int:
    print(f"web_server scrub: {why}", file=sys.stderr)  # noqa: T201  a command speaks to its terminal
    return status
