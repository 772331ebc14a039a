"""Policies: HCL paths with capabilities, the most specific path deciding. What no path allows is denied."""

from __future__ import annotations

import re

PATH = re.compile(r'path\s+"(?P<path>[^"]+)"\s*\{\s*capabilities\s*=\s*\[(?P<capabilities>[^\]]*)\]\s*\}')

DEFAULT = """
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
"""
"""The part of Vault's built-in `default` policy that this fake serves."""

Rules = dict[str, frozenset[str]]


def parse(hcl: str) -> Rules:
    """Path -> capabilities. Raises ValueError for what is not made of such blocks alone."""
    text = re.sub(r"(?m)^\s*(#|//).*$", "", hcl)
    rules = {found["path"]: frozenset(re.findall(r'"(\w+)"', found["capabilities"])) for found in PATH.finditer(text)}
    if PATH.sub("", text).strip():
        raise ValueError("not a policy")
    return rules


def allows(rules: Rules, path: str, capability: str) -> bool:
    """An exact path wins over a glob, a longer glob over a shorter one; `deny` over everything of its path."""
    fitting = [rule for rule in rules if _fits(rule, path)]
    if not fitting:
        return False
    best = max(fitting, key=lambda rule: (rule == path, "+" not in rule, len(rule)))
    return capability in rules[best] and "deny" not in rules[best]


def _fits(rule: str, path: str) -> bool:
    pattern = re.escape(rule.removesuffix("*")).replace(r"\+", "[^/]+")
    return re.fullmatch(pattern + (".*" if rule.endswith("*") else ""), path) is not None
