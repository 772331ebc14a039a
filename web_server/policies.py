"""The privacy policy by its name: a built-in one, or a file that is read again when it changes.

Called by the app, whose rules they are, and by the commands. Reads files and knows nothing of what is in them.
Never leaves a caller without a policy: a broken new version is logged once and said by the health doors, and the last
good one stays in force.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from web_server.privacy.minimum import Minimum
from web_server.privacy.policy import Policy
from web_server.privacy.policy_file import BUILT_IN, PolicyError, load
from web_server.privacy.policy_names import check_reader
from web_server.privacy.shield import Shield
from web_server.rules import Rulebook, Rules, shield_of

log = logging.getLogger("web_server.policies")

LOOK_AGAIN_SECONDS = 0.5

LARGEST_FILE = 4 * 1024 * 1024
"""A second of reading for each MiB. The parser in C is quicker, and dies of a file that is nested deeply."""


def read(name: str) -> Policy:
    """`default`, `strict`, or the policy in the file of that name. Raises PolicyError, which names file and line.

    Also where what shall read names for it is damaged or gone: no other engine takes its place.
    """
    policy = BUILT_IN[name] if name in BUILT_IN else _of_file(name)
    check_reader(policy.names, name)
    return policy


def _of_file(name: str) -> Policy:
    try:
        with Path(name).open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise PolicyError(name, f"larger than {LARGEST_FILE // 1024 // 1024} MiB")
        return load(raw.decode("utf-8-sig"), name)
    except OSError as wrong:
        raise PolicyError(name, str(wrong.strerror)) from None
    except UnicodeDecodeError:
        raise PolicyError(name, "not UTF-8") from None


def read_named(policy: Policy) -> dict[str, Policy]:
    """The policies that `policy` names for single callers, by the name it gives them. Raises PolicyError."""
    found: dict[str, Policy] = {}
    for rule in policy.callers.values():
        if rule.policy is not None and rule.policy not in found:
            # A file's name is as seen from the folder of the file that names it.
            built_in = rule.policy in BUILT_IN
            other = read(rule.policy if built_in else str(Path(policy.name).parent / rule.policy))
            if other.callers:
                raise PolicyError(other.name, "`callers` can only stand in the file that PRIVACY_FILE names")
            found[rule.policy] = other
    return found


class PolicyFile:
    """The rules as the files say them now. `look` takes a changed file over; `watch` does so twice a second."""

    def __init__(self, name: str, floor: Minimum, build: Callable[[Policy], Shield] = shield_of) -> None:
        """`floor` is the minimum that is set elsewhere. Raises PolicyError."""
        self._name = name
        self._floor = floor
        self._build = build
        self._files: tuple[Path, ...] = ()
        self._stamp: tuple[object, ...] = ()
        self._seen: tuple[object, ...] = ()
        self._wrong: PolicyError | None = None
        self._rules = self._load()

    def of(self, subject: str) -> Rules:
        """What holds for this caller now."""
        return self._rules.of(subject)

    @property
    def in_force(self) -> Mapping[str, Policy]:
        """The policies that hold now by name, the one that holds for all first."""
        return self._rules.policies

    @property
    def mistake(self) -> str | None:
        """That the newest version of the file is wrong, and where; None while it is in force. No word of the file."""
        if self._wrong is None:
            return None
        file = Path(self._wrong.file).name
        return (
            f"{file} is wrong ({self._wrong.where}), so the version before it is in force; the log says what is wrong."
        )

    def look(self) -> None:
        """Take over what has changed and is the same as at the last look: half a file may well be a weaker policy.

        Costs one `stat` a file where nothing changed; else it is work for a thread.
        """
        now = self._stamps()
        if now == self._stamp or now != self._seen:
            self._seen = now
            return
        try:
            self._refuse_emptied()
            self._rules = self._load()
        except PolicyError as wrong:
            if str(self._wrong) != str(wrong):
                log.error("policy file not taken over, the old one stays in force", extra={"error": str(wrong)})
            self._wrong = wrong
        else:
            self._wrong = None
            log.info("policy file taken over")

    def _refuse_emptied(self) -> None:
        """What a full disk or a slip leaves of a file would be the default policy, and hide less than was meant."""
        for file in self._files:
            if (now := _stat(file)) is not None and not now.st_size:
                self._stamp = self._stamps()
                raise PolicyError(
                    str(file), "has become empty; write `base: default` where no rule of your own is meant"
                )

    async def watch(self) -> None:
        """Look again for as long as the server runs."""
        import asyncio  # noqa: PLC0415 - the commands, which read policies too, start without it

        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            try:
                await asyncio.to_thread(self.look)
            except Exception:
                log.exception("policy file not looked at")

    def _load(self) -> Rulebook:
        if self._name in BUILT_IN:
            return Rulebook(BUILT_IN[self._name], {}, self._floor, self._build)
        # What is read after its stamp was taken may be newer, and is then read once more; never the other way round.
        self._files = (Path(self._name),)
        self._stamp = self._stamps()
        policy = read(self._name)
        named = {rule.policy for rule in policy.callers.values() if rule.policy} - set(BUILT_IN)
        self._files = (Path(self._name), *(Path(self._name).parent / name for name in sorted(named)))
        self._stamp = (*self._stamp, *self._stamps()[1:])
        return Rulebook(policy, read_named(policy), self._floor, self._build)

    def _stamps(self) -> tuple[object, ...]:
        return tuple((s.st_mtime_ns, s.st_size, s.st_ino) if (s := _stat(file)) else None for file in self._files)


def _stat(file: Path) -> Any:
    try:
        return file.stat()
    except OSError:
        return None
