"""Spark against one machine on the same generated pages: is every decision the same, and how long does each stage take?

    python python/benches/spark.py COMMAND FOLDER [--pages N] [--threads 2] [--spark-only] [--skew]

COMMAND is the command line; the wheel is to be built like it. FOLDER takes the pages (2 KB each) and everything that is made of them; pages
that are there already are used again. What is compared: rows of `removed` and `clusters`, ids of kept pages, rules of all sites,
stripped texts and spans; from the command line, from Python, and from Spark. With `--skew` half of the pages are equal, and all others of one
site.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.dataset as ds
import pyarrow.parquet as pq

SITES = 200
FILE = 25_000


def make(folder: Path, pages: int) -> None:
    """Pages of 270 words under a menu and above a footer; of ten, two are edits of others and one a copy."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(11)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randint(3, 10))) for _ in range(40_000)]
    menus = [[" ".join(chance.choices(words, k=chance.randint(2, 5))) for _ in range(12)] for _ in range(SITES)]
    before: list[list[str]] = []
    for first in range(0, pages, FILE):
        rows: dict[str, list[str]] = {"id": [], "site": [], "title": [], "text": []}
        for number in range(first, min(first + FILE, pages)):
            kind = number % 10
            if kind in (7, 8, 9) and before:
                body = chance.choice(before)
                if kind != 9:
                    at = chance.randrange(200)
                    body = [*body[:at], *chance.choices(words, k=chance.randint(3, 40)), *body[at + 20 :]]
            else:
                body = chance.choices(words, k=270)
            before.append(body)
            if len(before) > 20_000:
                before[chance.randrange(20_000)] = before.pop()
            site = chance.randrange(SITES)
            lines = [" ".join(body[at : at + 45]) + "." for at in range(0, len(body), 45)]
            text = "\n".join([*menus[site][:8], *lines, *menus[site][8:]])
            title = " ".join(body[:6])
            for name, value in zip(rows, (f"p{number:08}", f"s{site}.example", title, text)):
                rows[name].append(value)
        pq.write_table(pa.table(rows), folder / f"{first // FILE:05}.parquet")


