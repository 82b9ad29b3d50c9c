"""A real crawl of a site on loopback: junk is stripped, what was seen is dropped, the stats say so."""

from __future__ import annotations

import functools
import http.server
import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import tamis

MENU = "Home | News | Sport | Weather"
FOOTER = "Subscribe to our newsletter for the best of the town"
WORDS = (
    "ferry bridge market school mayor river road budget harbour museum council winter morning people water street "
    "station festival library garden doctor farmer union ticket number office letter window engine island captain "
    "teacher student evening country village minister paper company worker million project summer promise question"
).split()


def story(number: int) -> str:
    """A page of its own, between the menu and the footer of the site."""
    chance = random.Random(number)
    sentences = (" ".join(chance.choices(WORDS, k=14)).capitalize() + "." for _ in range(8))
    return "\n".join((MENU, *sentences, FOOTER))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Twelve pages: ten that are known, and two that are new."""
    folder = tmp_path / "site"
    folder.mkdir()
    links = "".join(f'<a href="{number}.html">{number}</a>' for number in range(12))
    (folder / "index.html").write_text(f"<html><body>{links}</body></html>")
    for number in range(12):
        text = story(number if number < 10 else number + 500).replace("\n", "\n<br>")
        (folder / f"{number}.html").write_text(f"<html><body><main>{text}</main></body></html>", encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
    server.shutdown()


SPIDER = """
import json, sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Town(scrapy.Spider):
    name = "town"
    start_urls = [sys.argv[1]]

    def parse(self, response):
        yield from response.follow_all(css="a", callback=self.page)

    def page(self, response):
        lines = (line.strip() for line in response.css("main ::text").getall())
        text = "\\n".join(line for line in lines if line)
        yield {"url": response.url, "site": "town.example", "body": text}

process = CrawlerProcess(json.loads(sys.argv[2]))
crawler = process.create_crawler(Town)
process.crawl(crawler)
process.start()
print(json.dumps({name: value for name, value in crawler.stats.get_stats().items() if isinstance(value, int)}))
"""


def test_a_crawl_strips_what_was_learned_and_drops_what_was_seen(site: str, tmp_path: Path) -> None:
    known = [story(number) for number in range(90)]
    pages = pa.table(
        {"id": [str(number) for number in range(90)], "site": ["town.example"] * 90, "text": known}
    )
    profile = tamis.SiteProfile.learn(pages)
    profile.save(tmp_path / "sites.tamis")
    tamis.run(pages.slice(0, 40), index=tmp_path / "seen")
    settings = {
        "ITEM_PIPELINES": {"tamis.scrapy.TamisPipeline": 300},
        "TAMIS_INDEX": str(tmp_path / "seen"),
        "TAMIS_PROFILE": str(tmp_path / "sites.tamis"),
        "TAMIS_FIELDS": {"text": "body"},
        "TAMIS_SPANS_FIELD": "spans",
        "FEEDS": {str(tmp_path / "items.jsonl"): {"format": "jsonlines"}},
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
    }
    (tmp_path / "spider.py").write_text(SPIDER)
    typed = [sys.executable, str(tmp_path / "spider.py"), site, json.dumps(settings)]
    done = subprocess.run(typed, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    stats = json.loads(done.stdout.splitlines()[-1])
    assert stats["tamis/pages"] == 12
    assert stats["tamis/seen"] == 10
    assert stats["tamis/seen/exact"] == 10
    assert stats["item_scraped_count"] == 2
    assert stats["item_dropped_count"] == 10
    assert stats["tamis/stripped/pages"] == 12
    assert stats["tamis/stripped/lines"] == 24
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    whole = {story(510), story(511)}
    for item in items:
        assert MENU not in item["body"]
        assert FOOTER not in item["body"]
        lines = tuple(tamis.Line(**span) for span in item["spans"])
        assert tamis.StrippedText(item["body"], lines, article=True).restored() in whole


def test_items_without_a_text_pass() -> None:
    from scrapy.crawler import Crawler
    from scrapy.spiders import Spider
    from scrapy.statscollectors import MemoryStatsCollector

    from tamis.scrapy import TamisPipeline

    stats = MemoryStatsCollector(Crawler(Spider))
    pipeline = TamisPipeline(stats)
    for item in ({"url": "https://x.example/"}, {"text": None}, {"text": " \n"}):
        assert pipeline.process_item(item) is item
    assert stats.get_value("tamis/no_text") == 3
