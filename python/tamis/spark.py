"""Near-duplicates and junk lines of crawls that one machine does not hold: Spark moves the rows, and each stage of the work is
the library's. What is decided is what one machine decides, byte for byte.

:func:`dedup`, :func:`learn` and :func:`strip` take a DataFrame of any source that Spark reads, with the columns that
:func:`tamis.dedup` takes. Needs ``pip install tamis[spark]`` and a Java runtime (17 or later) on the driver and the wheel on all
workers. A worker may die at any moment: what it had is done again. ``docs/spark.md`` says how it works, how much of what it
needs, and what it does not do.

>>> import tamis.spark
>>> decided = tamis.spark.dedup(spark.read.parquet("crawl"), work="hdfs:///work")  # doctest: +SKIP
>>> decided.kept.write.parquet("hdfs:///kept")                                     # doctest: +SKIP
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import ArrayType, BinaryType, LongType, StringType, StructField, StructType

from tamis import _tamis
from tamis.profile import SiteProfile
from tamis.settings import Deciding, LearningFrom, Reading, flags

if TYPE_CHECKING:
    from pyspark import Broadcast
    from typing_extensions import Unpack

    from tamis._tamis import Known

Batches = Iterator[pa.RecordBatch]

LOG = logging.getLogger("tamis")

ROWS = "kind string, key binary, `order` binary, value binary"
"""The columns of rows between stages."""


class SparkComparing(Reading, Deciding, total=False):
    """Settings of :func:`dedup`, as of :func:`tamis.dedup`. Not done this way, and refused by name: other methods than
    ``minhash``; ``keep="first"``, since rows of a DataFrame have no order; ``remove`` with ``contained``."""


class Stage(NamedTuple):
    """A stage that was done."""

    name: str
    seconds: float
    """Until what it gave was written."""


class Decisions:
    """What :func:`dedup` decided. DataFrames are read from the work folder when they are used; ``docs/output.md`` describes
    their columns, but for those of places: a row of a DataFrame stands in no file."""

    kept: DataFrame
    """The rows that stay, with all their columns. The source is read once more for them."""
    removed: DataFrame
    """A row a removed page, sorted by id: the page that is kept for it, relation, exact counts."""
    clusters: DataFrame
    """A row a kept page and the pages verified against it, sorted by its id."""
    templates: DataFrame
    """A row a group of pages of one template; they stay."""
    syndication: DataFrame
    """Who reprints whom, a row two sites."""
    rejects: DataFrame
    """Records that could not be used, and why."""
    counts: dict[str, Any]
    """As of a manifest."""
    batch: str
    """The name of the batch, as of a manifest."""
    too_many_rejects: bool
    """Whether more records were rejected than ``max_rejects`` allows."""
    stages: list[Stage]
    """What was done, in order."""


class _Work:
    """A folder that all workers reach, and what stages have written there."""

    def __init__(self, pages: DataFrame, folder: str, partitions: int | None) -> None:
        self.session = pages.sparkSession
        self.folder = folder.rstrip("/")
        self.partitions = partitions
        self.places: dict[str, str] = {}
        self.stages: list[Stage] = []

    def write(self, name: str, rows: DataFrame, place: str | None = None) -> None:
        """Writes what a stage gives: a reliable place to go on from, whoever dies later."""
        place = place or name
        LOG.info("%s begins", place)
        begun = time.monotonic()
        self.places[name] = f"{self.folder}/{place}"
        rows.write.mode("overwrite").partitionBy("kind").parquet(self.places[name], compression="zstd")
        self.stages.append(Stage(place, time.monotonic() - begun))
        LOG.info("%s took %.1f s", *self.stages[-1])

    def rows(self, stage: str, kind: str) -> DataFrame:
        """Rows of a kind that a stage gave."""
        given = self.session.read.schema(ROWS).parquet(self.places[stage])
        return given.where(F.col("kind") == kind).drop("kind")

    def together(self, takes: Iterable[tuple[str, str]]) -> DataFrame:
        """Rows of one key in one partition, in order."""
        rows = reduce(DataFrame.unionByName, [self.rows(stage, kind) for stage, kind in takes])
        met = rows.repartition(self.partitions, "key") if self.partitions else rows.repartition("key")
        return met.sortWithinPartitions("key", "order")

    def named(self, stage: str, kind: str) -> Iterator[tuple[bytes, bytes]]:
        """Key and value of rows, one after the other."""
        for row in self.rows(stage, kind).select("key", "value").toLocalIterator():
            yield bytes(row.key), bytes(row.value)

    def counted(self, *stages: str) -> _tamis.Counted:
        """What stages have counted."""
        counted = _tamis.Counted()
        sums = [self.rows(stage, "sums").select("value") for stage in stages]
        for row in reduce(DataFrame.unionByName, sums).collect():
            counted.add(bytes(row.value))
        return counted

    def table(self, name: str, rows: DataFrame) -> DataFrame:
        """Rows that are lines of JSON as the typed rows of a table."""
        empty = pa.table(_tamis.typed_table(name, []))
        columns = [column for column in empty.column_names if column not in PLACES]
        schema = empty.select(columns).schema

        def work(batches: Batches) -> Batches:
            for batch in batches:
                typed = pa.table(_tamis.typed_table(name, batch["value"].to_pylist()))
                yield from typed.select(columns).to_batches()

        return rows.select("value").mapInArrow(work, from_arrow_schema(schema))


PLACES = {"file", "record", "offset", "length", "kept_place", "places"}
"""Columns that say where a page stands in files."""


def _stage(make: Callable[[], _tamis.Stage]) -> Callable[[Batches], Batches]:
    """What a worker does with its share of the rows of a stage."""

    def work(batches: Batches) -> Batches:
        stage = make()
        for batch in batches:
            yield from stage.feed(batch)
        yield from stage.finish()

    return work


def _of_plan(name: str, known: Broadcast[Known]) -> Callable[[Batches], Batches]:
    return _stage(lambda: _tamis.Stage(name, known.value))


def _looked_at(pages: DataFrame, command: str, typed: list[str]) -> DataFrame:
    """The columns that are looked at."""
    names = {name.split(".")[0] for name in _tamis.field_names(command, typed)}
    return pages.select([F.col(f"`{column}`") for column in pages.columns if column in names])


def dedup(
    pages: DataFrame,
    work: str,
    *,
    partitions: int | None = None,
    **settings: Unpack[SparkComparing],
) -> Decisions:
    """Removes near-duplicate pages, each verified against the page that is kept, as :func:`tamis.dedup` would.

    :param pages: a page a row, with a column of texts and one of ids or URLs. Read three times: it must say the same each
        time.
    :param work: folder on storage that the driver and all workers reach (``hdfs:``, ``s3a:``, a shared disk); what every stage
        gives is written there and read again. Remove it when the result is written. An older one is overwritten.
    :param partitions: partitions of each exchange; what Spark's adaptive execution chooses.
    :param settings: :class:`SparkComparing`.
    :raises UsageError: a setting cannot be used, or not this way.
    :raises PythonException: Spark's, with the message of the error that a worker met.

    Cost: linear in the words, 20 exchanges of rows and a few more for each doubling of the longest chain of edits. Texts are moved
    once and then once a block that needs them; ``docs/spark.md`` has figures.
    """
    typed = flags({"output": work, **settings})
    known: Known = {"flags": typed, "pages": 0, "batch": None, "frame": None, "crawl_dated": None}
    at = _Work(pages, work, partitions)
    looked_at = _looked_at(pages, "dedup", typed)
    _tamis.expected_pages(known)  # Refuses what cannot be done before anything is.
    known["pages"] = looked_at.count()
    tell = at.session.sparkContext.broadcast
    told = tell(known)
    at.write("read", looked_at.mapInArrow(_of_plan("read", told), ROWS))
    rows = _tamis.expected_pages(known)
    known["pages"] = at.counted("read").pages[0]
    if _tamis.expected_pages(known) != rows:
        # Rows that are no pages made the difference between two shapes of bands.
        told = tell(known)
        at.write("read", looked_at.mapInArrow(_of_plan("read", told), ROWS))

    for name, takes, in_turn_with in _tamis.plan():
        if name == "verify":
            known["frame"] = bytes(_tamis.frame_bytes(known, at.named("frames", "frame")))
            told = tell(known)
        if name == "decide":
            known["crawl_dated"] = bytes(_tamis.crawl_dates(at.named("dates", "crawl-dated")))
            known["batch"] = at.counted("read", "deliveries").batch(known)
            known["frame"] = None
            told = tell(known)
        at.write(name, at.together(takes).mapInArrow(_of_plan(name, told), ROWS))
        turn = 0
        while in_turn_with and at.counted(name).unsettled:
            turn += 1
            given = at.together([(name, "edge")]).mapInArrow(_of_plan(in_turn_with, told), ROWS)
            at.write(in_turn_with, given, f"{in_turn_with}-{turn}")
            given = at.together([(in_turn_with, "edge")]).mapInArrow(_of_plan(name, told), ROWS)
            at.write(name, given, f"{name}-{turn}")
    return _decided(pages, at, known)


def _decided(pages: DataFrame, at: _Work, known: Known) -> Decisions:
    decided = Decisions()
    done = [name for name in at.places if not name.endswith("-star")]
    decided.counts, decided.too_many_rejects = at.counted(*done).counts(known)
    decided.batch = known["batch"] or ""
    in_order = ["key", "order"]
    decided.removed = at.table("removed.jsonl", at.rows("decide", "removed").orderBy(*in_order))
    decided.clusters = at.table("clusters.jsonl", at.rows("decide", "cluster").orderBy(*in_order))
    decided.templates = at.table("templates.jsonl", at.rows("templates", "template").orderBy(*in_order))
    decided.syndication = at.table("syndication.jsonl", at.rows("flows", "syndication").orderBy(*in_order))
    decided.rejects = at.table("rejects.jsonl", at.rows("read", "reject").orderBy(*in_order))
    decided.kept = _kept(pages, at, known)
    decided.stages = at.stages
    return decided


KEY, DELIVERY = "__tamis_key", "__tamis_delivery"


def _kept(pages: DataFrame, at: _Work, known: Known) -> DataFrame:
    """The rows that stay: no page that goes, and one row of each that was delivered several times."""
    known = known.copy()
    known["frame"] = known["crawl_dated"] = None
    told = at.session.sparkContext.broadcast(known)

    def identify(batches: Batches) -> Batches:
        for batch in batches:
            keys, deliveries = _tamis.identify(told.value, batch).columns
            yield batch.append_column(KEY, keys).append_column(DELIVERY, deliveries)

    columns = pages.schema.fields
    schema = StructType([*columns, *(StructField(name, BinaryType()) for name in (KEY, DELIVERY))])
    identified = pages.mapInArrow(identify, schema).where(F.col(KEY).isNotNull())
    gone = at.rows("decide", "gone").select(F.col("key").alias(KEY))
    again = at.rows("deliveries", "redelivered")
    again = again.select(F.col("key").alias(KEY), F.col("value").alias(DELIVERY))
    stay = identified.join(gone, KEY, "left_anti")
    once = stay.join(again.select(KEY), KEY, "left_anti")
    one_of_several = stay.join(again, [KEY, DELIVERY], "left_semi").dropDuplicates([KEY])
    return once.unionByName(one_of_several).drop(KEY, DELIVERY)


def learn(
    pages: DataFrame,
    work: str,
    *,
    partitions: int | None = None,
    **settings: Unpack[LearningFrom],
) -> SiteProfile:
    """Learns the junk lines of sites: the very profile that :meth:`tamis.SiteProfile.learn` learns.

    Parameters as of :func:`dedup`; settings: :class:`tamis.settings.LearningFrom`. The profile is brought to the driver: at most
    300 KB a site.
    """
    typed = flags({"output": "profile", **settings})
    at = _Work(pages, work, partitions)
    samples = _looked_at(pages, "learn", typed).mapInArrow(_stage(lambda: _tamis.Stage.learning(typed)), ROWS)
    at.write("learn", samples)
    at.write("profiles", at.together([("learn", "profile")]).mapInArrow(_stage(_tamis.Stage.merging), ROWS))
    profiles = (value for _, value in at.named("profiles", "profile"))
    return SiteProfile._of(_tamis.profile_of(profiles))


STRIPPED = "stripped"
"""The column that :func:`strip` adds."""

SPANS = ArrayType(
    StructType([StructField("start", LongType()), StructField("end", LongType()), StructField("line", StringType())])
)


class SparkStripping(Reading, total=False):
    """Settings of :func:`strip`."""

    strict: bool
    """Strip only what is beyond doubt."""


def strip(pages: DataFrame, profile: SiteProfile, **settings: Unpack[SparkStripping]) -> DataFrame:
    """Strips the lines of each site's template, as :meth:`tamis.SiteProfile.strip` does: the same columns, the texts shorter, and
    a column ``stripped`` with the lines that went (``start``, ``end`` in bytes of the text, ``line``); null if none did.
    Rows that are no pages are left out.

    The profile is told to all workers, and each works a site's rules out when it meets its first page: where sites are many, have
    ``pages.repartition("site")`` before.
    """
    said = pages.sparkSession.sparkContext.broadcast(profile._profile.to_bytes())
    asked: dict[str, Any] = {"profile": "profile", "overwrite": True, **settings}

    def work(batches: Batches) -> Batches:
        with TemporaryDirectory(prefix="tamis-") as folder:
            out = Path(folder) / "out"
            typed = flags({"output": out, **asked})
            stripper = _tamis.Stripper(_tamis.SiteProfile.of_bytes(said.value), typed)
            for batch in batches:
                left = pa.table(stripper.strip(pa.Table.from_batches([batch]))).cast(batch.schema)
                yield from left.append_column(STRIPPED, _spans(out, batch.num_rows)).to_batches()

    return pages.mapInArrow(work, StructType([*pages.schema.fields, StructField(STRIPPED, SPANS)]))


def _spans(out: Path, rows: int) -> pa.Array:
    """The lines that each page of a batch lost; rows that were rejected are no pages."""
    rejects = pa.table(_tamis.read_table(out, "rejects.jsonl"))["record"].to_pylist()
    spans = pa.table(_tamis.read_table(out, "spans.jsonl"))
    of_row = dict(zip(spans["record"].to_pylist(), spans["spans"].to_pylist()))
    no_pages = set(rejects)
    span = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("line", pa.string())])
    left = [of_row.get(row) for row in range(1, rows + 1) if row not in no_pages]
    return pa.array(left, pa.list_(span))


def restore(stripped: DataFrame, text: str = "text") -> DataFrame:
    """What :func:`strip` was given, every line put back, without the column that it added.

    :param text: the column of texts.
    """
    schema = StructType([field for field in stripped.schema.fields if field.name != STRIPPED])

    def work(batches: Batches) -> Batches:
        for batch in batches:
            texts, spans = batch[text].to_pylist(), batch[STRIPPED].to_pylist()
            put_back = [
                _tamis.put_back(left, [(span["start"], span["end"], span["line"]) for span in lost]) if lost else left
                for left, lost in zip(texts, spans)
            ]
            at = batch.schema.get_field_index(text)
            field = batch.schema.field(at)
            whole = batch.set_column(at, field, pa.array(put_back, field.type))
            yield whole.drop_columns([STRIPPED])

    return stripped.mapInArrow(work, schema)