def make_skewed(folder: Path, pages: int) -> None:
    """Pages of equal words on many sites, and as many of one site."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(12)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randint(3, 10))) for _ in range(40_000)]
    equal = " ".join(chance.choices(words, k=60))
    for first in range(0, pages, FILE):
        numbers = range(first, min(first + FILE, pages))
        texts = [equal if number % 2 else " ".join(chance.choices(words, k=60)) for number in numbers]
        sites = [f"s{number % 1000}.example" if number % 2 else "half.example" for number in numbers]
        rows = {"id": [f"p{number:08}" for number in numbers], "site": sites, "title": ["" for _ in numbers], "text": texts}
        pq.write_table(pa.table(rows), folder / f"{first // FILE:05}.parquet")


def digest(rows: Iterable[object]) -> str:
    """One number for a set of rows, in whatever order they come."""
    total = 0
    for row in rows:
        total += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest(), "big")
    return f"{total % (1 << 128):032x}"


def of_table(table: pa.Table, leave_out: Iterable[str] = ()) -> str:
    columns = [name for name in table.column_names if name not in set(leave_out)]
    return digest(json.dumps(row, default=dict, sort_keys=True) for batch in table.select(columns).to_batches() for row in batch.to_pylist())


Found = dict[str, str]


def of_command(command: str, pages: Path, out: Path) -> Found:
    from tamis import _tamis

    for name, flags in (("dedup", ()), ("learn", ()), ("strip", ("--profile", out / "learn"))):
        subprocess.run([command, name, pages, "-o", out / name, *flags, "--quiet"], check=True)
    rules = subprocess.run([command, "rules", out / "learn"], check=True, capture_output=True).stdout.decode()
    return decisions(
        lambda name: pa.table(_tamis.read_table(out / "dedup", f"{name}.jsonl")),
        ds.dataset(sorted((out / "dedup").glob("pages*.parquet"))).to_table(["id"]),
        rules,
        ds.dataset(sorted((out / "strip").glob("pages*.parquet"))).to_table(["id", "text"]),
        pa.table(_tamis.read_table(out / "strip", "spans.jsonl")),
    )


def of_python(pages: Path) -> Found:
    import tamis

    table = pq.read_table(pages)
    decided = tamis.dedup(table)
    profile = tamis.SiteProfile.learn(table)
    stripped = profile.strip(table)
    kept = pa.table(decided.kept)
    return decisions(lambda name: pa.table(decided.table(name)), kept, profile.rules(), pa.table(stripped.kept), pa.table(stripped.spans))


def decisions(table: Callable[[str], pa.Table], kept: pa.Table, rules: str, left: pa.Table, spans: pa.Table) -> Found:
    from tamis.spark import PLACES

    return {
        "removed": of_table(table("removed"), PLACES),
        "clusters": of_table(table("clusters"), PLACES),
        "kept": of_table(kept.select(["id"])),
        "rules": digest([rules]),
        "texts": of_table(left.select(["id", "text"])),
        "spans": of_table(spans.select(["id", "spans"])),
    }


def of_spark(pages: Path, out: Path, threads: int, compares: bool) -> Found:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    import tamis.spark

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "3g",
        "spark.driver.maxResultSize": "0",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(out / "shuffle"),
        "spark.sql.shuffle.partitions": "16",
    }
    builder = SparkSession.builder.master(f"local[{threads}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    rows = spark.read.parquet(str(pages))
    begun = time.monotonic()
    decided = tamis.spark.dedup(rows, str(out / "work"))
    for stage in decided.stages:
        print(f"  {stage.name:16} {stage.seconds:7.1f} s", flush=True)
    print(f"  {'dedup':16} {time.monotonic() - begun:7.1f} s, {decided.counts}")
    print(f"  work folder: {sum(file.stat().st_size for file in (out / 'work').rglob('*') if file.is_file()) / 1e6:,.0f} MB")
    begun = time.monotonic()
    decided.kept.write.mode("overwrite").parquet(str(out / "kept"))
    print(f"  {'kept':16} {time.monotonic() - begun:7.1f} s")
    begun = time.monotonic()
    profile = tamis.spark.learn(rows, str(out / "learning"))
    print(f"  {'learn':16} {time.monotonic() - begun:7.1f} s")
    begun = time.monotonic()
    tamis.spark.strip(rows, profile).select("id", "text", "stripped").write.mode("overwrite").parquet(str(out / "stripped"))
    print(f"  {'strip':16} {time.monotonic() - begun:7.1f} s", flush=True)
    if not compares:
        return {}
    left = pq.read_table(out / "stripped")
    spans = left.filter(pa.compute.field("stripped").is_valid()).select(["id", "stripped"]).rename_columns(["id", "spans"])
    tables = {name: getattr(decided, name).toArrow() for name in ("removed", "clusters")}
    return decisions(tables.__getitem__, pq.read_table(out / "kept", columns=["id"]), profile.rules(), left, spans)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--spark-only", action="store_true")
    parser.add_argument("--skew", action="store_true")
    asked = parser.parse_args()
    pages = asked.folder / f"{'skewed' if asked.skew else 'pages'}-{asked.pages}"
    if not pages.exists():
        (make_skewed if asked.skew else make)(pages, asked.pages)
    size = sum(pq.read_metadata(file).row_group(0).total_byte_size for file in pages.iterdir())
    print(f"{asked.pages:,} pages, {size / 1e9:.2f} GB of columns")
    out = asked.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    found: dict[str, Found] = {}
    work: dict[str, Callable[[], Found]] = {
        "command line": lambda: of_command(asked.command, pages, out),
        "python": lambda: of_python(pages),
        "spark": lambda: of_spark(pages, out, asked.threads, not asked.spark_only),
    }
    for name, do in work.items():
        if asked.spark_only and name != "spark":
            continue
        begun = time.monotonic()
        found[name] = do()
        print(f"{name}: {time.monotonic() - begun:.1f} s", flush=True)
    for what in found["spark"]:
        digests = {name: of[what] for name, of in found.items()}
        print(f"{what}: {'equal' if len(set(digests.values())) == 1 else digests}")


if __name__ == "__main__":
    main()
