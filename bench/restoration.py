"""How well answers are restored: `python -m bench.restoration [--rounds N] [--data FOLDER] [--show]`.

Texts with several people are shielded in both styles. What was sent is then written as models write what they repeat:
unchanged, or edited (`bench.model_edits`), alone, in prose, and inside JSON; it is restored whole, one character at a
time, cut at every position where it is short, and at random ones. Printed for each style: how much came back exactly
where nothing was edited, how much came back rightly where something was, in how many cases a value of another person
came back (checked against every value of everybody else in the text), characters held back where no surrogate can be
pending, and the time for 1,000 characters. With a folder of texts, each is also sent there and back as it is.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.model_edits import Written, edits, name_edits
from bench.people_texts import Cast, Person, cast
from web_server.privacy import kinds
from web_server.privacy.finder import PatternFinder
from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import STRICT, Policy, Treatment
from web_server.privacy.restore import Restorer
from web_server.privacy.shield import Shield
from web_server.query import Delta, ModelRef, Query

MODEL = ModelRef("bench", "restoration")
STYLES = {"surrogate": Treatment.SURROGATE, "tag": Treatment.TAG}
PROSE = (
    "Thank you for the details; below is what will be needed for the next step, one line for each. Numbers such as 7, "
    "1,250.00 or 2024-01-31 stay as they are, `code_like_this(x)[0]` too, and so does [a link](#below). Und noch ein "
    "Satz: das ist alles, was dazu zu sagen ist. C'est tout ce qu'il faut savoir, n'est-ce pas?\n"
)
SHORT = 64
"""Longer fragments are cut at random, not everywhere."""
_SHARED = frozenset({"street", "gmbh", "march", "test"})
_WORDS = re.compile(r"[^\W\d_]{3,}")


class Score(NamedTuple):
    """Counts of one style."""

    total: Counter[str]
    right: Counter[str]
    wrong_person: Counter[str]
    missed: dict[str, Written]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.restoration", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="texts for each style (default: 8)")
    parser.add_argument("--data", type=Path, help="folder of sets to send there and back, one JSON object a line")
    parser.add_argument("--show", action="store_true", help="print each kind of edit that falls short")
    asked = parser.parse_args()
    console = Console()
    table = Table("style", "exact", "edited", "wrong person", "held back for nothing", "ms / 1,000 chars")
    for style, treatment in STYLES.items():
        score = Score(Counter(), Counter(), Counter(), {})
        held, spent, size = 0, 0.0, 0
        for seed in range(asked.rounds):
            people = cast(seed)
            ledger = Ledger(f"{style} {seed} of the bench".encode())
            sent = shielded(people, ledger, treatment)
            measure(people, sent, ledger, score, random.Random(seed))
            answer = people_answer(sent)
            held += held_for_nothing(ledger, sent)
            begin = time.perf_counter()
            streamed(ledger, [answer[at : at + 4] for at in range(0, len(answer), 4)])
            spent, size = spent + time.perf_counter() - begin, size + len(answer)
        exact = score.right["as sent"] / score.total["as sent"]
        edited = sum(score.right.values()) - score.right["as sent"], sum(score.total.values()) - score.total["as sent"]
        table.add_row(
            style,
            f"{exact:.2%} of {score.total['as sent']}",
            f"{edited[0] / edited[1]:.2%} of {edited[1]}",
            str(sum(score.wrong_person.values())),
            str(held),
            f"{spent * 1e6 / size:.2f}",
        )
        if asked.show:
            show(console, style, score)
    console.print(table)
    if asked.data:
        there_and_back(console, asked.data)


def shielded(people: Cast, ledger: Ledger, treatment: Treatment) -> dict[Person, dict[str, str]]:
    """What stands for each value of each person after the text went out."""
    values = {value: kind for person in people.people for kind, value in person.values.items()}
    ledger.meet([people.text], (), [people.text])
    for value, kind in sorted(values.items(), key=lambda each: each[1] != kinds.PERSON):
        ledger.assign(kind, value, treatment)
    return {
        person: {kind: ledger.assign(kind, value, treatment) for kind, value in person.values.items()}
        for person in people.people
    }


def measure(
    people: Cast, sent: Mapping[Person, Mapping[str, str]], ledger: Ledger, score: Score, dice: random.Random
) -> None:
    """Every edit of every value, each in prose and inside JSON."""
    for person, surrogates in sent.items():
        foreign = [value for other in people.people if other is not person for value in other.values.values()]
        for written in _written(person, surrogates):
            said = f"So {written.text} it is"
            fine = {f"So {text} it is" for text in written.fine}
            made = {"".join(streamed(ledger, pieces)) for pieces in cuts(said, dice)}
            _count(score, written, made <= fine and len(made) == 1, made, foreign)
            arguments = json.dumps({"x": [said, 1]}, ensure_ascii=dice.random() < 0.5)
            made = {"".join(streamed(ledger, pieces, "tool")) for pieces in (list(arguments), [arguments])}
            _count(score, written, {_inside(text) for text in made} <= fine, made, foreign)
        for kind, made_up in surrogates.items():  # cut off anywhere, nobody else may come back
            for end in range(1, len(made_up)):
                restored = "".join(streamed(ledger, [made_up[:end]]))
                if is_foreign(restored, foreign, person.values[kind]):
                    score.wrong_person["cut off"] += 1


def _written(person: Person, surrogates: Mapping[str, str]) -> Iterator[Written]:
    for kind, made in surrogates.items():
        yield from edits(kind, made, person.values[kind])
        if kind == kinds.PERSON and not made.startswith("["):
            yield from name_edits(made, person.values[kind])


def _count(score: Score, written: Written, is_right: bool, made: Iterable[str], foreign: list[str]) -> None:
    score.total[written.edit] += 1
    score.right[written.edit] += is_right
    if not is_right:
        score.missed[written.edit] = written._replace(fine=frozenset(made) | {"<- of"} | written.fine)
    if any(is_foreign(text, foreign, *written.fine) for text in made):
        score.wrong_person[written.edit] += 1


def is_foreign(restored: str, foreign: Iterable[str], *own: str) -> bool:
    """Whether a restored text holds a word or a number of somebody else's."""
    words = set(_WORDS.findall(restored.lower())) - set(_WORDS.findall(" ".join(own).lower()))
    digits = "".join(filter(str.isdigit, restored))
    for value in foreign:
        if words & set(_WORDS.findall(value.lower())) - _SHARED:
            return True
        number = "".join(filter(str.isdigit, value))
        if len(number) > 6 and number in digits:
            return True
    return False


