"""`web_server.asgi:app`, for uvicorn and gunicorn. The one module that builds something when it is imported."""

from __future__ import annotations

import gc

from web_server import config, logs
from web_server.app import create_app
from web_server.decoys.prompt_file import DecoyFileError
from web_server.limits.limits_file import LimitsError
from web_server.privacy.policy_file import PolicyError
from web_server.providers.catalog import CatalogError

try:
    settings = config.load()
    logs.configure(settings.web_server_log_level, settings.web_server_log_file)
    app = create_app(settings)
except (config.ConfigError, CatalogError, PolicyError, LimitsError, DecoyFileError) as wrong:
    raise SystemExit(f"web_server: {wrong}") from None

# Names, patterns and modules are there to stay. A collection that looks through them holds every query for 150 ms.
gc.freeze()
# What a query makes is freed by its counts, and has few cycles: looked for after each 700 objects, Python's way, these
# took some 7 % of the processor time of hiding.
gc.set_threshold(10_000, 20, 50)
