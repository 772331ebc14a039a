"""Published formats of keys and tokens, as their vendors describe them: for making samples, never for finding any.

Read by `bench.secrets`. Written from the vendors' pages and kept apart from the detector's table, so that a mistake in
one is seen by the other. `<w36>` stands for 36 characters of an alphabet: see `ALPHABETS`. A format that begins with
nothing of its own can only be told by the name it is assigned to, and stands among `NAMED`.
"""

from __future__ import annotations

ALPHABETS = {
    "a": "abcdefghijklmnopqrstuvwxyz",
    "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "d": "0123456789",
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "n": "abcdefghijklmnopqrstuvwxyz0123456789",
    "N": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "w": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "u": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
    "b": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "t": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
}
UUID = "<h8>-<h4>-4<h3>-a<h3>-<h12>"

_MARKED = """
OpenAI                OPENAI_API_KEY            sk-<w20>T3BlbkFJ<w20>
OpenAI                OPENAI_API_KEY            sk-proj-<u74>T3BlbkFJ<u74>
OpenAI                OPENAI_API_KEY            sk-svcacct-<u74>T3BlbkFJ<u74>
OpenAI                OPENAI_ADMIN_KEY          sk-admin-<u58>T3BlbkFJ<u58>
Anthropic             ANTHROPIC_API_KEY         sk-ant-api03-<u93>AA
Anthropic             ANTHROPIC_ADMIN_KEY       sk-ant-admin01-<u93>AA
Google API            GOOGLE_API_KEY            AIza<u35>
Google OAuth          GOOGLE_CLIENT_SECRET      GOCSPX-<u28>
Google OAuth          GOOGLE_ACCESS_TOKEN       ya29.<u120>
Google OAuth          GOOGLE_REFRESH_TOKEN      1//0<w1><u60>
Hugging Face          HF_TOKEN                  hf_<w34>
Groq                  GROQ_API_KEY              gsk_<w52>
xAI                   XAI_API_KEY               xai-<w80>
Perplexity            PPLX_API_KEY              pplx-<w48>
Replicate             REPLICATE_API_TOKEN       r8_<w37>
OpenRouter            OPENROUTER_API_KEY        sk-or-v1-<h64>
DeepSeek              DEEPSEEK_API_KEY          sk-<h32>
LangSmith             LANGSMITH_API_KEY         lsv2_pt_<h32>_<h10>
Langfuse              LANGFUSE_SECRET_KEY       sk-lf-<h8>-<h4>-<h4>-<h4>-<h12>
Tavily                TAVILY_API_KEY            tvly-dev-<w32>
Pinecone              PINECONE_API_KEY          pcsk_<w6>_<w63>
NVIDIA                NVIDIA_API_KEY            nvapi-<u64>
ElevenLabs            ELEVENLABS_API_KEY        sk_<h48>
Jina                  JINA_API_KEY              jina_<h32><u28>
Together              TOGETHER_API_KEY          tgp_v1_<u43>
Cerebras              CEREBRAS_API_KEY          csk-<n48>
AWS                   AWS_ACCESS_KEY_ID         AKIA<t16>
AWS                   AWS_ACCESS_KEY_ID         ASIA<t16>
AWS Bedrock           AWS_BEARER_TOKEN_BEDROCK  ABSK<b128>=
Azure AD              AZURE_CLIENT_SECRET       <w3>8Q~<w34>
Azure DevOps          AZURE_DEVOPS_PAT          <w76>AZDO<w4>
Alibaba               ALIBABA_ACCESS_KEY_ID     LTAI<w20>
Tencent               TENCENT_SECRET_ID         AKID<w32>
DigitalOcean          DIGITALOCEAN_TOKEN        dop_v1_<h64>
DigitalOcean          DO_REFRESH                dor_v1_<h64>
Heroku                HEROKU_API_KEY            HRKU-AA<u58>
Netlify               NETLIFY_AUTH_TOKEN        nfp_<w36>
Render                RENDER_API_KEY            rnd_<w28>
Supabase              SUPABASE_ACCESS_TOKEN     sbp_<h40>
Supabase              SUPABASE_SECRET_KEY       sb_secret_<u31>
PlanetScale           PLANETSCALE_TOKEN         pscale_tkn_<u43>
Neon                  NEON_API_KEY              napi_<n64>
Databricks            DATABRICKS_TOKEN          dapi<h32>
Doppler               DOPPLER_TOKEN             dp.pt.<w43>
Vault                 VAULT_TOKEN               hvs.<u95>
Terraform Cloud       TFE_TOKEN                 <w14>.atlasv1.<u67>
Pulumi                PULUMI_ACCESS_TOKEN       pul-<h40>
1Password             OP_SECRET_KEY             A3-<N6>-<N6>-<N5>-<N5>-<N5>
age                   AGE_KEY                   AGE-SECRET-KEY-1<N58>
Tailscale             TS_AUTHKEY                tskey-auth-<w12>CNTRL-<w32>
Scaleway              SCW_ACCESS_KEY            SCW<N17>
Yandex                YC_TOKEN                  y0_<u55>
GitHub                GITHUB_TOKEN              ghp_<w36>
GitHub                GITHUB_TOKEN              gho_<w36>
GitHub                GITHUB_TOKEN              ghs_<w36>
GitHub                GITHUB_TOKEN              ghr_<w76>
GitHub                GITHUB_TOKEN              github_pat_<w22>_<w59>
GitLab                GITLAB_TOKEN              glpat-<u20>
GitLab                GITLAB_TOKEN              glpat-<u27>.01.<n9>
GitLab                CI_DEPLOY_PASSWORD        gldt-<u20>
GitLab                RUNNER_TOKEN              glrt-<u20>
GitLab                TRIGGER                   glptt-<h40>
GitLab                AGENT_TOKEN               glagent-<u50>
GitLab                REGISTRATION              GR1348941<u20>
Atlassian             JIRA_API_TOKEN            ATATT3xFfGF0<u171>=<H8>
Bitbucket             BITBUCKET_APP_PASSWORD    ATBB<w32>
Trello                TRELLO_TOKEN              ATTA<h72>
npm                   NPM_TOKEN                 npm_<w36>
PyPI                  TWINE_PASSWORD            pypi-AgEIcHlwaS5vcmc<u120>
RubyGems              GEM_HOST_API_KEY          rubygems_<h48>
NuGet                 NUGET_API_KEY             oy2<n43>
crates.io             CARGO_REGISTRY_TOKEN      cio<w32>
Docker                DOCKERHUB_TOKEN           dckr_pat_<u27>
Clojars               CLOJARS_PASSWORD          CLOJARS_<n60>
Artifactory           ARTIFACTORY_API_KEY       AKCp<w69>
Artifactory           JFROG_REFERENCE           cmVmdGtu<w56>
Sourcegraph           SRC_ACCESS_TOKEN          sgp_<h16>_<h40>
Buildkite             BUILDKITE_TOKEN           bkua_<h40>
CircleCI              CIRCLE_TOKEN              CCIPAT_<w22>_<h40>
SonarQube             SONAR_TOKEN               squ_<h40>
Postman               POSTMAN_API_KEY           PMAK-<h24>-<h34>
Figma                 FIGMA_TOKEN               figd_<u40>
Linear                LINEAR_API_KEY            lin_api_<w40>
Notion                NOTION_TOKEN              secret_<w43>
Notion                NOTION_TOKEN              ntn_<d11><w35>
Airtable              AIRTABLE_PAT              pat<w14>.<h64>
ClickUp               CLICKUP_TOKEN             pk_<d8>_<N32>
Dropbox               DROPBOX_TOKEN             sl.<u136>
Contentful            CONTENTFUL_PAT            CFPAT-<u43>
Typeform              TYPEFORM_TOKEN            tfp_<u44>
ReadMe                README_KEY                rdme_<n70>
Prefect               PREFECT_API_KEY           pnu_<w36>
Frame.io              FRAMEIO_TOKEN             fio-u-<u64>
Adobe                 ADOBE_CLIENT_SECRET       p8e-<n32>
Shopify               SHOPIFY_TOKEN             shpat_<h32>
Shopify               SHOPIFY_SECRET            shpss_<h32>
Stripe                STRIPE_KEY                sk_live_<w24>
Stripe                STRIPE_KEY                sk_test_<w99>
Stripe                STRIPE_KEY                rk_live_<w99>
Stripe                STRIPE_WEBHOOK_SECRET     whsec_<w32>
Square                SQUARE_TOKEN              sq0atp-<u22>
Square                SQUARE_SECRET             sq0csp-<u43>
Square                SQUARE_TOKEN              EAAA<u60>
Braintree             BRAINTREE_TOKEN           access_token$production$<n16>$<h32>
Razorpay              RAZORPAY_KEY              rzp_live_<w14>
Flutterwave           FLW_SECRET                FLWSECK-<h32>-X
Flutterwave           FLW_SECRET                FLWSECK_TEST-<h32>-X
Plaid                 PLAID_ACCESS              access-sandbox-<h8>-<h4>-<h4>-<h4>-<h12>
Mollie                MOLLIE_KEY                live_<w30>
EasyPost              EASYPOST_KEY              EZAK<w54>
Shippo                SHIPPO_TOKEN              shippo_live_<h40>
Duffel                DUFFEL_TOKEN              duffel_live_<u43>
Slack                 SLACK_BOT_TOKEN           xoxb-<d12>-<d13>-<w24>
Slack                 SLACK_USER_TOKEN          xoxp-<d12>-<d12>-<d13>-<h32>
Slack                 SLACK_REFRESH             xoxe-1-<w146>
Slack                 SLACK_APP_TOKEN           xapp-1-A<N10>-<d13>-<h64>
Slack webhook         SLACK_WEBHOOK             https://hooks.slack.com/services/T<N10>/B<N10>/<w24>
Discord               DISCORD_TOKEN             MT<w24>.<w6>.<u38>
Discord webhook       DISCORD_WEBHOOK           https://discord.com/api/webhooks/<d18>/<u68>
Teams webhook         TEAMS_WEBHOOK             https://acme.webhook.office.com/webhookb2/<h8>-<h4>-<h4>-<h4>-<h12>@<h8>-<h4>-<h4>-<h4>-<h12>/IncomingWebhook/<h32>/<h8>-<h4>-<h4>-<h4>-<h12>
Telegram              TELEGRAM_BOT_TOKEN        <d10>:AA<u33>
Twilio                TWILIO_API_KEY            SK<h32>
SendGrid              SENDGRID_API_KEY          SG.<u22>.<u43>
Mailgun               MAILGUN_API_KEY           key-<h32>
Mailgun               MAILGUN_API_KEY           <h32>-<h8>-<h8>
Mailchimp             MAILCHIMP_API_KEY         <h32>-us12
Brevo                 BREVO_API_KEY             xkeysib-<h64>-<w16>
Brevo                 BREVO_SMTP                xsmtpsib-<h64>-<w16>
Resend                RESEND_API_KEY            re_<w8>_<w24>
Mandrill              MANDRILL_KEY              md-<u22>
HubSpot               HUBSPOT_TOKEN             pat-na1-<h8>-<h4>-<h4>-<h4>-<h12>
Facebook              FB_ACCESS_TOKEN           EAA<w180>
Twitter               TWITTER_BEARER            AAAAAAAAAAAAAAAAAAAAA<w80>
Salesforce            SF_SESSION                00D<w12>!AQ<w90>
Grafana               GRAFANA_TOKEN             glsa_<w32>_<h8>
Grafana               GRAFANA_CLOUD             glc_<w120>==
New Relic             NEW_RELIC_API_KEY         NRAK-<N27>
New Relic             NEW_RELIC_INSERT          NRII-<u32>
New Relic             NEW_RELIC_LICENSE_KEY     <h36>NRAL
Sentry                SENTRY_AUTH_TOKEN         sntryu_<h64>
Sentry                SENTRY_AUTH_TOKEN         sntrys_<w120>
Dynatrace             DT_API_TOKEN              dt0c01.<t24>.<t64>
LaunchDarkly          LD_SDK_KEY                sdk-<h8>-<h4>-<h4>-<h4>-<h12>
PostHog               POSTHOG_KEY               phx_<w43>
Honeycomb             HONEYCOMB_KEY             hcaik_01<n56>
Mapbox                MAPBOX_SECRET             sk.eyJ<w70>.<u22>
Stytch                STYTCH_SECRET             secret-live-<u36>
Fly.io                FLY_API_TOKEN             fm2_<b400>
JWT                   ACCESS_TOKEN              eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI<w40>.<u43>
"""

