"""Links, hosts and home folders: what is somebody's own, and what everybody has."""

from __future__ import annotations

import pytest

from tests.support.finding import found, spans_of
from web_server.privacy.detectors.homes import HomeDetector
from web_server.privacy.detectors.hosts import HostDetector
from web_server.privacy.policy import STRICT


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ping db01.corp.internal please", "db01.corp.internal"),
        ("the server nas.local is down", "nas.local"),
        ("postgres://app:x@pg-7.acme-health.net:5432/prod", "pg-7.acme-health.net"),
        ("jdbc:postgresql://pg7.acme.net/x", "pg7.acme.net"),
        ("DB_HOST=db-prod-3.acme.net", "db-prod-3.acme.net"),
        ("Server=tcp:sql01.acme.com,1433;Database=x", "sql01.acme.com"),
        ('"hostname": "vpn.berlin.acme.de"', "vpn.berlin.acme.de"),
    ],
)
def test_a_host_of_ones_own_is_found(text: str, value: str) -> None:
    assert spans_of(HostDetector(), text) == {("URL", value)}


def test_every_host_of_a_cluster_is_found() -> None:
    spans = spans_of(HostDetector(), "mongodb://u:p@h1.acme.io:27017,h2.acme.io:27017/x")
    assert spans == {("URL", "h1.acme.io"), ("URL", "h2.acme.io")}


@pytest.mark.parametrize(
    "text",
    ["smtp host: smtp.gmail.com", "redis://localhost:6379", "postgres://db:5432/x", "http://host.docker.internal:80",
     "import com.sun.internal.X", ".env.local", "this.local = 1", "host: api.openai.com", "mysql://db1.example.com/x",
     "self.app.internal()"],
)  # fmt: skip
def test_a_host_that_everybody_has_is_kept(text: str) -> None:
    assert spans_of(HostDetector(), text) == set()


@pytest.mark.parametrize(
    "text",
    ["/home/{}/notes.txt", "C:\\Users\\{}\\Documents", '"C:\\\\Users\\\\{}\\\\x"', "cd /Users/{}", "C:/Users/{}/x"],
)
def test_the_owner_of_a_home_folder_is_found(text: str) -> None:
    assert spans_of(HomeDetector(), text.format("anna.k")) == {("USERNAME", "anna.k")}
    assert spans_of(HomeDetector(), text.format("user")) == set()


@pytest.mark.parametrize(
    "text",
    ["My website is {}", "I've shared files with you: {}", "Website:\n{}", "our shop at {}", "mein Blog: {}",
     "visita mi página {}", "Just posted a photo {}"],
)  # fmt: skip
def test_ones_own_site_is_hidden(text: str) -> None:
    assert found(text.format("https://www.berghuis-keramik.de/")) == [("URL", "https://www.berghuis-keramik.de/")]


@pytest.mark.parametrize(
    "link",
    ["https://x.example/a?mail=anna%40example.com", "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit",
     "https://shop.example/orders?customer_id=99812", "https://wa.me/15550100", "mailto:anna@example.com"],
)  # fmt: skip
def test_a_link_that_leads_to_somebody_is_hidden(link: str) -> None:
    assert found(f"see {link}")[0][1] in link


def test_a_bracket_opened_in_a_link_is_closed_in_it() -> None:
    assert ("URL", "https://en.wikipedia.org/wiki/Foo_(bar)") in found(
        "(https://en.wikipedia.org/wiki/Foo_(bar)).", STRICT
    )


def test_a_domain_alone_is_ones_own_or_strict() -> None:
    assert found("my site: berghuis-keramik.info.") == [("URL", "berghuis-keramik.info")]
    assert found("visit davis-pottery.biz, please") == []
    assert ("URL", "davis-pottery.biz") in found("visit davis-pottery.biz, please", STRICT)
    assert found("os.path.in and a.de() and self.it = 3", STRICT) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("IP address: 203.0.113.7", "IP_ADDRESS", "203.0.113.7"),
        ("MAC address: 62-1d-14-c6-26-ae.", "MAC_ADDRESS", "62-1d-14-c6-26-ae"),
        ("E-mail address: anna@example.com", "EMAIL_ADDRESS", "anna@example.com"),
        ("ETH address: 0x" + "ab" * 20, "CRYPTO", "0x" + "ab" * 20),
        ("Her social is 003-52-3011", "US_SSN", "003-52-3011"),
    ],
)
def test_an_address_of_a_machine_is_no_street(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


def test_ones_own_login_is_found_in_prose() -> None:
    assert found("my login is fdominguez") == [("USERNAME", "fdominguez")]
    assert found("my login is broken, my username is invalid") == []
