"""Start LLM VPN on this machine: `python run_services.py`, or `make run`. See `--help`; the work is in `launcher`."""

from __future__ import annotations

import sys


def main() -> int:
    """Check what can be checked before anything is imported, then hand over."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is where an older Python is told so
        sys.stderr.write("LLM VPN needs Python 3.11 or newer; this is {}.{}.\n".format(*sys.version_info))
        return 1
    from importlib.util import find_spec  # noqa: PLC0415 - after the check

    from launcher.config import parser  # noqa: PLC0415 - after the check

    if find_spec("grpc") is None or find_spec("uvicorn") is None:
        parser().parse_args()
        sys.stderr.write("The packages are not installed: use `make run`, or `pip install -r requirements.txt`.\n")
        return 1
    from launcher.main import main as launch  # noqa: PLC0415 - after the check

    return launch()


if __name__ == "__main__":
    sys.exit(main())
