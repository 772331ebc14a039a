"""`web_server.asgi:app`, for uvicorn and gunicorn. The one module that builds something when it is imported."""

from __future__ import annotations

from web_server import config, logs
from web_server.app import create_app

settings = config.load()
logs.configure(settings.web_server_log_level, settings.web_server_log_file)
app = create_app(settings)
