"""Lists and stores that are not as they should be: each said in one sentence, nothing lost, nobody kept waiting."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from key_server.cli import key_import
from key_server.errors import ConfigError
from key_server.holdings import Holdings
from key_server.keys.at_rest import AtRest
from key_server.keys.cipher_local import LocalCipher
from key_server.keys.key_list import LARGEST_LIST, parse
from key_server.keys.key_store_file import FileKeyStore
from tests.support.admin import Admin
from tests.support.key_server import Place, Refused, connected, key_server, key_server_process
from tests.support.upstream import Upstream
from tests.support.users import SOMEBODY, key_server_of_somebody

KEY, SPARE = "sk-test-not-a-key-alpha", "sk-test-not-a-key-bravo"


def holdings(at: Place) -> Holdings:
    return Holdings(
        at_rest=AtRest(LocalCipher(b"k" * 32), FileKeyStore(at.directory / "keys.sealed")),
        provider_files=[at.directory / "providers.yaml"],
        key_files=[at.directory / "api_keys.csv"],
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"p,*,sk-test-not-a-key\x00-canary", "characters"),
        (b"p,*,sk-test-not-a-key,canary\x00label", "control characters"),
        (b"p,*,sk-test-not-a-key,\x1b[31mcanary", "control characters"),
        (b"p\x07,*,sk-test-not-a-key,canary", "control characters"),
        (b"p,*,sk-test-not-a-key,canary,,,,-1", "weight is not a whole number"),
        (b"p,*,sk-test-not-a-key,canary,,,,0", "weight is 0; a key that is not to be used is disabled instead"),
        (b"p,*,sk-test-not-a-key,canary,,1e9", "rpm is not a whole number"),
        (b"p,*,sk-test-not-a-key,canary,,9999999999", "rpm is not a whole number"),
        ("p,*,sk-test-not-a-key-ключ-canary".encode(), "characters"),
        (b"p,*," + b"k" * 5000, "longer than"),
        (b"p,*," + b"k" * 200_000, "too long"),
    ],
)
def test_a_row_that_is_no_key_is_named_by_its_line_and_the_next_one_is_read(line: bytes, words: str) -> None:
    rows, problems = parse(
        b"provider,model,api_key,label,base_url,rpm,tpm,weight\n" + line + b"\np,*,%s\n" % KEY.encode()
    )
    assert [each.line for each in problems] == [2] and words in problems[0].sentence
    assert "canary" not in problems[0].sentence
    assert [row.secret.reveal().decode() for row in rows] == [KEY]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one_and_a_separator_within_a_label_is_none(end: str) -> None:
    rows, problems = parse(f"\ufeffprovider,model,api_key,label{end}p,*,{KEY},a\x85b{end}p,*,{SPARE},b".encode())
    assert [each.line for each in problems] == [2]
    assert [row.line for row in rows] == [3]


def test_a_column_that_is_unknown_is_told_by_its_number_and_the_rows_are_taken() -> None:
    rows, problems = parse(f"provider,model,api_key,rpm_limit,notes\np,*,{KEY},9,ours\n".encode())
    assert [row.rpm for row in rows] == [0]
    assert [(each.line, each.sentence.partition(" is ")[0]) for each in problems] == [(1, "column 4, 5")]


def test_a_quoted_cell_may_hold_what_csv_lets_it() -> None:
    rows, problems = parse(f'p,*,{KEY},"a, ""b"""\np,"*","{SPARE}"\n'.encode())
    assert problems == [] and [row.label for row in rows] == ['a, "b"', ""]


@pytest.mark.parametrize("end", ["", ',"b"', ',b"'])
def test_quotes_that_are_left_open_cost_their_own_line_alone(end: str) -> None:
    lines = [f"p,*,{KEY}-{number}{end if number == 5 else ''}" for number in range(20)]
    lines[2] = f'p,*,"{KEY}-open,label'
    rows, problems = parse("\n".join(lines).encode())
    assert [each.line for each in problems] == [3] and "quotes" in problems[0].sentence
    assert [row.line for row in rows] == [1, 2, *range(4, 21)]


def test_a_cell_may_end_with_a_line_break_of_its_spreadsheet() -> None:
    rows, problems = parse(f'p,*,"{KEY}\n",a\r\np,"*\r\n","\n{SPARE}",b\r\n'.encode())
    assert problems == []
    assert [(row.line, row.secret.reveal().decode()) for row in rows] == [(1, KEY), (3, SPARE)]


