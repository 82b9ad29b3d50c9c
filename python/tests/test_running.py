"""How calls behave while they run, and how they fail."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

import tamis


def made(pages: int, words: int = 60) -> pa.Table:
    """Pages that are all different."""
    texts = [" ".join(f"w{(page * 7919 + word * word) % 10007}" for word in range(words)) for page in range(pages)]
    return pa.table({"id": [str(page) for page in range(pages)], "text": texts})


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"threshold": 1.5}, tamis.UsageError, '--threshold: "1.5" is not a decimal above 0 and up to 1'),
        ({"recall": 1.0}, tamis.UsageError, "--recall: 1 is not between 0 and 1"),
        ({"method": "guess"}, tamis.UsageError, "invalid value 'guess' for '--method"),
        ({"treshold": 0.5}, tamis.UsageError, "unexpected argument '--treshold' found"),
        ({"threads": 0}, tamis.UsageError, "--threads: 0 is outside 1 to 1024"),
        ({"annotate": True}, tamis.UsageError, "--annotate: marks pages"),
        ({"keep": "sites:/nowhere"}, tamis.TamisError, "/nowhere"),
        ({"text_field": "body", "on_error": "fail"}, tamis.InputError, 'table:1: field "body" is missing (use --text-field)'),
    ],
)
def test_settings_are_checked_as_on_the_command_line(
    settings: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        tamis.dedup(made(3), **settings)  # type: ignore[arg-type]
    assert message in str(raised.value)
    assert isinstance(raised.value, tamis.TamisError)


def test_errors_are_those_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(tamis.InputError, match="No such file"):
        tamis.dedup(tmp_path / "nothing")
    with pytest.raises(tamis.DiskError, match="exists already"):
        tamis.dedup(made(2), tmp_path)
    with pytest.raises(tamis.SavedError):
        (tmp_path / "no.tamis").write_text("nothing")
        tamis.SiteProfile(tmp_path / "no.tamis")
    with pytest.raises(tamis.TamisError):
        tamis.Index(tmp_path / "nothing")
    with pytest.raises(tamis.UsageError, match="kept"):
        _ = tamis.dedup(Path(__file__).parents[2] / "examples" / "crawl").kept
    assert issubclass(tamis.UsageError, ValueError)
    assert issubclass(tamis.DiskError, OSError)


def test_a_folder_vanishes_with_its_decisions_unless_it_was_asked_for(tmp_path: Path) -> None:
    decided = tamis.dedup(made(3))
    folder = decided.path
    assert folder.exists()
    assert not (folder / "pages.jsonl").exists()
    del decided
    gc.collect()
    assert not folder.exists()
    assert tamis.dedup(made(3), tmp_path / "out").path.exists()


def test_progress_is_told_and_ends_at_its_end() -> None:
    told: list[tuple[str, int, int]] = []
    tamis.dedup(made(20_000), progress=lambda *step: told.append(step))
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases[0] == "reading"
    done = [done for phase, done, _ in told if phase == "reading"]
    assert done == sorted(done)
    assert done[-1] > 0
    assert tamis.dedup(made(10), progress=True).counts["removed"] == {"exact": 0, "near": 0}


def test_an_exception_of_the_listener_stops_the_work() -> None:
    def refuse(phase: str, done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        tamis.dedup(made(1000), progress=refuse)


def test_notes_go_to_the_logger(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="tamis"):
        tamis.dedup(made(3).rename_columns(["id", "content"]))
    assert 'the text is read from field "content" in 3 records' in caplog.messages


def test_results_do_not_depend_on_threads() -> None:
    pages = pa.concat_tables([made(500), made(400)])
    rows = [pa.table(tamis.dedup(pages, threads=threads).removed) for threads in (1, 3, None)]
    assert rows[0].equals(rows[1])
    assert rows[0].equals(rows[2])


def test_other_threads_of_python_go_on_meanwhile() -> None:
    ticks = 0
    is_over = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not is_over.wait(0.001):
            ticks += 1

    ticking = threading.Thread(target=tick)
    ticking.start()
    began = time.monotonic()
    tamis.dedup(made(60_000), threads=1)
    took = time.monotonic() - began
    is_over.set()
    ticking.join()
    assert ticks > 10 * took, f"{ticks} ticks in {took:.2f} s"


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_the_interrupt_key_stops_the_work_and_leaves_nothing(tmp_path: Path) -> None:
    program = textwrap.dedent(
        f"""
        import sys, tamis
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_running import made
        pages = made(150_000)
        print("ready", flush=True)
        try:
            tamis.dedup(pages, {str(tmp_path / "out")!r}, method="exact")
        except KeyboardInterrupt:
            print("stopped", flush=True)
        """
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "stopped\n"
    assert list(tmp_path.iterdir()) == []


PASSES = """
import os, sys, pyarrow as pa, tamis
from test_running import made

def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

pages = made(4000)
profile = tamis.SiteProfile.learn(pages)
index = tamis.Index(sys.argv[1], missing_ok=True)
index.add(pages)
for _ in range(70):
    decided = tamis.dedup(pages)
    pa.table(decided.removed), pa.table(decided.kept)
    pa.table(profile.strip(pages).kept)
    index.refresh()
    index.query(pages["text"][0].as_py())
    print(resident_bytes())
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks /proc")
def test_memory_is_flat_over_fifty_passes(tmp_path: Path) -> None:
    typed = [sys.executable, "-c", PASSES, str(tmp_path / "seen")]
    done = subprocess.run(typed, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    held = [int(line) for line in done.stdout.splitlines()]
    # The allocator settles in the first twenty; a pass that kept its pages would add their texts each time.
    grown = min(held[60:]) - max(held[10:20])
    text = sum(len(text) for text in made(4000)["text"].to_pylist())
    print(f"{held[0]:,} bytes after one pass, {held[19]:,} after 20, {held[-1]:,} after 70")
    assert grown < text, f"{grown:,} bytes more after fifty passes over {text:,} bytes of text: {held}"
