"""The contract between the processes: the committed stubs are what the proto files say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_committed_stubs_are_the_generated_ones(tmp_path: Path):
    outputs = [f"--{kind}_out={tmp_path}" for kind in ("python", "pyi", "grpc_python")]
    protos = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "protos").glob("*.proto"))
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", "-I.", *outputs, *protos], cwd=ROOT, check=True)
    generated = {file.name: file.read_text() for file in (tmp_path / "protos").iterdir()}
    committed = {file.name: file.read_text() for file in (ROOT / "protos").glob("*_pb2*")}
    assert generated == committed
