"""Names as a spaCy pipeline of the operator's reads them: which kinds, where exactly, and in how much of memory."""

from __future__ import annotations

import random
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from tests.support.pipelines import PATTERNS, ruler
from web_server.privacy.name_engine import Engine, NameEngine
from web_server.privacy.tagger.engines import BadModel, tagger_of
from web_server.privacy.tagger.spacy_tagger import SpacyTagger


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ruler(tmp_path_factory.mktemp("pipelines") / "names")


@pytest.fixture(scope="module")
def tagger(folder: Path) -> SpacyTagger:
    return SpacyTagger(str(folder))


def named(tagger: SpacyTagger, text: str) -> list[tuple[str, str]]:
    return [(name.kind, text[name.start : name.end]) for name in tagger.names(text)]


def test_spacys_labels_become_kinds_of_ours_and_others_are_left_alone(tagger: SpacyTagger) -> None:
    text = "Kesia Varga, Tomas Novak, Merrow, Lake Onder, Pier Nine, Quellmark, kesia_v, Heliotrope"
    assert named(tagger, text) == [
        ("PERSON", "Kesia Varga"),
        ("PERSON", "Tomas Novak"),
        ("LOCATION", "Merrow"),
        ("LOCATION", "Lake Onder"),
        ("LOCATION", "Pier Nine"),
        ("ORGANIZATION", "Quellmark"),
        ("USERNAME", "kesia_v"),
    ]


def test_every_name_counts_with_the_score_that_was_chosen(folder: Path) -> None:
    assert [name.probability for name in SpacyTagger(str(folder)).names("Ask Merrow")] == [0.85]
    assert [name.probability for name in SpacyTagger(str(folder), 0.6).names("Ask Merrow")] == [0.6]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n\n", "nobody", "\x00", "\ud800", "Kesia Varga", "😀 Kesia Varga 😀"),
        *("\tKesia Varga\r\n\r\nKesia Varga\n", "e\u0301 Kesia Varga\u00a0!", "\ud83d Kesia Varga \udc00."),
        *(
            "𝔘 Kesia Varga",
            "(Kesia Varga)",
            "Kesia Varga's",
            "\u200b Kesia Varga \u200d",
            "x" * 300_000 + " Kesia Varga",
        ),
    ],
)
def test_offsets_are_those_of_the_text_whatever_stands_around(tagger: SpacyTagger, text: str) -> None:
    found = [(name.start, name.end) for name in tagger.names(text)]
    assert found == [match.span() for match in re.finditer("Kesia Varga", text)]


def test_a_text_of_any_length_is_read_to_its_end_and_no_name_is_cut_or_counted_twice(tagger: SpacyTagger) -> None:
    draw = random.Random(7)
    fill = ["Kesia Varga", "Merrow", "word", "😀", "Quellmark", "and so on", "a", "\n"]
    text = " ".join(draw.choice(fill) for _ in range(180_000))
    assert len(text) > 1_000_000
    found = [(name.start, name.end) for name in tagger.names(text)]
    assert found == [match.span() for match in re.finditer("Kesia Varga|Merrow|Quellmark", text)]


