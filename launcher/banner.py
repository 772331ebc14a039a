"""The one block that says what runs, what to try, and how to stop.

Called by `main` when everything serves. Every value in the prompt is made up: a name of German sample forms, numbers
that the telephone regulator, the banks' examples and the card schemes keep for demonstrations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from launcher.config import ROOT, Config
from launcher.file_lists import listed
from launcher.key_lists import model_to_try
from launcher.ready import reachable

PROMPT = (
    "Please draft a short reply. My name is Erika Mustermann, my e-mail is erika.mustermann@example.com "
    "and my phone is +44 20 7946 0958. Refund IBAN DE89 3704 0044 0532 0130 00, not card 4111 1111 1111 1111. "
    "Our API key is sk-test-not-a-real-key-0123456789abcdef0123."
)
TOKEN_HOURS = 12


def token(settled: Mapping[str, str]) -> str:
    """A bearer token for the newcomer, from the web server's own mint; a placeholder where an issuer gives them out."""
    if "WEB_SERVER_JWT_SECRET" not in settled:
        return "TOKEN_OF_YOUR_ISSUER"
    from web_server.auth.tokens import Tokens  # noqa: PLC0415 - third-party imports wait until everything is starting

    mint = Tokens(
        settled["WEB_SERVER_JWT_SECRET"], settled["WEB_SERVER_JWT_ISSUER"], settled["WEB_SERVER_JWT_AUDIENCE"]
    )
    return mint.mint("newcomer", frozenset({"query"}), TOKEN_HOURS)


def banner(config: Config, settled: Mapping[str, str], bearer: str, seconds: float) -> str:
    """The block."""
    host = reachable(config.host)
    api = f"http://{f'[{host}]' if ':' in host else host}:{config.port}"
    files = [ROOT / part for part in listed(settled, "PROVIDER_FILE")]
    model = "mirror/openai" if config.mirror_port is not None else model_to_try(config.keys, files)
    body = json.dumps({"model": model, "prompt": PROMPT})
    mirror = (
        f"What providers saw   http://127.0.0.1:{config.mirror_port}/  (a mirror: there is no key in api_keys.csv yet)"
        if config.mirror_port is not None
        else f"Models               {api}/api/providers"
    )
    minted = "WEB_SERVER_JWT_SECRET" in settled
    tokens = f"The token is good for {TOKEN_HOURS} hours." if minted else "Tokens come from the issuer of your key set."
    return f"""
LLM VPN is ready ({seconds:.1f} s).

  Page                 {api}/
  API                  {api}/docs
  {mirror}
  Logs                 {config.logs}/

Try it: everything private in this made-up letter stays here, and the answer still has it all.

curl -s {api}/api/v1/stateless-query \\
  -H 'Authorization: Bearer {bearer}' \\
  -H 'Content-Type: application/json' \\
  -d '{body}'

  {tokens}
  One user: not isolated. Both servers run as you: good for trying it out; in production each has a user of its own.
  Stop: Ctrl-C
"""
