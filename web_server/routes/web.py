"""The page's own API: `POST /api/web/preview`, what a text would be sent as.

Called by the page and by people who want to see before they send. What it shows are the caller's own words.
Never sends anything to a provider, and keeps nothing.
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from web_server.query import PrivacyFlags
from web_server.routes import asked, company, levels, wire
from web_server.routes.door import Door
from web_server.routes.hall import hall, unless_hung_up
from web_server.routes.web_access import page_caller

router = APIRouter(prefix="/api/web", tags=["page"], route_class=Door)


class Preview(asked.Strict):
    """One text, and what is asked for of privacy, as for a query."""

    prompt: asked.Text = Field(description="The text.", examples=["Write to anna@example.com for me."])
    session_id: str | None = Field(None, description="Show the surrogates that this session would use.")
    pii_removal: bool = Field(True, description="Off only where the operator's minimum allows it.")
    obfuscate: levels.Asked = Field(False, description="How far your manner of writing is softened; true is `format`.")
    pad: bool = Field(False, description="As for a query: the answer's size and time tell nothing of it.")
    decoy: company.Asked = Field(False, description=company.SAYS)


@router.post("/preview", summary="See what a text would be sent as; nothing is sent")
async def preview(request: Request) -> Response:
    """What would be sent, and each span that is replaced: its kind, why it was found, what takes its place.

    Offsets count code points of the prompt. A text that the policy blocks has `text` null and names the kinds.
    With a session the surrogates are those that its next turn would use; else they are drawn for this preview alone.
    """
    here, asking = hall(request), await page_caller(request)
    wanted, size = await asked.read(request, Preview)
    flags = PrivacyFlags(
        pii_removal=wanted.pii_removal,
        obfuscate=levels.level(wanted.obfuscate),
        decoys=company.number(wanted.decoy),
        pad=wanted.pad,
    )
    if wanted.session_id is None:
        showing = here.exchange.preview(asking, wanted.prompt, flags, size)
    else:
        showing = here.sessions.preview(asking, wanted.session_id, wanted.prompt, flags, size)
    shown = await unless_hung_up(request.receive, showing)
    number, reason = await here.exchange.decoys_would(asking, wanted.prompt, flags)
    return wire.reply(
        {
            "text": shown.text,
            "spans": [*shown.explained()],
            "entities": dict(shown.entities),
            "obfuscated": levels.said(shown.obfuscated),
            "decoys": number,
            **({"decoys_reason": reason} if reason else {}),
            "blocked": [*shown.blocked],
        }
    )
