"""The operator's own covers: what a line may be, and which line is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from web_server.decoys.prompt_file import DecoyFileError, PromptFile, read
from web_server.privacy.decoys.shape import Shape
from web_server.privacy.policy import DEFAULT
from web_server.rules import shield_of


def test_a_prompt_is_a_line_or_a_line_of_json(tmp_path: Path):
    file = tmp_path / "prompts"
    file.write_text('# ours\nHow deep is the fjord?\n\n{"prompt": "Two\\nlines"}\n"A \\"quoted\\" one"\n')
    assert read(file) == ["How deep is the fjord?", "Two\nlines", 'A "quoted" one']


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b'fine\n{"prompt": canary\n', 2),
        (b'{"text": "canary"}\n', 1),
        (b'fine\n\n{"prompt": ""}\n', 3),
        (b'{"prompt": 7}\n', 1),
        (b"fine\ncanary \xff\n", 2),
    ],
)
def test_a_bad_line_is_named_and_not_shown(tmp_path: Path, raw: bytes, line: int):
    file = tmp_path / "prompts"
    file.write_bytes(raw)
    with pytest.raises(DecoyFileError) as wrong:
        read(file)
    assert str(wrong.value).startswith(f"{file}:{line}: ") and "canary" not in str(wrong.value)


def test_an_empty_file_and_none_at_all_are_mistakes(tmp_path: Path):
    (tmp_path / "empty").write_text("# nothing\n")
    for name in ("empty", "missing"):
        with pytest.raises(DecoyFileError, match=name):
            read(tmp_path / name)


async def test_a_name_in_a_prompt_is_another_each_time(tmp_path: Path):
    file = tmp_path / "prompts"
    file.write_text("Write to Anna Kowalska about the garden.\nHow deep is the fjord?\n")
    prompts = PromptFile(file, lambda: shield_of(DEFAULT), b"s" * 32)
    watching = asyncio.create_task(prompts.watch())
    shape = Shape.of_frame([("Write to somebody about the garden.",)])
    async with asyncio.timeout(60):
        while not (drawn := prompts.stock.draw(shape, 2, random.Random(1))):  # noqa: ASYNC110 - nobody tells when
            await asyncio.sleep(0.05)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    letter = next(each for each in drawn if "Write to" in each.texts()[0])
    dressed = {letter.dressed(bytes([number]) * 32)[0] for number in range(4)}
    assert len(dressed) == 4 and not any("Kowalska" in text for text in dressed)
