"""Whether a text asks something: `Who was Einstein?`, `Write a poem about Trump`, `Erkläre mir, was Kant meint`.

Asked of single names by which the world calls somebody: in a question about them they are kept. Pure.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.reading import Reading

_ASKING = (
    "who|whom|whose|what|when|where|why|how|which|is|are|was|were|did|does|do|can|could|should|would|has|have|explain|"
    "describe|write|rewrite|tell|give|list|name|summari[sz]e|compare|contrast|translate|analy[sz]e|discuss|define|"
    "create|generate|make|imagine|act|pretend|help|show|find|please|i want|i need|i would like|wer|was|wann|wo|warum|"
    "wieso|wie|"
    "welche[rsnm]?|ist|sind|war|kann|kannst|könntest|erkläre?|beschreibe?|schreibe?|nenne?|vergleiche?|übersetze?|fasse|"
    "bitte|qui|que|quoi|quand|où|pourquoi|comment|quel(?:le)?s?|est-ce|peux-tu|pouvez-vous|explique[rz]?|décri[st]|"
    "écri[st]|traduis|résume|compare|quién|qué|cuándo|dónde|por qué|cómo|cuál|puedes|explica|describe|escribe|traduce|"
    "resume|compara|chi|che|quando|dove|perché|come|quale|puoi|spiega|descrivi|scrivi|traduci|riassumi|confronta|wie|wat|"
    "wanneer|waar|waarom|hoe|welke?|kun|leg|beschrijf|schrijf|vertaal|vat|vergelijk"
)
_OPENS = re.compile(rf"(?:^|[.!?:\n\"“(])[\s>*#\-\d.)]{{0,6}}(?:{_ASKING})(?!\w)", re.IGNORECASE)


def asks(reading: Reading) -> bool:
    """Whether one of its sentences opens as questions and requests do, with a question mark or without."""
    return _OPENS.search(reading.text) is not None
