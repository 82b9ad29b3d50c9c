"""What the command line does, for pages that a program holds: :func:`dedup`, :func:`run`, :func:`audit`, :func:`restore`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from tamis import _tamis
from tamis.decisions import Decisions, Folder, Report, Run
from tamis.pages import Pages, Progress, inputs, listeners
from tamis.settings import Comparing, Reporting, Running, StrPath, flags

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tamis._tamis import RestoredCounts

F = TypeVar("F", bound=Folder)


def into_folder(
    kind: type[F],
    command: str,
    pages: Pages,
    output: StrPath | None,
    progress: Progress | bool | None,
    threads: int | None,
    settings: Mapping[str, Any],
    profile: _tamis.SiteProfile | None = None,
) -> F:
    """Does what a command does. Without an output its tables go to a temporary folder, and pages go nowhere."""
    temporary = None
    if output is None:
        temporary = TemporaryDirectory(prefix="tamis-", dir=settings.get("temp_dir"))
        path = Path(temporary.name) / "out"
    else:
        path = Path(output)
    typed = flags({"output": path, **settings})
    with listeners(progress, threads) as told:
        done = _tamis.job(command, typed, inputs(pages), told, output is not None, profile)
    return kind(path, done["kept"], done["too_many_rejects"], temporary)


def dedup(
    pages: Pages,
    output: StrPath | None = None,
    *,
    progress: Progress | bool | None = None,
    threads: int | None = None,
    **settings: Unpack[Comparing],
) -> Decisions:
    """Removes near-duplicate pages, each verified against the page that is kept: ``tamis dedup``.

    :param pages: a table of pages, one a row, with a column of texts; or files and folders.
    :param output: folder for what the command line writes, byte for byte; without it nothing is left on disk, and pages
        of files go nowhere.
    :param progress: called with phase, done and total; ``True`` draws a bar (needs tqdm).
    :param threads: threads, 1 to 1024; one a core. Results never depend on it.
    :param settings: as on the command line: :class:`tamis.settings.Comparing`.
    :raises UsageError: a setting cannot be used.
    :raises InputError: pages cannot be read.
    :raises DiskError: ``output`` is there already, or a disk refuses.
    :raises KeyboardInterrupt: the interrupt key was pressed; nothing half written is left.

    Buffers of the table are read where they are; the fields that are looked at go through a temporary file, from which
    texts are read again for proof. Cost: linear in the words.

    >>> import pyarrow as pa, tamis
    >>> first = "The ferry to Orlen leaves at nine, the harbour office said on Monday, and returns at noon."
    >>> pages = pa.table({"id": ["a", "b", "c"], "text": [first, first.upper(), "Rain is expected in the north."]})
    >>> decided = tamis.dedup(pages)
    >>> pa.table(decided.removed).select(["id", "kept", "relation", "jaccard"]).to_pylist()
    [{'id': 'b', 'kept': 'a', 'relation': 'exact', 'jaccard': 1.0}]
    >>> pa.table(decided.kept)["id"].to_pylist()
    ['a', 'c']
    """
    return into_folder(Decisions, "dedup", pages, output, progress, threads, settings)


def run(
    pages: Pages,
    output: StrPath | None = None,
    *,
    progress: Progress | bool | None = None,
    threads: int | None = None,
    **settings: Unpack[Running],
) -> Run:
    """Learns the sites' junk lines, strips them, removes near-duplicates of what is left, and reports: ``tamis run``.

    Parameters and exceptions as of :func:`tamis.dedup`; more settings: :class:`tamis.settings.Running`.

    >>> import pyarrow as pa, tamis
    >>> pages = pa.table({"id": ["a", "b"], "text": ["A ferry and a harbour.", "Rain in the north."]})
    >>> done = tamis.run(pages)
    >>> len(done.kept), len(done.removed), len(done.spans)
    (2, 0, 0)
    """
    return into_folder(Run, "run", pages, output, progress, threads, settings)


def audit(
    pages: Pages,
    output: StrPath | None = None,
    *,
    progress: Progress | bool | None = None,
    threads: int | None = None,
    **settings: Unpack[Reporting],
) -> Report:
    """Reports on a crawl, and changes nothing: ``tamis audit``.

    Parameters and exceptions as of :func:`tamis.dedup`; settings: :class:`tamis.settings.Reporting`.

    >>> import pyarrow as pa, tamis
    >>> found = tamis.audit(pa.table({"id": ["a", "b"], "text": ["A ferry and a harbour.", ""]}))
    >>> found.has_failed, (found.path / "report.html").exists()
    (False, True)
    """
    return into_folder(Report, "audit", pages, output, progress, threads, settings)


def restore(
    folder: StrPath,
    output: StrPath,
    *,
    overwrite: bool = False,
    progress: Progress | bool | None = None,
) -> RestoredCounts:
    """Writes the inputs of ``strip``, or the pages that ``run`` kept, byte for byte to the file ``output``: ``tamis
    restore``. Gives inputs, pages, pages that lines were put back to, and bytes.

    :raises SavedError: the folder was changed, or holds nothing that could be restored.
    """
    with listeners(progress, None) as told:
        return _tamis.restore(os.fspath(folder), os.fspath(output), overwrite, told)
