"""Removes near-duplicates from a crawl with Spark.

    spark-submit examples/spark/dedup.py PAGES WORK OUT [--threshold 0.5]

PAGES: Parquet files with columns `id` or `url`, and `text`. WORK: a folder that all workers reach; it is removed by whoever
gave it. OUT gets `kept`, `removed` and `clusters` as Parquet.
"""

import argparse
import logging

from pyspark.sql import SparkSession

import tamis.spark

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("pages")
parser.add_argument("work")
parser.add_argument("out")
parser.add_argument("--threshold", default="0.5")
asked = parser.parse_args()
logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
logging.getLogger("tamis").setLevel(logging.INFO)

spark = SparkSession.builder.appName("tamis").getOrCreate()
decided = tamis.spark.dedup(spark.read.parquet(asked.pages), asked.work, threshold=asked.threshold)
for name in ("kept", "removed", "clusters"):
    getattr(decided, name).write.parquet(f"{asked.out}/{name}")
print(decided.counts)
spark.stop()
