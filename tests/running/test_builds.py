"""The one rename: whoever reads `latest` sees the old report or the new one, whole."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from helpers.running.builds import LockedError, new_build, sweep


def publish(outputs, text, name="latest"):
    with new_build("demo", outputs=outputs) as build:
        (build.public / "report.html").write_text(text)
        return build.swap_in(name)


def test_the_new_report_replaces_the_old_one(tmp_path):
    publish(tmp_path, "old")
    link = publish(tmp_path, "new")
    assert (link / "public" / "report.html").read_text() == "new"
    assert len(list((tmp_path / "demo" / "builds").iterdir())) == 1


def test_a_partial_report_leaves_the_whole_one(tmp_path):
    publish(tmp_path, "whole")
    publish(tmp_path, "part", name="partial")
    assert (tmp_path / "demo/latest/public/report.html").read_text() == "whole"
    assert (tmp_path / "demo/partial/public/report.html").read_text() == "part"


def test_an_error_leaves_the_last_good_report_and_no_rubbish(tmp_path):
    publish(tmp_path, "good")
    with pytest.raises(ZeroDivisionError), new_build("demo", outputs=tmp_path) as build:
        (build.public / "report.html").write_text("half")
        raise ZeroDivisionError
    assert (tmp_path / "demo/latest/public/report.html").read_text() == "good"
    assert len(list((tmp_path / "demo" / "builds").iterdir())) == 1


def test_two_at_once_the_second_is_told(tmp_path):
    with new_build("demo", outputs=tmp_path), pytest.raises(LockedError, match="another run of 'demo' is at work"):
        publish(tmp_path, "second")


def test_two_studies_do_not_wait_for_each_other(tmp_path):
    with new_build("one", outputs=tmp_path), new_build("two", outputs=tmp_path) as build:
        assert build.public.is_dir()


def test_leftovers_of_an_interrupted_run_go(tmp_path):
    publish(tmp_path, "good")
    home = tmp_path / "demo"
    (home / "builds" / "interrupted" / "public").mkdir(parents=True)
    (home / ".latest-0123").symlink_to("builds/interrupted")
    sweep(home)
    assert sorted(path.name for path in home.iterdir()) == [".lock", "builds", "latest"]
    assert (home / "latest/public/report.html").read_text() == "good"


def test_the_link_is_there_at_every_moment(tmp_path):
    """Somebody looks without a pause while reports are published one after the other."""
    link = publish(tmp_path, "first")
    published, missed, looks = threading.Event(), [], 0

    def look():
        nonlocal looks
        while not published.is_set():
            looks += 1
            if not os.path.lexists(link):
                missed.append(looks)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(150):
        publish(tmp_path, str(number))
    published.set()
    reader.join()
    assert looks > 1000
    assert missed == []


def test_sigkill_in_a_loop_of_swaps_never_shows_half_a_report(tmp_path):
    """A process that publishes as fast as it can is killed at ten moments; after each, `latest` is whole and the next run works."""
    publish(tmp_path, "0 end")
    loop = textwrap.dedent(f"""
        import sys, pathlib
        from helpers.running.builds import new_build
        for number in range(10**6):
            with new_build("demo", outputs=pathlib.Path({str(tmp_path)!r}), wait=5) as build:
                with (build.public / "report.html").open("w") as page:
                    page.write(str(number)); page.flush(); page.write(" end")
                build.swap_in()
            print(number, flush=True)
    """)
    for moment in range(10):
        process = subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(0.002 * moment)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert (tmp_path / "demo/latest/public/report.html").read_text().endswith(" end")
        publish(tmp_path, f"after {moment} end")
        assert len(list((tmp_path / "demo" / "builds").iterdir())) == 1
