"""What a run tells: lines for people, JSON for machines, nothing personal, and a run that does not depend on its log."""

import json
import sys
from datetime import datetime, timedelta, timezone

import pytest
from filelock import FileLock
from rich.console import Console

from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, LOCKED, RUN_FAILED, STUDY_IS_WRONG
from helpers.running.events import LINES, Event, Log
from running.launched import stand_in, tiny_study


@pytest.fixture
def told(write_notebook, tmp_path, monkeypatch, capfd):
    """Run ``study run tiny --log json``: the exit code, the events, and stderr."""
    folder = tiny_study(tmp_path / "tiny")
    stand_in(write_notebook("01_tiny", ((), "1 + 1")), tmp_path / "outputs", monkeypatch.setattr)

    def run(*words):
        code = main(["run", str(folder), "--log", "json", *words])
        captured = capfd.readouterr()
        return code, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run


def test_every_line_on_stdout_is_an_event_and_the_last_says_how_it_ended(told, tmp_path):
    code, events, err = told()
    assert (code, err) == (DONE, "")
    assert [event["event"] for event in events] == ["opened", "started", "run", "run", "binding", "written", "written", "ended"]
    assert {event["study"] for event in events} == {"tiny"}
    assert all(datetime.fromisoformat(event["time"]).utcoffset() is not None for event in events)
    runs = events[2:4]
    assert sorted(event["run"] for event in runs) == ["01_tiny (de)", "01_tiny (en)"]
    assert [(event["done"], event["kept"], event["of"]) for event in runs] == [(1, 0, 2), (2, 0, 2)]
    assert all(0 < event["seconds"] < 60 for event in runs)
    reports = [str(tmp_path / f"outputs/tiny/latest/public/report-{language}.html") for language in ("de", "en")]
    assert [event["report"] for event in events[5:7]] == reports
    assert (events[-1]["outcome"], events[-1]["exit_code"], events[-1]["reports"]) == ("done", DONE, reports)
    assert [event["event"] for event in told()[1]] == ["unchanged", "written", "written", "ended"]
    started = told("--language", "en")[1][1]
    assert (started["event"], started["kept"], started["due"], started["of"]) == ("started", 1, 0, 1)


@pytest.mark.parametrize(
    ("words", "code", "outcome", "said"),
    [
        (["-p", "resample", "10"], STUDY_IS_WRONG, "study or parameter wrong", "there is no parameter 'resample'"),
        (["-p", "resamples", "{"], STUDY_IS_WRONG, "study or parameter wrong", "the value of a parameter cannot be read"),
        (["--time-limit", "0"], STUDY_IS_WRONG, "study or parameter wrong", "--time-limit is 0. Allowed: a number of seconds above 0"),
        (["--time-limit", "nan"], STUDY_IS_WRONG, "study or parameter wrong", "--time-limit is nan"),
        ([], LOCKED, "another run is at work", "another run of 'tiny' is at work"),
    ],
)
def test_what_is_wrong_is_an_event_and_stands_on_stderr(told, tmp_path, words, code, outcome, said):
    (tmp_path / "outputs/tiny").mkdir(parents=True)
    with FileLock(tmp_path / "outputs/tiny/.lock"):
        found, events, err = told(*words)
    assert found == code
    assert [event["event"] for event in events][-2:] == ["error", "ended"]
    assert said in events[-2]["message"] and said in err
    assert (events[-1]["outcome"], events[-1]["exit_code"], events[-1]["reports"]) == (outcome, code, [])


def test_no_event_quotes_an_answer(told, write_notebook):
    secret = "because of reason 7"
    write_notebook("01_tiny", ((), f"raise ValueError({secret!r})"))
    code, events, err = told()
    assert code == RUN_FAILED
    assert "ValueError: [withheld]" in events[-2]["message"] and "ValueError: [withheld]" in err
    assert secret not in json.dumps(events) + err


def test_people_read_the_same_events_as_lines():
    samples = {
        "unchanged": {},
        "opened": {"description": "44 answers"},
        "started": {"kept": 1, "of": 3, "due": 2, "languages": ["de"], "where": "2 at a time"},
        "run": {"run": "01_tiny (de)", "seconds": 1.26, "done": 2, "kept": 1, "of": 3},
        "binding": {},
        "written": {"report": "report-de.html"},
        "error": {"message": "what went wrong"},
        "ended": {"outcome": "done", "exit_code": 0, "seconds": 2.0, "reports": []},
    }
    assert list(samples) == list(LINES)
    lines = [str(Event(name, "demo", facts)) for name, facts in samples.items()]
    assert lines == [
        "demo: nothing has changed since the last report",
        "demo: 44 answers",
        "1 of 3 runs unchanged, running 2, 2 at a time",
        "2 of 3: 01_tiny (de), 1.3 s",
        "binding and checking the reports",
        "written: report-de.html",
        "what went wrong",
        "done after 2.0 s",
    ]


def test_an_event_is_one_line_of_ascii_whatever_it_says():
    moment = datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    line = Event("error", "grün", {"message": "zwei\nZeilen – und 'mehr'"}).as_json(moment)
    assert line.isascii() and "\n" not in line
    assert json.loads(line) == {"time": "2026-03-29T02:30:00.000+02:00", "event": "error", "study": "grün", "message": "zwei\nZeilen – und 'mehr'"}


@pytest.mark.parametrize("machine", [True, False])
def test_a_log_that_cannot_be_written_falls_silent(machine, monkeypatch, tmp_path):
    """/dev/full is a disk without room."""
    with open("/dev/full", "w") as out, open("/dev/full", "w") as err:
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        log = Log(Console(), "demo", machine=machine)
        for _ in range(2):
            log.tell(Event("binding", "demo"))
            log.error("something")
        out.flush(), err.flush()