def test_a_line_that_is_not_utf8_costs_itself_alone_and_a_comment_may_be_anything() -> None:
    rows, problems = parse(f"# Schl\xfcssel\np,*,{SPARE},Meier\np,*,{KEY},M\xfcller\n".encode("latin-1"))
    assert [(each.line, each.sentence) for each in problems] == [(3, "not UTF-8 text")]
    assert [row.label for row in rows] == ["Meier"]


@pytest.mark.parametrize("first", ['label,"api_key,model,provider', "label,api_key,model,provider,n\xf6te"])
def test_where_the_columns_cannot_be_read_nothing_is_taken_for_another_column(first: str) -> None:
    rows, problems = parse(f"{first}\np,*,{KEY},{SPARE}\n".encode("latin-1"))
    assert rows == [] and [each.line for each in problems] == [1]
    assert "nothing was taken" in problems[0].sentence
    rows, problems = parse(f"provider,model,api_key\np,*,{KEY}\n".encode("utf-16"))
    assert rows == [] and [each.line for each in problems] == [1]


PARTS = (
    b"p,*,sk-test-not-a-key-1", b'p,*,"sk-test-not-a-key-2\n",x\n', b"provider,model,api_key\n",
    b"label,api_key,provider", b'# c"', b'"', b'""', b",", b"\n", b"\n\n", b"\r\n", b"\r", b"\xff", b"\xe2\x80\xa8",
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map(b"".join))
def test_a_list_in_pieces_says_what_it_says_as_a_whole(content: bytes) -> None:
    whole, pieces = (
        told(content, 0, 0),
        [told(each.content, each.shift, each.given) for each in key_import.split(content, most_lines=3)],
    )
    assert whole == tuple(set().union(*(each[at] for each in pieces)) for at in (0, 1))


def told(content: bytes, shift: int, given_lines: int) -> tuple[set[tuple[int, str, str]], set[int]]:
    rows, problems = parse(content)
    lines = {each.line + shift for each in problems if each.line > given_lines}
    return {(each.line + shift, each.provider, each.label) for each in rows}, lines


def test_a_list_without_end_is_refused_before_it_is_read() -> None:
    rows, problems = parse(b"x" * (LARGEST_LIST + 1))
    assert rows == [] and "split it" in problems[0].sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a sealed key list"),
        (b"{", "is not a sealed key list"),
        (b"[]", "is not a sealed key list"),
        (b"\xff\xfe\x00", "is not a sealed key list"),
        (b"[" * 100_000, "is not a sealed key list"),
        (b'{"version": 1, "id_secret": 5, "keys": []}', "is damaged"),
        (b'{"version": 1, "id_secret": "x", "keys": [{"key_id": "k"}]}', "is damaged"),
        (b'{"version": 1, "id_secret": "x", "keys": [5]}', "is damaged"),
        (b'{"version": 2, "id_secret": "x", "keys": []}', "has another version than 1"),
        (b'{"version": 1, "id_secret": "v1.local.AAAA", "keys": []}', "another cipher key"),
        (b'{"version": 1, "id_secret": "vault:v1:AAAA", "keys": []}', "another cipher key"),
    ],
)
def test_a_store_that_is_not_one_keeps_the_server_from_starting_and_is_left_as_it_is(
    at: Place, content: bytes, words: str
) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    path = at.directory / "keys.sealed"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        holdings(at)
    assert path.read_bytes() == content


def test_a_store_cut_short_anywhere_or_with_a_record_of_other_types_is_refused(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY, SPARE)
    holdings(at).close()
    path = at.directory / "keys.sealed"
    whole = path.read_bytes()
    for length in range(0, len(whole) - 3, 37):
        path.write_bytes(whole[:length])
        with pytest.raises(ConfigError):
            holdings(at)
    for field, value in (("models", "abc"), ("rpm", "60"), ("rpm", -1), ("disabled", 0), ("label", None), ("more", 1)):
        content = json.loads(whole)
        content["keys"][0][field] = value
        path.write_text(json.dumps(content))
        with pytest.raises(ConfigError, match="damaged"):
            holdings(at)
    path.write_bytes(whole)
    held = holdings(at)
    assert len(held.current.keyring.secrets) == 2
    held.close()


