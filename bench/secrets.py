"""How well secrets are found: `python -m bench.secrets [--code FOLDER ...] [--seed N] [--show misses|false|code]`.

Builds, from a seed, secrets of published formats in realistic places, and lines that only look like some, and prints
recall by vendor or family, precision, and false spans per 1,000 lines of clean code; `--code` adds folders of source
code in which almost nothing is a secret. A secret counts as found when no character of it is left. Keeps nothing.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.secret_near_misses import NEAR_MISSES
from bench.secret_places import ANYWHERE, ASSIGNED, BLOCKS, CODES, PASSWORD_PLACES
from bench.secret_vendors import ALPHABETS, MARKED, NAMED
from web_server.privacy import kinds
from web_server.privacy.finder import PatternFinder
from web_server.privacy.policy import DEFAULT

_DRAWN = re.compile(r"<([aAdhHnNwubt])(\d+)>")
_WORDS = ("Zomer", "Herbst", "dragon", "Sunshine", "letmein", "Coffee", "Bremen", "Lyon", "kestrel", "Winter", "otter")
_SUFFIXES = {".py", ".js", ".ts", ".go", ".java", ".rb", ".rs", ".c", ".h", ".cs", ".php", ".sh", ".yaml", ".yml",
             ".json", ".toml", ".ini", ".cfg", ".txt", ".md", ".html", ".css", ".xml"}  # fmt: skip
_LARGEST = 200_000
_SHOWN = 60


class Planted(NamedTuple):
    """A text, the secret in it and what is counted together."""

    family: str
    place: str
    text: str
    value: str


def draw(template: str, rng: random.Random) -> str:
    return _DRAWN.sub(lambda m: "".join(rng.choices(ALPHABETS[m[1]], k=int(m[2]))), template)


def password(rng: random.Random) -> str:
    """As people and as programs choose them; letters and digits in all, for all places can hold those."""
    word = rng.choice(_WORDS)
    return rng.choice(
        (
            f"{word}{rng.randint(1, 2030)}!",
            f"{word}{rng.choice('@#_-')}{rng.choice(_WORDS)}{rng.randint(1, 99)}",
            f"{word.lower()}{rng.randint(10, 9999)}",
            draw("<w12>", rng),
            draw("<w6>#<w6>", rng),
            draw("<u20>", rng).strip("-_") + "7x",
            "-".join((*(rng.choice(_WORDS).lower() for _ in range(3)), str(rng.randint(1, 99)))),
        )
    )


def spelled(name: str, value: str) -> dict[str, str]:
    first, *rest = name.lower().split("_")
    return {"name": name, "low": name.lower(), "camel": first + "".join(map(str.title, rest)),
            "words": name.lower().replace("_", " "), "value": value}  # fmt: skip


def planted(rng: random.Random, copies: int) -> Iterator[Planted]:
    for _ in range(copies):
        for vendor, name, template in MARKED:
            for place, text in (*ANYWHERE.items(), *rng.sample(list(ASSIGNED.items()), 4)):
                value = draw(template, rng)
                yield Planted(f"marked: {vendor}", place, text.format(**spelled(name, value)), value)
        for vendor, name, template in NAMED:
            for place, text in ASSIGNED.items():
                value = draw(template, rng)
                yield Planted(f"named: {vendor}", place, text.format(**spelled(name, value)), value)
        for place, text in PASSWORD_PLACES.items():
            for _ in range(6):
                value = password(rng)
                yield Planted(f"password: {place}", place, text.format(value=value), value)
        for place, (text, template) in CODES.items():
            value = draw(template, rng)
            yield Planted(f"other: {place}", place, text.format(value=value), value)
        for place, text in BLOCKS.items():
            body = "\n".join(draw("<b64>", rng) for _ in range(12))
            block = text.format(body=body)
            yield Planted(
                f"block: {place}", place, f"here it is:\n{block}\nthanks", block.rpartition("-MAC")[0] or block
            )


class Measure:
    """Counts over one run."""

    def __init__(self, show: str) -> None:
        self._finder = PatternFinder(DEFAULT)
        self._show = show
        self._shown = 0
        self.met: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.right = self.wrong = 0
        self.places: dict[str, Counter[bool]] = defaultdict(Counter)

    def secret(self, planted: Planted) -> None:
        """Found when no character is left of it; a span of a secret that touches nothing of it is a false one."""
        size = len(planted.value)
        places = [found.start() for found in re.finditer(re.escape(planted.value), planted.text)]
        left = {index for at in places for index in range(at, at + size)}
        spans = self._finder.find(planted.text)
        for span in spans:
            left.difference_update(range(span.start, span.end))
            if span.kind == kinds.SECRET:
                touches = any(span.start < at + size and at < span.end for at in places)
                self.right += touches
                self.wrong += not touches
                if not touches:
                    self._tell("false", planted.place, planted.text[span.start : span.end], span.reason)
        hidden = not any(planted.text[index].isalnum() for index in left)
        self.met[planted.family] += hidden
        self.asked[planted.family] += 1
        self.places[planted.place][hidden] += 1
        if not hidden:
            self._tell("misses", planted.family, planted.place, planted.text)

    def clean(self, text: str, where: str) -> int:
        """How many secrets are seen where none is."""
        spans = [span for span in self._finder.find(text) if span.kind == kinds.SECRET]
        for span in spans:
            line = text[text.rfind("\n", 0, span.start) + 1 :].partition("\n")[0]
            self._tell("code" if where else "false", where, span.reason, line.strip()[:150])
        return len(spans)

    def _tell(self, what: str, *said: str) -> None:
        if what == self._show and self._shown < _SHOWN:
            self._shown += 1
            print(what.upper(), " | ".join(map(repr, said)))


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _SUFFIXES and path.is_file() and path.stat().st_size <= _LARGEST:
            yield str(path.relative_to(folder)), path.read_text(encoding="utf-8", errors="replace")


def rate(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def families(measure: Measure) -> None:
    groups: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for family, asked in measure.asked.items():
        group = family.partition(":")[0]
        groups[group] += asked
        met[group] += measure.met[family]
        if measure.met[family] < asked:
            print(f"  {family:32} recall {rate(measure.met[family], asked)}  of {asked}")
    print("Every other family is found whole.")
    for group, asked in groups.items():
        print(f"{group:12} recall {rate(met[group], asked)}  of {asked}")
    print(f"{'all':12} recall {rate(met.total(), groups.total())}  of {groups.total()}")


def main(argv: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--code", type=Path, action="append", default=[], help="a folder of source code")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--copies", type=int, default=3, help="how often each format is drawn")
    parser.add_argument("--show", choices=("misses", "false", "code"), default="")
    asked = parser.parse_args(None if argv is None else list(argv))
    rng = random.Random(asked.seed)
    measure = Measure(asked.show)
    for sample in planted(rng, asked.copies):
        measure.secret(sample)
    families(measure)
    lines = [draw(line, rng) for _ in range(asked.copies) for line in NEAR_MISSES.strip().splitlines()]
    false = sum(measure.clean(line, "") for line in lines)
    wrong = measure.wrong + false
    print(f"near misses  {false} false spans in {len(lines)} lines, {rate(1000 * false, len(lines))} per 1,000 lines")
    print(f"precision    {rate(measure.right, measure.right + wrong)} over secrets and near misses together")
    for folder in asked.code:
        count = size = 0
        for name, text in sources(folder):
            size += text.count("\n") + 1
            count += measure.clean(text, name)
        print(f"{folder}: {count} spans in {size} lines, {rate(1000 * count, size)} per 1,000 lines")


if __name__ == "__main__":
    main()
