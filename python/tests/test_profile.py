"""Profiles are values: merged in any order, edited without a change to what was there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import tamis


def test_merging_is_independent_of_order_and_of_sharding(crawl: pa.Table) -> None:
    whole = tamis.SiteProfile.learn(crawl)
    third = len(crawl) // 3
    shards = [crawl.slice(0, third), crawl.slice(third, third), crawl.slice(2 * third)]
    parts = [tamis.SiteProfile.learn(shard) for shard in shards]
    merge = tamis.SiteProfile.merge
    assert merge(parts).digest == merge(reversed(parts)).digest == merge([merge(parts[:2]), parts[2], parts[0]]).digest
    assert merge(parts).digest == whole.digest


def stripped_lines(profile: tamis.SiteProfile, site: str) -> list[str]:
    return [line for line in profile.rules(site).splitlines() if line.startswith("strip ")]


def test_edits_make_a_new_profile(crawl: pa.Table, tmp_path: Path) -> None:
    profile = tamis.SiteProfile.learn(crawl)
    site = next(site for site in profile.sites if stripped_lines(profile, site))
    text = profile.rules(site)
    edited = "\n".join(f"keep {line[6:]}" if line.startswith("strip ") else line for line in text.splitlines())
    changed, edits, _ = profile.apply(edited)
    assert edits[site].keep > 0
    assert stripped_lines(changed, site) == []
    assert profile.rules(site) == text
    changed.save(tmp_path / "edited.tamis")
    assert tamis.SiteProfile(tmp_path / "edited.tamis").digest == changed.digest
    back, _, _ = changed.apply(text)
    assert back.rules(site) == text


def test_faults_are_named(crawl: pa.Table, tmp_path: Path) -> None:
    profile = tamis.SiteProfile.learn(crawl)
    with pytest.raises(tamis.UsageError, match="knows no site"):
        profile.rules("nowhere.example")
    with pytest.raises(tamis.InputError, match="rules:1"):
        profile.apply("what is this")
    profile.save(tmp_path / "a.tamis")
    with pytest.raises(tamis.DiskError, match="exists already"):
        profile.save(tmp_path / "a.tamis")
    profile.save(tmp_path / "a.tamis", overwrite=True)


def test_learning_on_takes_in_what_was_known(crawl: pa.Table) -> None:
    half = len(crawl) // 2
    first = tamis.SiteProfile.learn(crawl.slice(0, half))
    both = tamis.SiteProfile.learn(crawl.slice(half), merge=[first], approve_above=1.0)
    assert set(both.sites) == set(tamis.SiteProfile.learn(crawl).sites)


def test_a_site_that_is_not_known_loses_nothing(crawl: pa.Table) -> None:
    profile = tamis.SiteProfile.learn(crawl)
    text = "Home\nA story of some length about a harbour.\nSubscribe"
    stripped = profile.strip_text(text, site="unknown.example")
    assert (stripped.text, stripped.spans) == (text, ())


def test_restoring_from_a_changed_folder_is_refused(crawl: pa.Table, tmp_path: Path) -> None:
    stripped = tamis.SiteProfile.learn(crawl).strip(crawl, tmp_path / "stripped")
    spans = stripped.path / "spans.jsonl"
    spans.write_text(spans.read_text().replace('"line":"', '"line":"x', 1))
    with pytest.raises(tamis.SavedError):
        stripped.restored()
