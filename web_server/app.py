"""All wiring of the web server in one function; nothing happens at import.

Called by `asgi` and by tests. Never reads the environment: settings are handed in.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache, partial

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web_server.access import HUNG_UP, Access
from web_server.auth import wiring
from web_server.auth.revocations import Revocations
from web_server.config import Settings
from web_server.decoys import wiring as decoys
from web_server.decoys.prompt_file import PromptFile
from web_server.deep_health import DeepHealth, asking
from web_server.document import document
from web_server.errors import ApiError
from web_server.exchange import Exchange
from web_server.keys import KeyServer
from web_server.limits.counts import SharedCounts
from web_server.limits.gate import Gate
from web_server.limits.limits_file import LimitsFile
from web_server.policies import PolicyFile
from web_server.privacy.minimum import Minimum
from web_server.providers.catalog import CatalogFile
from web_server.routes import (
    admin,
    anthropic,
    chain,
    chats,
    compare,
    completions,
    cors,
    direct,
    docs,
    embeddings,
    envelopes,
    front,
    health,
    metrics,
    models,
    openai,
    page_choices,
    page_generate,
    page_sessions,
    plain,
    playground,
    responses,
    sessions,
    shared,
    web,
)
from web_server.routes.door import Door
from web_server.routes.hall import Hall, HungUp
from web_server.rules import shield_of
from web_server.sealing import Sealing
from web_server.session_store import SessionStore
from web_server.sessions import Sessions
from web_server.state import Away, State
from web_server.straight import Handler, Straight, ways
from web_server.traffic.layer import Traffic
from web_server.usage.book import UsageBook
from web_server.usage.metrics import Metrics
from web_server.usage.names import Names
from web_server.usage.tally import Tally
from web_server.usual import Usual

DESCRIPTION = "A privacy router between people and LLM providers: nobody holds both halves."
LAST_REPORTS_SECONDS = 1.0
DOORS = (
    *(direct, sessions, chats, compare, chain, models, plain),
    *(openai, completions, responses, embeddings, playground, anthropic),
    *(web, page_choices, page_sessions, page_generate, shared, health, metrics, admin, front, docs),
)
ROUTES = tuple(route for door in DOORS for route in door.router.routes if isinstance(route, Door))


def create_app(settings: Settings) -> FastAPI:
    """The application. Where a file is wrong: CatalogError, PolicyError, ConfigError, LimitsError or DecoyFileError."""
    catalog = CatalogFile(settings.provider_files)
    build = partial(shield_of, remembered=settings.web_server_remembered_spans)
    policies = PolicyFile(settings.privacy_file, Minimum(pii=settings.web_server_privacy_minimum == "pii"), build)
    limits = LimitsFile(settings.web_server_limits_file, settings.limit)

    sealing = Sealing(settings.web_server_state_secret.get_secret_value().encode())
    prompts = PromptFile(settings.web_server_decoy_file, lambda: policies.of("").shield, sealing.secret)
    readers = wiring.tokens(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        key_server = KeyServer(
            settings.key_server_socket, settings.key_server_token_file, fills=settings.web_server_pad_requests
        )
        state = State(settings.web_server_redis_url)
        revocations = Revocations(state, settings.web_server_revocation_grace_seconds)
        tokens = replace(readers, revocations=revocations)
        tally = Tally(state)
        figures = Metrics(tally)
        usage = UsageBook(tally, figures, Names(sealing.secret), days=settings.web_server_usage_days)
        gate = Gate(
            limits.of,
            SharedCounts(state),
            usage,
            sealing.secret,
            workers=settings.web_server_workers,
            refuses=settings.web_server_limits_without_redis == "refuse",
        )
        escorts = decoys.escorts(settings, state, sealing, key_server, book=usage, prompts=prompts)
        exchange = Exchange(
            catalog=catalog,
            policies=policies,
            key_server=key_server,
            state_secret=sealing.secret,
            deadline_seconds=settings.web_server_deadline_seconds,
            gate=gate,
            escorts=escorts,
            usual_decoys=settings.web_server_decoys,
        )
        store = SessionStore(state, sealing, settings.web_server_session_seconds)
        app.state.hall = Hall(
            settings=settings,
            tokens=tokens,
            exchange=exchange,
            sessions=Sessions(exchange, store, settings.web_server_system_prompt or None),
            sealing=sealing,
            state=state,
            limits=limits,
            usage=usage,
            metrics=figures,
            started=time.monotonic(),
        )
        app.state.usual = Usual(key_server.endpoints)
        app.state.deep_health = DeepHealth(asking(exchange, app.state.usual))
        await revocations.look()
        running = [
            *(key_server.watch(), key_server.reports.run(), policies.watch(), revocations.watch()),
            *(limits.watch(), gate.run(), tally.run(), prompts.watch(), escorts.run(exchange.chatting, exchange.ask)),
        ]
        if tokens.keys is not None:
            running.append(tokens.keys.watch())
        background = [asyncio.create_task(each) for each in running]
        try:
            yield
        finally:
            await escorts.batches.settled(settings.web_server_drain_seconds)
            with contextlib.suppress(TimeoutError, Away):
                async with asyncio.timeout(LAST_REPORTS_SECONDS):
                    await asyncio.gather(key_server.reports.told(), tally.flush())
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await key_server.aclose()
            await state.aclose()

    app = FastAPI(
        title="LLM VPN",
        description=DESCRIPTION,
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # The redirect names scheme and host as this process sees them: behind a TLS proxy a client would follow it,
        # with the prompt, to plain http.
        redirect_slashes=False,
    )
    for door in DOORS:
        app.include_router(door.router)
    open_here = settings.web_server_web_access == "open"
    described = partial(document.write, app.title, app.version, DESCRIPTION, ROUTES, open_here=open_here)
    app.openapi = cache(described)  # type: ignore[method-assign]
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, answer)
    app.add_middleware(Straight, ways=ways(door.router for door in DOORS), answers=ANSWERS)
    cors.allow(app, settings.cors_origins)
    app.add_middleware(Access, broken=lambda request: _render(request, ApiError("INTERNAL_ERROR")))
    app.add_middleware(
        Traffic,
        tick_seconds=settings.web_server_pad_tick_ms / 1000,
        frame_bytes=settings.web_server_pad_frame_bytes,
    )
    return app


def _render(request: Request, error: ApiError) -> Response:
    # The path picks an envelope here and nothing else: it never authorises (CVE-2026-48710).
    if request.url.path.startswith("/v1/messages"):
        return envelopes.anthropic_response(error, request)
    if request.url.path.startswith("/v1/playground/"):
        return envelopes.playground_response(error)
    return envelopes.response(error, at_openai_door=request.url.path.startswith("/v1/"))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    hall: Hall = request.app.state.hall
    hall.metrics.count("errors_total", code=error.code)
    if error.code == "PRIVACY_BUSY":
        hall.metrics.count("privacy_busy_total")
    return _render(request, error)


async def _not_routed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "BAD_REQUEST")
    response = _render(request, ApiError(code, status=error.status_code))
    if error.status_code == 405:
        path = request.url.path
        here = next((route.path for route in ROUTES if route.path_regex.match(path)), None)
        methods = {method for route in ROUTES if route.path == here for method in route.methods or ()}
        response.headers["allow"] = ", ".join(sorted(methods)) or "GET"  # what is no door of ours takes GET
    return response


async def _hung_up(_request: Request, _error: Exception) -> Response:
    return Response(status_code=HUNG_UP)  # nobody reads it; the access line says it


ANSWERS: dict[type[Exception], Handler] = {ApiError: _refused, HTTPException: _not_routed, HungUp: _hung_up}
"""What is said of what a door raises."""
