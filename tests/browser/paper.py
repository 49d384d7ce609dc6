"""What tests ask of a print, read from the file itself: Chromium writes its structure uncompressed."""

import os
import re

import pytest

from conftest import CHROMIUM


def require_chromium():
    """Where REQUIRE_BROWSER is set the absence of Chromium is a failure, elsewhere a skip."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("REQUIRE_BROWSER is set and there is no Chromium")
        pytest.skip("no Chromium on this machine")


def is_tagged(content):
    """Whether the print has a structure for screen readers, and says so."""
    return b"/StructTreeRoot" in content and bool(re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", content))


def bookmarks(content):
    """How many bookmarks the outline has that the print opens with; none where they hang from nothing."""
    outline = re.search(rb"/Outlines (\d+) 0 R", content)
    root = outline and re.search(rb"\n%s 0 obj\n(.*?)endobj" % outline[1], content, re.DOTALL)
    if not (root and b"/First" in root[1]):
        return 0
    return sum(all(key in one for key in (b"/Dest [", b"/Title", b"/Parent")) for one in content.split(b"endobj"))


def pages(content):
    """How many pages there are."""
    return len(re.findall(rb"/Type\s*/Page\b", content))
