"""Pages to work on, and the command line that everything is held against."""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
CRAWL = ROOT / "examples" / "crawl"
FILES = sorted(CRAWL.glob("*.jsonl"))
COMMAND = Path(os.environ.get("TAMIS_COMMAND", ROOT / "target" / "release" / "tamis"))
NEWS = ROOT / ".." / "shared" / "data" / "saudinewsnet"

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def command() -> Command:
    """Runs the command line."""
    assert COMMAND.exists(), f"{COMMAND} is not there: cargo build --release, or set TAMIS_COMMAND"

    def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        typed = [str(COMMAND), *map(str, arguments)]
        done = subprocess.run(typed, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == code, done.stderr
        return done

    return run


def rows_of(path: Path, skip_bad: bool = False) -> list[dict[str, object]]:
    """The rows of a file of JSON lines."""
    rows: list[dict[str, object]] = []
    for line in path.read_bytes().splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            if not skip_bad:
                raise
    return rows


def text_of(page: dict[str, object]) -> str:
    """The text of a page, in whichever field it is."""
    text = page.get("text") or page.get("content") or ""
    assert isinstance(text, str)
    return text


def table_of(records: list[dict[str, object]]) -> pa.Table:
    """Records as a table, its columns by name, None where a record has no such field."""
    names = sorted({name for record in records for name in record})
    return pa.table({name: [record.get(name) for record in records] for name in names})


@pytest.fixture(scope="session")
def crawl() -> pa.Table:
    """The JSON lines of the example crawl as one table, but for what is none."""
    return table_of([record for file in FILES for record in rows_of(file, skip_bad=True)])


@pytest.fixture(scope="session")
def crawl_parquet(crawl: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("crawl") / "crawl.parquet"
    pq.write_table(crawl, path)
    return path


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real crawl as Parquet; tests that need it are left out where it is not, and say so."""
    found = sorted(NEWS.glob("*.jsonl*")) if NEWS.exists() else []
    if not found:
        message = f"{NEWS} is not there: claims about real crawls are left out"
        if os.environ.get("TAMIS_REQUIRE_DATA"):
            pytest.fail(message)
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    path = tmp_path_factory.mktemp("news") / "news.parquet"
    pq.write_table(table_of([record for file in found for record in unpacked(file)]), path)
    return path


def unpacked(path: Path) -> list[dict[str, object]]:
    """The records of a file of JSON lines, packed with zstd or not."""
    if path.suffix != ".zst":
        return rows_of(path)
    with pa.input_stream(str(path), compression="zstd") as stream:
        return [json.loads(line) for line in stream.read().decode().splitlines()]
