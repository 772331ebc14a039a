"""User names in paths: `/home/anna`, `/Users/anna`, `C:\\Users\\anna`.

The names of accounts that every machine has are kept. Only the name is reported, so that the path still reads as one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from web_server.privacy import kinds
from web_server.privacy.detectors.detector import Detector
from web_server.privacy.detectors.glue import words
from web_server.privacy.detectors.reading import Reading
from web_server.privacy.spans import Span

_NAME = r"([^\W_][\w.\-]{1,38}\w|[^\W_][\w.\- ]{1,38}\w(?=[\\/]))"
_UNIX = re.compile(
    rf"(?<![\w.}}])(?:/mnt/[a-z]|/[a-z](?=/Users/))?/(?:home|Users|export/home|var/mail|var/spool/mail)/{_NAME}(?![\w(])"
)
_WINDOWS = re.compile(rf"(?i)(?<!\w)[a-z]:(\\{{1,2}}|/)(?:users|documents and settings)(?:\\{{1,2}}|/){_NAME}(?![\w(])")
_WINDOWS_WORDS = words("users documents")
_EVERYONES = words(
    "user users username yourname yourusername name you me myname myuser public default all administrator admin guest "
    "root ubuntu debian centos fedora ec2-user vagrant pi git runner node app appuser deploy jenkins docker www-data "
    "shared linuxbrew circleci travis jovyan coder gitpod vscode vsts runneradmin appveyor test tester xxx foo bar "
    "usuario utilisateur benutzer utente gebruiker student files directory folder path page index src project projects"
)


class HomeDetector(Detector):
    KINDS = (kinds.USERNAME,)
    BEST = 0.8

    def spans(self, reading: Reading) -> Iterator[Span]:
        text = reading.text
        if "/home/" in text or "/Users/" in text or "/mail/" in text:
            yield from _of(_UNIX, text)
        if ":\\" in text or ":/" in text:
            for begin, end in reading.near(_WINDOWS_WORDS, 120):
                yield from _of(_WINDOWS, text, begin, end)


def _of(pattern: re.Pattern[str], text: str, begin: int = 0, end: int = sys.maxsize) -> Iterator[Span]:
    for found in pattern.finditer(text, begin, end):
        group = found.lastindex or 0
        if found[group].lower() not in _EVERYONES:
            yield Span(*found.span(group), kinds.USERNAME, 0.8, "home")
