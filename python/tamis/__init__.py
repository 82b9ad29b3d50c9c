"""Finds near-duplicate pages and site boilerplate in scraped text, and proves every removal.

A thin door to the library that the command line ``tamis`` is made of: the same settings under the same names, the same
decisions, the same files. Tables come and go as Arrow, through the PyCapsule interface: pyarrow, Polars, DuckDB, pandas,
Hugging Face datasets.

>>> import tamis
>>> tamis.compare("The ferry leaves at nine from the pier.", "THE FERRY leaves at nine, from the pier!").relation
'exact'
"""

from tamis._tamis import VERSION as __version__
from tamis.comparison import Comparison, Span, compare
from tamis.errors import DiskError, InputError, SavedError, TamisError, UsageError

__all__ = [
    "Comparison",
    "DiskError",
    "InputError",
    "SavedError",
    "Span",
    "TamisError",
    "UsageError",
    "__version__",
    "compare",
]
