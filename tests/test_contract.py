"""The contract between the processes: the committed stubs are what the proto files say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import wire

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.promise(21)
def test_the_committed_stubs_are_the_generated_ones(tmp_path: Path):
    outputs = [f"--{kind}_out={tmp_path}" for kind in ("python", "pyi", "grpc_python")]
    protos = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "protos").glob("*.proto"))
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", "-I.", *outputs, *protos], cwd=ROOT, check=True)
    generated = {file.name: file.read_text() for file in (tmp_path / "protos").iterdir()}
    committed = {file.name: file.read_text() for file in (ROOT / "protos").glob("*_pb2*")}
    assert generated == committed


@pytest.mark.promise(21)
def test_no_field_or_call_that_a_peer_may_use_has_changed_or_gone():
    assert [line for line in wire.recorded() if line not in wire.lines()] == []


def test_every_field_and_call_is_on_record():
    assert [line for line in wire.lines() if line not in wire.recorded()] == []
