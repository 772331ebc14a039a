"""Names that have become words: `Newton's method`, `Parkinson's`. Public knowledge, not people.

Called by the person detector for what rests on the name alone. A cue such as `Dr.` or `my friend` is stronger.
"""

from __future__ import annotations

import re

from web_server.privacy.detectors.glue import words

_OWNED = re.compile(r"(?:['’]s?)?[ \u00a0-]{1,2}([^\W\d_]+)(?:[ \-]([^\W\d_]+))?")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_NOUNS = words(
    "theorem theorems lemma algorithm algorithms law laws disease syndrome equation equations inequality inequalities "
    "conjecture paradox constant hypothesis principle principles transform distribution method methods criterion "
    "postulate postulates axiom axioms razor formula formulas formulae identity sequence triangle polynomial "
    "polynomials integral operator dilemma curve pendulum notation tableau sieve lymphoma sarcoma contracture palsy "
    "chorea ataxia phenomenon reagent cipher theory theories hierarchy taxonomy satz krankheit syndrom verfahren "
    "regel ungleichung algorithmus théorème loi maladie teorema ley enfermedad legge malattia stelling wet ziekte"
)
_WEAK_NOUNS = words(
    "test tests number numbers scale model index coefficient ratio matrix matrices effect function functions rule "
    "rules series space spaces problem experiment demon cube sphere cradle diagram diagrams reaction machine"
)
_THEN_SOMEBODYS = words("results result is was were came will has for phone are on from at")
"""`Murphy's number is ...` is a person's number, not a constant."""
_ILLNESSES = words("parkinson alzheimer crohn huntington hashimoto asperger tourette hodgkin addison raynaud sjögren")
"""Said alone too: `she has Parkinson's`."""
_FIRST_NAMES_TOO = words(
    "newton graham murphy moore kelvin morgan nelson taylor lorenz franklin jordan gauss pascal leibniz lagrange "
    "fermat euler ramsey simpson russell bradford stewart stokes wilson galileo darwin maxwell clarke parker lewis "
    "hooke henry"
)


def is_eponym(name: str, text: str, end: int, is_first_name: bool) -> bool:
    """Whether `name`, which ends at `end` of `text`, only names a thing of science, law or medicine there."""
    if name.lower() in _ILLNESSES and _POSSESSIVE.match(text, end):
        return True
    theirs = " " in name or (is_first_name and name.lower() not in _FIRST_NAMES_TOO)
    found = None if theirs else _OWNED.match(text, end)
    if found is None:
        return False
    first, second = found[1].lower(), (found[2] or "").lower()
    return first in _NOUNS or second in _NOUNS or (first in _WEAK_NOUNS and second not in _THEN_SOMEBODYS)
