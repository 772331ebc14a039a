"""The router before a provider that is there already, as one gateway among others: for rigs that compare gateways.

    python -m bench.peers --provider http://127.0.0.1:18400/v1 --workers 2

Starts it with all its privacy on, and prints how it is asked, and one line that describes it to a rig: address, header,
how models are named, and the process whose children all count. Runs until Ctrl-C or SIGTERM. Found spans are not
remembered, for rigs ask the same prompt again and again: remembered, all but the first would cost next to nothing.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
from pathlib import Path

from tests.support.stack import mint, start

PROVIDER = """\
providers:
  {name}:
    dialect: openai
    base_url: {url}
    auth: bearer
    timeout: 60
    allow_private: true
    max_parallel: 1000
    models: [{{id: "*"}}]
"""
KEYS = "provider,model,api_key\n{name},*,sk-test-not-a-key-of-a-rig\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--provider", required=True, help="base URL of a provider that speaks OpenAI's dialect")
    parser.add_argument("--name", default="rig", help="what the provider is called: models are NAME/... (default: rig)")
    parser.add_argument("--workers", type=int, default=2, help="web server workers (default: 2)")
    parser.add_argument("--remember", action="store_true", help="remember found spans, as an installation does")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lv"))
    providers, keys = folder / "rig.yaml", folder / "rig_keys.csv"
    providers.write_text(PROVIDER.format(name=asked.name, url=asked.provider))
    keys.write_text(KEYS.format(name=asked.name))
    keys.chmod(0o600)
    settings = {
        "PROVIDER_FILE": str(providers),
        "KEY_CONFIG_FILE": str(keys),
        "WEB_SERVER_WORKERS": str(asked.workers),
        **({} if asked.remember else {"WEB_SERVER_REMEMBERED_SPANS": "0"}),
    }
    stack = start(settings, folder)
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # not before: what was started would not hear them either
    try:
        stack.wait_ready(120)
        header = f"Authorization: Bearer {mint(stack)}"
        row = f"name=ours;url={stack.url};header={header};model={asked.name}/{{}};health=/livez;pid={stack.process.pid}"
        print(
            f"ready at {stack.url}, process {stack.process.pid}; Ctrl-C or SIGTERM stops it\n\n--gateway '{row}'",
            flush=True,
        )
        signal.sigwait(ends)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
        print("stopped")


if __name__ == "__main__":
    main()
