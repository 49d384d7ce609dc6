"""Sensitivity: which columns may name somebody, which hold typed text, and which may identify in combination."""

from __future__ import annotations

import re

import pandas as pd

from helpers.data.drafting.questions import TOKEN

# In codes and questions, German and English.
_NAMING = re.compile(
    r"e-?mail|\b(first|last|sur|full|family|vor|nach|familien)[ _-]?names?\b|\byour name\b|\bihr name\b|\bname (of (the|your)|der|des|ihrer|ihres)\b"
    r"|^name$|\bansprechpartner|\bansprechperson|\bkontakt(daten|person)?\b|\bcontact (person|details)"
    r"|\btoken\b|\bip[ _-]?(addr|address|adresse)?\b|ipaddr|\banschrift\b|\badresse?\b|\baddress\b|\bstraße\b|\bstreet\b"
    r"|\b(tele)?phone\b|\btelefon|\bmobil(e|nummer)\b|\biban\b|\bpassw|\b(response|respondent|record|participant|external)[ _]?(id|reference)\b"
    r"|\bresponse_?id\b|\brecipient|\blatitude\b|\blongitude\b|\bdate of birth\b|\bgeburtsdatum\b|\bmatrikel"
    r"|^(case|serial|laufnummer|lfdn|uuid|guid|id)$",
    re.IGNORECASE,
)
_COMBINING = re.compile(
    r"\b(age|alter|geschlecht|gender|sex|born|birth|geburtsjahr|geboren|citizenship|nationality|staatsangehörigkeit|nationalität|religion|konfession"
    r"|disabilit\w+|behinderung|ethni\w+|herkunft|postcode|zip|plz|postleitzahl|einkommen|income|salary|gehalt|kinder|children|familienstand"
    r"|marital|relationship status|beruf|occupation|profession|position|stellung|bildungsabschluss|qualification|wohnort|residence|gemeinde)\b",
    re.IGNORECASE,
)
_VALUES = (
    re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    re.compile(r"\d{1,3}(\.\d{1,3}){3}"),
    re.compile(r"(https?://|www\.)\S+"),
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-\S+", re.IGNORECASE),
    re.compile(r"(?=(?:\D*\d){9})\+?\d[\d\s/()-]{7,}\d"),
)
_LONGEST_KEY, _LEAST_RECORDS = 40, 5


def names_somebody(code: str, words: str, texts: pd.Series) -> bool:
    """Whether a column holds names, addresses, keys or numbers of persons: by its code and words, or because its values look like it."""
    if code == TOKEN or _NAMING.search(code) or (len(words.split()) <= 12 and _NAMING.search(words)):
        return True
    return len(texts) > 0 and any(texts.str.fullmatch(look).mean() > 0.5 for look in _VALUES)


def is_key(texts: pd.Series) -> bool:
    """Whether every record has a value of its own, without blanks: a key, not something that was typed."""
    return _own_values(texts) and bool((~texts.str.contains(r"\s") & texts.str.len().le(_LONGEST_KEY)).all())


def is_serial(texts: pd.Series) -> bool:
    """Whether whole numbers count the records, or are long and never the same."""
    if not _own_values(texts) or not texts.str.fullmatch(r"\d+").all():
        return False
    numbers = texts.astype(float)
    return bool((numbers.is_monotonic_increasing and numbers.max() - numbers.min() < 2 * len(numbers)) or texts.str.len().ge(6).all())


def of_text(code: str, words: str, texts: pd.Series) -> str:
    """``identifier`` or ``free``."""
    return "identifier" if names_somebody(code, words, texts) or is_key(texts) else "free"


def of_answers(code: str, words: str) -> str:
    """``quasi`` for what may identify somebody together with other answers, else ``open``."""
    return "quasi" if _COMBINING.search(f"{code} {words}") else "open"


def _own_values(texts: pd.Series) -> bool:
    return len(texts) >= _LEAST_RECORDS and not texts.duplicated().any()
