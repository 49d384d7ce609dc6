"""Scales: answers in words that have a natural order, and answers that are none, in German and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from helpers.data.exports.reasons import reason_of

_MIDDLE = "neither agree nor disagree|neither agree or disagree|neither nor|neither|neutral|undecided|teils teils|weder noch|unentschieden|partly"
# From least to most; a step is its wordings, joined by |.
_SCALES = (
    (
        "strongly disagree|fully disagree|completely disagree|totally disagree|disagree strongly|disagree completely"
        "|stimme überhaupt nicht zu|stimme gar nicht zu|stimme ganz und gar nicht zu|lehne stark ab",
        "disagree|stimme nicht zu|lehne ab",
        "somewhat disagree|rather disagree|partially disagree|tend to disagree|slightly disagree|mostly disagree|stimme eher nicht zu|lehne eher ab",
        _MIDDLE,
        "somewhat agree|rather agree|partially agree|tend to agree|slightly agree|mostly agree|stimme eher zu",
        "agree|stimme zu",
        "strongly agree|fully agree|completely agree|totally agree|agree strongly|agree completely"
        "|stimme voll zu|stimme voll und ganz zu|stimme völlig zu",
    ),
    (
        "trifft überhaupt nicht zu|trifft gar nicht zu|does not apply at all",
        "trifft nicht zu|does not apply",
        "trifft eher nicht zu|trifft weniger zu|rather does not apply",
        _MIDDLE,
        "trifft eher zu|trifft überwiegend zu|rather applies",
        "trifft zu|applies",
        "trifft voll zu|trifft voll und ganz zu|trifft völlig zu|fully applies|applies fully",
    ),
    (
        "very dissatisfied|sehr unzufrieden",
        "dissatisfied|unzufrieden",
        "somewhat dissatisfied|rather dissatisfied|eher unzufrieden",
        _MIDDLE,
        "somewhat satisfied|rather satisfied|eher zufrieden",
        "satisfied|zufrieden",
        "very satisfied|sehr zufrieden",
    ),
    (
        "never|nie|niemals",
        "almost never|fast nie|once|einmal",
        "rarely|seldom|selten|less than once a year|seltener als einmal im jahr",
        "occasionally|gelegentlich|yearly|jährlich",
        "sometimes|manchmal|six monthly|halbjährlich",
        "quarterly|vierteljährlich",
        "often|frequently|oft|häufig|regularly|regelmäßig|monthly|monatlich",
        "bi weekly|biweekly|fortnightly|zweiwöchentlich|alle zwei wochen",
        "very often|sehr oft|sehr häufig|weekly|wöchentlich",
        "almost always|fast immer|meistens|mostly|almost daily|fast täglich",
        "always|immer|daily|täglich",
    ),
    (
        "not important at all|very unimportant|überhaupt nicht wichtig|gar nicht wichtig|völlig unwichtig|sehr unwichtig",
        "not important|unimportant|nicht wichtig|unwichtig",
        "less important|rather unimportant|weniger wichtig|eher unwichtig",
        _MIDDLE + "|moderately important|mittel",
        "rather important|somewhat important|eher wichtig",
        "important|wichtig",
        "very important|sehr wichtig",
        "extremely important|äußerst wichtig",
    ),
    (
        "not at all|überhaupt nicht|gar nicht",
        "hardly|kaum|rather not|eher nicht",
        "a little|slightly|little|wenig|ein wenig",
        "somewhat|to some extent|etwas|teilweise|several days|an einzelnen tagen",
        "moderately|mäßig|mittelmäßig|more than half the days|an mehr als der hälfte der tage",
        "rather yes|rather much|quite|eher ja|ziemlich|quite a bit",
        "much|stark|viel|to a great extent|in hohem maße",
        "very much|very|sehr|sehr stark|sehr viel|nearly every day|beinahe jeden tag",
        "extremely|äußerst|completely|völlig|voll und ganz",
    ),
    (
        "none|keine|keiner|keines",
        "very low|sehr gering|sehr niedrig",
        "low|gering|niedrig",
        "medium|moderate|mittel",
        "high|hoch",
        "very high|sehr hoch",
    ),
    (
        "very poor|very bad|sehr schlecht",
        "poor|bad|schlecht",
        "fair|mäßig|ausreichend",
        "average|mittelmäßig|mittel|befriedigend",
        "good|gut",
        "very good|sehr gut",
        "excellent|ausgezeichnet",
    ),
    (
        "very unlikely|sehr unwahrscheinlich",
        "unlikely|unwahrscheinlich",
        "rather unlikely|eher unwahrscheinlich",
        _MIDDLE,
        "rather likely|eher wahrscheinlich",
        "likely|wahrscheinlich",
        "very likely|sehr wahrscheinlich",
    ),
    (
        "decreased strongly|strongly decreased|stark gesunken|stark abgenommen",
        "decreased|rather decreased|gesunken|abgenommen|decrease",
        "unchanged|stayed the same|no change|gleich geblieben|unverändert|same",
        "increased|rather increased|gestiegen|zugenommen|increase",
        "increased strongly|strongly increased|stark gestiegen|stark zugenommen",
    ),
    ("not difficult at all|überhaupt nicht schwierig", "somewhat difficult|etwas schwierig", "difficult|schwierig", "very difficult|sehr schwierig"),
    ("small|klein", "medium|mittel|middle sized|mittelgroß", "large|groß"),
)
_PLACES = [{wording: place for place, step in enumerate(scale) for wording in step.split("|")} for scale in _SCALES]
_EVERYDAY = {"yes": ("Ja", "Yes"), "ja": ("Ja", "Yes"), "no": ("Nein", "No"), "nein": ("Nein", "No")} | {
    word: ("Andere", "Other") for word in ("other", "others", "andere", "sonstige", "sonstiges", "anderes")
}
_NONE = {"dont_know", "not_applicable", "no_answer"}
_REFUSALS = {
    *("don't know", "i don't know", "i don't know yet", "weiß nicht", "weiss nicht", "weiß ich nicht", "kann ich nicht beurteilen", "cannot say"),
    *("keine angabe", "no answer", "prefer not to say", "i prefer not to say", "refused", "i do not want to answer"),
    *("i don't want to answer this question", "not applicable", "does not apply", "trifft nicht zu", "entfällt", "k a"),
}
_MOST_WORDS = 8
_NUMBER = re.compile(r"^\W*(?:(?:under|up to|less than|more than|over|bis|unter|über|mehr als|weniger als|at least|mindestens)\s+)?(\d+(?:[.,]\d+)?)")
_RANGE = re.compile(
    r"[^a-zäöüß]|\b(?:under|up to|to|less than|more than|over|bis|unter|über|mehr als|weniger als|at least|mindestens|and|und|more|mehr)\b"
)
_BELOW, _ABOVE = (
    re.compile(r"^\W*(<|under|up to|less than|bis|unter|weniger)", re.IGNORECASE),
    re.compile(r"^\W*(>|over|more|über|mehr)", re.IGNORECASE),
)


def simple(label: str) -> str:
    """A wording as it is compared: small letters, no punctuation."""
    return " ".join(re.sub(r"[^\w' ]", " ", label.casefold().replace("’", "'")).split())


def known(label: str) -> bool:
    """Whether the wording is a common one that nobody can be known by."""
    word = simple(label)
    return word in _EVERYDAY or word in _REFUSALS or any(word in places for places in _PLACES)


def translated(label: str) -> tuple[str, str] | None:
    """German and English for yes, no and other; None for any other wording."""
    return _EVERYDAY.get(simple(label))


def reasons(labels: Sequence[str]) -> list[str]:
    """Why each of the answers to one question is none: ``dont_know``, ``not_applicable`` or ``no_answer``; ``""`` for an answer that is one.

    Examples
    --------
    >>> reasons(["Ja", "Weiß nicht", "Trifft nicht zu"]), reasons(["Trifft zu", "Trifft nicht zu"])
    (['', 'dont_know', 'not_applicable'], ['', ''])
    """
    found = [reason_of(label) if len(label.split()) <= _MOST_WORDS else "" for label in labels]
    words = [simple(label) for label in labels]
    applies = any(places.get(word, 0) > 3 for places in (_PLACES[1],) for word in words)
    return [reason if reason in _NONE and not (applies and word in _PLACES[1]) else "" for reason, word in zip(found, words, strict=True)]


def natural_order(labels: Sequence[str]) -> list[int] | None:
    """Places of answers from least to most, where they are steps of one scale, or begin with numbers; None where they have no such order.

    Examples
    --------
    >>> natural_order(["often", "never", "always"]), natural_order(["over 50", "under 20", "20-50"]), natural_order(["1 red", "2 green"])
    ([1, 0, 2], [1, 2, 0], None)
    """
    words = [simple(label) for label in labels]
    for places in _PLACES:
        found = [places[word] for word in words if word in places]
        if len(found) == len(words) > 1 and len(set(found)) == len(found):
            return _sorted(found)
    return _by_number(labels)


def direction(labels: Sequence[str]) -> int:
    """How answers run in the order of a questionnaire: 1 from the least step of a scale to its most, -1 from most to least, 0 where they are none.

    Up to half of them may be worded in the questionnaire's own way.

    Examples
    --------
    >>> direction(["Never", "About once a year", "Always"]), direction(["Very good", "Good", "Bad"]), direction(["Yes", "No", "Sometimes"])
    (1, -1, 0)
    """
    words = [simple(label) for label in labels]
    for places in _PLACES:
        found = [places[word] for word in words if word in places]
        if len(found) > 1 and len(found) >= len(words) / 2 and (_rises(found) or _rises(found[::-1])):
            return 1 if _rises(found) else -1
    order, upwards = _by_number(labels) or [], list(range(len(labels)))
    return 0 if not order else 1 if order == upwards else -1 if order == upwards[::-1] else 0


def steps(labels: Sequence[str]) -> list[int]:
    """The whole numbers with which all labels begin; nothing where one of them begins otherwise.

    Examples
    --------
    >>> steps(["1 (none at all)", "2", "5"]), steps(["1.5", "2"]), steps(["one", "2"])
    ([1, 2, 5], [], [])
    """
    numbers = [_NUMBER.match(label.casefold()) for label in labels]
    found = [int(number[1]) for number in numbers if number and number[1].isdigit()]
    return found if len(found) == len(labels) else []


def _rises(places: Sequence[int]) -> bool:
    return all(before < after for before, after in pairwise(places))


def _by_number(labels: Sequence[str]) -> list[int] | None:
    numbers = [_NUMBER.match(label.casefold()) for label in labels]
    rests = [" ".join(_RANGE.sub(" ", label.casefold()).split()) for label in labels]
    # "1 Berlin", "2 Hamburg" are numbered, not ordered.
    if len(labels) < 2 or not all(numbers) or (max(map(rests.count, rests)) <= len(rests) / 2 and rests.count("") < len(rests) / 2):
        return None
    aside = [-1 if _BELOW.match(label) else 1 if _ABOVE.match(label) or label.rstrip().endswith("+") else 0 for label in labels]
    values = [(float(number[1].replace(",", ".")), side) for number, side in zip(numbers, aside, strict=True) if number]
    return _sorted(values) if len(set(values)) == len(values) else None


def _sorted(values: Iterable[object]) -> list[int]:
    listed = list(values)
    return sorted(range(len(listed)), key=lambda place: listed[place])  # type: ignore[arg-type,return-value]
