"""Surrogates for mail addresses, links and hosts, whose parts agree with one another and with the people.

Called by the ledger. One host has one surrogate, in every address and link; hosts are under the names that RFC 2606
reserves, so that nothing written to them arrives. Words of a mail address that are somebody's name become that
person's surrogate; words of a link that say nothing about anybody stay.
"""

from __future__ import annotations

import re

from web_server.privacy import kinds, names, spelling
from web_server.privacy.book import Book
from web_server.privacy.cases import cased
from web_server.privacy.draw import Draw
from web_server.privacy.lexicon import Form
from web_server.privacy.people import People

_ATTEMPTS = 24
# RFC 2606. Somebody may be called Example: then no host under the first may be made, and a search there has no end.
_RESERVED = ("example.com", "example.net", "example.org")
_RESERVED_TOO = ("test", "invalid")
_LEAST_LOCAL = 6
"""Shorter local parts are ordinary words too often to be put back without their host."""


class Addresses:
    """Addresses in, surrogates out; hosts and local parts go into the book."""

    def __init__(self, seed: bytes, book: Book, people: People) -> None:
        self._seed = seed
        self._book = book
        self._people = people
        self._hosts: dict[str, str] = {}

    def mailbox(self, value: str, draw: Draw, attempt: int) -> str:
        """A mail address."""
        local, _, host = value.rpartition("@")

        def another(match: re.Match[str]) -> str:
            word = match[0]
            if word[0].isdigit() or len(word) < 3:
                return draw.like(word)
            return self._people.local_part(word)

        made = spelling.LETTERS_OR_DIGITS.sub(another, local)
        return f"{made}{draw.digits(2) if attempt else ''}@{self.host(host)}"

    def remember_local_part(self, value: str, made: str) -> None:
        """Puts a local part back also where a model writes it apart from its host."""
        local, mine = value.rpartition("@")[0], made.rpartition("@")[0]
        has_digit = any(map(str.isdigit, mine))  # one of names alone comes back word by word
        if len(mine) >= _LEAST_LOCAL and has_digit and not mine.isdigit() and self._book.is_free(mine):
            self._book.put_back(mine, Form(local, kinds.EMAIL_ADDRESS))

    def user_name(self, value: str, draw: Draw) -> str:
        """The name of an account: names of people in it agree with theirs, digits and signs stay what they are."""

        def another(match: re.Match[str]) -> str:
            word = match[0]
            if word[0].isdigit() or len(word) < 3:
                return draw.like(word)
            return self._people.known(word) or cased(names.invented(draw), word)

        made = spelling.LETTERS_OR_DIGITS.sub(another, value)
        return made if any(map(str.isdigit, made)) else made + draw.digits(2)

    def link(self, value: str, draw: Draw) -> str:
        """A URL, or a host with or without a path."""
        url = spelling.URL.match(value)
        if url is None:
            return draw.like(value)

        def another(match: re.Match[str]) -> str:
            word = match[0]
            kept = word.lower() in spelling.URL_WORDS and not self._book.hides(word.lower())
            return self._people.known(word) or (word if kept else draw.like(word))

        user = draw.like(url["user"] or "")
        rest = spelling.LETTERS_OR_DIGITS.sub(another, url["rest"])
        return f"{url['scheme'] or ''}{user}{self.host(url['host'])}{url['port'] or ''}{rest}"

    def host(self, host: str) -> str:
        """A host name."""
        lower = host.lower()
        if lower not in self._hosts:
            draws = [Draw(self._seed, "host", lower, attempt) for attempt in range(2 * _ATTEMPTS)]
            made = (
                f"{names.invented(draw).lower()}.{draw.pick(_RESERVED if attempt < _ATTEMPTS else _RESERVED_TOO)}"
                for attempt, draw in enumerate(draws)
            )
            self._hosts[lower] = free = next(name for name in made if self._book.is_free(name))
            self._book.put_back(free, Form(host, kinds.URL, ends_in_host=True))
            self._book.send(free, host)
        return self._hosts[lower]


def ends_in_host(kind: str, made: str) -> bool:
    """Whether a surrogate ends in a host name."""
    if kind == kinds.EMAIL_ADDRESS:
        return True
    url = spelling.URL.match(made) if kind == kinds.URL else None
    return bool(url and not url["rest"])
