"""Links by their host: one that few know says whose it is, one that everybody knows names nobody."""

from __future__ import annotations

import pytest

from tests.support.finding import found
from web_server.privacy.detectors.public_sites import is_public
from web_server.privacy.policy import STRICT


@pytest.mark.parametrize(
    "text",
    ["Can you read {} for me?", 'requests.get("{}", timeout=5)', '<a href="{}">', "[our shop]({})", "curl -X POST {}",
     "callback: {}", "const url = '{}';", "See {}, please.", '{{"referer": "{}"}}', "Schau dir ({}) an"],
)  # fmt: skip
@pytest.mark.parametrize("link", ["https://www.berghuis-keramik.de/", "http://vandoorn.org/tags/main/faq.html"])
def test_a_link_to_a_host_that_few_know_is_hidden_whole(text: str, link: str) -> None:
    assert found(text.format(link)) == [("URL", link)]


def test_a_link_in_json_is_hidden_with_its_backslashes() -> None:
    assert found(r'{"u": "https:\/\/berghuis-keramik.de\/a\/b", "n": 1}') == [
        ("URL", r"https:\/\/berghuis-keramik.de\/a\/b")
    ]


def test_a_link_ends_before_an_entity() -> None:
    assert found("&lt;https://berghuis-keramik.de/a&gt;") == [("URL", "https://berghuis-keramik.de/a")]


@pytest.mark.parametrize(
    "link",
    ["https://docs.python.org/3/library/re.html", "https://pypi.org/project/numpy/", "https://www.bbc.co.uk/news",
     "http://localhost:8080/health", "https://example.com/api", "http://api.internal-test.example/x", "http://web:80/x",
     "https://registry.npmjs.org/lodash", "https://react.dev.example.org/", "https://www.gov.uk/vat", "https://web.mit.edu/",
     "https://your-domain.com/cb", "https://kubernetes.io/docs/", "http://www.w3.org/2000/svg", "https://$HOST/x",
     "https://link.springer.com/article/10", "https://docs.rs/serde", "https://pkg.go.dev/fmt", "https://www.nhs.uk/"],
)  # fmt: skip
def test_a_link_that_everybody_knows_is_hidden_only_by_a_strict_policy(link: str) -> None:
    assert found(f"see {link} for that") == []
    assert [kind for kind, _ in found(f"see {link} for that", STRICT)] == ["URL"]


def test_the_name_of_a_format_is_no_link() -> None:
    assert found('<project xmlns="http://berghuis-keramik.de/pom/4.0.0" xmlns:a="http://vandoorn.org/a">') == []


def test_an_internal_host_may_have_letters_beyond_ascii() -> None:
    assert found("nslookup zürich-db03.corp.internal") == [("URL", "zürich-db03.corp.internal")]


def test_a_host_that_a_platform_gives_its_user_is_the_users() -> None:
    assert found("see https://annaberg.github.io/cv") == [("URL", "https://annaberg.github.io/cv")]
    assert found("see https://anna-berg.vercel.app/") == [("URL", "https://anna-berg.vercel.app/")]
    assert found("see https://docs.github.com/actions") == []


@pytest.mark.parametrize(
    ("host", "known"),
    [("docs.python.org:443", True), ("smith-python.org", False), ("python.org.smith.com", False), ("bbc.co.uk", True),
     ("co.uk", False), ("miller.edu", False), ("10.0.0.1", True), ("user:pw@github.com", True), ("springer.de", False)],
)  # fmt: skip
def test_a_host_is_known_by_the_name_before_its_suffix(host: str, known: bool) -> None:
    assert is_public(host) is known
