"""How the bench reckons: which labels are met, found and hidden, and what leaves."""

from __future__ import annotations

import pytest

from bench.labelled import SAME
from bench.scoring import Score, f_beta, leaked
from web_server.privacy import kinds
from web_server.privacy.spans import Span

PERSON, LOCATION, ORGANIZATION, USERNAME = kinds.PERSON, kinds.LOCATION, kinds.ORGANIZATION, kinds.USERNAME


def score(labels: list[Span], spans: list[Span], iou: float = 0.7) -> Score:
    made = Score(iou, SAME)
    made.add(labels, spans)
    return made


def test_a_label_is_met_where_a_span_of_its_kind_stands_as_it_does():
    figures = score([Span(0, 10, PERSON)], [Span(0, 10, PERSON)]).of([PERSON])

    assert (figures.recall, figures.precision, figures.f2, figures.found, figures.hidden) == (1, 1, 1, 1, 1)


def test_a_label_of_which_half_is_found_is_found_and_neither_met_nor_hidden():
    figures = score([Span(0, 10, PERSON)], [Span(5, 10, PERSON)]).of([PERSON])

    assert (figures.recall, figures.found, figures.hidden) == (0, 1, 0)


def test_less_than_half_is_not_found():
    assert score([Span(0, 10, PERSON)], [Span(6, 10, PERSON)]).of([PERSON]).found == 0


def test_a_span_that_takes_more_than_the_label_is_found_and_hidden_and_not_met():
    figures = score([Span(4, 10, PERSON)], [Span(0, 10, PERSON)]).of([PERSON])

    assert (figures.recall, figures.found, figures.hidden) == (0, 1, 1)


def test_two_spans_find_together_what_each_finds_a_third_of():
    assert score([Span(0, 9, PERSON)], [Span(0, 3, PERSON), Span(4, 7, PERSON)]).of([PERSON]).found == 1


def test_what_is_taken_for_another_kind_is_hidden_and_not_found():
    figures = score([Span(0, 10, PERSON)], [Span(0, 10, ORGANIZATION)]).of([PERSON])

    assert (figures.recall, figures.found, figures.hidden) == (0, 0, 1)


def test_a_handle_meets_a_label_of_a_person_and_counts_as_right_for_people():
    scored = score([Span(0, 10, PERSON)], [Span(0, 10, USERNAME)])

    assert scored.of([PERSON]).precision == 1
    assert scored.of([USERNAME]).spans == 0


def test_a_handle_that_nobody_labelled_is_not_counted_against_people():
    assert score([], [Span(0, 10, USERNAME)]).of([PERSON]).spans == 0


@pytest.mark.parametrize("kind", [kinds.POSTAL_CODE, kinds.STREET_ADDRESS])
def test_a_street_and_a_postcode_meet_a_label_of_a_place(kind):
    assert score([Span(0, 10, LOCATION)], [Span(0, 10, kind)]).of([LOCATION]).recall == 1


def test_one_span_meets_one_label():
    figures = score([Span(0, 4, PERSON), Span(0, 4, PERSON)], [Span(0, 4, PERSON)]).of([PERSON])

    assert (figures.recall, figures.precision) == (0.5, 1)


def test_kinds_together_are_reckoned_label_by_label():
    labels = [Span(0, 5, PERSON), Span(10, 15, PERSON), Span(20, 25, PERSON), Span(30, 35, LOCATION)]
    scored = score(labels, [Span(0, 5, PERSON), Span(30, 35, LOCATION), Span(40, 45, ORGANIZATION)])
    names = scored.of([PERSON, LOCATION, ORGANIZATION])

    assert (names.labels, names.spans) == (4, 3)
    assert (names.recall, names.precision) == (0.5, pytest.approx(2 / 3))
    assert scored.of([PERSON, LOCATION]).precision == 1


def test_texts_add_up():
    scored = Score(0.7, SAME)
    scored.add([Span(0, 5, PERSON)], [Span(0, 5, PERSON)])
    scored.add([Span(0, 5, PERSON)], [])

    assert scored.of([PERSON]).recall == 0.5


def test_a_kind_that_nothing_is_labelled_or_found_of_has_noughts():
    figures = score([], []).of([PERSON])

    assert (figures.labels, figures.spans, figures.recall, figures.precision, figures.f2) == (0, 0, 0, 0, 0)


def test_recall_weighs_twice_as_much_as_precision():
    assert f_beta(precision=0.5, recall=1.0) > f_beta(precision=1.0, recall=0.5)
    assert f_beta(precision=0.5, recall=0.8) == pytest.approx(5 * 0.5 * 0.8 / (4 * 0.5 + 0.8))


def test_a_unit_leaves_while_any_of_its_places_is_left():
    text = "Anna met anna."

    assert leaked(text, ["anna"], [Span(0, 4, PERSON)]) == ["anna"]
    assert leaked(text, ["anna"], [Span(0, 4, PERSON), Span(9, 13, PERSON)]) == []


def test_a_unit_does_not_grow_together_where_a_span_was_blanked():
    assert leaked("An-xx-na", ["anna", "an--na"], [Span(3, 5, PERSON)]) == []
