"""Writes the list of words that covers are made of: `python -m training.decoy_words`.

Their spellings are those that stand at least twice in the packages this project runs on; which of them are ordinary
words, how common they are and which are used alike is asked of the shipped model of names. Run when that model changes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from importlib.metadata import distributions
from pathlib import Path
from zlib import crc32

import numpy as np

from web_server.privacy import names
from web_server.privacy.tagger.tagger import shipped
from web_server.privacy.tagger.word_list import COLUMNS

_OUT = Path(__file__).parents[1] / "web_server/privacy/decoys/words.txt"
_WORD = re.compile(r"(?<![\w'])[a-z]{3,15}(?![\w'])")
_BANDS = 9
"""How often a word is met is told in bands, each of so many shares of capitals."""
_MOST_CAPITALS = 3
_COMMONEST = 5
_LEAST = 6
_LEFT_OUT = re.compile(
    "fuck|shit|nigg|cunt|porn|rape|nazi|slut|whore|dick|pussy|bitch|fagg|penis|vagina|kill|suicid|bondage|eroti|sex|drug"
    "|murder|terror|bomb|weapon|jew|islam|muslim|christian|gay|lesbian|racis|slave|tortur|assault|abus|hitler|corpse|dead"
    "|death|gun|attack|explo|hack|fraud|nude|naked|crime|crimin|virgin|breast|blood|bastard|damn|hell|nake|strip|steal"
)
"""Words that would be taken for something by whoever looks for it, or that nobody wants to have sent."""


def main() -> None:
    """Writes a line for each class of words that are used alike, the commonest first."""
    counts: Counter[str] = Counter()
    for package in distributions():
        for file in package.files or ():
            path = Path(str(file.locate()))
            if path.suffix in {".py", ".md", ".rst", ".txt"} and path.is_file() and path.stat().st_size < 400_000:
                counts.update(_WORD.findall(path.read_text(encoding="utf-8", errors="ignore")))
    known = [word for word, count in counts.items() if count > 1 and not _LEFT_OUT.search(word)]
    words = shipped()._words
    rows = words.rows(np.array([crc32(word.encode()) for word in known], np.uint32))
    classes: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for word, row in zip(known, rows, strict=True):
        seen = dict(zip(COLUMNS, row.tolist(), strict=True))
        band, capitals = divmod(seen["use"] - 1, _BANDS)
        if seen["en"] and seen["use"] and capitals <= _MOST_CAPITALS and band < _COMMONEST and not names.is_given(word):
            classes[seen["en"]].append((-band, word))
    lines = [" ".join(word for _, word in sorted(each)) for _, each in sorted(classes.items()) if len(each) >= _LEAST]
    _OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
