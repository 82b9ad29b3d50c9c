"""Finds near-duplicate pages and site boilerplate in scraped text, and proves every removal.

A thin door to the library that the command line ``tamis`` is made of: the same settings under the same names, the same
decisions, the same files. Tables come and go as Arrow, through the PyCapsule interface: pyarrow, Polars, DuckDB, pandas,
Hugging Face datasets.

* :func:`dedup`: remove near-duplicate pages. :func:`run`: strip the sites' junk lines first. :func:`audit`: report only.
* :class:`SiteProfile`: learn the junk lines of sites, read and edit the rules, strip, restore.
* :class:`Index`: what was seen in earlier batches; is this text known?
* :func:`compare`: how do two texts relate?
* :mod:`tamis.scrapy`: an item pipeline that asks an index and strips junk while Scrapy crawls.

>>> import tamis
>>> tamis.compare("The ferry leaves at nine from the pier.", "THE FERRY leaves at nine, from the pier!").relation
'exact'
"""

from tamis._tamis import VERSION as __version__
from tamis._tamis import Table
from tamis.comparison import Comparison, Span, compare
from tamis.decisions import Decisions, Folder, Report, Run, Stripped
from tamis.errors import DiskError, InputError, SavedError, TamisError, UsageError
from tamis.index import Index, Known
from tamis.jobs import audit, dedup, restore, run
from tamis.profile import Edits, Line, SiteProfile, StrippedText

__all__ = [
    "Comparison",
    "Decisions",
    "DiskError",
    "Edits",
    "Folder",
    "Index",
    "InputError",
    "Known",
    "Line",
    "Report",
    "Run",
    "SavedError",
    "SiteProfile",
    "Span",
    "Stripped",
    "StrippedText",
    "Table",
    "TamisError",
    "UsageError",
    "__version__",
    "audit",
    "compare",
    "dedup",
    "restore",
    "run",
]
