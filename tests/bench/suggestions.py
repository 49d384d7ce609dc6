"""Speed and memory of the dictionary coder on a stream of transcripts: 10,000 of 5,000 words, made while they are read."""

import itertools
import json
import re
import subprocess
import sys
import time
from bisect import bisect_right

import numpy as np
import pandas as pd
from clock import peak

from helpers.qualitative.dictionary.patterns import read_patterns
from helpers.qualitative.dictionary.sentences import sentences
from helpers.qualitative.suggest import suggest, suggestions

WORDS, TRANSCRIPTS, PLAIN = 5_000, 10_000, 3
SYLLABLES = [
    "ver",
    "be",
    "ge",
    "an",
    "auf",
    "mark",
    "kon",
    "takt",
    "mess",
    "rei",
    "schul",
    "tung",
    "land",
    "er",
    "en",
    "ung",
    "keit",
    "lich",
    "fach",
    "kraft",
    "netz",
    "werk",
    "raum",
    "ziel",
    "grenz",
    "zug",
    "stadt",
    "fir",
]
SOUGHT = [
    "messe",
    "kontakt",
    "vertrauen",
    "sprache",
    "kultur",
    "zeit",
    "geld",
    "personal",
    "fachkraft",
    "delegation",
    "partner",
    "kunde",
    "region",
    "grenze",
    "nachbar",
    "zoll",
    "vertrag",
]


def code_system():
    """Twenty codes with six patterns each: plain words, parts of compounds, words near each other."""
    rng = np.random.default_rng(2)
    made = [rng.choice(SOUGHT, 3).tolist() + ["".join(rng.choice(SYLLABLES, 3)) for _ in range(3)] for _ in range(20)]
    patterns = [f"{a}|*{b}*|{c}*|{d}|*{e}|{f} {a}" for a, b, c, d, e, f in made]
    return pd.DataFrame({"code": [f"code_{place}" for place in range(20)], "patterns": patterns})


def vocabulary(rng, size=200_000):
    """Words as frequent as Zipf has it: short common ones, then compounds; the words looked for among the first thousands."""
    words = ["".join(rng.choice(SYLLABLES, 1 + min(4, place // 40))) for place in range(200)]
    words += ["".join(parts) for parts in rng.choice(SYLLABLES, (size - 200, 4))]
    for place, word in zip(rng.choice(np.arange(300, 3_000), len(SOUGHT), replace=False), SOUGHT, strict=True):
        words[place] = word.capitalize()
    return np.array(words, dtype=object)


def transcripts(number, seed=1):
    """So many transcripts, one after the other: sentences of 8 to 25 words, paragraphs of some sentences."""
    rng = np.random.default_rng(seed)
    words = vocabulary(rng)
    weights = np.cumsum((np.arange(len(words)) + 2.7) ** -1.1)
    for place in range(number):
        chosen = words[np.searchsorted(weights, rng.random(WORDS) * weights[-1])].tolist()
        stops = np.cumsum(rng.integers(8, 26, WORDS // 8))
        for stop in stops[stops < WORDS].tolist():
            chosen[stop - 1] += ".\n" if stop % 5 == 0 else "."
            chosen[stop] = chosen[stop].capitalize()
        yield f"T{place:05}", " ".join(chosen)


def plain_way(texts, codes):
    """A pass with a regular expression for every pattern of one word or part, then the sentence around each match."""
    expressions = []
    for pattern in read_patterns(codes):
        if len(pattern.words) == 1:
            word = pattern.words[0]
            before, behind = ("" if open_side else r"\b" for open_side in (word.before, word.behind))
            expressions.append((pattern.code, re.compile(f"{before}(?:{'|'.join(word.spellings)}){behind}", re.IGNORECASE)))
    found = set()
    for document, text in texts:
        spans = list(sentences(text))
        starts = [start for start, _ in spans]
        for code, expression in expressions:
            for match in expression.finditer(text):
                start, end = spans[bisect_right(starts, match.start()) - 1]
                found.add((document, start, end, code))
    return found


def measured():
    """Seconds and codings of the stream without the time it takes to make it, memory after a tenth and at the end."""
    codes, count, spent, early = code_system(), 0, 0.0, 0.0
    making = transcripts(TRANSCRIPTS)

    def timed():
        nonlocal spent, early
        for place in itertools.count():
            began = time.perf_counter()
            text = next(making, None)
            spent += time.perf_counter() - began
            if place == TRANSCRIPTS // 10:
                early = peak()
            if text is None:
                return
            yield text

    began = time.perf_counter()
    for _ in suggestions(timed(), codes):
        count += 1
    return time.perf_counter() - began - spent, count, early, peak()


def compare():
    """Seconds per transcript of the plain way; both ways must find the same, but for patterns of several words."""
    codes = code_system()
    single = codes.assign(patterns=codes["patterns"].str.rsplit("|", n=1).str[0])
    texts = list(transcripts(PLAIN))
    began = time.perf_counter()
    theirs = plain_way(texts, single)
    seconds = (time.perf_counter() - began) / PLAIN
    ours = suggest(texts, single)
    if set(ours[["document", "start", "end", "code"]].itertuples(index=False, name=None)) != theirs:
        raise SystemExit("the two ways find different passages")
    return seconds


def of_suggestions():
    """The stream beside one pass per pattern; its memory at the end beside that after a tenth, in a process of its own."""
    told = json.loads(subprocess.check_output([sys.executable, __file__], text=True))
    work = f"{TRANSCRIPTS:,} transcripts of {WORDS:,} words"
    yield "dictionary coder, stream", work, told["seconds"], compare() * TRANSCRIPTS
    yield f"the same, peak memory at the end and after {TRANSCRIPTS // 10:,}, MB", work, told["late"], told["early"]


if __name__ == "__main__":
    print(json.dumps(dict(zip(("seconds", "count", "early", "late"), measured(), strict=True))))