_NAMED = f"""
AWS secret            AWS_SECRET_ACCESS_KEY     <b40>
AWS session           AWS_SESSION_TOKEN         FwoGZXIvYXdzE<b240>==
Azure storage         AZURE_STORAGE_KEY         <b86>==
Azure OpenAI          AZURE_OPENAI_API_KEY      <h32>
Alibaba               ALIBABA_ACCESS_KEY_SECRET <w30>
Cloudflare            CLOUDFLARE_API_TOKEN      <u40>
Cloudflare            CLOUDFLARE_API_KEY        <h37>
Fastly                FASTLY_API_TOKEN          <u32>
Linode                LINODE_TOKEN              <h64>
Hetzner               HCLOUD_TOKEN              <w64>
Vercel                VERCEL_TOKEN              <w24>
Heroku                HEROKU_API_KEY            {UUID}
Confluent             CONFLUENT_API_SECRET      <b64>
Cohere                COHERE_API_KEY            <w40>
Mistral               MISTRAL_API_KEY           <w32>
Weights & Biases      WANDB_API_KEY             <h40>
Datadog               DD_API_KEY                <h32>
Datadog               DD_APP_KEY                <h40>
Twilio                TWILIO_AUTH_TOKEN         <h32>
Algolia               ALGOLIA_ADMIN_KEY         <h32>
Okta                  OKTA_API_TOKEN            00<u40>
Zendesk               ZENDESK_API_TOKEN         <w40>
Twitter               TWITTER_API_SECRET        <w50>
LinkedIn              LINKEDIN_CLIENT_SECRET    <w16>
Spotify               SPOTIFY_CLIENT_SECRET     <h32>
Binance               BINANCE_SECRET_KEY        <w64>
PayPal                PAYPAL_CLIENT_SECRET      E<u79>
Plaid                 PLAID_SECRET              <h30>
Postmark              POSTMARK_SERVER_TOKEN     {UUID}
PagerDuty             PAGERDUTY_TOKEN           u+<u18>
Rollbar               ROLLBAR_ACCESS_TOKEN      <h32>
Etherscan             ETHERSCAN_API_KEY         <N34>
Infura                INFURA_PROJECT_SECRET     <h32>
OpenWeather           OPENWEATHER_API_KEY       <h32>
Django                DJANGO_SECRET_KEY         <w50>
Rails                 SECRET_KEY_BASE           <h128>
Laravel               APP_KEY                   base64:<b43>=
Flask                 FLASK_SECRET_KEY          <h48>
JWT signing           JWT_SECRET                <u43>
Encryption            ENCRYPTION_KEY            <h64>
"""


def _rows(table: str) -> list[tuple[str, str, str]]:
    rows = []
    for line in table.strip().splitlines():
        vendor, rest = line[:22].strip(), line[22:]
        name, template = rest.split(maxsplit=1)
        rows.append((vendor, name, template))
    return rows


MARKED = _rows(_MARKED)
NAMED = _rows(_NAMED)
