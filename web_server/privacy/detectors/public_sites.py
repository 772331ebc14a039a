"""Hosts that everybody knows: a link to one of them names nobody, and the answer usually needs it.

Asked by the detectors of links and hosts. A host is told by the name before its public suffix (`docs.python.org` by
`python`), by a suffix that only states have, or as a placeholder. Never resolves anything.
Where a platform gives each of its users a host of their own (`anna.github.io`) the host names the user: not known.
Names of firms that are also surnames stand with their suffix, or not at all.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.glue import words

__all__ = ["is_public"]

_SITES = words(
    # search, mail, social, video, news readers
    "google googleapis gstatic googleusercontent googleblog goo youtube youtu gmail bing yahoo duckduckgo baidu "
    "yandex ecosia qwant facebook fb instagram threads whatsapp messenger twitter twimg linkedin licdn reddit redd "
    "pinterest snapchat tiktok telegram discord discordapp twitch vimeo dailymotion flickr imgur giphy tumblr quora "
    "medium mastodon bluesky bsky vk weibo wechat qq zhihu bilibili douyin skype zoom webex soundcloud spotify deezer "
    "bandcamp netflix hulu disney disneyplus hbo hbomax primevideo imdb rottentomatoes letterboxd goodreads "
    "stackoverflow stackexchange superuser serverfault askubuntu mathoverflow producthunt "
    # knowledge, science, libraries
    "wikipedia wikimedia wiktionary wikidata wikihow wikibooks wikisource fandom britannica archive gutenberg arxiv "
    "biorxiv medrxiv doi crossref orcid pubmed ncbi sciencedirect springeropen nature-research jstor researchgate "
    "academia semanticscholar scholar elsevier frontiersin mdpi plos acm ieee usenix aclanthology openreview nips "
    "neurips iclr biomedcentral cell thelancet bmj nejm cochrane mayoclinic webmd healthline medlineplus drugs "
    "khanacademy coursera edx udemy udacity duolingo quizlet codecademy freecodecamp brilliant wolframalpha mathworld "
    "desmos geogebra overleaf latex-project ctan zotero mendeley grammarly dictionary merriam-webster thesaurus "
    "linguee deepl duden larousse "
    # code, packages, documentation
    "github githubusercontent gitlab bitbucket sourceforge codeberg gitee launchpad gnu fsf kernel python pypi "
    "pythonhosted anaconda conda-forge readthedocs readthedocs-hosted djangoproject palletsprojects fastapi tiangolo "
    "pytorch tensorflow keras scikit-learn scipy numpy pydata matplotlib plotly jupyter kaggle huggingface hf openai "
    "chatgpt anthropic deepmind mistral cohere perplexity langchain llamaindex ollama wandb mlflow replicate nodejs "
    "npmjs npmjs-cdn yarnpkg unpkg jsdelivr cdnjs esm skypack deno jsr bun reactjs react vuejs angular svelte nextjs "
    "nuxt nuxtjs astro gatsbyjs jquery getbootstrap bootstrapcdn tailwindcss fontawesome d3js threejs babeljs webpack "
    "vitejs eslint typescriptlang javascript caniuse mozilla mozillazine w3 w3schools whatwg ecma-international tc39 "
    "geeksforgeeks tutorialspoint javatpoint programiz realpython digitalocean baeldung css-tricks smashingmagazine "
    "codepen jsfiddle codesandbox stackblitz replit glitch leetcode hackerrank codewars codeforces rust-lang crates "
    "lib golang godoc java openjdk oracle javadoc maven mvnrepository sonatype gradle kotlinlang scala-lang clojure "
    "haskell hackage elixir-lang hex erlang ruby-lang rubygems rubyonrails php packagist laravel symfony wordpress "
    "drupal joomla perl cpan metacpan r-project cran bioconductor rstudio posit tidyverse julialang cocoapods dart "
    "flutter pub lua nuget dotnetfoundation unity unity3d unrealengine godotengine cppreference cplusplus isocpp llvm "
    "cmake boost qt gnome kde freedesktop x opengl khronos vulkan nvidia amd intel arm raspberrypi arduino espressif "
    "adafruit sparkfun apache apachefriends nginx docker dockerhub quay kubernetes k8s istio envoyproxy prometheus "
    "grafana elastic elasticsearch opensearch logstash splunk datadoghq newrelic sentry hashicorp terraform "
    "vaultproject consul ansible puppet chef circleci travis-ci redhat fedoraproject centos rockylinux almalinux "
    "debian ubuntu canonical archlinux gentoo opensuse alpinelinux freebsd openbsd netbsd snapcraft flathub flatpak "
    "homebrew brew chocolatey mysql mariadb postgresql sqlite mongodb redis neo4j influxdata cockroachlabs supabase "
    "firebase snowflake databricks confluent rabbitmq zeromq graphql swagger openapis postman insomnia jwt oauth "
    "openid ietf rfc-editor iana icann iso itu unicode json json-schema yaml toml xml xmlsoap openxmlformats xmlpull "
    "schema ogp purl sitemaps android apple icloud microsoft msdn live msn office office365 outlook windows azure "
    "visualstudio vscode powershellgallery powerbi bingapis aka linuxfoundation cncf owasp cve mitre nist-csrc "
    "letsencrypt cloudflare fastly akamai jetbrains sublimetext vim neovim emacs eclipse netbeans opensource "
    "creativecommons spdx choosealicense badge codecov coveralls scrapy selenium vercel netlify auth0 ziglang zapier "
    "playwright cypress pytest "
    # shops, travel, money, software
    "amazon aws ebay etsy aliexpress alibaba walmart bestbuy ikea zalando otto-versand mediamarkt bol coolblue shein "
    "temu shopify booking airbnb expedia tripadvisor trivago kayak skyscanner uber lyft openstreetmap mapbox waze "
    "deutschebahn bahn sncf trenitalia renfe ryanair easyjet lufthansa paypal stripe visa mastercard revolut coinbase "
    "binance coinmarketcap bloomberg reuters investopedia nasdaq nyse morningstar tradingview adobe autodesk figma "
    "canva notion trello asana atlassian jira slack dropbox evernote mailchimp hubspot salesforce sap siemens ibm hp "
    "lenovo asus acer samsung sony lg nintendo playstation xbox steampowered steamcommunity epicgames ubisoft "
    "blizzard roblox minecraft mojang riotgames chess lichess gog itch tesla bmw mercedes-benz volkswagen toyota "
    "honda nike adidas starbucks mcdonalds cocacola coca-cola nestle unilever wikitravel lonelyplanet "
    # news and reference
    "bbc cnn nytimes washingtonpost theguardian guardian wsj ft economist time newsweek usatoday latimes npr pbs "
    "nbcnews cbsnews abcnews foxnews politico theatlantic newyorker wired theverge arstechnica techcrunch engadget "
    "cnet zdnet mashable vox buzzfeed huffpost ycombinator slashdot aljazeera dw spiegel zeit faz sueddeutsche welt "
    "tagesschau heise golem ard zdf orf srf nzz lemonde lefigaro liberation leparisien lequipe francetvinfo rfi "
    "elpais elmundo abc lavanguardia marca rtve corriere repubblica lastampa ansa ilsole24ore nos nu telegraaf "
    "volkskrant nrc hln standaard vrt globo folha uol onet wp gazeta apnews nationalgeographic smithsonianmag "
    "sciencemag scientificamerican newscientist nature statista ourworldindata worldbank imf oecd wto unesco unicef "
    "who un europa nato redcross amnesty greenpeace bundesregierung bundestag arbeitsagentur elster service-public "
    "ameli agenziaentrate inps rijksoverheid belastingdienst agenciatributaria seg-social weather accuweather wetter "
    "espn nba nfl mlb nhl fifa uefa olympics formula1 transfermarkt allrecipes"
)
"""The label before the public suffix."""

_PLACEHOLDERS = words(
    "example example1 example2 test testing localhost domain domain1 yourdomain mydomain your-domain my-domain "
    "yoursite mysite yourwebsite mywebsite website site somesite somedomain some-site anysite yourcompany mycompany "
    "your-company my-company acme contoso fabrikam adventure-works foo bar baz foobar fake fakesite dummy sample xyz "
    "abc xxx host hostname server yourserver myserver api url link myapp yourapp your-app my-app app webapp myapi "
    "api-server placeholder via.placeholder placehold picsum httpbin jsonplaceholder reqres mockapi postman-echo "
    "tempuri your-server your-api your-site yourhost your-host yourblog myblog mystore yourstore"
)
_SECOND_LEVEL = words("co com org net edu gov gob gouv ac or ne go govt nic mil")
_STATES = words("gov mil int arpa gob gouv govt go bund overheid belgium europa")
"""Suffixes that only states have."""
_DOMAINS = words(
    "forbes.com springer.com wiley.com wise.com wolfram.com claude.ai helm.sh jenkins.io cassandra.apache.org leo.org "
    "line.me pons.com rai.it shields.io suse.com swift.org travis-ci.com travis-ci.org treccani.it bosch.com last.fm "
    "docs.rs go.dev nhs.uk gcc.gnu.org mit.edu stanford.edu harvard.edu berkeley.edu cmu.edu cornell.edu "
    "princeton.edu yale.edu columbia.edu caltech.edu ucla.edu washington.edu umich.edu gatech.edu ox.ac.uk cam.ac.uk "
    "ethz.ch epfl.ch tum.de inria.fr"
)
"""Sites whose name alone is also a surname, and the schools whose pages everybody reads."""
_RESERVED = words("test example invalid localhost local internal lan")
"""Internal names have a detector of their own."""
_USERS_OWN = (
    ".github.io", ".gitlab.io", ".blogspot.com", ".wordpress.com", ".tumblr.com", ".amazonaws.com", ".sharepoint.com",
    ".atlassian.net", ".slack.com", ".herokuapp.com", ".bandcamp.com", ".itch.io", ".azurewebsites.net",
    ".myshopify.com", ".medium.com", ".hf.space", ".visualstudio.com", ".salesforce.com",
    ".vercel.app", ".netlify.app", ".auth0.com", ".notion.site", ".zoom.us", ".webex.com", ".supabase.co",
    ".mongodb.net", ".databricks.com", ".canva.site", ".replit.app", ".glitch.me",
    ".googleusercontent.com", ".figma.site",
)  # fmt: skip
_OF_THE_PLATFORM = words("www docs doc api help support developer developers about blog status en my login app static")


_NAME = re.compile(r"[\w.\-]+")
"""Else it is a template: `https://$HOST.net`."""


def is_public(host: str) -> bool:
    """Whether a host, with or without its port, is a well-known site, a placeholder, or no name at all."""
    host = host.rpartition("@")[2].partition(":")[0].rstrip(".").lower()
    labels = host.split(".")
    if len(labels) < 2 or _NAME.fullmatch(host) is None or not labels[-1][:1].isalpha():
        return True
    if labels[-1] in _RESERVED or labels[-1] in _STATES or (len(labels[-1]) == 2 and labels[-2] in _STATES):
        return True
    if host.endswith(_USERS_OWN):
        return labels[0] in _OF_THE_PLATFORM
    at = -3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else -2
    if ".".join(labels[at:]) in _DOMAINS:
        return True
    return labels[at] in _SITES or labels[at] in _PLACEHOLDERS
