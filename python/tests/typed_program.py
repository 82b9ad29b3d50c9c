"""What a typed program writes; mypy --strict reads it, and a test runs it."""

from __future__ import annotations

import polars as pl

import tamis
from tamis.scrapy import TamisPipeline

pages = pl.DataFrame({"id": ["a", "b"], "text": ["The ferry leaves at nine.", "The ferry leaves at nine."]})
decided: tamis.Decisions = tamis.dedup(pages, threshold=0.7, keep="longest", remove=["exact", "near"])
removed: tamis.Table = decided.removed
names: list[str] = removed.column_names
count: int = len(removed)
assert count == 1, count

profile: tamis.SiteProfile = tamis.SiteProfile.learn(pages)
stripped: tamis.StrippedText = profile.strip_text("a\nb", site="x.example")
lines: list[str] = [line.line for line in stripped.spans]

known: list[tamis.Known] = tamis.Index("nowhere", missing_ok=True).query("text")
relation: str | None = known[0].relation if known else None
share: float = tamis.compare("a b c", "a b d").jaccard
pipeline: type[TamisPipeline] = TamisPipeline
