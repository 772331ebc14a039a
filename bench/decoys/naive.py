"""Decoys as others have sent them: short questions of a search engine's kind, and orders to a voice assistant.

They are here to be caught: an adversary that does not catch them proves nothing by missing others.
"""

from __future__ import annotations

import random

PLACES = "Lisbon Denver Oslo Nairobi Osaka Leeds Lyon Turin Ghent Perth Quito Cork Graz Bergen Malaga Tampa"
THINGS = "headphones tent blender laptop bicycle jacket mattress drill camera kettle sofa backpack tyre piano"
TOPICS = "diabetes inflation photosynthesis gravity tides vaccines bitcoin glaciers volcanoes autism migraine"
SONGS = "jazz rock folk blues techno opera country soul reggae disco"
QUESTIONS = (
    "best restaurants in {place}", "weather {place} tomorrow", "cheap flights to {place}", "{thing} reviews",
    "how to clean a {thing}", "what is {topic}", "{topic} symptoms and causes", "buy {thing} online",
    "things to do in {place} this weekend", "how far is {place} from {other}", "is {topic} dangerous",
    "{thing} under {number} dollars", "hotels near {place} airport", "population of {place}",
    "when was {topic} discovered",
)  # fmt: skip
INTENTS = (
    "set an alarm for {number} am", "play some {song} music", "add {thing} to my shopping list",
    "what's the weather like in {place}", "turn off the lights in the kitchen", "remind me to buy a {thing}",
    "book a table for {number} in {place}", "call mom", "how much is {number} euros in dollars",
    "set a timer for {number} minutes", "tell me a joke about {place}", "what time is it in {place}",
)  # fmt: skip


def searches(count: int, dice: random.Random) -> list[str]:
    """What people type into a search engine."""
    return [_filled(dice.choice(QUESTIONS), dice) for _ in range(count)]


def intents(count: int, dice: random.Random) -> list[str]:
    """What people say to an assistant at home."""
    return [_filled(dice.choice(INTENTS), dice) for _ in range(count)]


def _filled(frame: str, dice: random.Random) -> str:
    place, other = dice.sample(PLACES.split(), 2)
    thing, topic, song = (dice.choice(each.split()) for each in (THINGS, TOPICS, SONGS))
    number = dice.randint(2, 90)
    return frame.format(place=place, other=other, thing=thing, topic=topic, song=song, number=number)
