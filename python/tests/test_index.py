"""An index says what was seen."""

from __future__ import annotations

import threading
import json
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import Command, text_of

import tamis


def test_what_is_asked_is_what_the_command_line_says(command: Command, crawl: pa.Table, tmp_path: Path) -> None:
    index = tamis.Index(tmp_path / "seen", missing_ok=True)
    index.add(crawl)
    for page in crawl.slice(0, 10).to_pylist():
        (tmp_path / "page.txt").write_text(page["text"], encoding="utf-8")
        text = ("--text", tmp_path / "page.txt", "--site", page["site"])
        rows = json.loads(command("index", "query", index.path, *text, "--format", "json").stdout)
        found = index.query(page["text"], site=page["site"])
        assert [known.id for known in found] == [row["id"] for row in rows]
        assert [known.jaccard for known in found] == [row["jaccard"] for row in rows]
        assert found
        assert {known.id for known in index.named(page["id"])} == {page["id"]}


def test_an_index_that_is_not_there_knows_nothing(tmp_path: Path) -> None:
    index = tamis.Index(tmp_path / "seen", missing_ok=True)
    assert (len(index), index.query("anything at all"), index.named("a")) == (0, [], [])
    with pytest.raises(tamis.TamisError):
        tamis.Index(tmp_path / "seen")


def test_pages_of_later_batches_are_removed_for_earlier_ones(crawl: pa.Table, tmp_path: Path) -> None:
    index = tamis.Index(tmp_path / "seen", missing_ok=True)
    first = index.add(crawl.slice(0, 200))
    again = index.add(crawl.slice(0, 200))
    assert pa.table(first.removed).equals(pa.table(again.removed))
    renamed = crawl.slice(0, 50).set_column(
        crawl.column_names.index("id"), "id", pa.array([f"new-{number}" for number in range(50)])
    )
    later = pa.table(index.add(renamed).removed)
    assert set(later["evidence"].to_pylist()) >= {"index"}


def test_threads_may_ask_at_once(crawl: pa.Table, tmp_path: Path) -> None:
    index = tamis.Index(tmp_path / "seen", missing_ok=True)
    index.add(crawl)
    texts = [text_of(page) for page in crawl.slice(0, 100).to_pylist()]
    expected = [index.query(text) for text in texts]
    found: list[list[list[tamis.Known]]] = []
    asking = [threading.Thread(target=lambda: found.append([index.query(text) for text in texts])) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert found == [expected] * 4
