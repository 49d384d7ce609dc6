"""Letters: LimeSurvey's types of questions, each named by a letter."""

from __future__ import annotations

# Letters of neither mapping (short, long and huge texts, dates, files, equations) hold a text.
_KINDS = {**dict.fromkeys("L!OYGI", "single"), "5": "ordinal", "N": "number", **dict.fromkeys("MPKQRFABCEH1:;", "set")}
_ITEM_KINDS = {**dict.fromkeys("MP", "multiple"), **dict.fromkeys("K:", "number"), **dict.fromkeys("Q;", "text"), **dict.fromkeys("RC", "single")}
# LimeSurvey's own names for how a question looks; since version 5 the name stands beside the letter.
_THEMES = {
    **{"L": "listradio", "!": "list_dropdown", "O": "list_with_comment", "Y": "yesno", "G": "gender", "I": "language", "5": "5pointchoice"},
    **{"M": "multiplechoice", "P": "multiplechoice_with_comments", "K": "multiplenumeric", "Q": "multipleshorttext", "R": "ranking"},
    **{"F": "arrays/array", "A": "arrays/5point", "B": "arrays/10point", "C": "arrays/yesnouncertain", "E": "arrays/increasesamedecrease"},
    **{"H": "arrays/column", "1": "arrays/dualscale", ":": "arrays/multiflexi", ";": "arrays/texts", "N": "numerical", "D": "date"},
    **{"S": "shortfreetext", "T": "longfreetext", "U": "hugefreetext", "X": "boilerplate", "|": "file_upload", "*": "equation"},
}
_BUILT_IN = {"Y": ("Y", "N"), "G": ("F", "M"), "C": ("Y", "N", "U"), "E": ("I", "S", "D")}
_POINTS = {"5": 5, "A": 5, "B": 10}
_LISTS = "L!OFH1R"


def kind_of(letter: str, *, item: bool = False) -> str:
    """What LimeSurvey's type letter means for a question, or for an item of it.

    Examples
    --------
    >>> kind_of("M"), kind_of("M", item=True), kind_of("F", item=True), kind_of("T")
    ('set', 'multiple', 'ordinal', 'text')
    """
    return _ITEM_KINDS.get(letter, "ordinal") if item else _KINDS.get(letter, "text")


def theme_of(letter: str) -> str:
    """LimeSurvey's name for how a question of this type looks; ``""`` for a letter it does not have."""
    return _THEMES.get(letter, "")


def built_in_answers(letter: str) -> set[str]:
    """Codes of the answers that a type brings along, such as those of a yes/no question.

    Examples
    --------
    >>> sorted(built_in_answers("Y")), sorted(built_in_answers("L"))
    (['N', 'Y'], [])
    """
    return {*_BUILT_IN.get(letter, ()), *(str(point) for point in range(1, _POINTS.get(letter, 0) + 1))}


def offers_answers(letter: str) -> bool:
    """Whether questions of this type have a list of answers of their own."""
    return letter in _LISTS
