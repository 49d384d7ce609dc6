"""Results that the runs of a report leave each other."""

import os
import threading

import numpy as np
import pandas as pd
import pytest

from helpers.quantitative.kept import FOLDER, kept
from helpers.quantitative.rankings import rank_intervals
from helpers.running.report import RESULTS

TICKS = pd.DataFrame(np.random.default_rng(1).random((40, 4)) < 0.4, columns=list("abcd"))


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """A function that is kept, and how often it has worked."""
    monkeypatch.setenv(FOLDER, str(tmp_path))
    calls = []

    @kept
    def total(table, *, by=1, **more):
        calls.append(by)
        return table.assign(total=table.sum(axis=1, numeric_only=True) * by)

    return total, calls


def test_the_same_arguments_are_worked_out_once(counted):
    total, calls = counted
    table = pd.DataFrame({"a": [1.5, np.nan], "b": pd.Categorical(["x", "y"])})
    first = total(table, by=2)
    pd.testing.assert_frame_equal(total(table.copy(), by=2), first)
    assert calls == [2]
    first.loc[0, "total"] = 99.0  # what somebody does with a result is theirs
    assert total(table, by=2)["total"].tolist() == [3.0, 0.0]


@pytest.mark.parametrize(
    ("table", "by"),
    [
        (pd.DataFrame({"a": [1.0, 2.0]}), 3),
        (pd.DataFrame({"a": [1.0, 2.5]}), 2),
        (pd.DataFrame({"c": [1.0, 2.0]}), 2),
        (pd.DataFrame({"a": [1, 2]}), 2),
        (pd.DataFrame({"a": [1.0, 2.0]}, index=[1, 2]), 2),
    ],
    ids=["a parameter", "a value", "a name", "a type", "an index"],
)
def test_whatever_differs_is_worked_out_anew(counted, table, by):
    total, calls = counted
    total(pd.DataFrame({"a": [1.0, 2.0]}), by=2)
    assert total(table, by=by)["total"].tolist() == (table.iloc[:, 0] * by).tolist()
    assert len(calls) == 2


def test_what_cannot_be_told_apart_or_kept_is_worked_out_every_time(counted, tmp_path):
    total, calls = counted
    table = pd.DataFrame({"a": [1.0]})
    for _ in range(2):
        total(table, lock=threading.Lock())
    assert len(calls) == 2 and not list(tmp_path.iterdir())


def test_half_a_result_is_none(counted, tmp_path):
    total, calls = counted
    table = pd.DataFrame({"a": [1.0]})
    total(table)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:20])
    assert total(table)["total"].tolist() == [1.0]
    assert len(calls) == 2


def test_nothing_is_kept_where_no_folder_is_named(counted, tmp_path, monkeypatch):
    total, calls = counted
    monkeypatch.delenv(FOLDER)
    total(pd.DataFrame({"a": [1.0]})), total(pd.DataFrame({"a": [1.0]}))
    assert len(calls) == 2 and not list(tmp_path.iterdir())


def test_a_statistic_is_the_same_kept_or_not(tmp_path, monkeypatch):
    plain = rank_intervals(TICKS, resamples=200, seed=1)
    monkeypatch.setenv(FOLDER, str(tmp_path))
    for _ in range(2):
        pd.testing.assert_frame_equal(rank_intervals(TICKS, resamples=200, seed=1), plain)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_runner_names_the_same_folder():
    assert RESULTS == FOLDER and FOLDER not in os.environ
