"""Reasons: why a value that a file declares as missing is no answer, guessed from its label."""

from __future__ import annotations

import re
import unicodedata

MISSING = "missing"
_LONGEST = 40
# German and English, as SPSS files of surveys word them; the first that fits counts.
_WORDS = {
    "dont_know": r"wei(ß|ss) (ich )?(es )?nicht|w\.? ?n\.?$|kann ich nicht (sagen|beurteilen)|do ?n['’o]?o?t know|dk$|unsure",
    "not_applicable": r"(trifft|traf) (auf mich )?nicht zu|nicht zutreffend|entf(ä|ae)llt|t\.? ?n\.? ?z\.?$"
    r"|not applicable|inap|does ?n[o'’]? ?t apply|n/?a$",
    "no_answer": r"keine? (an(gabe|twort)|auskunft)|k\.? ?a\.?$|verweigert|antwort verweigert"
    r"|no (answer|response)|refus|prefer not|(do not|don['’]t) want to answer|not (answered|stated)",
}


def reason_of(label: str) -> str:
    """The reason in a label; else the label itself as a word, else ``missing``.

    Examples
    --------
    >>> reason_of("Weiß nicht"), reason_of("Refused to answer"), reason_of("Trifft nicht zu")
    ('dont_know', 'no_answer', 'not_applicable')
    >>> reason_of("Interview abgebrochen (Überlänge)"), reason_of("-99"), reason_of("")
    ('interview_abgebrochen_ueberlaenge', 'missing', 'missing')
    """
    text = " ".join(label.split()).casefold()
    found = next((reason for reason, words in _WORDS.items() if re.search(rf"(?<!\w)(?:{words.casefold()})", text)), "")
    return found or _word(text) or MISSING


def _word(text: str) -> str:
    """Small letters and _, as levels.csv wants a reason."""
    for umlaut, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}.items():
        text = text.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z]+", "_", plain)[:_LONGEST].strip("_")
