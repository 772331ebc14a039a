"""A set whose texts come with strings that must not leave: which share of these still does.

A unit leaves when it still occurs once every span is blanked. Those that are like people's names are also told apart:
what else leaves under the default policy may be public knowledge that it keeps. Called by `bench.detection`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from bench import labelled, scoring
from bench.finders import Find
from bench.person_like import person_like


def unit_table(of: labelled.Set, finds: Mapping[str, Find]) -> Table:
    people = [person_like(text.text, text.units) for text in of.texts]
    total, of_people = sum(len(text.units) for text in of.texts), sum(map(len, people))
    table = Table(title=of.heading, title_justify="left")
    table.add_column("finder")
    table.add_column(f"of {total:,} units still leave", justify="right")
    table.add_column(f"of {of_people:,} like people's names", justify="right")
    for name, find in finds.items():
        left = [scoring.leaked(text.text, text.units, find(text.text, text.lang)) for text in of.texts]
        all_left = sum(map(len, left))
        people_left = sum(unit in units for units, likely in zip(left, people, strict=True) for unit in likely)
        table.add_row(name, _share(all_left, total), _share(people_left, of_people))
    return table


def _share(part: int, whole: int) -> str:
    return f"{part / (whole or 1):.1%}"
