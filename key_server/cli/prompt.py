"""How a key comes in: typed where nobody sees it, or piped.

Called by `keys add` and `keys rotate`. Never from the command line, which every user of the machine can list, and never
from the environment, which children inherit.
"""

from __future__ import annotations

import getpass
import sys

from key_server.cli.trouble import UNUSABLE, Trouble

LONGEST = 64 * 1024
BOM = b"\xef\xbb\xbf"  # what some editors and shells put before text


def ask(prompt: str) -> bytes:
    """The key: one line. Raises Trouble."""
    if sys.stdin.isatty():
        try:
            given = getpass.getpass(prompt).encode()
        except (EOFError, KeyboardInterrupt) as left:
            sys.stderr.write("\n")  # the question's line ends
            if isinstance(left, KeyboardInterrupt):
                raise
            given = b""
    else:
        given = sys.stdin.buffer.read(LONGEST + 1)
    given = given.removeprefix(BOM).strip(b" \t\r\n")
    if not given:
        raise Trouble("No key was given: type it at the prompt, or pipe it in.", UNUSABLE)
    if len(given) > LONGEST:
        raise Trouble("That is longer than any key.", UNUSABLE)
    if b"\n" in given or b"\r" in given:
        raise Trouble("A key is one line; more than one was given.", UNUSABLE)
    return given


def sure(question: str) -> bool:
    """Whether the person at the terminal says yes; without a terminal nobody does."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
