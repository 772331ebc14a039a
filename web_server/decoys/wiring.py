"""How decoys are put together from the settings.

Called by the app, once a process. Never reads the environment.
"""

from __future__ import annotations

from collections.abc import Sequence

from web_server.config import Settings
from web_server.decoys.batch import Batches
from web_server.decoys.budget import Allowance, Budget
from web_server.decoys.company import Book, Company
from web_server.decoys.escort import Escorts
from web_server.decoys.inventor import Inventor
from web_server.decoys.memory import Memory
from web_server.decoys.pool import Pool
from web_server.decoys.prompt_file import PromptFile
from web_server.keys import KeyServer
from web_server.privacy.decoys.grammar import Grammar
from web_server.privacy.decoys.sources import Source
from web_server.sealing import Sealing
from web_server.state import State

MS = 1000


def escorts(
    settings: Settings,
    state: State,
    sealing: Sealing,
    key_server: KeyServer,
    *,
    book: Book,
    prompts: PromptFile,
) -> Escorts:
    """Where this process's covers come from, and how they go."""
    allowance = Allowance(
        settings.web_server_decoy_daily_tokens,
        settings.web_server_decoy_caller_daily_tokens,
        settings.web_server_decoy_share,
        settings.web_server_decoy_caller_share,
    )
    grammar = Grammar()
    name = settings.web_server_decoy_model
    inventor = Inventor(name, prompts.shield) if name else None

    def stocks() -> Sequence[Source]:
        return (*([inventor] if inventor else []), prompts.stock, grammar)

    company = Company(
        Budget(state, allowance),
        Memory(
            state,
            sealing,
            settings.web_server_decoy_kept_seconds,
            session_seconds=settings.web_server_session_seconds,
        ),
        Pool(state, sealing, settings.web_server_decoy_gift_seconds),
        stocks=stocks,
        book=book,
        secret=sealing.secret,
        used=inventor.used if inventor else lambda templates: None,
    )
    return Escorts(company, Batches(key_server, settings.web_server_decoy_window_ms / MS), sealing.secret, inventor)
