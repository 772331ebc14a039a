"""The page in a real browser, in front of the whole router: what a person sees, and what left."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.browser import Tab, tab
from tests.support.plain_http import PLAIN
from tests.support.stack import Stack, running
from tests.support.waiting import until

VALUES = ("Marta Lindqvist", "marta.lindqvist@fjordmail.example", "12 Larkspur Lane", "GB33BUKB20201555555555")
LETTER = (
    f"Dear {VALUES[0]},\nplease send the invoice for {VALUES[2]}, Norwich to {VALUES[1]}. "
    f"The IBAN is {VALUES[3]}.\n```html\n<b onclick=\"document.title='taken'\">&amp;</b>\n```"
)
ATTACK = (
    "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script> [x](javascript:alert(1))"
)
IS_READY = "document.activeElement?.tagName === 'TEXTAREA'"
ASKS_FOR_A_TOKEN = "document.activeElement?.name === 'token'"
IS_SEEN = "document.querySelector('.sum')?.innerText"
KEPT = "JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie])"


def answers(count: int) -> str:
    return f"document.querySelectorAll('.told').length === {count}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with tab() as opened:
        yield opened


@pytest.fixture(scope="module")
def closed() -> Iterator[Stack]:
    """A router that asks for a token, and lets nobody ask much."""
    with running({"WEB_SERVER_WEB_ACCESS": "token", "WEB_SERVER_LIMIT_REQUESTS": "20"}) as stack:
        yield stack


@pytest.fixture
def page(stack: Stack, browser: Tab) -> Tab:
    """The page of the shared router, ready to be written to."""
    browser.open(f"{stack.url}/")
    browser.until(IS_READY)
    return browser


def asked(page: Tab, prompt: str, number: int = 1) -> str:
    """Writes and sends; the newest answer, once it is there."""
    page.type(prompt)
    page.press("Enter")
    page.until(answers(number))
    return str(page.does("[...document.querySelectorAll('.prose')].at(-1).innerText"))


def sent(stack: Stack) -> str:
    return json.dumps(stack.received(), ensure_ascii=False)


def test_what_leaves_is_seen_before_it_does_and_the_answer_has_the_real_values(stack: Stack, page: Tab):
    page.type(LETTER)
    page.until(IS_SEEN)
    left = page.text(".leaving")
    assert left.startswith("WHAT LEAVES") and "please send the invoice for" in left
    assert [value for value in VALUES if value in left] == []
    for kind in ("person", "e-mail address", "street address", "IBAN"):
        assert f"{kind} 1" in page.text(".sum")
    shown = page.does("document.querySelector('.leaving .sent').textContent")
    page.press("Enter")
    page.until(answers(1))
    answer = page.text(".answered .prose")
    assert [value for value in VALUES if value not in answer] == []
    assert page.text(".answered pre") == "<b onclick=\"document.title='taken'\">&amp;</b>"
    assert "person 1" in page.text(".told") and "endpoint ep_" in page.text(".told")
    (received,) = stack.received()
    assert received["body"]["messages"][-1]["content"] == shown
    assert asked(page, "And where does Marta live?", 2) == "And where does Marta live?"
    assert [value for value in (*VALUES, "Marta") if value in sent(stack)] == []
    assert {url.removeprefix(stack.url).partition("/")[0] for url in page.requests} == {""}
    assert page.complaints == []
    assert json.loads(page.does(KEPT)) == [[], [], ""]
    lets_vendors_read = "document.querySelector('textarea').spellcheck || document.documentElement.translate"
    assert page.does(lets_vendors_read) is False


def test_what_a_model_writes_is_shown_and_never_run(page: Tab):
    assert asked(page, ATTACK) == ATTACK
    assert page.does("document.querySelectorAll('.turn img, .turn script, .turn a').length") == 0
    assert page.does("document.title") == "LLM VPN"
    assert page.complaints == []


def test_covers_softening_and_padding_are_asked_for_by_switches_and_told_after(stack: Stack, page: Tab):
    page.does("document.querySelector('.switches').open = true")
    page.click("Hide private values")
    page.choose("Soften", "format")
    page.choose("Decoys", "2")
    page.click("Pad answers")
    page.does("document.querySelector('textarea').focus()")
    page.type("pls call Marta Lindqvist!!!")
    page.until(IS_SEEN)
    assert "Values are not hidden." in page.text(".sum")
    page.click("Hide private values")
    page.until("document.querySelector('.sum')?.innerText.includes('person')")
    assert "how it is typed softened" in page.text(".sum") and "2 decoys beside it" in page.text(".sum")
    page.click("Send")
    page.until(answers(1))
    told = page.text(".told")
    assert all(each in told for each in ("person 1", "how it is typed softened", "2 decoys went along", "padded")), told
    until(lambda: len(stack.received()) == 3)
    assert "Lindqvist" not in sent(stack)


def test_a_stateless_question_brings_its_history_and_has_no_session(stack: Stack, page: Tab):
    page.does("document.querySelector('.switches').open = true")
    page.click("Stateless")
    page.does("document.querySelector('textarea').focus()")
    assert asked(page, f"I am {VALUES[0]}.") == f"I am {VALUES[0]}."
    assert asked(page, "Who am I?", 2) == "Who am I?"
    newest = stack.received()[0]["body"]["messages"]
    assert [each["role"] for each in newest] == ["user", "assistant", "user"]
    assert "initialize-session" not in " ".join(page.requests) and VALUES[0] not in sent(stack)


def test_an_answer_is_stopped_and_the_next_question_works(stack: Stack, page: Tab):
    page.choose("Model", "mirror/azure-slow")
    page.does("document.querySelector('textarea').focus()")
    page.type("A long story. " * 200)
    page.press("Enter")
    page.until("document.querySelector('.prose')?.innerText.includes('A long')")
    page.click("Stop")
    page.until("document.querySelector('.answered')?.innerText.includes('Stopped.')")
    page.choose("Model", "mirror/openai")
    page.does("document.querySelector('textarea').focus()")
    assert asked(page, "Shorter, please.") == "Shorter, please."


def test_a_session_that_is_over_is_said_with_what_to_do_and_nothing_written_is_lost(stack: Stack, page: Tab):
    asked(page, "Hello.")
    (session_id,) = {json.loads(body)["session_id"] for body in page.sent if "session_id" in body}
    ended = httpx.post(f"{stack.url}/api/web/end-session", json={"session_id": session_id}, **PLAIN)
    assert ended.status_code == 200
    page.type("Are you still there?")
    page.press("Enter")
    page.until("document.querySelector('.answered .wrong')")
    assert "start a new one" in page.text(".answered .wrong")
    page.click("New chat", ".answered .wrong button")
    page.until("document.querySelectorAll('.turn').length === 0")
    assert page.does("document.querySelector('textarea').value") == "Are you still there?"
    page.until(IS_SEEN)
    page.press("Enter")
    page.until(answers(1))
    page.click("End session")
    page.until("document.querySelector('main .notice')?.innerText.includes('keeps nothing')")
    (again,) = {json.loads(body)["session_id"] for body in page.sent if "session_id" in body} - {session_id}
    assert httpx.get(f"{stack.url}/api/web/session/{again}", **PLAIN).status_code == 410


def test_a_page_that_goes_leaves_no_session_behind(stack: Stack, page: Tab):
    asked(page, "Hello.")
    (session_id,) = {json.loads(body)["session_id"] for body in page.sent if "session_id" in body}
    page.open("about:blank")
    until(lambda: httpx.get(f"{stack.url}/api/web/session/{session_id}", **PLAIN).status_code == 410)
    page.does("history.back()")
    page.until(f"{IS_READY} && document.querySelectorAll('.turn').length === 0")


def test_where_a_token_is_needed_it_is_asked_for_once_and_no_script_can_read_it(closed: Stack, browser: Tab):
    browser.open(f"{closed.url}/")
    browser.until(ASKS_FOR_A_TOKEN)
    browser.type("no.such.token")
    browser.press("Enter")
    browser.until("document.querySelector('.sign-in .wrong')?.innerText")
    assert "not one of ours" in browser.text(".sign-in .wrong")
    browser.type(closed.token)
    browser.press("Enter")
    browser.until(IS_READY)
    assert asked(browser, f"Write to {VALUES[1]}.") == f"Write to {VALUES[1]}."
    assert VALUES[1] not in sent(closed)
    held = "document.querySelector('.switches input').disabled && document.querySelector('.switches input').checked"
    assert browser.does(held)
    kept = browser.does(KEPT)
    assert closed.token not in kept and "llmvpn-page" not in kept
    browser.open(f"{closed.url}/")
    browser.until(IS_READY)
    assert asked(browser, "Still here?") == "Still here?"
    assert browser.complaints == []
    browser.click("Sign out")
    browser.until(ASKS_FOR_A_TOKEN)
    assert json.loads(browser.does(KEPT)) == [[], [], ""]
    browser.open(f"{closed.url}/")
    browser.until(ASKS_FOR_A_TOKEN)


def test_who_asked_too_much_is_told_when_to_go_on(closed: Stack, browser: Tab):
    browser.open(f"{closed.url}/")
    browser.until(ASKS_FOR_A_TOKEN)
    browser.type(closed.token)
    browser.press("Enter")
    browser.until(IS_READY)

    def refused() -> bool:
        with closed.client() as client:
            while client.post("/api/web/preview", json={"prompt": "x"}).status_code == 200:
                pass
        browser.type("One more?")
        browser.press("Enter")
        browser.until("document.querySelector('.turn') && !document.querySelector('.coming')")
        return "Try again in" in browser.text(".turn:last-child .wrong button")

    until(refused)
    assert "You have spent" in browser.text(".turn:last-child .wrong")
