"""Speed and memory beside the plain alternative, measured in one run: `make bench`. Prints a row as soon as it is measured, and writes outputs/bench.json.

Some parts alone: ``python tests/bench of_reports of_sweeps``.
"""

import json
import sys
from pathlib import Path

from agreement import of_agreement, of_memory
from kills import of_kills
from million import of_a_million
from reports import of_reports
from suggestions import of_suggestions
from survey import of_models, of_shares
from sweep import of_growth, of_sweeps, of_workers

OUTPUT = Path(__file__).parents[2] / "outputs" / "bench.json"
PARTS = (of_reports, of_sweeps, of_growth, of_workers, of_kills, of_a_million, of_shares, of_models, of_agreement, of_memory, of_suggestions)


def main(names):
    rows = []
    print(f"{'what':66}{'work':58}{'ours':>10}{'plain':>10}{'ratio':>9}")
    for part in PARTS:
        if names and part.__name__ not in names:
            continue
        for name, work, ours, plain in part():
            rows.append({"what": name, "work": work, "ours": ours, "plain": plain, "ratio": plain / ours})
            print(f"{name:66}{work:58}{ours:10.4g}{plain:10.4g}{plain / ours:8.1f}x", flush=True)
            OUTPUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    print(
        "Seconds, where no other unit stands: medians of three runs; where the plain way does a part of the work, its time is scaled up. Same numbers."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
