"""The committed build of the page is one of the sources beside it: told by checksums, without Node."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "web_server" / "built"
SUMS = BUILT / "SHA256SUMS"
STALE = "the page is not built of these sources: run `make page` and commit what it changes"


def files(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.is_file() and not {"node_modules", "test"} & {*each.parts}}


def test_the_build_is_of_the_sources_that_lie_here():
    noted = {ROOT / path: digest for digest, path in (line.split("  ") for line in SUMS.read_text().splitlines())}
    there = (files(ROOT / "webapp") | files(BUILT)) - {SUMS}
    assert set(noted) == there, STALE
    changed = [path for path in there if hashlib.sha256(path.read_bytes()).hexdigest() != noted[path]]
    assert changed == [], STALE


def test_the_page_names_only_files_that_are_built_and_none_from_elsewhere():
    page = (BUILT / "index.html").read_text()
    named = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert {each for each in named if each != "docs"} == {
        f"./page/{each.name}" for each in (BUILT / "page").iterdir() if each.suffix != ".txt"
    }
    assert not re.search(r"<script(?![^>]*src=)|<style|style=|\son\w+=", page)


def test_the_licences_of_what_is_bundled_come_with_the_build():
    notices = (BUILT / "page" / "licenses.txt").read_text()
    bundled = json.loads((ROOT / "webapp" / "package.json").read_text())["dependencies"]
    assert bundled
    assert all(f"{name} {version} (MIT)" in notices for name, version in bundled.items())
    assert "Permission is hereby granted, free of charge" in notices


def test_the_lock_says_what_is_taken_by_checksum_and_not_where_from():
    lock = json.loads((ROOT / "webapp" / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert all(each["integrity"].startswith("sha512-") and "resolved" not in each for each in packages.values())