def test_many_threads_get_what_one_gets(tagger: SpacyTagger) -> None:
    texts = [f"{'so ' * (each % 7)}Kesia Varga {each} of Merrow{each} wrote to Quellmark" for each in range(80)]
    alone = [tagger.names(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(tagger.names, texts)) == alone


def test_nothing_of_a_text_stays_in_the_pipeline(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Language] = []
    load = spacy.load

    def kept(*arguments: Any, **named: Any) -> Language:
        loaded.append(load(*arguments, **named))
        return loaded[-1]

    monkeypatch.setattr(spacy, "load", kept)
    tagger = SpacyTagger(str(shutil.copytree(folder, tmp_path / "names")))
    size = len(loaded[-1].vocab.strings)
    for each in range(50):
        assert tagger.names(f"Zanzibarium{each} asked Kesia Varga")
    assert len(loaded[-1].vocab.strings) == size
    assert "Zanzibarium7" not in loaded[-1].vocab.strings


def test_a_pipeline_is_loaded_once_for_all_who_ask_for_it(folder: Path, tmp_path: Path) -> None:
    model = str(shutil.copytree(folder, tmp_path / "names"))
    first = tagger_of(NameEngine(Engine.SPACY, model))
    shutil.rmtree(model)
    again = tagger_of(NameEngine(Engine.SPACY, model, 0.5))
    assert first is not None and again is not None
    assert [name[:3] for name in again.names("Ask Merrow")] == [name[:3] for name in first.names("Ask Merrow")]


def test_rules_alone_are_no_tagger() -> None:
    assert tagger_of(NameEngine(Engine.RULES)) is None


def test_a_trained_pipeline_is_read_without_the_parts_that_find_no_names(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    for part in ("tok2vec", "tagger", "ner", "textcat"):
        nlp.add_pipe(part)
    entities = {"entities": [(6, 17, "PERSON")], "tags": ["UH", "NNP", "NNP"], "cats": {"LETTER": 1.0, "ORDER": 0.0}}
    examples = [Example.from_dict(nlp.make_doc("Hello Kesia Varga"), entities)]
    nlp.initialize(lambda: examples)
    for _ in range(20):
        nlp.update(examples)
    nlp.to_disk(tmp_path / "names")
    for part in ("tagger", "textcat"):
        (tmp_path / "names" / part / "model").write_bytes(b"damaged")
    assert named(SpacyTagger(str(tmp_path / "names")), "Hello Kesia Varga") == [("PERSON", "Kesia Varga")]
    (tmp_path / "names" / "ner" / "model").write_bytes(b"damaged")
    with pytest.raises(BadModel, match="cannot be loaded by spaCy"):
        SpacyTagger(str(shutil.copytree(tmp_path / "names", tmp_path / "damaged")))


def test_a_ruler_that_reads_what_other_parts_say_gets_these_parts(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    said: Any = nlp.add_pipe("attribute_ruler")
    said.add([[{"ORTH": "Kesia"}]], {"POS": "PROPN"})
    said.add([[{"ORTH": {"NOT_IN": ["Kesia"]}}]], {"POS": "X"})
    nlp.add_pipe("sentencizer")
    proper: Any = nlp.add_pipe("entity_ruler")
    proper.add_patterns(
        [
            {"label": "PERSON", "pattern": [{"pos": "PROPN"}]},
            {"label": "ORG", "pattern": [{"ORTH": "Quellmark", "IS_SENT_START": True}]},
        ]
    )
    nlp.to_disk(tmp_path / "names")
    tagger = SpacyTagger(str(tmp_path / "names"))
    assert named(tagger, "I know Kesia. Quellmark is Quellmark.") == [
        ("PERSON", "Kesia"),
        ("ORGANIZATION", "Quellmark"),
    ]


def test_a_part_of_ones_own_that_says_that_it_finds_names_is_one_that_does(tmp_path: Path) -> None:
    @Language.component("badges_of_mine", assigns=["doc.ents"])
    def badges(doc: Doc) -> Doc:
        doc.ents = [Span(doc, token.i, token.i + 1, "PERSON") for token in doc if token.text == "B7"]
        return doc

    nlp = spacy.blank("de")
    nlp.add_pipe("badges_of_mine")
    nlp.to_disk(tmp_path / "names")
    assert named(SpacyTagger(str(tmp_path / "names")), "Ausweis B7") == [("PERSON", "B7")]


def _no_pipeline(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _one_too_high(folder: Path) -> Path:
    ruler(folder / "names-1.0")
    return folder


def _a_file(folder: Path) -> Path:
    folder.write_bytes(b"PK")
    return folder


def _damaged(folder: Path) -> Path:
    (ruler(folder) / "config.cfg").write_text("[nlp\n\nof another world")
    return folder


def _of_another_version(folder: Path) -> Path:
    config = ruler(folder) / "config.cfg"
    config.write_text(config.read_text().replace('factory = "entity_ruler"', 'factory = "oracle"'))
    return folder


def _without_a_finder(folder: Path) -> Path:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.to_disk(folder)
    return folder


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda folder: folder, "there is no folder `{0}`"),
        (_a_file, "`{0}` is no folder; `pip install` it"),
        (_no_pipeline, "`{0}` is no pipeline of spaCy 3: it has no config.cfg"),
        (_one_too_high, "it has no config.cfg; did you mean `{0}/names-1.0`?"),
        (_damaged, "`{0}` cannot be loaded by spaCy: "),
        (_of_another_version, "`{0}` cannot be loaded by spaCy: ValueError: [E002] Can't find factory for 'oracle'"),
        (_without_a_finder, "`{0}` finds no names: it has no `ner` and no `entity_ruler`, but sentencizer"),
        (lambda folder: ruler(folder, PATTERNS[-1:]), "`{0}` finds PRODUCT, and none of PERSON, PER, GPE"),
        (lambda folder: ruler(folder, []), "`{0}` finds nothing, and none of PERSON"),
        (lambda folder: "no_such_package", "no package `no_such_package` is installed, and there is no folder"),
        (lambda folder: "pip", "`pip` cannot be loaded by spaCy: AttributeError"),
    ],
)
def test_a_pipeline_that_cannot_be_used_says_why_in_one_line(tmp_path: Path, made: Any, says: str) -> None:
    folder = tmp_path / "names"
    with pytest.raises(BadModel) as error:
        SpacyTagger(str(made(folder)))
    assert says.format(folder) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_pipeline_that_was_mended_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(BadModel):
        SpacyTagger(str(_damaged(tmp_path / "names")))
    assert named(SpacyTagger(str(ruler(tmp_path / "names"))), "Ask Merrow") == [("LOCATION", "Merrow")]
