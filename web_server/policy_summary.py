"""What a policy comes to, without a value of its lists: every kind with its treatment, and counts.

Called by `python -m web_server policy show` and by the operators' door. Pure.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from web_server.privacy import kinds
from web_server.privacy.policy import Policy


def summary(policy: Policy) -> dict[str, Any]:
    """What the policy comes to: every kind, and how much stands in its lists."""
    own = {each.kind for each in policy.patterns} | {kind for each in policy.recognizers for kind in each.kinds}
    return {
        "name": policy.name,
        "kinds": {
            kind: {
                "treatment": str(policy.treatment(kind)),
                "threshold": policy.thresholds.get(kind, policy.threshold),
                "own": kind not in kinds.ALL,
            }
            for kind in sorted(kinds.ALL | own)
        },
        "public_names": policy.public_names,
        "names": _names(policy),
        "minimum": asdict(policy.minimum),
        "attachments": sorted(policy.attachments),
        "counts": {
            "allow": len(policy.allow),
            "keep": sum(map(len, policy.keep.values())),
            "deny": len(policy.deny),
            "patterns": len(policy.patterns),
            "recognizers": len(policy.recognizers),
            "callers": len(policy.callers),
        },
    }


def _names(policy: Policy) -> dict[str, Any]:
    chosen = policy.names
    return {"engine": str(chosen.engine), **({"model": chosen.model, "score": chosen.score} if chosen.model else {})}
