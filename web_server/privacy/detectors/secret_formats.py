"""Published formats of keys and tokens: vendor, the literal they begin with, and what follows it.

Read by the secret detector. The sources are the vendors' own pages on their key formats. A row's `mark` is looked for
first, among the text's long words; its pattern is tried only where the mark is there. Lengths leave room, since
vendors change them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_EDGE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
"""Where a token may begin: not inside a word, but behind an escape of JSON or of a URL."""
_STOP = r"(?![A-Za-z0-9])"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True)
class Format:
    vendor: str
    mark: str
    pattern: re.Pattern[str]
    is_weak: bool = False
    """The mark is a common word or very short: what follows must look drawn at random."""
    begins: bool = False
    """The mark is what it begins with."""
    before: int = 0
    """How many characters before the match belong to it."""


def _formats(rows: Iterable[tuple[str, str, str]], is_weak: bool = False) -> tuple[Format, ...]:
    return tuple(
        Format(vendor, mark, re.compile(f"{_EDGE}{re.escape(mark)}{rest}{_STOP}"), is_weak, begins=True)
        for vendor, mark, rest in rows
    )


def _around(rows: Iterable[tuple[str, str, str]]) -> tuple[Format, ...]:
    """The mark stands somewhere inside: the pattern is whole."""
    return tuple(Format(vendor, mark, re.compile(f"{_EDGE}{whole}{_STOP}"), True) for vendor, mark, whole in rows)


_MARKED = _formats((
    # Models and their tools.
    ("google", "AIza", r"[A-Za-z0-9_\-]{30,40}"),
    ("google-oauth", "ya29.", r"[A-Za-z0-9_\-]{20,500}"),
    ("google-client", "GOCSPX-", r"[A-Za-z0-9_\-]{20,40}"),
    ("hugging-face", "hf_", r"[A-Za-z0-9]{20,60}"),
    ("groq", "gsk_", r"[A-Za-z0-9]{20,80}"),
    ("xai", "xai-", r"[A-Za-z0-9]{20,120}"),
    ("perplexity", "pplx-", r"[A-Za-z0-9]{20,80}"),
    ("replicate", "r8_", r"[A-Za-z0-9]{20,60}"),
    # Clouds.
    ("digitalocean", "dop_v1_", r"[a-f0-9]{32,80}"),
    ("digitalocean", "doo_v1_", r"[a-f0-9]{32,80}"),
    ("databricks", "dapi", r"[a-f0-9]{32}(?:-\d)?"),
    ("vault", "hvs.", r"[A-Za-z0-9_\-]{20,200}"),
    ("vault", "hvb.", r"[A-Za-z0-9_\-]{20,300}"),
    ("azure-storage", "AccountKey=", r"[A-Za-z0-9+/]{40,120}={0,2}"),
    ("alibaba", "LTAI", r"[A-Za-z0-9]{12,24}"),
    ("supabase", "sbp_", r"[a-f0-9]{32,60}"),
    ("planetscale", "pscale_", r"(?:tkn|pw|oauth)_[A-Za-z0-9_=.\-]{24,80}"),
    ("netlify", "nfp_", r"[A-Za-z0-9]{30,60}"),
    # Code and packages.
    *(("github", prefix, r"[A-Za-z0-9]{20,255}") for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("github", "github_pat_", r"[A-Za-z0-9_]{20,255}"),
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
    ("postman", "PMAK-", r"[A-Za-z0-9\-]{40,80}"),
    # Talk and mail.
    ("slack-app", "xapp-", r"[A-Za-z0-9\-]{20,250}"),
    ("sendgrid", "SG.", r"[A-Za-z0-9_\-]{16,64}\.[A-Za-z0-9_\-]{16,64}"),
    ("mailchimp-transactional", "md-", r"[A-Za-z0-9_\-]{22}"),
    # Money and shops.
    *(("stripe", f"{kind}_{mode}_", r"[A-Za-z0-9]{10,250}") for kind in ("sk", "rk") for mode in ("live", "test")),
    ("stripe-hook", "whsec_", r"[A-Za-z0-9+/=]{20,100}"),
    ("square", "sq0", r"[a-z]{3}-[A-Za-z0-9_\-]{20,60}"),
    *(("shopify", prefix, r"[A-Fa-f0-9]{32}") for prefix in ("shpat_", "shpca_", "shppa_", "shpss_")),
    ("razorpay", "rzp_", r"(?:live|test)_[A-Za-z0-9]{14,30}"),
    # Watching and the rest.
    ("grafana", "glsa_", r"[A-Za-z0-9]{30,40}_[a-f0-9]{8}"),
    ("sentry", "sntrys_", r"[A-Za-z0-9+/=_\-]{40,400}"),
    ("dynatrace", "dt0", r"[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("mapbox", "sk.eyJ", r"[A-Za-z0-9_\-]{20,200}\.[A-Za-z0-9_\-]{10,60}"),
    ("age", "AGE-SECRET-KEY-1", r"[A-Z0-9]{50,70}"),
    ("onepassword", "ops_eyJ", r"[A-Za-z0-9+/=_\-]{100,1000}"),
    ("jwt", "eyJ", r"[A-Za-z0-9_\-]{8,2000}\.[A-Za-z0-9_\-]{8,4000}(?:\.[A-Za-z0-9_\-]{0,1000})?"),
    ("pinecone", "pcsk_", r"[A-Za-z0-9_]{20,100}"),
    ("tavily", "tvly-", r"[A-Za-z0-9_\-]{16,60}"),
    ("langsmith", "lsv2_", r"(?:pt|sk|sq)_[A-Za-z0-9_]{20,80}"),
    ("nvidia", "nvapi-", r"[A-Za-z0-9_\-]{40,90}"),
    ("jina", "jina_", r"[A-Za-z0-9_\-]{40,80}"),
    ("together", "tgp_v1_", r"[A-Za-z0-9_\-]{30,60}"),
    ("hugging-face", "api_org_", r"[A-Za-z0-9]{30,50}"),
    ("google-refresh", "1//0", r"[A-Za-z0-9_\-]{40,120}"),
    ("aws-bedrock", "ABSK", r"[A-Za-z0-9+/]{100,160}={0,2}"),
    ("digitalocean", "dor_v1_", r"[a-f0-9]{32,80}"),
    ("heroku", "HRKU-", r"[A-Za-z0-9_\-]{30,80}"),
    ("render", "rnd_", r"[A-Za-z0-9]{24,40}"),
    ("supabase", "sb_secret_", r"[A-Za-z0-9_\-]{20,60}"),
    ("neon", "napi_", r"[a-z0-9]{40,80}"),
    ("pulumi", "pul-", r"[a-f0-9]{40}"),
    ("onepassword", "A3-", r"[A-Z0-9]{6}-[A-Z0-9]{5,6}(?:-[A-Z0-9]{5}){3,4}"),
    ("tailscale", "tskey-", r"(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,48}"),
    ("mongodb-atlas", "mdb_sa_sk_", r"[A-Za-z0-9_\-]{30,60}"),
    *(("flyio", prefix, r"[A-Za-z0-9+/=,_]{40,1500}") for prefix in ("fm1r_", "fm1a_", "fm2_")),
    ("yandex", "AQVN", r"[A-Za-z0-9_\-]{30,50}"),
    ("yandex", "y0_", r"[A-Za-z0-9_\-]{40,70}"),
    ("infisical", "st.", r"[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}"),
    ("doppler", "dp.", r"(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._\-]{20,80}"),
    *(("gitlab", prefix, r"[A-Za-z0-9_\-]{16,120}(?:\.[0-9a-z]{2}\.[0-9a-z]{7,12})?") for prefix in (
        "glpat-", "gldt-", "glrt-", "glrtr-", "glptt-", "glcbt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-",
        "glffct-", "glwt-")),
    ("gitlab", "GR1348941", r"[A-Za-z0-9_\-]{16,40}"),
    ("bitbucket", "ATCTT3", r"[A-Za-z0-9_\-=]{40,250}"),
    ("trello", "ATTA", r"[a-f0-9]{60,80}"),
    ("nuget", "oy2", r"[a-z0-9]{43}"),
    ("docker", "dckr_oat_", r"[A-Za-z0-9_\-]{20,60}"),
    ("clojars", "CLOJARS_", r"[a-z0-9]{60}"),
    ("artifactory", "cmVmdGtu", r"[A-Za-z0-9]{40,70}"),
    *(("sourcegraph", prefix, r"(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40,64}") for prefix in ("sgp_", "sgd_")),
    ("buildkite", "bkua_", r"[a-f0-9]{40}"),
    ("circleci", "CCIPAT_", r"[A-Za-z0-9]{20,24}_[a-f0-9]{40}"),
    *(("sonarqube", prefix, r"[a-f0-9]{40}") for prefix in ("squ_", "sqp_", "sqa_", "sqb_")),
    ("snyk", "snyk_uat.", r"[A-Za-z0-9._\-]{20,200}"),
    ("dropbox", "sl.", r"(?:u\.)?[A-Za-z0-9_\-]{100,1500}"),
    ("contentful", "CFPAT-", r"[A-Za-z0-9_\-]{40,60}"),
    ("typeform", "tfp_", r"[A-Za-z0-9_\-]{40,80}"),
    ("readme", "rdme_", r"[a-z0-9]{60,80}"),
    *(("prefect", prefix, r"[A-Za-z0-9]{32,44}") for prefix in ("pnu_", "pnb_")),
    ("frameio", "fio-u-", r"[A-Za-z0-9_\-=]{50,80}"),
    ("adobe", "p8e-", r"[A-Za-z0-9_\-]{30,40}"),
    *(("flutterwave", prefix, r"[A-Za-z0-9]{12,40}-X") for prefix in ("FLWSECK-", "FLWSECK_TEST-", "FLWPUBK-")),
    ("plaid", "access-", rf"(?:sandbox|development|production)-{_UUID}"),
    *(("easypost", prefix, r"[A-Za-z0-9]{50,60}") for prefix in ("EZAK", "EZTK")),
    *(("shippo", f"shippo_{mode}_", r"[a-f0-9]{40}") for mode in ("live", "test")),
    *(("duffel", f"duffel_{mode}_", r"[A-Za-z0-9_\-=]{40,50}") for mode in ("live", "test")),
    *(("slack", f"xox{letter}-", r"[A-Za-z0-9%\-]{10,350}") for letter in "abcdeoprs"),
    ("slack", "xoxe.xox", r"[bp]-[A-Za-z0-9\-]{20,250}"),
    *(("brevo", prefix, r"[a-f0-9]{30,80}(?:-[A-Za-z0-9]{16})?") for prefix in ("xkeysib-", "xsmtpsib-")),
    ("hubspot", "pat-", rf"(?:na|eu|ap)\d-{_UUID}"),
    ("twitter", "AAAAAAAAAAAAAAAAAAAA", r"[A-Za-z0-9%]{30,120}"),
    ("salesforce", "00D", r"[A-Za-z0-9]{12,15}![A-Za-z0-9._]{40,200}"),
    *(("new-relic", prefix, r"[A-Za-z0-9_\-]{19,40}") for prefix in ("NRAK-", "NRII-", "NRIQ-", "NRRA-", "NRSP-")),
    ("grafana", "glc_", r"[A-Za-z0-9+/]{30,400}={0,2}"),
    ("grafana", "eyJrIjoi", r"[A-Za-z0-9+/]{40,400}={0,2}"),
    ("sentry", "sntryu_", r"[a-f0-9]{40,80}"),
    *(("launchdarkly", prefix, _UUID) for prefix in ("sdk-", "api-", "mob-")),
    *(("posthog", prefix, r"[A-Za-z0-9]{30,60}") for prefix in ("phx_", "phs_")),
    *(("honeycomb", prefix, r"[a-z0-9]{50,70}") for prefix in ("hcaik_", "hcbik_", "hcamk_")),
    *(("stytch", f"secret-{mode}-", r"[A-Za-z0-9_\-]{32,40}") for mode in ("live", "test")),
    ("paypal-braintree", "access_token$", r"(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}"),
    ("flickr", "oauth:", r"[a-z0-9]{30}"),
    ("intercom", "dG9rOg", r"[A-Za-z0-9+/]{30,80}={0,2}"),
    ("vk", "vk1.a.", r"[A-Za-z0-9_\-]{60,300}"),
    ("polar", "polar_", r"(?:oat|pat|whs)_[A-Za-z0-9]{30,60}"),
    *(("aws", prefix, r"[A-Z2-7]{16}") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
    ("aws-session", "FwoGZXIvYXdz", r"[A-Za-z0-9+/]{100,2000}={0,2}"),
    ("aws-session", "IQoJb3JpZ2lu", r"[A-Za-z0-9+/]{100,2000}={0,2}"),
    ("ansible-vault", "$ANSIBLE_VAULT;", r"[\d.]{3};AES256[^\n]{0,40}\n(?:[ ]{0,20}[0-9a-f]{6,82}\n?){1,200}"),
))  # fmt: skip

_WEAK = _formats((
    # `sk-`: OpenAI (sk-proj-, sk-svcacct-), Anthropic (sk-ant-), OpenRouter (sk-or-), Langfuse (sk-lf-), DeepSeek.
    ("sk", "sk-", r"(?!ecdsa-|ssh-)[A-Za-z0-9_\-]{16,250}"),
    ("cerebras", "csk-", r"[a-z0-9]{40,60}"),
    ("elevenlabs", "sk_", r"[A-Za-z0-9]{32,64}"),
    ("openai-session", "sess-", r"[A-Za-z0-9]{32,64}"),
    ("fireworks", "fw_", r"[A-Za-z0-9]{20,40}"),
    ("voyage", "pa-", r"[A-Za-z0-9_\-]{40,50}"),
    ("resend", "re_", r"[A-Za-z0-9]{6,10}_[A-Za-z0-9]{20,30}"),
    ("clickup", "pk_", r"\d{5,10}_[A-Z0-9]{28,36}"),
    ("crates", "cio", r"[A-Za-z0-9]{32}"),
    ("notion", "secret_", r"[A-Za-z0-9]{40,50}"),
    ("mailgun", "key-", r"[a-f0-9]{32}"),
    ("airtable", "pat", r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    ("square", "EAAA", r"[A-Za-z0-9_\-]{50,70}"),
    ("facebook", "EAA", r"[A-Za-z0-9]{80,300}"),
    ("twilio", "SK", r"[a-f0-9]{32}"),
    ("twilio", "AC", r"[a-f0-9]{32}"),
    ("tencent", "AKID", r"[A-Za-z0-9]{28,36}"),
    ("scaleway", "SCW", r"[A-Z0-9]{17}"),
    *(("aws", prefix, r"[A-Z0-9]{12,20}") for prefix in ("AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA")),
    *(("mollie", f"{mode}_", r"[A-Za-z0-9]{30,44}") for mode in ("live", "test")),
), is_weak=True)  # fmt: skip

_INSIDE = _around((
    ("azure-ad", "8Q~", r"[A-Za-z0-9_~.\-]{3}8Q~[A-Za-z0-9_~.\-]{30,36}"),
    ("azure-devops", "AZDO", r"[A-Za-z0-9]{70,80}AZDO[A-Za-z0-9]{4}"),
    ("terraform", ".atlasv1.", r"[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_\-=]{50,90}"),
    ("mailchimp", "-us", r"[a-f0-9]{32}-us\d{1,2}"),
    ("new-relic", "NRAL", r"[a-f0-9]{36}NRAL"),
    ("telegram", ":AA", r"\d{8,10}:AA[A-Za-z0-9_\-]{32,34}"),
    *(("discord", start, rf"{start}[A-Za-z0-9_\-]{{22,26}}\.[A-Za-z0-9_\-]{{6}}\.[A-Za-z0-9_\-]{{25,42}}")
      for start in ("MT", "MD", "MA", "ME", "MI", "Mz", "Mj", "Nj", "Nz", "NT", "ND", "NH", "OD", "OT")),
    ("slack-hook", "hooks.slack.com/", r"(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+\-]{20,120}"),
    ("teams-hook", ".webhook.office.com/",
     r"(?:https?://)?[a-z0-9\-]{1,60}\.webhook\.office\.com/webhookb2/[\w@\-]{36,80}/IncomingWebhook/[\w/\-]{32,140}"),
    ("discord-hook", "/api/webhooks/",
     r"(?:https?://)?(?:[a-z]{1,10}\.)?discord(?:app)?\.com/api/webhooks/\d{10,22}/[\w\-]{30,100}"),
    ("google-chat-hook", "chat.googleapis.com/",
     r"(?:https?://)?chat\.googleapis\.com/v1/spaces/[\w\-]{5,40}/messages\?key=[\w\-&=%]{40,200}"),
    ("zapier-hook", "hooks.zapier.com/", r"(?:https?://)?hooks\.zapier\.com/hooks/catch/[\w/]{8,60}"),
))  # fmt: skip

_BEHIND = (
    # The 32 characters before are looked at only where this stands: a `-` is in every text.
    Format("mailgun", "-", re.compile(rf"-(?<=[a-f0-9]{{32}}-)[a-f0-9]{{8}}-[a-f0-9]{{8}}{_STOP}(?!-)"), before=32),
)

FORMATS = (*_MARKED, *_WEAK, *_INSIDE, *_BEHIND)
