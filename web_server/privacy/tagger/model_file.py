"""The file that a model of names is shipped in: a line that says what it is, arrays as they lie in memory, a checksum.

Read by the tagger, written by the training. The arrays are mapped, not copied: all workers of a machine share one copy.
Never runs anything that a file says.

    LLM-VPN names 1\\n
    {"arrays": [{"name", "dtype", "shape", "at"}], ...}\\n      what else the model says of itself beside them
    ... arrays, each at a multiple of 64 bytes behind the header
    SHA-256 of everything before, 32 bytes
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"LLM-VPN names 1\n"
_ALIGNED = 64
_DIGEST = 32
_DTYPES = frozenset(("<f2", "<f4", "|i1", "<i4", "<u2", "<u4"))
_LONGEST_HEADER = 64 * 1024


class BadModel(Exception):
    """A file that is no model of names, is damaged, or is of another version. Says which."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    arrays: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any]
    """Everything of the header but the arrays."""


def read(path: Path) -> ModelFile:
    """Raises BadModel, whatever is wrong with it."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < len(MAGIC) + _DIGEST:
                raise BadModel(f"{path} is no model of names")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise BadModel(f"{path} cannot be read: {error.strerror or type(error).__name__}") from None
    if mapped[: len(MAGIC)] != MAGIC:
        raise BadModel(f"{path} is no model of names, or one of another version")
    body = memoryview(mapped)[: len(mapped) - _DIGEST]
    if hashlib.sha256(body).digest() != mapped[len(body) :]:
        raise BadModel(f"{path} is damaged: its checksum is wrong. Take the file as it was released")
    return _parsed(mapped, len(body), path)


def _parsed(mapped: mmap.mmap, size: int, path: Path) -> ModelFile:
    try:
        end = mapped.find(b"\n", len(MAGIC), len(MAGIC) + _LONGEST_HEADER)
        header = json.loads(mapped[len(MAGIC) : end])
        start = _aligned(end + 1)
        arrays = {}
        for each in header.pop("arrays"):
            dtype, shape, at = each["dtype"], tuple(each["shape"]), start + each["at"]
            if dtype not in _DTYPES or at < start:
                raise ValueError(dtype)
            count = int(np.prod(shape, dtype=np.int64))
            if count < 0 or at + count * np.dtype(dtype).itemsize > size:
                raise ValueError("beyond the end")
            arrays[each["name"]] = np.frombuffer(mapped, dtype, count, at).reshape(shape)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadModel(f"{path} is no model that this version reads ({type(error).__name__})") from None
    return ModelFile(arrays, header)


def write(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Replaces the file at once, or leaves it as it is."""
    rows, blobs, at = [], [], 0
    for name, array in arrays.items():
        blob = np.ascontiguousarray(array).tobytes()
        rows.append({"name": name, "dtype": array.dtype.str, "shape": list(array.shape), "at": at})
        padding = -len(blob) % _ALIGNED
        blobs.append(blob + bytes(padding))
        at += len(blob) + padding
    header = MAGIC + json.dumps({**about, "arrays": rows}).encode() + b"\n"
    header += bytes(_aligned(len(header)) - len(header))
    body = header + b"".join(blobs)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(body + hashlib.sha256(body).digest())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _aligned(at: int) -> int:
    return at + -at % _ALIGNED
