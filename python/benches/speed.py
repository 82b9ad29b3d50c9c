"""Python against the command line on the same pages in Arrow form, and what one inline query takes.

    python python/benches/speed.py COMMAND [--pages N] [--passes N] [--index-pages N]

COMMAND is the command line, built like the wheel that is installed. Both read the same rows: the command line from a
Parquet file, Python from the table that it holds. Passes alternate, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

import tamis

WORDS = 200


def made(pages: int) -> pa.Table:
    """Pages of 200 words of 20,000; every fifth is another one with a tenth of its words changed."""
    chance = random.Random(7)
    vocabulary = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randint(3, 9))) for _ in range(20_000)]
    texts: list[str] = []
    for number in range(pages):
        words = chance.choices(vocabulary, k=WORDS)
        if number % 5 == 4:
            words = [chance.choice(vocabulary) if chance.random() < 0.1 else word for word in texts[number - 3].split()]
        texts.append(" ".join(words))
    ids = [f"p{number}" for number in range(pages)]
    return pa.table({"id": ids, "site": [f"s{number % 50}.example" for number in range(pages)], "text": texts})


def compare(command: str, pages: int, passes: int, folder: Path) -> None:
    table = made(pages)
    file = folder / "pages.parquet"
    pq.write_table(table, file)
    out = folder / "out"
    seconds: dict[str, list[float]] = {"command line": [], "python, output=": [], "python": []}
    for _ in range(passes):
        for name, times in seconds.items():
            shutil.rmtree(out, ignore_errors=True)
            began = time.perf_counter()
            if name == "command line":
                subprocess.run([command, "dedup", file, "-o", out, "--quiet"], check=True)
            else:
                tamis.dedup(table, out if name == "python, output=" else None)
            times.append(time.perf_counter() - began)
    of_command = statistics.median(seconds["command line"])
    for name, times in seconds.items():
        took = statistics.median(times)
        print(f"{name:16} {took:7.2f} s  {pages / took:9,.0f} pages/s  {100 * of_command / took:5.0f} % of the command line's speed")


def ask(pages: int, folder: Path) -> None:
    table = made(pages)
    index = tamis.Index(folder / "seen", missing_ok=True)
    index.add(table)
    texts = table["text"].to_pylist()
    chance = random.Random(11)
    known = chance.sample(texts, 2000)
    new = [" ".join(chance.sample(text.split(), WORDS)) for text in known]
    for name, asked in (("known texts", known), ("new texts", new)):
        times = []
        for text in asked:
            began = time.perf_counter()
            index.query(text)
            times.append(1e6 * (time.perf_counter() - began))
        times.sort()
        print(f"{name:12} of {pages:,} pages: median {times[1000]:.0f} us, 99 % below {times[1980]:.0f} us")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--index-pages", type=int, default=100_000)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="tamis-bench-") as folder:
        compare(asked.command, asked.pages, asked.passes, Path(folder))
        ask(asked.index_pages, Path(folder))


if __name__ == "__main__":
    main()
