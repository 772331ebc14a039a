"""Real prompts as they leave: read from a folder, given to users, hidden by the shield.

Called by the benchmark. What is in a file has no users: a handful of neighbours is taken for one, since neighbours are
of one topic, and nothing of a user is in training and testing both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from web_server.privacy.decoys.gift import gift
from web_server.privacy.decoys.shape import frame
from web_server.privacy.decoys.template import Template
from web_server.privacy.errors import PrivacyError
from web_server.privacy.ledger import Ledger
from web_server.privacy.shield import Shield
from web_server.query import ModelRef, Query, ScrubbedQuery

NEIGHBOURS = 4
MODEL = ModelRef("p", "m")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt of a user's, and what leaves for it."""

    user: str
    query: ScrubbedQuery = field(repr=False)
    ledger: Ledger = field(repr=False)

    @property
    def sent(self) -> str:
        return text_of(self.query)

    def template(self) -> Template:
        """As it is asked again, under another ledger."""
        return Template(frame([self.sent], self.ledger))

    def gift(self) -> Template | None:
        """As it comes into a stock, where it may."""
        return gift(self.query, self.ledger)


def text_of(query: ScrubbedQuery) -> str:
    """The last text of a query."""
    messages = query.payload["messages"]
    assert isinstance(messages, list) and isinstance(messages[-1], dict)
    return str(messages[-1]["content"])


def read(folder: Path, sets: Iterable[str]) -> list[tuple[str, str]]:
    """(user, text) of the sets' prompts. A row that names its user is taken by its word."""
    found = []
    for name in sets:
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                found.append((str(row.get("user") or f"{name}/{number // NEIGHBOURS}"), str(row["text"])))
    return found


def scrubbed(rows: Iterable[tuple[str, str]], shield: Shield, dice: random.Random) -> list[Prompt]:
    """As they leave, each under a ledger of its own; a prompt that the shield refuses is not sent, and not here."""
    made = []
    for user, text in rows:
        ledger = Ledger(dice.randbytes(32))
        query = Query(MODEL, {"messages": [{"role": "user", "content": text}], "temperature": 1})
        try:
            made.append(Prompt(user, shield.protect(query, ledger), ledger))
        except PrivacyError:
            continue
    return made


def by_user(prompts: Sequence[Prompt], share: float, dice: random.Random) -> tuple[list[Prompt], list[Prompt]]:
    """`share` of the users' prompts, and the other users'."""
    users = sorted({each.user for each in prompts})
    dice.shuffle(users)
    first = set(users[: round(len(users) * share)])
    return [each for each in prompts if each.user in first], [each for each in prompts if each.user not in first]
