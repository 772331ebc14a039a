"""Published formats of keys and tokens: vendor, the literal they begin with, and what follows it.

Read by the secret detector. The sources are the vendors' own pages on their key formats. A row's `mark` is looked for
first (one C-speed scan); its pattern is tried only where the mark is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_EDGE = r"(?<![A-Za-z0-9])"
_STOP = r"(?![A-Za-z0-9])"


@dataclass(frozen=True, slots=True)
class Format:
    vendor: str
    mark: str
    pattern: re.Pattern[str]


def _formats(rows: Iterable[tuple[str, str, str]]) -> tuple[Format, ...]:
    return tuple(
        Format(vendor, mark, re.compile(f"{_EDGE}{re.escape(mark)}{rest}{_STOP}")) for vendor, mark, rest in rows
    )


FORMATS = _formats((
    # Models and their tools. `sk-` covers OpenAI (sk-proj-, sk-svcacct-), Anthropic (sk-ant-), OpenRouter (sk-or-).
    ("sk", "sk-", r"[A-Za-z0-9_\-]{16,250}"),
    ("openai-session", "sess-", r"[A-Za-z0-9]{32,64}"),
    ("google", "AIza", r"[A-Za-z0-9_\-]{30,40}"),
    ("google-oauth", "ya29.", r"[A-Za-z0-9_\-]{20,500}"),
    ("google-client", "GOCSPX-", r"[A-Za-z0-9_\-]{20,40}"),
    ("hugging-face", "hf_", r"[A-Za-z0-9]{20,60}"),
    ("groq", "gsk_", r"[A-Za-z0-9]{20,80}"),
    ("xai", "xai-", r"[A-Za-z0-9]{20,120}"),
    ("perplexity", "pplx-", r"[A-Za-z0-9]{20,80}"),
    ("replicate", "r8_", r"[A-Za-z0-9]{20,60}"),
    ("langsmith", "lsv2_", r"(?:pt|sk)_[A-Za-z0-9_]{20,80}"),
    ("tavily", "tvly-", r"[A-Za-z0-9_\-]{16,60}"),
    ("pinecone", "pcsk_", r"[A-Za-z0-9_]{20,100}"),
    ("fireworks", "fw_", r"[A-Za-z0-9]{20,40}"),
    # Clouds.
    *(("aws", prefix, r"[A-Z0-9]{12,20}") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA")),
    ("digitalocean", "dop_v1_", r"[a-f0-9]{32,80}"),
    ("digitalocean", "doo_v1_", r"[a-f0-9]{32,80}"),
    ("databricks", "dapi", r"[a-f0-9]{32}(?:-\d)?"),
    ("vault", "hvs.", r"[A-Za-z0-9_\-]{20,200}"),
    ("vault", "hvb.", r"[A-Za-z0-9_\-]{20,300}"),
    ("azure-storage", "AccountKey=", r"[A-Za-z0-9+/]{40,120}={0,2}"),
    ("azure-ad", "8Q~", r"[A-Za-z0-9_~.\-]{30,40}"),
    ("alibaba", "LTAI", r"[A-Za-z0-9]{12,24}"),
    ("supabase", "sbp_", r"[a-f0-9]{32,60}"),
    ("planetscale", "pscale_", r"(?:tkn|pw|oauth)_[A-Za-z0-9_=.\-]{24,80}"),
    ("doppler", "dp.", r"(?:pt|st|ct|sa)\.[A-Za-z0-9._\-]{20,80}"),
    ("netlify", "nfp_", r"[A-Za-z0-9]{30,60}"),
    ("flyio", "FlyV1 fm", r"[12][ar]?_[A-Za-z0-9+/=,_]{20,800}"),
    # Code and packages.
    *(("github", prefix, r"[A-Za-z0-9]{20,255}") for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("github", "github_pat_", r"[A-Za-z0-9_]{20,255}"),
    *(("gitlab", prefix, r"[A-Za-z0-9_\-]{16,120}") for prefix in ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-")),
    ("npm", "npm_", r"[A-Za-z0-9]{30,50}"),
    ("pypi", "pypi-", r"[A-Za-z0-9_\-]{30,300}"),
    ("docker", "dckr_pat_", r"[A-Za-z0-9_\-]{20,60}"),
    ("rubygems", "rubygems_", r"[a-f0-9]{40,60}"),
    ("artifactory", "AKCp", r"[A-Za-z0-9]{50,90}"),
    ("atlassian", "ATATT3", r"[A-Za-z0-9_\-=]{40,250}"),
    ("bitbucket", "ATBB", r"[A-Za-z0-9]{20,60}"),
    ("figma", "figd_", r"[A-Za-z0-9_\-]{30,60}"),
    ("linear", "lin_api_", r"[A-Za-z0-9]{30,60}"),
    ("notion", "ntn_", r"[A-Za-z0-9]{30,60}"),
    ("notion", "secret_", r"[A-Za-z0-9]{40,50}"),
    ("postman", "PMAK-", r"[A-Za-z0-9\-]{40,80}"),
    ("airtable", "pat", r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    # Talk and mail.
    *(("slack", f"xox{letter}-", r"[A-Za-z0-9\-]{10,250}") for letter in "abcdeprs"),
    ("slack-app", "xapp-", r"[A-Za-z0-9\-]{20,250}"),
    ("slack-hook", "hooks.slack.com/", r"(?:services|workflows)/[A-Za-z0-9/_+\-]{20,120}"),
    ("discord-hook", "discord.com/api/webhooks/", r"\d{10,22}/[A-Za-z0-9_\-]{30,100}"),
    ("sendgrid", "SG.", r"[A-Za-z0-9_\-]{16,64}\.[A-Za-z0-9_\-]{16,64}"),
    ("mailgun", "key-", r"[a-f0-9]{32}"),
    ("mailchimp-transactional", "md-", r"[A-Za-z0-9_\-]{22}"),
    ("brevo", "xkeysib-", r"[a-f0-9]{30,80}(?:-[A-Za-z0-9]{16})?"),
    ("twilio", "SK", r"[a-f0-9]{32}"),
    ("twilio", "AC", r"[a-f0-9]{32}"),
    # Money and shops.
    *(("stripe", f"{kind}_{mode}_", r"[A-Za-z0-9]{10,250}") for kind in ("sk", "rk") for mode in ("live", "test")),
    ("stripe-hook", "whsec_", r"[A-Za-z0-9+/=]{20,100}"),
    ("square", "sq0", r"[a-z]{3}-[A-Za-z0-9_\-]{20,60}"),
    ("square", "EAAA", r"[A-Za-z0-9_\-]{50,70}"),
    *(("shopify", prefix, r"[A-Fa-f0-9]{32}") for prefix in ("shpat_", "shpca_", "shppa_", "shpss_")),
    ("razorpay", "rzp_", r"(?:live|test)_[A-Za-z0-9]{14,30}"),
    ("paypal-braintree", "access_token$", r"(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}"),
    # Watching and the rest.
    ("grafana", "glsa_", r"[A-Za-z0-9]{30,40}_[a-f0-9]{8}"),
    ("grafana", "glc_", r"[A-Za-z0-9+/=]{30,200}"),
    ("new-relic", "NRAK-", r"[A-Z0-9]{24,32}"),
    ("sentry", "sntrys_", r"[A-Za-z0-9+/=_\-]{40,400}"),
    ("dynatrace", "dt0", r"[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("mapbox", "sk.eyJ", r"[A-Za-z0-9_\-]{20,200}\.[A-Za-z0-9_\-]{10,60}"),
    ("age", "AGE-SECRET-KEY-1", r"[A-Z0-9]{50,70}"),
    ("onepassword", "ops_eyJ", r"[A-Za-z0-9+/=_\-]{100,1000}"),
    ("facebook", "EAACEdEose0cBA", r"[A-Za-z0-9]{10,300}"),
    ("jwt", "eyJ", r"[A-Za-z0-9_\-]{8,2000}\.[A-Za-z0-9_\-]{8,4000}(?:\.[A-Za-z0-9_\-]{0,1000})?"),
))  # fmt: skip
