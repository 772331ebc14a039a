"""What models do to the values that they repeat: edits, each with what should come back.

Called by `bench.restoration`. An edit takes a surrogate or a value and writes it otherwise; done to the value, it says
what should come back in place of the edited surrogate. Knows nothing of ledgers.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from web_server.privacy import kinds

SIBILANTS = "sxz\u00df"
"""After them German and English write an apostrophe alone."""

Edit = Callable[[str], str]

EVERYWHERE: Mapping[str, Edit] = {
    "bold": lambda text: f"**{text}**",
    "italic": lambda text: f"_{text}_",
    "starred": lambda text: f"*{text}*",
    "code": lambda text: f"`{text}`",
    "quoted": lambda text: f"\u201c{text}\u201d",
    "in parentheses": lambda text: f"({text})",
    "in a table": lambda text: f"| 1 | {text} | x |",
    "in a heading": lambda text: f"### {text}:",
    "in a link's text": lambda text: f"[x {text} y](#a)",
    "in an e-mail's brackets": lambda text: f"<{text}>",
    "before Chinese": lambda text: f"\u8bf7\u95ee{text}\u5148\u751f",
    "before an em dash": lambda text: f"{text}\u2014so",
    "escaped for JSON": lambda text: json.dumps(text)[1:-1],
    "escaped for HTML": html.escape,
    "escaped for Markdown": lambda text: re.sub(r"([_*\[\]])", r"\\\1", text),
}
SPACED: Mapping[str, Edit] = {
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "&nbsp;": lambda text: text.replace(" ", "&nbsp;"),
    "double spaces": lambda text: text.replace(" ", "  "),
    "broken over lines": lambda text: text.replace(" ", "\n"),
    "zero-width joints": lambda text: text.replace(" ", "\u200b "),
}
CASES: Mapping[str, Edit] = {"in capitals": str.upper, "in small letters": str.lower, "Title Case": str.title}
HYPHENS: Mapping[str, Edit] = {"no-break hyphens": lambda text: text.replace("-", "\u2011")}
GENITIVES: Mapping[str, Edit] = {
    "'s": lambda text: f"{text}'s",
    "curly 's": lambda text: f"{text}\u2019s",
    "German genitive": lambda text: f"{text}s",
    "l'": lambda text: f"l'{text}",
    "d\u2019": lambda text: f"d\u2019{text}",
    "dell'": lambda text: f"dell'{text}",
}
NUMBERS: Mapping[str, Edit] = {
    "without separators": lambda text: re.sub(r"[^\w+]", "", text),
    "with hyphens": lambda text: re.sub(r"[ ./-]+", "-", text),
    "with dots": lambda text: re.sub(r"[ ./-]+", ".", text),
    "with no-break spaces": lambda text: re.sub(r"[ ./-]+", "\u00a0", text),
    "in fours": lambda text: " ".join(re.findall(r".{1,4}", re.sub(r"[^\w+]", "", text))),
    "in threes": lambda text: " ".join(re.findall(r".{1,3}", re.sub(r"[^\w+]", "", text))),
    "as a tel: link": lambda text: "tel:" + re.sub(r"[^\w+]", "", text),
}
MAIL: Mapping[str, Edit] = {
    "mailto:": lambda text: f"mailto:{text}",
    "(at)": lambda text: text.replace("@", " (at) "),
    "[at] and [dot]": lambda text: text.replace("@", " [at] ").replace(".", " [dot] "),
    "at and dot": lambda text: text.replace("@", " at ").replace(".", " dot "),
    "&#64;": lambda text: text.replace("@", "&#64;"),
    "at the end of a sentence": lambda text: f"{text}. So",
    "host alone": lambda text: text.rpartition("@")[2],
}
TAGS: Mapping[str, Edit] = {
    "without brackets": lambda tag: tag[1:-1],
    "angle brackets": lambda tag: f"<{tag[1:-1]}>",
    "braces": lambda tag: f"{{{tag[1:-1]}}}",
    "parentheses": lambda tag: f"({tag[1:-1]})",
    "lenticular brackets": lambda tag: f"\u3010{tag[1:-1]}\u3011",
    "one bracket lost": lambda tag: tag[:-1],
    "the other bracket lost": lambda tag: tag[1:],
    "spaces for underscores": lambda tag: tag.replace("_", " "),
    "hyphens for underscores": lambda tag: tag.replace("_", "-"),
    "small letters": str.lower,
    "no mark": lambda tag: f"[{tag[1:-1].rpartition('_')[0]}]",
    "no mark, no brackets": lambda tag: tag[1:-1].rpartition("_")[0],
    "no mark, brackets or underscores": lambda tag: tag[1:-1].rpartition("_")[0].replace("_", " "),
}
TAG_BRACKETS = {"parentheses": "()", "lenticular brackets": "\u3010\u3011"}
"""Those that may stay around the value: they are not the tag's own."""


