import pandas as pd
import pytest

from helpers.qualitative.passages.code_tree import ancestors


def tree(**parents):
    return pd.DataFrame({"code": list(parents), "parent": list(parents.values())})


def test_ancestors_come_nearest_first_at_any_depth_and_in_any_order_of_rows():
    assert ancestors(tree(c="b", a="", b="a")) == {"c": ["b", "a"], "a": [], "b": ["a"]}


@pytest.mark.parametrize(
    "codes, told",
    [
        (tree(a="b", b="a"), "below themselves"),
        (tree(a="a"), "below themselves"),
        (tree(a="", b="nowhere", c="gone"), "0 codes are there twice and 2 have a parent"),
        (pd.concat([tree(a=""), tree(a="")]), "1 codes are there twice"),
        (tree(a="").drop(columns="parent"), "lack the columns parent"),
    ],
)
def test_what_is_no_tree_is_refused(codes, told):
    with pytest.raises(ValueError, match=told):
        ancestors(codes)
