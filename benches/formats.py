"""What the container of a crawl costs: CPU time of `tamis dedup` on the same pages as JSON lines and in other formats.

    cargo build --release && pip install pyarrow && python3 benches/formats.py FILE.jsonl [RUNS]

FILE.jsonl has `id`, `url`, `title`, `date` and `text`. Every format is written once and read RUNS times (5 unless told), the
formats in turn; ratios are over the plain JSON lines of the same round, user and system time. First `-o -` into nothing, so that
nothing is written again as Parquet or CSV; then an output folder.
"""

import csv
import gzip
import html
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow
import pyarrow.parquet

TAMIS = Path(__file__).resolve().parent.parent / "target/release/tamis"
FIELDS = ("id", "url", "title", "date", "text")


def warc_record(kind, url, date, content_type, body):
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
    return f"{head}Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"


def wet(page):
    return warc_record("conversion", page["url"], "2026-01-01T00:00:00Z", "text/plain", page["text"].encode())


def warc(page):
    lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in page["text"].split("\n"))
    document = f"<html><head><title>{html.escape(page['title'])}</title></head><body>\n{lines}</body></html>".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(document)}\r\n\r\n"
    return warc_record("response", page["url"], "2026-01-01T00:00:00Z", "application/http; msgtype=response", head.encode() + document)


def write_records(path, pages, record):
    with open(path, "wb") as file:
        for page in pages:
            file.write(gzip.compress(record(page), 6))


def write_all(folder, pages):
    """Each format in a file of its own; the files by name."""
    files = {name: folder / f"crawl.{name}" for name in ("jsonl", "jsonl.gz", "csv", "parquet", "warc.wet.gz", "warc.gz")}
    lines = "".join(json.dumps(page, ensure_ascii=False) + "\n" for page in pages).encode()
    files["jsonl"].write_bytes(lines)
    files["jsonl.gz"].write_bytes(gzip.compress(lines, 6))
    with open(files["csv"], "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(pages)
    columns = {name: [page[name] for page in pages] for name in FIELDS}
    pyarrow.parquet.write_table(pyarrow.table(columns), files["parquet"], compression="zstd", row_group_size=10_000)
    write_records(files["warc.wet.gz"], pages, wet)
    write_records(files["warc.gz"], pages, warc)
    return files


def spent(*command):
    """CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(TAMIS), "dedup", *map(str, command), "--quiet", "--threads", "1"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    source, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with open(source, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    pages = [{name: str(row.get(name) or "") for name in FIELDS} for row in rows]
    pages = [page | {"url": page["url"] or f"https://crawl.example/{number}"} for number, page in enumerate(pages)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_all(folder, pages)
        streamed = {name: [] for name in files}
        written = {name: [] for name in files}
        for _ in range(runs):
            for name, file in files.items():
                streamed[name].append(spent(file, "-o", "-", "--evidence", folder / "evidence"))
                written[name].append(spent(file, "-o", folder / "out"))
                shutil.rmtree(folder / "evidence")
                shutil.rmtree(folder / "out")
        print("| format | megabytes | `-o -`: times JSON lines | with a folder |\n|---|---|---|---|")
        for name, file in files.items():
            ratios = [
                statistics.median(own / base for own, base in zip(times[name], times["jsonl"], strict=True))
                for times in (streamed, written)
            ]
            print(f"| {name} | {file.stat().st_size / 1e6:.0f} | {ratios[0]:.2f} | {ratios[1]:.2f} |")


if __name__ == "__main__":
    main()