def cuts(text: str, dice: random.Random) -> Iterator[list[str]]:
    """The text whole, one character at a time, and in two and more pieces."""
    yield [text]
    yield list(text)
    if len(text) <= SHORT:
        yield from ([text[:at], text[at:]] for at in range(1, len(text)))
    for _ in range(3):
        places = sorted(dice.sample(range(len(text)), min(6, len(text))))
        yield [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def streamed(ledger: Ledger, pieces: Iterable[str], channel: str = "content") -> list[str]:
    """The pieces restored as they come."""
    restorer = Restorer(ledger)
    made = [d.text for piece in pieces for d in restorer.feed(Delta(channel=channel, text=piece))]  # type: ignore[arg-type]  # one of the channels
    return made + [delta.text for delta in restorer.close()]


def people_answer(sent: Mapping[Person, Mapping[str, str]]) -> str:
    """A long answer that repeats what was sent between much that was not."""
    return "".join(f"\n- {made}: {PROSE}" for surrogates in sent.values() for made in surrogates.values())


def held_for_nothing(ledger: Ledger, sent: Mapping[Person, Mapping[str, str]]) -> int:
    """Characters held back of a text that holds no surrogate, fed one at a time, though none begins as they do."""
    said = {made.lower() for surrogates in sent.values() for made in surrogates.values()}
    begun = (
        said
        | {made.lstrip("+") for made in said}
        | {word for made in said for word in re.findall(r"[^\W_]+", made)}
        | {"00 "}
    )
    restorer, fed, out, count = Restorer(ledger), "", 0, 0
    for char in PROSE:
        fed += char
        out += sum(len(delta.text) for delta in restorer.feed(Delta(text=char)))
        pending = re.sub(r"\s+", " ", fed[out:].lower())
        if pending and not any(each.startswith(pending) for each in begun):
            count += len(pending)
    return count


def _inside(arguments: str) -> str:
    try:
        return str(json.loads(arguments)["x"][0])
    except ValueError:
        return "no JSON"


def there_and_back(console: Console, folder: Path) -> None:
    """Texts sent under the strict policy, and restored as they were sent, cut every seven characters."""
    for style, treatment in STYLES.items():
        policy = STRICT if treatment is Treatment.SURROGATE else Policy("tags", otherwise=treatment, public_names=True)
        shield = Shield(PatternFinder(policy), policy)
        same, count = 0, 0
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                text = json.loads(line)["text"]
                ledger = Ledger(b"there and back again")
                query = Query(MODEL, {"messages": [{"role": "user", "content": text}]})
                messages = json.loads(json.dumps(shield.protect(query, ledger).payload))["messages"]
                said = messages[0]["content"]
                back = "".join(streamed(ledger, [said[at : at + 7] for at in range(0, len(said), 7)]))
                same, count = same + (back == text), count + 1
        console.print(f"{style}: {same} of {count} texts come back as they were")


def show(console: Console, style: str, score: Score) -> None:
    """The edits that fall short, with one example of each."""
    for edit, total in score.total.items():
        if score.right[edit] < total or score.wrong_person[edit]:
            console.print(f"{style}: {edit}: {score.right[edit]}/{total}, wrong person {score.wrong_person[edit]}")
            console.print(f"    {score.missed.get(edit)}", markup=False, highlight=False)


if __name__ == "__main__":
    main()
