"""Made-up authors: distributions over habits of writing, that type given sentences in their own manner.

Called by `bench.obfuscation`, since no labelled set here says who wrote a text. Two layers: habits of typing (casing,
marks, spelling, emoji, greetings), which the level `format` is made for, and habits of wording (openers, synonyms,
hedges, connectives, lengths), which only a paraphrase could change. And facts of one's own, which `quasi` is made for.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

EMOJI = ["😂", "🙏", "😅", "🔥", "👍", "😊", "🤔", "❤️", "🚀", "😭", "✨", "💯"]
FACES = [":)", ":-)", ":D", ";)", "xD", ":(", "^^", "<3"]
GREETINGS = ["", "", "", "Hi,\n", "hey! ", "Hello,\n\n", "hi there, ", "Good morning,\n", "Dear assistant,\n", "yo, "]
SIGN_OFFS = ["", "", "", "\nThanks!", "\n\nThank you in advance.", " thx", "\nBest regards", " cheers", "\nMany thanks"]
SHORT = {"you": "u", "your": "ur", "please": "pls", "because": "bc", "about": "abt", "people": "ppl", "are": "are",
         "something": "smth", "though": "tho", "tomorrow": "tmrw", "okay": "ok"}  # fmt: skip
SLIPS = {
    "different": "diffrent", "definitely": "definately", "separate": "seperate", "receive": "recieve",
    "because": "becuase", "which": "wich", "really": "realy", "address": "adress", "necessary": "neccessary",
    "their": "thier", "example": "exmaple", "problem": "probelm", "until": "untill", "environment": "enviroment",
    "language": "langauge", "would": "woud", "should": "shoud", "with": "wiht", "from": "form", "want": "wnat",
    "make": "maek", "write": "wirte", "function": "funtion", "information": "infomation", "using": "useing",
}  # fmt: skip
SYNONYMS = [
    ("big", "large"), ("help", "assist"), ("show", "display"), ("use", "utilize"), ("need", "require"),
    ("get", "obtain"), ("start", "begin"), ("make", "create"), ("give", "provide"), ("also", "too"), ("but", "however"),
    ("about", "regarding"),
    ("good", "great"), ("list", "enumerate"), ("find", "locate"), ("important", "crucial"), ("simple", "basic"),
    ("each", "every"), ("many", "lots of"), ("want", "would like"), ("following", "below"), ("explain", "describe"),
]  # fmt: skip
OPENERS = [
    "", "", "So", "Basically", "Just wondering", "Quick question", "Well", "OK so", "Now", "In short", "Listen",
    "I was thinking", "To be clear", "As I said", "For context", "Actually", "One more thing",
]  # fmt: skip
HEDGES = ["maybe", "perhaps", "I think", "I guess", "kind of", "probably", "if possible", "ideally", "in my view"]
STRESS = ["really", "very", "quite", "super", "extremely", "totally", "pretty"]
CLOSERS = ["any ideas", "can you help", "what do you think", "let me know", "keep it short", "be specific",
           "step by step",           "does that make sense", "is that possible", "that would be great"]  # fmt: skip
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
CONTRACTIONS = [("do not", "don't"), ("does not", "doesn't"), ("is not", "isn't"), ("I am", "I'm"), ("cannot", "can't"),
                ("it is", "it's"), ("I have", "I've"), ("will not", "won't"), ("you are", "you're")]  # fmt: skip


@dataclass
class Author:
    """One way of writing, drawn from `dice`; the draws of each text are made with dice of its own."""

    dice: random.Random = field(repr=False)

    def __post_init__(self) -> None:
        pick, share = self.dice.choice, self.dice.random
        self.casing = pick(["proper", "proper", "lower", "lower", "small i", "shout"])
        self.ending = pick([".", ".", "", "!", "!!!", "...", "…"])
        self.question = pick(["?", "?", "??", "???", " ?", ""])
        self.apostrophe = pick(["'", "'", "’", ""])
        self.quotes = pick([('"', '"'), ("“", "”"), ("'", "'"), ("«", "»")])
        self.dash = pick([" - ", " -- ", "—", " – ", ", "])
        self.gap = pick([" ", " ", "  ", "\n"])
        self.comma = pick([", ", ", ", ",", " , "])
        self.pictures = [pick(EMOJI) for _ in range(3)] if share() < 0.3 else [pick(FACES)] if share() < 0.4 else []
        self.greeting, self.sign_off = pick(GREETINGS), pick(SIGN_OFFS)
        self.shorthand = pick([0.0, 0.0, 0.0, 0.5, 0.9])
        self.slips = {word: slip for word, slip in SLIPS.items() if share() < 0.2}
        self.contracts = pick([True, True, False])
        self.drawn_out = pick([0.0, 0.0, 0.3])
        self.synonyms = {one: other for one, other in SYNONYMS if share() < 0.35}
        self.openers = [pick(OPENERS) for _ in range(2)]
        self.hedge, self.stress, self.closers = pick(HEDGES), pick(STRESS), [pick(CLOSERS) for _ in range(2)]
        self.rates = [share() * 0.6 for _ in range(4)]
        self.joins = pick([0.1, 0.3, 0.6])
        self.facts = [
            f"I am {self.dice.randrange(18, 75)} years old",
            f"I earn ${self.dice.randrange(21_000, 190_000):,} a year",
            f"it has been so since {self.dice.randrange(1, 29)} {pick(MONTHS)} {self.dice.randrange(2005, 2024)}",
        ]

    def types(self, sentences: list[str], dice: random.Random) -> str:
        """`sentences` as this author would have typed them."""
        said = [self._worded(sentence, dice) for sentence in sentences]
        if dice.random() < 0.4:
            said.insert(dice.randrange(len(said) + 1), dice.choice(self.facts))
        if dice.random() < self.rates[2]:
            said.append(dice.choice(self.closers))
        while len(said) > 1 and dice.random() < self.joins:
            second = said.pop(1)
            said[0] = (
                said[0].rstrip(".?!")
                + (self.dash if dice.random() < 0.5 else " and ")
                + second[:1].lower()
                + second[1:]
            )
        text = self.gap.join(self._typed(sentence, dice) for sentence in said)
        greeting = self.greeting if dice.random() < 0.7 else ""
        return greeting + text + (self.sign_off if dice.random() < 0.7 else "")

    def _worded(self, sentence: str, dice: random.Random) -> str:
        for one, other in self.synonyms.items():
            sentence = re.sub(rf"\b{one}\b", other, sentence)
        words = sentence.split()
        if dice.random() < self.rates[0]:
            words.insert(dice.randrange(len(words)), f"{self.hedge}" if dice.random() < 0.6 else self.stress)
        opener = dice.choice(self.openers)
        if opener and dice.random() < self.rates[1] + 0.1:
            words = [f"{opener},", words[0][:1].lower() + words[0][1:], *words[1:]]
        return " ".join(words)

    def _typed(self, sentence: str, dice: random.Random) -> str:
        asks = sentence.endswith("?") or sentence.split(maxsplit=1)[0].lower() in {
            "what",
            "how",
            "why",
            "can",
            "is",
            "does",
        }
        text = sentence.rstrip(".?! ")
        for long, short in CONTRACTIONS:
            text = text.replace(long, short) if self.contracts else text.replace(short, long)
        text = re.sub(r"[A-Za-z]+", lambda word: self._spelled(word[0], dice), text)
        text = text.replace("'", self.apostrophe).replace(", ", self.comma)
        text = re.sub(r"\"([^\"]*)\"", rf"{self.quotes[0]}\1{self.quotes[1]}", text)
        if self.casing == "lower":
            text = text.lower()
        elif self.casing == "small i":
            text = re.sub(r"\bI\b", "i", text)
        elif self.casing == "shout" and dice.random() < 0.25:
            text = text.upper()
        picture = f" {dice.choice(self.pictures)}" if self.pictures and dice.random() < 0.5 else ""
        return text + (self.question if asks else self.ending) + picture

    def _spelled(self, word: str, dice: random.Random) -> str:
        lower = word.lower()
        if lower in self.slips and dice.random() < 0.7:
            return self.slips[lower]
        if lower in SHORT and dice.random() < self.shorthand:
            return SHORT[lower]
        if lower in {"so", "no", "please", "really"} and dice.random() < self.drawn_out:
            return word + 3 * word[-1]
        return word
