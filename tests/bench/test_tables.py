"""What the tables of detection say, with finders that find what they are told to."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bench.clock import time_table
from bench.label_table import label_table
from bench.labelled import Set, Text
from bench.plain import Plain, plain_table
from bench.showing import show
from bench.units import unit_table
from web_server.privacy import kinds
from web_server.privacy.policy import DEFAULT
from web_server.privacy.spans import Span

PERSON, ORGANIZATION = kinds.PERSON, kinds.ORGANIZATION
TEXT = "Ann Lee of Acme is 30."
ANN, ACME, AGE = Span(0, 7, PERSON), Span(11, 15, ORGANIZATION), Span(19, 21, kinds.AGE)


def finds(*spans):
    return lambda _text, _language: spans


def text(text=TEXT, spans=(), units=(), names=None):
    return Text(text, "en", tuple(spans), tuple(units), names)


def rows(table):
    """The cells of each row, the title among them."""
    out = io.StringIO()
    Console(file=out, width=250).print(table)
    return [[cell.strip() for cell in line.strip("│┃").split("│" if "│" in line else "┃")] for line in
            out.getvalue().splitlines()]  # fmt: skip


def test_each_kind_has_a_row_for_each_finder_and_what_is_kept_is_no_part_of_the_sum():
    of = Set("tweets", (text(spans=(ANN, ACME, AGE)),), learned=3)
    said = rows(label_table(of, {"ours": finds(ANN, ACME), "rules": finds(ANN)}, DEFAULT, 0.7))

    assert said[0] == ["tweets, 1 texts; 3 learned from and left out; IoU 0.7"]
    assert ["AGE (kept)", "1", "ours", "0.000", "-", "0.000", "0.000", "0.000"] in said
    assert ["", "", "rules", "1.000", "1.000", "1.000", "1.000", "1.000"] in said
    assert ["names", "2", "ours", "1.000", "1.000", "1.000", "1.000", "1.000"] in said
    at = said.index(["all that are hidden", "2", "ours", "1.000", "1.000", "1.000", "1.000", "1.000"])
    assert said[at + 1] == ["", "", "rules", "0.500", "1.000", "0.556", "0.500", "0.500"]


def test_a_set_without_names_has_no_row_of_names():
    of = Set("tweets", (text("a@b.example", spans=(Span(0, 11, kinds.EMAIL_ADDRESS),)),))

    assert not [row for row in rows(label_table(of, {"ours": finds()}, DEFAULT, 0.7)) if row[0] == "names"]


def test_units_are_told_with_those_that_are_like_people_apart():
    of = Set("pupa", (text(units=("ann lee", "acme", "30")),))
    said = rows(unit_table(of, {"ours": finds(ANN), "rules": finds(ACME)}))

    assert ["finder", "of 3 units still leave", "of 1 like people's names"] in said
    assert ["ours", "66.7%", "0.0%"] in said
    assert ["rules", "66.7%", "100.0%"] in said


def test_false_is_what_touches_no_name_in_a_prompt_that_was_read():
    count = Plain()
    count.add(TEXT, (ANN,), [Span(0, 3, PERSON), ACME])
    count.add("one two three four", None, [Span(0, 3, PERSON)])

    assert (count.words, count.read_words) == (10, 6)
    assert (count.spans.total(), dict(count.false)) == (3, {ORGANIZATION: 1})
    assert (dict(count.names), count.hidden.total()) == ({PERSON: 1}, 0)


def test_a_name_is_hidden_by_whatever_kind_it_was_taken_for():
    count = Plain()
    count.add(TEXT, (ANN, ACME), [Span(0, 7, ORGANIZATION)])

    assert dict(+count.hidden) == {PERSON: 1}


def test_prompts_that_were_read_are_told_with_what_is_false():
    of = Set("prompts", (text(names=(ANN,)), text()))
    said = rows(plain_table(of, {"ours": finds(ANN, ACME), "rules": finds()}))

    assert said[0] == ["prompts, 2 texts; plain prompts, 12 words; 1 read for their names, 6 words"]
    assert ["finder", "spans per 1,000 words", "false", "false names", "of 1 PERSON hidden", "most false are"] in said
    assert ["ours", "333.33", "166.67", "166.67", "1", "ORGANIZATION 1"] in said
    assert ["rules", "0.00", "0.00", "0.00", "0", ""] in said


def test_prompts_that_nobody_has_read_are_told_by_their_spans_alone():
    said = rows(plain_table(Set("prompts", (text(),)), {"ours": finds(ACME)}))

    assert ["finder", "spans per 1,000 words", "most are"] in said
    assert ["ours", "166.67", "ORGANIZATION 1"] in said


def test_the_clock_reads_short_and_long_texts_of_every_set():
    read = []
    of = [Set("a", (text("a" * 30_000),)), Set("short", (text("b"),))]
    said = rows(time_table(of, {"ours": lambda piece, _language: read.append(len(piece)) or ()}))

    assert set(read) == {1000, 10_000, 100_000}
    assert [row[0] for row in said if row[0][:1].isdigit()] == [
        "1,000 characters of a",
        "1,000 characters of all sets",
        "10,000 characters of all sets",
        "100,000 characters of all sets",
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("miss:ORGANIZATION", ["MISS ORGANIZATION"]),
        ("miss:PERSON", []),
        ("false:AGE", ["FALSE AGE"]),
        ("false:PERSON", []),
        ("clean", []),
        ("leaks", []),
    ],
)
def test_the_texts_behind_the_figures_are_shown_where_they_are_asked_for(capsys, asked, said):
    show(Set("a", (text(spans=(ANN, ACME)),)), finds(ANN, AGE), asked)

    assert [" ".join(line.split()[:2]) for line in capsys.readouterr().out.splitlines()] == said


def test_what_is_found_in_plain_prompts_is_shown_with_what_is_known_of_it(capsys):
    show(Set("a", (text(names=(ANN,)), text())), finds(ANN, ACME), "clean")

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["FOUND", "FALSE", "FOUND", "FOUND"]


def test_units_that_leave_are_shown(capsys):
    show(Set("a", (text(units=("acme",)),)), finds(ANN), "leaks")

    assert capsys.readouterr().out.startswith("LEAK 'acme'")
