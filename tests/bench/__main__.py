"""Speed and memory beside the plain alternative, measured in one run: `make bench`. Prints a table and writes outputs/bench.json."""

import itertools
import json
from pathlib import Path

from agreement import of_agreement, of_memory
from reports import of_reports
from rich.console import Console
from rich.table import Table
from suggestions import of_suggestions
from survey import of_models, of_shares

OUTPUT = Path(__file__).parents[2] / "outputs" / "bench.json"


def main():
    table = Table("what", "work", "ours", "plain", "ratio")
    rows = []
    for name, work, ours, plain in itertools.chain(of_reports(), of_shares(), of_models(), of_agreement(), of_memory(), of_suggestions()):
        rows.append({"what": name, "work": work, "ours": ours, "plain": plain, "ratio": plain / ours})
        table.add_row(name, work, f"{ours:.4g}", f"{plain:.4g}", f"{plain / ours:.1f}x")
    Console().print(table)
    Console().print(
        "Seconds, where no other unit stands: medians of three runs; the plain way does a part of the work and is scaled up. Same numbers."
    )
    OUTPUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
