"""Which providers the user's key lists have a usable key for. Looks, keeps nothing.

Called by `config` (is a mirror needed?) and `banner` (which model can be tried?). The reading is the key server's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def usable(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """`(provider, model)` of every row with a real key in it, model "*" for all. A list that is not there has none."""
    from key_server.keys import key_list  # noqa: PLC0415 - `--help` needs nothing of the servers

    found: list[tuple[str, str]] = []
    for path in paths:
        try:
            rows, _ = key_list.parse(path.read_bytes())
        except OSError:
            continue
        found += [(row.provider, row.model) for row in rows]
    return found


def model_to_try(keys: Iterable[tuple[str, str]], provider_files: Iterable[Path]) -> str:
    """`provider/model` of the first key that says or lists one; a readable stand-in where none does."""
    from web_server.providers.catalog import CatalogError, CatalogFile  # noqa: PLC0415 - as above

    try:
        models = CatalogFile(tuple(provider_files)).current.models
    except CatalogError:
        models = ()
    for provider, model in keys:
        listed = [str(each.ref) for each in models if each.ref.provider == provider and not each.is_any]
        if model != "*" or listed:
            return listed[0] if model == "*" else f"{provider}/{model}"
    return "provider/model"
