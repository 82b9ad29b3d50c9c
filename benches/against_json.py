"""CPU time of `tamis dedup` over that of CPython's json.loads on the same file, the gain of a second thread,
and what the search for passages costs.

    cargo build --release && python3 benches/against_json.py FILE.jsonl [RUNS]

Runs take turns, so that a slow minute of the machine meets both. CPU time is user and system time of the whole
process; the start of Python is taken off. Ratios are medians over the runs; the gain is that of wall times.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TAMIS = Path(__file__).resolve().parent.parent / "target/release/tamis"


def spent(command):
    """CPU seconds and wall seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - start


def main():
    file, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9
    parse = f"import json\nfor line in open({file!r}, 'rb'): json.loads(line)"
    ratios, gains, passages, ours, theirs = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            one, two = (dedup(file, f"{folder}/out", "--threads", threads) for threads in ("1", "2"))
            searched = dedup(file, f"{folder}/out", "--threads", "1", "--passages")
            start, _ = spent([sys.executable, "-c", "import json"])
            python, _ = spent([sys.executable, "-c", parse])
            ratios.append(one[0] / (python - start))
            gains.append(one[1] / two[1])
            passages.append(searched[0] / one[0])
            ours.append(one[0])
            theirs.append(python - start)
    print(f"least CPU seconds: tamis {min(ours):.3f}, json.loads {min(theirs):.3f}: {min(ours) / min(theirs):.2f}")
    figures = {
        "CPU time over json.loads": ratios,
        "gain of a second thread": gains,
        "CPU time with --passages over without": passages,
    }
    for name, values in figures.items():
        print(f"{name}: median {statistics.median(values):.2f}, from {min(values):.2f} to {max(values):.2f}")


def dedup(file, out, *options):
    result = spent([str(TAMIS), "dedup", file, "-o", out, "--quiet", *options])
    shutil.rmtree(out)
    return result


if __name__ == "__main__":
    main()
