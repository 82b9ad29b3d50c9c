"""What pages may come as, and who is told while they are worked on."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, Union, cast

from tamis.settings import StrPath

if TYPE_CHECKING:
    from tamis._tamis import Listeners


class ArrowStream(Protocol):
    """Whatever gives an Arrow table through the PyCapsule interface: ``pyarrow.Table``, ``polars.DataFrame``, a DuckDB
    relation, ``pandas.DataFrame`` (which needs pyarrow), :class:`tamis.Table`."""

    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object: ...


class HuggingFaceDataset(Protocol):
    """``datasets.Dataset``."""

    def with_format(self, type: str | None = None) -> Any: ...


Pages = Union[StrPath, Iterable[StrPath], ArrowStream, HuggingFaceDataset]
"""A table of pages, one a row; or files and folders, as on the command line."""

Progress = Callable[[str, int, int], object]
"""Called with the phase, what is done of it and of how much (0: not known); bytes when reading and writing."""


def inputs(pages: Pages) -> list[str] | ArrowStream:
    """Paths as a list, a table as it is."""
    if isinstance(pages, (str, os.PathLike)):
        return [os.fspath(pages)]
    if hasattr(pages, "__arrow_c_stream__"):
        return cast(ArrowStream, pages)
    if hasattr(pages, "with_format"):
        table: ArrowStream = pages.with_format("arrow")[:]
        return table
    if isinstance(pages, Iterable):
        return [os.fspath(path) for path in pages]
    raise TypeError(f"{type(pages).__name__} is no path and gives no Arrow table")


@contextmanager
def listeners(progress: Progress | bool | None, threads: int | None) -> Iterator[Listeners]:
    """Who is told. ``True`` draws a bar with tqdm; notes go to the logger ``tamis``."""
    bar = None
    if progress is True:
        from tamis.progress import Bar

        progress = bar = Bar()
    try:
        yield {
            "progress": progress if callable(progress) else None,
            "note": logging.getLogger("tamis").info,
            "threads": threads,
        }
    finally:
        if bar is not None:
            bar.close()
