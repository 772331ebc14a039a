"""The ledger as Presidio operators: `surrogate` for its AnonymizerEngine, `restore` for its DeanonymizeEngine.

Called by those who build on Presidio. Both take the ledger as the parameter `ledger`:

    engine.add_anonymizer(Surrogate)
    engine.anonymize(text, results, {"DEFAULT": OperatorConfig("surrogate", {"ledger": ledger})})

Never makes a map of its own: what was not put into the ledger does not come back.
"""

from __future__ import annotations

from typing import Any

from presidio_anonymizer.entities import InvalidParamError
from presidio_anonymizer.operators import Operator, OperatorType

from web_server.privacy.ledger import Ledger
from web_server.privacy.policy import Treatment
from web_server.privacy.restore import Restorer


class _WithLedger(Operator):  # type: ignore[misc]  # Presidio is untyped to mypy (follow_imports = skip)
    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Raises Presidio's InvalidParamError without a ledger."""
        if not isinstance((params or {}).get("ledger"), Ledger):
            raise InvalidParamError("the parameter `ledger` must be a Ledger")


class Surrogate(_WithLedger):
    """Replaces a value by its surrogate."""

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """The surrogate of `text`, of the kind Presidio found; the optional parameter `treatment` says which one."""
        asked = params or {}
        ledger: Ledger = asked["ledger"]
        return ledger.assign(asked["entity_type"], text, Treatment(asked.get("treatment", Treatment.SURROGATE)))

    def operator_name(self) -> str:
        """`surrogate`"""
        return "surrogate"

    def operator_type(self) -> OperatorType:
        """For the AnonymizerEngine."""
        return OperatorType.Anonymize


class Restore(_WithLedger):
    """Puts the real value back."""

    def operate(self, text: str, params: dict[str, Any] | None = None) -> str:
        """`text` with every surrogate of the ledger restored."""
        return Restorer((params or {})["ledger"]).text(text)

    def operator_name(self) -> str:
        """`restore`"""
        return "restore"

    def operator_type(self) -> OperatorType:
        """For the DeanonymizeEngine."""
        return OperatorType.Deanonymize
