"""An item pipeline for Scrapy: junk lines that were learned are stripped, pages that an index knows are dropped.

.. code-block:: python

    ITEM_PIPELINES = {"tamis.scrapy.TamisPipeline": 300}
    TAMIS_INDEX = "seen"          # written by tamis run --index seen
    TAMIS_PROFILE = "sites.tamis"  # written by tamis learn

Both are read once, when the spider is opened, and changed by nothing here: crawl, then add what came in one go with ``tamis
run --index``, which proves what it removes. Either may be left out.

==========================  ==========================================================================
setting
==========================  ==========================================================================
``TAMIS_INDEX``             folder of the index; one that is not there yet knows nothing
``TAMIS_PROFILE``           file of the profile
``TAMIS_FIELDS``            names of item fields where they differ, such as ``{"text": "body"}``; of ``text``, ``url``,
                            ``site``, ``title``, ``author``
``TAMIS_SPANS_FIELD``       item field that takes what was stripped, so that it can be put back; none
==========================  ==========================================================================

==========================  ==========================================================================
statistic
==========================  ==========================================================================
``tamis/pages``             items with a text
``tamis/no_text``           items without; they pass as they are
``tamis/stripped/pages``    pages that lost lines; ``…/lines`` and ``…/bytes``: how many of these
``tamis/no_article``        pages on which no article was found; they lose nothing
``tamis/seen``              dropped: near-duplicates of pages that the index knows; ``tamis/seen/exact`` and
                            ``tamis/seen/near`` tell them apart
``tamis/seen/unproved``     alike by an estimate only (an index without proofs); they pass
==========================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem, NotConfigured

from tamis.index import Index, Known
from tamis.profile import SiteProfile

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector
    from typing_extensions import Self

_FIELDS = {name: name for name in ("text", "url", "site", "title", "author")}


class SeenBefore(DropItem):
    """The text is a near-duplicate of a page that the index knows."""

    def __init__(self, known: Known) -> None:
        super().__init__(f"{known.relation} of {known.id!r} of batch {known.batch} (Jaccard {known.jaccard:.3f})")
        self.known = known
        """The page."""
        # To have been seen is nothing to warn of.
        self.log_level = "INFO"


class TamisPipeline:
    """Strips, asks, and drops what was seen."""

    def __init__(
        self,
        stats: StatsCollector,
        index: Index | None = None,
        profile: SiteProfile | None = None,
        fields: Mapping[str, str] | None = None,
        spans_field: str | None = None,
    ) -> None:
        self.stats = stats
        self.index = index
        self.profile = profile
        self.fields = {**_FIELDS, **(fields or {})}
        self.spans_field = spans_field

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """By the settings of a crawler.

        :raises NotConfigured: there is neither an index nor a profile.
        """
        settings, stats = crawler.settings, crawler.stats
        index, profile = settings.get("TAMIS_INDEX"), settings.get("TAMIS_PROFILE")
        if not (index or profile) or stats is None:
            raise NotConfigured("neither TAMIS_INDEX nor TAMIS_PROFILE is set")
        return cls(
            stats,
            Index(index, missing_ok=True) if index else None,
            SiteProfile(profile) if profile else None,
            settings.getdict("TAMIS_FIELDS"),
            settings.get("TAMIS_SPANS_FIELD"),
        )

    def process_item(self, item: Any, spider: object = None) -> Any:
        """The item without its junk. The spider is not looked at; older versions of Scrapy give it.

        :raises SeenBefore: the index knows its text.
        """
        page = ItemAdapter(item)
        text = page.get(self.fields["text"])
        if not isinstance(text, str) or not text.strip():
            self.stats.inc_value("tamis/no_text")
            return item
        self.stats.inc_value("tamis/pages")
        rest = text if self.profile is None else self._strip(self.profile, page, text)
        if self.index is not None:
            self._ask(self.index, page, rest if self.index.is_of_stripped_texts else text)
        return item

    def _strip(self, profile: SiteProfile, page: ItemAdapter, text: str) -> str:
        told = {name: self._field(page, name) for name in ("site", "url", "title", "author")}
        stripped = profile.strip_text(text, **told)
        if not stripped.article:
            self.stats.inc_value("tamis/no_article")
        if stripped.spans:
            page[self.fields["text"]] = stripped.text
            if self.spans_field is not None:
                page[self.spans_field] = [span._asdict() for span in stripped.spans]
            self.stats.inc_value("tamis/stripped/pages")
            self.stats.inc_value("tamis/stripped/lines", len(stripped.spans))
            lost = len(text.encode()) - len(stripped.text.encode())
            self.stats.inc_value("tamis/stripped/bytes", lost)
        return stripped.text

    def _ask(self, index: Index, page: ItemAdapter, text: str) -> None:
        found = index.query(text, site=self._field(page, "site"), url=self._field(page, "url"))
        for known in found:
            if known.relation in ("exact", "near"):
                self.stats.inc_value("tamis/seen")
                self.stats.inc_value(f"tamis/seen/{known.relation}")
                raise SeenBefore(known)
        if any(known.evidence == "estimate" for known in found):
            self.stats.inc_value("tamis/seen/unproved")

    def _field(self, page: ItemAdapter, name: str) -> str | None:
        value = page.get(self.fields[name])
        if name == "author" and isinstance(value, (list, tuple)):
            return ", ".join(str(author) for author in value)
        return value if isinstance(value, str) else None
