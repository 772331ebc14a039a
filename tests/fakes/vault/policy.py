"""Policies: HCL paths with capabilities, the most specific path deciding. What no path allows is denied."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

PATH = re.compile(
    r'path\s+"(?P<path>[^"]+)"\s*\{\s*capabilities\s*=\s*\[(?P<capabilities>[^\]]*)\]'
    r"(?:\s*allowed_parameters\s*=\s*\{(?P<parameters>[^}]*)\})?\s*\}"
)

DEFAULT = """
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
"""
"""The part of Vault's built-in `default` policy that this fake serves."""


@dataclass(frozen=True)
class Rule:
    """`parameters`: the only fields a body may have, of any value; None = any."""

    capabilities: frozenset[str]
    parameters: frozenset[str] | None = None


Rules = dict[str, Rule]


def parse(hcl: str) -> Rules:
    """Path -> capabilities. Raises ValueError for what is not made of such blocks alone."""
    text = re.sub(r"(?m)^\s*(#|//).*$", "", hcl)
    rules = {found["path"]: _rule(found) for found in PATH.finditer(text)}
    if PATH.sub("", text).strip():
        raise ValueError("not a policy")
    return rules


def allows(rules: Rules, path: str, capability: str, fields: Collection[str] = ()) -> bool:
    """An exact path wins over a glob, a longer glob over a shorter one; `deny` over everything of its path."""
    fitting = [rule for rule in rules if _fits(rule, path)]
    if not fitting:
        return False
    best = rules[max(fitting, key=lambda rule: (rule == path, "+" not in rule, len(rule)))]
    if best.parameters is not None and not best.parameters.issuperset(fields):
        return False
    return capability in best.capabilities and "deny" not in best.capabilities


def _fits(rule: str, path: str) -> bool:
    pattern = re.escape(rule.removesuffix("*")).replace(r"\+", "[^/]+")
    return re.fullmatch(pattern + (".*" if rule.endswith("*") else ""), path) is not None


def _rule(found: re.Match[str]) -> Rule:
    parameters = found["parameters"]
    named = None if parameters is None else frozenset(re.findall(r'"(\w+)"\s*=\s*\[\s*\]', parameters))
    return Rule(frozenset(re.findall(r'"(\w+)"', found["capabilities"])), named)
