"""The file that a model is shipped in: read as it was written, refused where a byte of it is not as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web_server.privacy.tagger.model_file import MAGIC, BadModel, read, write
from web_server.privacy.tagger.tagger import SHIPPED, Tagger

ARRAYS = {
    "bytes": np.arange(-6, 6, dtype=np.int8).reshape(3, 4),
    "halves": np.linspace(0, 1, 5, dtype=np.float16),
    "keys": np.array([1, 70000], np.uint32),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.model"
    write(made, ARRAYS, {"kinds": ["PERSON"]})
    return made


def test_what_was_written_is_read(path: Path) -> None:
    file = read(path)
    assert file.about == {"kinds": ["PERSON"]}
    assert file.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert file.arrays[name].dtype == array.dtype
        assert np.array_equal(file.arrays[name], array)


def test_the_arrays_are_mapped_and_cannot_be_written(path: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        read(path).arrays["bytes"][0, 0] = 1


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_changed_byte_is_noticed(path: Path, data: st.DataObject) -> None:
    good = path.read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.integers(1, 255))
    broken = path.with_name("b.model")
    broken.write_bytes(bad)
    with pytest.raises(BadModel):
        read(broken)


@pytest.mark.parametrize("kept", [0, 1, len(MAGIC), 100, -1, -32])
def test_a_file_cut_short_is_refused(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BadModel):
        read(path)


def test_a_file_that_is_none_is_refused_by_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="cannot be read: No such file"):
        read(tmp_path / "none.model")
    other = tmp_path / "other.model"
    other.write_bytes(b"something else altogether, and long enough to be one" * 3)
    with pytest.raises(BadModel, match="is no model of names"):
        read(other)


def test_a_model_for_other_tables_is_refused(path: Path) -> None:
    with pytest.raises(BadModel, match="no model that this version reads"):
        Tagger(path)


def test_a_model_whose_rows_lead_outside_its_tables_is_refused(tmp_path: Path) -> None:
    file = read(SHIPPED)
    arrays = dict(file.arrays)
    words = np.array(arrays["words"])
    words[7, 0] = 60_000
    path = tmp_path / "wild.model"
    write(path, {**arrays, "words": words}, file.about)
    with pytest.raises(BadModel, match="no model that this version reads"):
        Tagger(path)


def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write(path, ARRAYS, {"kinds": object()})
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]
