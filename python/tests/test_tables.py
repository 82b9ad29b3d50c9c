"""Tables of every kind come in and go out alike."""

from __future__ import annotations

from pathlib import Path

import datasets
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tamis

FERRY = "The ferry to Orlen leaves at nine, the harbour office said on Monday, and returns at noon with the mail."
PAGES = pa.table(
    {
        "id": ["a", "b", "c", "d"],
        "text": [FERRY, "Rain is expected in the north, and snow on the hills.", FERRY.upper(), "العبّارة تغادر في التاسعة"],
        "rank": [1, 2, 3, 4],
    }
)


def columns(text: pa.DataType) -> pa.Table:
    return PAGES.set_column(1, "text", PAGES["text"].cast(text))


KINDS = {
    "string": columns(pa.string()),
    "large_string": columns(pa.large_string()),
    "string_view": columns(pa.string_view()),
    "binary": columns(pa.binary()),
    "dictionary": PAGES.set_column(1, "text", PAGES["text"].combine_chunks().dictionary_encode()),
    "chunked": pa.concat_tables([PAGES.slice(0, 1), PAGES.slice(1, 0), PAGES.slice(1)]),
    "sliced": pa.concat_tables([PAGES, PAGES]).slice(4),
    "stream": PAGES.to_reader(max_chunksize=1),
    "polars": pl.DataFrame(PAGES),
    "pandas": PAGES.to_pandas(),
    "pandas categories": PAGES.to_pandas().astype({"text": "category"}),
    "duckdb": duckdb.sql("select * from PAGES order by rank"),
    "datasets": datasets.Dataset(PAGES),
    "datasets, chosen": datasets.Dataset(pa.concat_tables([PAGES, PAGES])).select([4, 5, 6, 7]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_is_decided_alike(kind: str) -> None:
    decided = tamis.dedup(KINDS[kind])
    removed = pa.table(decided.removed).to_pylist()
    assert [(row["id"], row["kept"], row["relation"]) for row in removed] == [("c", "a", "exact")]
    kept = pa.table(decided.kept)
    assert kept["id"].to_pylist() == ["a", "b", "d"]
    assert kept["rank"].to_pylist() == [1, 2, 4]
    assert kept.schema.field("text").type == pa.table(decided.kept).schema.field("text").type


def test_what_is_kept_has_the_types_that_it_came_in() -> None:
    for kind in ("string", "large_string", "string_view", "dictionary"):
        assert pa.table(tamis.dedup(KINDS[kind]).kept).schema.field("text").type == KINDS[kind].schema.field("text").type


def test_decisions_go_to_whatever_takes_arrow() -> None:
    removed = tamis.dedup(PAGES).removed
    assert pl.DataFrame(removed)["id"].to_list() == ["c"]
    assert pa.table(removed).to_pandas()["jaccard"].tolist() == [1.0]
    assert duckdb.sql("select kept from removed").fetchall() == [("a",)] if hasattr(removed, "to_arrow") else True
    assert len(removed) == 1
    assert removed.column_names[0] == "id"


def test_buffers_that_nothing_was_taken_from_are_those_that_came_in() -> None:
    pages = pa.table({"id": ["a", "b"], "text": [FERRY, "Rain is expected in the north."]})
    kept = pa.table(tamis.dedup(pages).kept)
    where = [table["text"].chunk(0).buffers()[2].address for table in (pages, kept)]
    assert where[0] == where[1]


def test_odd_rows_are_rejects_and_no_end() -> None:
    pages = pa.table({"id": ["a", "b", None, "d"], "text": [FERRY, None, FERRY, ""], "url": [None, None, "https://x.example/1", None]})
    decided = tamis.dedup(pages, max_rejects=0.5)
    assert [row["record"] for row in pa.table(decided.rejects).to_pylist()] == [2]
    assert [row["id"] for row in pa.table(decided.removed).to_pylist()] in (["a"], ["https://x.example/1"])
    assert not decided.too_many_rejects
    assert tamis.dedup(pages).too_many_rejects


@pytest.mark.parametrize("pages", [PAGES.slice(0, 0), pa.table({"text": pa.array([], pa.string())})])
def test_a_table_without_rows_is_a_table_without_duplicates(pages: pa.Table) -> None:
    decided = tamis.dedup(pages)
    assert len(decided.removed) == 0
    assert pa.table(decided.kept).num_rows == 0


def test_texts_in_a_struct_go_by_their_path() -> None:
    pages = pa.table({"meta": [{"id": "a", "body": FERRY}, {"id": "b", "body": FERRY}]})
    decided = tamis.dedup(pages, text_field="meta.body", id_field="meta.id")
    assert [row["kept"] for row in pa.table(decided.removed).to_pylist()] == ["a"]


def test_the_tables_of_a_folder_are_read_whatever_they_were_written_as(tmp_path: Path) -> None:
    plain = tamis.dedup(PAGES, tmp_path / "plain", pairs=True)
    packed = tamis.dedup(PAGES, tmp_path / "packed", pairs=True, compress="zst")
    parquet = tamis.dedup(PAGES, tmp_path / "parquet", pairs=True, output_format="parquet")
    for name in ("removed", "clusters", "pairs"):
        rows = pa.table(plain.table(name)).to_pylist()
        assert rows == pa.table(packed.table(name)).to_pylist() == pa.table(parquet.table(name)).to_pylist()


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(TypeError, match="int is no path"):
        tamis.dedup(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        tamis.dedup([1, 2])  # type: ignore[list-item]
    assert isinstance(pd.DataFrame(), object)
