"""The settings of all commands, under the names of the command line: ``--max-rejects 2%`` is ``max_rejects="2%"``.

Each is checked where the command line checks it, and has the default that ``tamis COMMAND --help`` prints.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, Union

StrPath = Union[str, "os.PathLike[str]"]


class Reading(TypedDict, total=False):
    """What is read, and how; alike for every function that reads pages."""

    text_field: str
    """Column or field with the text (``text``, or a common other name)."""
    id_field: str
    """… with the id; without one, the URL; without a URL, ``file:record``."""
    url_field: str
    """… with the URL."""
    site_field: str
    """… with the site; without one, the host of the URL."""
    title_field: str
    """… with the title."""
    date_field: str
    """… with the date."""
    author_field: str
    """… with the author."""
    site_by: Literal["host", "domain"]
    """What counts as one site."""
    in_order: bool
    """Take files as given instead of sorted by path."""
    on_error: Literal["reject", "fail"]
    """What a bad record does: become a row of ``rejects``, or raise :class:`tamis.InputError`."""
    max_rejects: float | str
    """Share of rejected records from which ``too_many_rejects`` is set: 0 to 1, or per cent (``"1%"``)."""
    longest_record: int | str
    """Longest record that is read: bytes, or a size (``"128MiB"``)."""
    memory: int | str
    """Memory to stay within: bytes, or a size (``"4GiB"``). What does not fit goes to temporary files."""
    temp_dir: StrPath
    """Folder for temporary files."""


class Deciding(TypedDict, total=False):
    """What decides which pages are near-duplicates, and which of them stay."""

    threshold: float | str
    """Jaccard similarity of shingles from which two pages are near-duplicates (>=), above 0 up to 1; 0.5."""
    recall: float
    """Share of the pairs at the threshold that must be found, between 0 and 1; 0.99. With ``minhash`` only."""
    ngram: int
    """Words a shingle, 1 to 32; 3."""
    method: Literal["minhash", "simhash", "exact"]
    """How candidates are found."""
    distance: int
    """Bits of 64 in which fingerprints may differ, 0 to 8; 8. With ``simhash`` only."""
    keep: str
    """Which page of a cluster stays: ``most-linked``, ``earliest``, ``longest``, ``first``, ``sites:FILE``."""
    remove: str | Sequence[Literal["exact", "near", "template", "contained"]]
    """Relations for which a page is removed: ``exact,near``."""
    scope: Literal["all", "within-site", "across-sites"]
    """Which pages may be duplicates of each other."""
    expect_pages: int
    """Pages to choose rows per band for; counted. With ``minhash`` only."""


class Learning(TypedDict, total=False):
    """What is known already, and what may be learned."""

    merge: Sequence[StrPath]
    """Files of profiles to take in."""
    as_of: str
    """Day on which the pages were fetched, such as ``"2026-05-03"``."""
    approve_above: float | str
    """Share of a site's known text above which what is newly stripped waits for approval: 0 to 1, or per cent; 0.2."""


class Packing(TypedDict, total=False):
    """What the files of tables are."""

    compress: Literal["zst", "gz"]
    """Pack tables of JSON lines."""
    output_format: Literal["jsonl", "parquet"]
    """JSON lines, or Parquet with typed columns."""
    overwrite: bool
    """Replace what Tamis wrote there before."""


class Comparing(Reading, Deciding, Packing, total=False):
    """Settings of :func:`tamis.dedup`."""

    index: StrPath
    """Decide against all earlier batches that this folder remembers, and add this one; begun if it is not there."""
    no_proofs: bool
    """Begin an index without what old pages are proved by."""
    pairs: bool
    """Also list every verified pair."""
    passages: bool
    """Also look for passages that pages share."""
    annotate: bool
    """Keep all pages and mark each in a field ``tamis``; needs ``output``."""
    resume: bool
    """Go on from what an earlier, stopped call to the same ``output`` has finished."""


class Auditing(TypedDict, total=False):
    """What a report is held against, and what it shows."""

    baseline: StrPath
    """Earlier ``report.json`` to compare with."""
    gates: StrPath
    """File of gates to check."""
    report_samples: int
    """Sites of which the report shows sample pages."""


class Running(Comparing, Learning, Auditing, total=False):
    """Settings of :func:`tamis.run`."""

    strict: bool
    """Strip only what is beyond doubt."""


class Reporting(Reading, Deciding, Learning, Auditing, total=False):
    """Settings of :func:`tamis.audit`."""

    overwrite: bool
    """Replace what Tamis wrote there before."""


class Stripping(Reading, Packing, total=False):
    """Settings of :meth:`tamis.SiteProfile.strip`."""

    strict: bool
    """Strip only what is beyond doubt."""
    mask: bool
    """Also list for each line of each page whether it stays."""


class LearningFrom(Reading, total=False):
    """Settings of :meth:`tamis.SiteProfile.learn`."""

    as_of: str
    """Day on which the pages were fetched: that of pages without a date; later dates count as this one."""
    approve_above: float | str
    """Share of a site's known text above which what is newly stripped waits for approval: 0 to 1, or per cent; 0.2."""
    rejects: StrPath
    """File that takes a row for each record that could not be used."""


def flags(settings: Mapping[str, Any]) -> list[str]:
    """The settings as flags of the command line. None and False are left out: nothing was asked.

    >>> flags({"threshold": 0.8, "no_proofs": True, "remove": ["exact", "near"], "merge": None})
    ['--threshold=0.8', '--no-proofs', '--remove=exact,near']
    """
    typed: list[str] = []
    for name, value in settings.items():
        flag = f"--{name.replace('_', '-')}"
        if value is None or value is False:
            continue
        if value is True:
            typed.append(flag)
        elif name == "merge":
            typed.extend(f"{flag}={os.fspath(path)}" for path in value)
        elif name == "remove" and not isinstance(value, str):
            typed.append(f"{flag}={','.join(value)}")
        else:
            typed.append(f"{flag}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    return typed
