"""Site profiles: what the pages of each site have in common (:class:`SiteProfile`)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tamis import _tamis
from tamis.decisions import Stripped
from tamis.jobs import into_folder
from tamis.pages import Pages, Progress, inputs, listeners
from tamis.settings import LearningFrom, StrPath, Stripping, flags

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Line(NamedTuple):
    """A line that was taken out of a text."""

    start: int
    """Where it began in the text, in bytes of UTF-8."""
    end: int
    """Where it ended, the line feed not counted."""
    line: str
    """What it said."""


@dataclass(frozen=True)
class StrippedText:
    """What is left of one text."""

    text: str
    """The lines that stay, joined by line feeds; never empty unless the text was."""
    spans: tuple[Line, ...]
    """The lines that went."""
    article: bool
    """Whether the page has an article; one without loses nothing."""

    def restored(self) -> str:
        """The text with every line put back."""
        return _tamis.put_back(self.text, list(self.spans))


class Edits(NamedTuple):
    """Edits of one site."""

    strip: int
    """Lines that are stripped from now on."""
    keep: int
    """Lines that are kept from now on."""
    taken_back: int
    """Lines about which what was learned counts again."""


class SiteProfile:
    """What was learned of sites, at most 300 KB a site. Nothing changes it: what merges or edits gives a new one.

    >>> import pyarrow as pa, tamis
    >>> words = ["ferry", "bridge", "market", "school", "mayor", "river", "road", "budget"]
    >>> texts = [f"Home | News | Sport\\nThe {a} and the {b} were the talk of the town on Monday, our reporter writes.\\n"
    ...          f"Nobody had expected that the {b} would matter more than the {a}.\\nSubscribe to our newsletter"
    ...          for a in words for b in words if a != b]
    >>> pages = pa.table({"id": [str(n) for n in range(len(texts))], "site": ["town.example"] * len(texts), "text": texts})
    >>> profile = tamis.SiteProfile.learn(pages)
    >>> profile.sites
    ['town.example']
    >>> stripped = profile.strip(pages)
    >>> pa.table(stripped.restored()).equals(pages)
    True
    """

    def __init__(self, path: StrPath) -> None:
        """Opens the profile in a file.

        :raises SavedError: it is no profile, of another version, or damaged.
        """
        self._profile = _tamis.SiteProfile.open(os.fspath(path))

    @classmethod
    def _of(cls, profile: _tamis.SiteProfile) -> SiteProfile:
        made = cls.__new__(cls)
        made._profile = profile
        return made

    @classmethod
    def learn(
        cls,
        pages: Pages,
        *,
        merge: Iterable[SiteProfile] = (),
        progress: Progress | bool | None = None,
        threads: int | None = None,
        **settings: Unpack[LearningFrom],
    ) -> SiteProfile:
        """Learns from pages: ``tamis learn``. Any order, number of files, threads or deliveries gives the same profile.

        :param pages: as of :func:`tamis.dedup`; columns for site, title, date and author are looked at too.
        :param merge: profiles to go on from; what is newly stripped may then have to wait for approval.
        """
        with TemporaryDirectory(prefix="tamis-", dir=settings.get("temp_dir")) as folder:
            before: list[Path] = []
            for profile in merge:
                before.append(Path(folder) / f"{len(before)}.tamis")
                profile.save(before[-1])
            learned = Path(folder) / "learned.tamis"
            typed = flags({"output": learned, "merge": before, **settings})
            with listeners(progress, threads) as told:
                _tamis.job("learn", typed, inputs(pages), told)
            return cls(learned)

    @classmethod
    def merge(cls, profiles: Iterable[SiteProfile]) -> SiteProfile:
        """What several profiles know together: commutative, associative, idempotent."""
        return cls._of(_tamis.SiteProfile.merge([profile._profile for profile in profiles]))

    def save(self, path: StrPath, *, overwrite: bool = False) -> None:
        """Writes the file that ``tamis learn`` writes.

        :raises DiskError: it is there already, and ``overwrite`` is not set or it is no profile.
        """
        self._profile.save(os.fspath(path), overwrite)

    @property
    def digest(self) -> str:
        """xxh3-128 of its plain bytes, as manifests name it."""
        return self._profile.digest

    @property
    def sites(self) -> list[str]:
        """The sites that it knows, by name."""
        return self._profile.sites

    def rules(self, site: str | None = None, *, reasons: bool = False) -> str:
        """What was learned as one text that a person can edit: ``tamis rules``.

        :raises UsageError: the site is not known.
        """
        return self._profile.rules(site, reasons)

    def apply(self, rules: str) -> tuple[SiteProfile, dict[str, Edits], list[str]]:
        """The profile with what a text of rules asks for, edits by site, and warnings: ``tamis rules --apply``.

        :raises InputError: the text cannot be read, or asks for two things of one line.
        """
        profile, edits, warnings = self._profile.apply(rules)
        return self._of(profile), {site: Edits(*counts) for site, counts in edits.items()}, warnings

    def approve(self, site: str | None = None) -> SiteProfile:
        """The profile with what waits approved: ``tamis rules --approve``."""
        return self._of(self._profile.approve(site))

    def strip(
        self,
        pages: Pages,
        output: StrPath | None = None,
        *,
        progress: Progress | bool | None = None,
        threads: int | None = None,
        **settings: Unpack[Stripping],
    ) -> Stripped:
        """Strips the lines of each site's template: ``tamis strip``. All pages stay; lines go.

        Parameters and exceptions as of :func:`tamis.dedup`; settings: :class:`tamis.settings.Stripping`.
        """
        asked = {"profile": "profile", **settings}
        return into_folder(Stripped, "strip", pages, output, progress, threads, asked, self._profile)

    def strip_text(
        self,
        text: str,
        *,
        site: str | None = None,
        url: str | None = None,
        title: str | None = None,
        author: str | None = None,
    ) -> StrippedText:
        """Strips one text, inline. Its site is ``site``, or else the host of ``url``; one that is not known loses nothing.

        Cost: linear in the lines, once the site's rules are known, which takes a moment when its first page comes.
        """
        rest, spans, article = self._profile.strip_text(text, site, url, title, author)
        return StrippedText(rest, tuple(Line(*span) for span in spans), article)

    def __repr__(self) -> str:
        return f"<tamis.SiteProfile of {len(self.sites)} sites, {self.digest}>"
