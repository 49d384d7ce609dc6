"""Running: execute the notebooks, bind what they published, swap it in."""

import sys

# jsonschema, which comes with nbformat, would load this optional library: it compiles a grammar of web addresses, which takes longer than all of
# nbformat, and no notebook has anything for it to check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
