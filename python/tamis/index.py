"""What was seen in earlier batches: :class:`Index`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tamis import _tamis
from tamis.comparison import Relation
from tamis.decisions import Decisions
from tamis.jobs import dedup
from tamis.pages import Pages, Progress
from tamis.settings import Comparing, StrPath

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True)
class Known:
    """A page of an index, and what it is to a text that was asked for."""

    id: str
    """The page."""
    site: str
    """Its site."""
    batch: str
    """The batch that it came in."""
    decision: Literal["kept", "removed"]
    """What became of it."""
    kept: str
    """The page it was removed for, or itself."""
    relation: Relation | None
    """What the text is to it; None if that cannot be proved, or if it was asked for by name."""
    jaccard: float | None
    """Exact; estimated where ``evidence`` is ``estimate``; None if it was asked for by name."""
    containment: float | None
    """Share of the text's shingles found in the page; exact, 0 to 1."""
    containment_kept: float | None
    """Share of the page's shingles found in the text; exact, 0 to 1."""
    evidence: Literal["index", "estimate"]
    """What the figures come from."""
    url: str = ""
    """Its address, if that is not its id."""


class Index:
    """The index in a folder, which ``tamis run`` and ``tamis dedup`` add to with ``--index``. What is asked is answered
    by what was there when it was opened, or last added to.

    >>> import pyarrow as pa, tamis, tempfile
    >>> text = "The ferry to Orlen leaves at nine, the harbour office said on Monday, and returns at noon."
    >>> index = tamis.Index(tempfile.mkdtemp() + "/seen", missing_ok=True)
    >>> index.query(text)
    []
    >>> _ = index.add(pa.table({"id": ["a"], "text": [text]}))
    >>> index.query(text.upper())[0].id, len(index)
    ('a', 1)
    """

    def __init__(self, path: StrPath, *, missing_ok: bool = False) -> None:
        """Opens an index; its tables are held in memory.

        :param missing_ok: an index that is not there knows nothing yet, and begins with what is added.
        :raises DiskError: there is none.
        :raises SavedError: it is of another version, or damaged.
        """
        self.path = Path(path)
        self._index: _tamis.Index | None = None
        if not missing_ok or self.path.exists():
            self.refresh()

    def refresh(self) -> None:
        """Opens it anew: what others have added since counts from now on."""
        self._index = _tamis.Index(os.fspath(self.path))

    @property
    def is_of_stripped_texts(self) -> bool:
        """Whether ``tamis run`` adds to it, so that it knows texts without their junk lines."""
        return self._index is not None and self._index.command == "run"

    def query(self, text: str, *, site: str | None = None, url: str | None = None) -> list[Known]:
        """The pages that a text is a near-duplicate of, the most alike first: ``tamis index query --text``.

        Templates are not told from copies here, so the Jaccard similarity must be 0.7 at least. Cost: some reads of
        the index's files.

        :param site: where pages of one site only are compared; or else ``url``, for its host.
        """
        return [] if self._index is None else [Known(**known) for known in self._index.query(text, site, url)]

    def named(self, name: str) -> list[Known]:
        """The pages with this id or address: ``tamis index query --id``."""
        return [] if self._index is None else [Known(**known) for known in self._index.named(name)]

    def add(
        self,
        pages: Pages,
        output: StrPath | None = None,
        *,
        progress: Progress | bool | None = None,
        threads: int | None = None,
        **settings: Unpack[Comparing],
    ) -> Decisions:
        """Decides a batch of pages against all earlier ones, and adds it: :func:`tamis.dedup` with ``index=``."""
        settings["index"] = self.path
        decided = dedup(pages, output, progress=progress, threads=threads, **settings)
        self.refresh()
        return decided

    def __len__(self) -> int:
        """Pages that it remembers."""
        return 0 if self._index is None else len(self._index)

    def __repr__(self) -> str:
        return f"<tamis.Index in {os.fspath(self.path)!r}, {len(self)} pages>"