async def test_a_store_that_is_damaged_under_a_running_server_is_not_written_over(
    at: Place, provider: Upstream
) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    path = at.directory / "keys.sealed"
    async with key_server(at) as server:
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(Refused) as caught:
            await Admin(server).add(name, SPARE)
        assert caught.value.status is grpc.StatusCode.INTERNAL
        assert path.read_bytes() == whole[: len(whole) // 2]
        assert (await server.forward(name)).tail is not None
        path.write_bytes(whole)
        await Admin(server).add(name, SPARE)
        assert len(await Admin(server).keys()) == 2


async def test_a_store_that_was_put_back_is_followed_and_one_that_vanished_is_written_anew(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    path = at.directory / "keys.sealed"
    held = holdings(at)
    before = path.read_bytes()
    await held.import_keys(f"{name},*,{SPARE}".encode())
    path.write_bytes(before)
    await held.check()
    assert len(held.current.keyring.records) == 1
    path.unlink()
    await held.check()
    await held.import_keys(f"{name},*,{SPARE}".encode())
    assert len(json.loads(path.read_bytes())["keys"]) == 2
    held.close()


def test_a_list_that_may_not_be_read_is_said_to_be_so_and_is_taken_once_it_may(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    at.keys(name, KEY)
    path, log = at.directory / "api_keys.csv", at.directory / "log"
    with key_server_of_somebody(at):
        draft = at.directory / "draft"
        draft.write_text(f"{name},*,{SPARE}\n")
        if os.geteuid() == 0:
            os.chown(draft, SOMEBODY, SOMEBODY)
        draft.chmod(0)
        draft.replace(path)
        said(log, "key_list_not_read", "it cannot be read: permission denied")
        path.chmod(0o600)
        said(log, "keys_imported", '"added": 1, "unchanged": 0')


def said(log: Path, event: str, words: str) -> None:
    until = time.monotonic() + 10
    while not any(event in line and words in line for line in log.read_text().splitlines()[2:]):
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


async def test_a_full_disk_refuses_the_change_and_keeps_every_key(at: Place, provider: Upstream) -> None:
    name = at.providers(url=provider.url)
    at.keys(name, KEY)
    path = at.directory / "keys.sealed"
    with key_server_process(at) as process:
        async with connected(at) as server:
            await server.forward(name)
            whole = path.read_bytes()
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (len(whole) + 10, resource.RLIM_INFINITY))
            with pytest.raises(Refused) as caught:
                await Admin(server).add(name, SPARE)
            assert caught.value.status is grpc.StatusCode.INTERNAL
            assert SPARE not in caught.value.message
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            assert path.read_bytes() == whole
            assert (await server.forward(name)).tail is not None
            await Admin(server).add(name, SPARE)
            assert len(await Admin(server).keys()) == 2


async def test_a_hundred_thousand_rows_are_taken_in_seconds_and_no_call_waits_for_them(at: Place) -> None:
    name = at.providers(url="http://127.0.0.1:1")
    held = holdings(at)
    rows = "".join(f"{name},*,sk-test-not-a-key-{number},team {number % 9},60\n" for number in range(100_000))
    waits: list[float] = []

    async def watch() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            waits.append(time.perf_counter() - started)

    watching = asyncio.create_task(watch())
    started = time.perf_counter()
    done = await held.import_keys(b"provider,model,api_key,label,rpm\n" + rows.encode())
    taken_s = time.perf_counter() - started
    watching.cancel()
    held.close()
    assert (done.added, done.problems) == (100_000, ())
    assert len(held.current.pool.by_id) == 100_000
    assert taken_s < 60  # 4 s on an idle machine
    # 0.04 s on an idle machine; a list that was read in the loop would hold it for nearly all the time it takes.
    assert max(waits) < taken_s / 4, sorted(waits)[-5:]


def test_a_hundred_thousand_rows_take_a_bounded_amount_of_memory(at: Place) -> None:
    program = (
        "import resource\nfrom key_server.keys.key_list import parse\n"
        "content = b''.join(b'p,*,sk-test-not-a-key-%d\\n' % n for n in range(100_000))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "rows, _ = parse(content)\n"
        "print(len(rows), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    rows, kilobytes = map(int, done.stdout.split())
    assert rows == 100_000 and kilobytes < 150_000
