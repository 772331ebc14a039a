"""The tagger that a policy's `names` asks for.

Called by the finder, and by `policy_names`, which so finds out whether there is one. Whatever is loaded is loaded once
a process, and only when it is asked for. Never takes another engine than the one that was chosen.
"""

from __future__ import annotations

from web_server.privacy.name_engine import Engine, NameEngine
from web_server.privacy.tagger.model_file import BadModel
from web_server.privacy.tagger.name import NameTagger

__all__ = ["BadModel", "tagger_of"]


def tagger_of(names: NameEngine) -> NameTagger | None:
    """None where the rules read alone. Raises BadModel, which says what to do."""
    if names.engine is Engine.RULES:
        return None
    if names.engine is Engine.SPACY:
        from web_server.privacy.tagger.spacy_tagger import SpacyTagger  # noqa: PLC0415 - only who chooses it has it

        return SpacyTagger(names.model, names.score)
    from web_server.privacy.tagger.tagger import shipped  # noqa: PLC0415 - as above

    return shipped()
