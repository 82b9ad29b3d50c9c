"""Spark decides, learns and strips what one machine does, byte for byte."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

import tamis
import tamis.spark

TABLES = ("removed", "clusters", "templates", "syndication")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Two workers in this process; small batches and partitions, so that there are many of both."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "5",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def read(spark: SparkSession, table: pa.Table, folder: Path, files: int = 4) -> DataFrame:
    """A table as the files of a crawl."""
    folder.mkdir()
    rows = -(-table.num_rows // files)
    for number in range(files):
        pq.write_table(table.slice(number * rows, rows), folder / f"{number}.parquet")
    return spark.read.parquet(str(folder))


def named(crawl: pa.Table) -> pa.Table:
    """The pages that have an id or an address; Spark refuses others."""
    rows = [row for row in crawl.to_pylist() if row.get("id") or row.get("url")]
    return pa.Table.from_pylist(rows, crawl.schema)


def lines(table: pa.Table) -> list[str]:
    """Rows as JSON, without the columns that say where a page stands in a file."""
    columns = [name for name in table.column_names if name not in tamis.spark.PLACES]
    return [json.dumps(row, default=dict, sort_keys=True) for row in table.select(columns).to_pylist()]


def same(decided: tamis.spark.Decisions, expected: tamis.Decisions) -> None:
    for name in TABLES:
        assert lines(getattr(decided, name).toArrow()) == lines(pa.table(expected.table(name))), name
    assert decided.counts == expected.counts
    assert decided.batch == expected.manifest["batch"]
    kept = pa.table(expected.kept)
    by = "id" if "id" in kept.column_names else "url"
    found = decided.kept.toArrow()
    assert found.column_names == kept.column_names
    assert in_any_order(found, by) == in_any_order(kept, by)


def test_the_example_crawl_is_decided_like_on_one_machine(spark: SparkSession, crawl: pa.Table, tmp_path: Path) -> None:
    pages = named(crawl)
    pages = pa.concat_tables([pages, pages.slice(0, 9)])  # Delivered again.
    decided = tamis.spark.dedup(read(spark, pages, tmp_path / "crawl"), str(tmp_path / "work"))
    same(decided, tamis.dedup(pages))
    assert decided.counts["redelivered"] >= 9 and decided.removed.count() > 20


def test_settings_mean_what_they_mean_on_one_machine(spark: SparkSession, crawl: pa.Table, tmp_path: Path) -> None:
    pages = named(crawl).rename_columns([{"id": "name", "text": "words"}.get(name, name) for name in crawl.column_names])
    settings = {
        "text_field": "words", "id_field": "name", "threshold": 0.7, "keep": "earliest", "scope": "across-sites",
        "remove": "exact,near,template",
    }  # fmt: skip
    decided = tamis.spark.dedup(read(spark, pages, tmp_path / "crawl"), str(tmp_path / "work"), partitions=3, **settings)  # type: ignore[arg-type]
    expected = tamis.dedup(pages, **settings)  # type: ignore[arg-type]
    for name in TABLES:
        assert lines(getattr(decided, name).toArrow()) == lines(pa.table(expected.table(name))), name


def test_arabic_news_are_decided_like_on_one_machine(spark: SparkSession, news: Path, tmp_path: Path) -> None:
    pages = spark.read.parquet(str(news)).repartition(4)
    decided = tamis.spark.dedup(pages, str(tmp_path / "work"))
    same(decided, tamis.dedup(pq.read_table(news)))


def test_a_crowd_of_equal_pages_and_a_site_with_half_of_all_are_decided_alike(spark: SparkSession, tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(300)]
    equal, menu = " ".join(words[:60]), " ".join(words[200:260])
    rows = [{"id": f"e{at}", "site": f"s{at % 7}", "text": equal} for at in range(6000)]
    rows += [{"id": f"h{at}", "site": "half", "text": f"{menu} {' '.join(f'{at}x{word}' for word in words[:40])}"} for at in range(6000)]
    rows += [{"id": f"n{at}", "site": f"s{at % 7}", "text": equal + f" {at}"} for at in range(2500)]
    pages = pa.Table.from_pylist(rows)
    decided = tamis.spark.dedup(read(spark, pages, tmp_path / "crawl"), str(tmp_path / "work"))
    same(decided, tamis.dedup(pages))
    assert decided.counts["hot_buckets"] > 0 and sum(decided.counts["removed"].values()) > 8000


def test_profiles_rules_stripped_and_restored_texts_are_those_of_one_machine(
    spark: SparkSession, crawl: pa.Table, tmp_path: Path
) -> None:
    pages = read(spark, crawl, tmp_path / "crawl")
    profile = tamis.spark.learn(pages, str(tmp_path / "work"))
    expected = tamis.SiteProfile.learn(crawl)
    assert profile.digest == expected.digest
    assert profile.rules(reasons=True) == expected.rules(reasons=True)

    stripped = tamis.spark.strip(pages, profile)
    left = expected.strip(crawl)
    kept = pa.table(left.kept)
    found = stripped.toArrow()
    assert in_any_order(found, "id", "url", "text", "content") == in_any_order(kept, "id", "url", "text", "content")
    spans = pa.table({"spans": [row for row in found["stripped"].to_pylist() if row is not None]})
    assert in_any_order(spans, "spans") == in_any_order(pa.table(left.spans), "spans") and spans.num_rows > 20
    whole = tamis.spark.restore(stripped.where("text is not null")).toArrow()
    expected_texts = pa.table(left.restored()).filter(pc.field("text").is_valid())
    assert in_any_order(whole, "id", "text") == in_any_order(expected_texts, "id", "text")


def in_any_order(table: pa.Table, *columns: str) -> list[str]:
    """Rows of a DataFrame have no order."""
    return sorted(map(str, table.select(columns).to_pylist()))


def test_what_spark_cannot_do_is_refused_by_name_before_anything_is_done(spark: SparkSession, tmp_path: Path) -> None:
    pages = spark.createDataFrame([("a", "Rain in the north.")], "id string, text string")
    for settings, said in (({"keep": "first"}, "first"), ({"method": "exact"}, "minhash"), ({"remove": "contained"}, "contained")):
        with pytest.raises(tamis.UsageError, match=said):
            tamis.spark.dedup(pages, str(tmp_path / "work"), **settings)  # type: ignore[arg-type]
    assert not (tmp_path / "work").exists()
    nameless = spark.createDataFrame([("Rain in the north.",)], "text string")
    with pytest.raises(PySparkException, match="neither id nor address"):
        tamis.spark.dedup(nameless, str(tmp_path / "work"))