class Written(NamedTuple):
    """An edited surrogate, and everything that may rightly come back for it."""

    edit: str
    text: str
    fine: frozenset[str]


def edits(kind: str, made: str, value: str) -> Iterator[Written]:
    """Every edit that can be done to a whole surrogate."""
    is_tag = made.startswith("[")
    yield Written("as sent", made, frozenset({value}))
    for name, edit in EVERYWHERE.items():
        fine = {edit(value), value, f"\\{value}"} if name.startswith("escaped") else {edit(value)}
        yield Written(name, edit(made), frozenset(fine))
    tables = [CASES] if kind not in {kinds.SECRET, kinds.URL} or is_tag else []
    if is_tag:
        yield from (Written(name, edit(made), _in_brackets(name, value)) for name, edit in TAGS.items())
        tables = []
    else:
        tables += [SPACED] if " " in made else []
        tables += [HYPHENS] if "-" in made else []
        tables += [MAIL] if kind == kinds.EMAIL_ADDRESS else []
    if kind in {kinds.PERSON, kinds.LOCATION}:
        tables.append(GENITIVES)
    for table in tables:
        for name, edit in table.items():
            yield Written(name, edit(made), _fine(edit, value, keeps_value=table is not GENITIVES))
    if kind in {kinds.PHONE_NUMBER, kinds.IBAN_CODE, kinds.CREDIT_CARD} and not is_tag:
        for name, edit in NUMBERS.items():
            yield _same(name, edit, made, value)


def name_edits(made: str, value: str) -> Iterator[Written]:
    """What is done to a first and a last name."""
    (first, last), (real_first, real_last) = made.split(" "), value.split(" ")

    def both(name: str, form: str) -> Written:
        said = form.format(f=first, l=last, i=first[0])
        back = form.format(f=real_first, l=real_last, i=real_first[0])
        bare = {back[:-1] + "'"} if back[-2:-1] in SIBILANTS and back.endswith("s") else set()
        return Written(name, said, frozenset({back, *bare}))

    yield both("first name", "{f}")
    yield both("last name", "{l}")
    yield both("initial", "{i}. {l}")
    yield both("Ms", "Ms {l}")
    yield both("Herr", "Herrn {l}")
    yield both("swapped", "{l}, {f}")
    yield both("hyphenated", "{f}-{l}")
    yield both("underscored", "{f}_{l}")
    yield both("glued", "{f}{l}")
    yield both("hashtag", "#{f}{l}")
    yield both("the plural of a family", "the {l}s")
    yield both("Spanish plural of a family", "los {l}")
    yield both("first name's", "{f}\u2019s")
    yield both("first names", "{f}s")
    yield both("last name, title in between", "{f} Dr. {l}")


def _same(name: str, edit: Edit, made: str, value: str) -> Written:
    return Written(name, edit(made), frozenset({edit(value)}))


def _fine(edit: Edit, value: str, *, keeps_value: bool) -> frozenset[str]:
    genitive = {f"{value}'"} if edit("x") == "xs" and value[-1:] in SIBILANTS else set()
    return frozenset({edit(value), *genitive, *((value,) if keeps_value else ())})


def _in_brackets(name: str, value: str) -> frozenset[str]:
    around = TAG_BRACKETS.get(name)
    if around is None:
        return frozenset({value, value.lower()})
    kept = f"{around[0]}{value}{around[1]}"
    return frozenset({kept} if name == "parentheses" else {value, kept, kept[:-1]})
