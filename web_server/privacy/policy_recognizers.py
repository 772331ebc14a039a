"""The policy file's `recognizers:`, Presidio's own or any written for it:

    recognizers:
      - presidio_analyzer.predefined_recognizers.UsPassportRecognizer
      - {class: my_company.badges:BadgeRecognizer, kinds: {BADGE: USERNAME}, language: de, site: Ulm}
      - {name: zip, supported_entity: ZIP, patterns: [{name: zip, regex: '\\b\\d{5}\\b', score: 0.1}], context: [zip]}

Called by `policy_file` with the node of that part. Each is imported and made here, at the start, so that one that
cannot be is an error with its line. Presidio itself is imported only where the part names a recognizer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import yaml

from web_server.privacy.policy_page import Page
from web_server.privacy.policy_patterns import new_kind

if TYPE_CHECKING:
    from web_server.privacy.presidio.chosen import Chosen


def recognizers(page: Page, node: yaml.Node) -> tuple[Chosen, ...] | None:
    """What the part says; the kinds they find are known to the page from then on. Raises `PolicyError`.

    None where some have mistakes, which the page keeps: what kinds these would have found is not known.
    """
    items = page.items(node)
    if not items:
        return ()
    from web_server.privacy.presidio.chosen import CannotPlug, choose  # noqa: PLC0415  1.3 s and 75 MiB

    def chosen_at(item: yaml.Node) -> Chosen:
        try:
            return choose(_said(page, item))
        except CannotPlug as refused:
            raise page.wrong(item, str(refused)) from None

    made = [chosen for item in items if (chosen := page.tried(partial(chosen_at, item))) is not None]
    if len(made) < len(items):
        return None
    page.kinds.update(kind for chosen in made for kind in chosen.kinds)
    return tuple(made)


def _said(page: Page, node: yaml.Node) -> dict[str, Any]:
    """The entry as plain values; a class alone is an entry that says nothing else."""
    if isinstance(node, yaml.ScalarNode):
        return {"class": page.word(node, "the name of a class")}
    said: dict[str, Any] = {}
    for key, value in page.entries(node):
        if key.value == "kinds":
            said["kinds"] = {entity.value: new_kind(page, kind) for entity, kind in page.entries(value)}
        else:
            said[key.value] = _plain(page, value)
    return said


def _plain(page: Page, node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):  # e.g. a date that there is not
        raise page.wrong(node, "not a value of YAML") from None
    finally:
        loader.dispose()
