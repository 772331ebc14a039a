"""The table of promises: it says "kept" of what was kept, and of nothing else."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from bench import keys, promises


@pytest.mark.parametrize(("met", "verdict"), [(True, "kept"), (False, "missed here")])
def test_a_figure_that_misses_its_goal_is_not_called_kept(
    met: bool, verdict: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "brief", lambda: ("so many leases", met))
    monkeypatch.setattr(promises.pytest, "main", lambda *_: 0)
    monkeypatch.setattr("sys.argv", ["promises", "--only", "18", "--json"])
    assert promises.main() == 0, "times depend on the machine"
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["kept"], told["measured"]) == (met, ["so many leases"])
    console = Console(width=120)
    with console.capture() as shown:
        console.print(promises.table({18: promises.Row(passed=1, missed=not met)}))
    assert verdict in shown.get()
