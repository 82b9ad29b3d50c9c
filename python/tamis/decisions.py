"""What was decided: the tables of a folder that Tamis has written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tamis import _tamis
from tamis.errors import UsageError

if TYPE_CHECKING:
    from tamis._tamis import Table


class Folder:
    """A folder that Tamis has written. Each table is read when it is asked for, anew each time; its columns are those of
    ``docs/output.md``, typed. A temporary folder vanishes with this object."""

    path: Path
    """Where it stands."""
    too_many_rejects: bool
    """Whether more records were rejected than ``max_rejects`` allows (exit code 3 of the command line)."""

    def __init__(
        self,
        path: Path,
        kept: Table | None = None,
        too_many_rejects: bool = False,
        temporary: TemporaryDirectory[str] | None = None,
    ) -> None:
        self.path = path
        self.too_many_rejects = too_many_rejects
        self._kept = kept
        self._temporary = temporary

    def table(self, name: str) -> Table:
        """The table ``name``, such as ``"removed"``.

        :raises DiskError: it was not written.
        """
        return _tamis.read_table(self.path, f"{name}.jsonl")

    @property
    def kept(self) -> Table:
        """The rows of the table that was given which stay, with all their columns, in their order; their texts without
        the lines that were stripped, if any were.

        :raises UsageError: files were read. Their pages go to ``output``, as ``pages.jsonl`` and in their own formats.
        """
        if self._kept is None:
            raise UsageError("kept: is for pages that came as a table (those of files go to output=)")
        return self._kept

    @property
    def manifest(self) -> dict[str, Any]:
        """What was done, counted and how: ``manifest.json``."""
        return self._document("manifest.json")

    @property
    def counts(self) -> dict[str, Any]:
        """The counts of the manifest."""
        counts: dict[str, Any] = self.manifest["counts"]
        return counts

    @property
    def rejects(self) -> Table:
        """Records that could not be used, and why."""
        return self.table("rejects")

    def _document(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        return document

    def __repr__(self) -> str:
        return f"<tamis.{type(self).__name__} in {os.fspath(self.path)!r}>"


class Decisions(Folder):
    """What :func:`tamis.dedup` and :func:`tamis.run` decided."""

    @property
    def removed(self) -> Table:
        """A row a removed page: id, the page that is kept for it, relation, exact counts. Sorted by id."""
        return self.table("removed")

    @property
    def clusters(self) -> Table:
        """A row a kept page and the pages verified against it."""
        return self.table("clusters")

    @property
    def templates(self) -> Table:
        """A row a group of pages of one template; they stay."""
        return self.table("templates")

    @property
    def syndication(self) -> Table:
        """Who reprints whom, a row two sites."""
        return self.table("syndication")


class Report(Folder):
    """What :func:`tamis.audit` found: ``report.html`` for people, :attr:`report` for programs."""

    @property
    def report(self) -> dict[str, Any]:
        """``report.json``; its schema is ``docs/report.schema.json``."""
        return self._document("report.json")

    @property
    def has_failed(self) -> bool:
        """Whether a gate failed (exit code 1 of the command line)."""
        return any(gate.get("passed") is False for gate in self.report.get("gates") or [])


class StrippedLines(Folder):
    """Which lines were stripped, and why."""

    @property
    def lines(self) -> Table:
        """How each line of each site was judged."""
        return self.table("lines")

    @property
    def spans(self) -> Table:
        """A row a page that lost lines: where they stood, and what they said."""
        return self.table("spans")


class Run(Decisions, Report, StrippedLines):
    """What :func:`tamis.run` decided and found."""


class Stripped(StrippedLines):
    """What :meth:`tamis.SiteProfile.strip` left, and what it takes to put it back."""

    @property
    def mask(self) -> Table:
        """A row a page, a flag a line: 1 if it stays. Only with ``mask=True``."""
        return self.table("mask")

    def restored(self) -> Table:
        """The table that was given, every line put back; spans, sizes and digests are checked on the way. Rows that were
        rejected are not in it.

        :raises SavedError: the folder was changed.
        """
        from tamis.pages import listeners

        with listeners(None, None) as told:
            return _tamis.restore_table(self.path, self.kept, told)
