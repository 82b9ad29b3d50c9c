"""The command line and Python say the same, byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import CRAWL, FILES, Command, rows_of, text_of

import tamis

FREE = {"manifest.json", "inputs.jsonl", "report.json", "report.html", "pages.parquet"}
"""Files that name the inputs, or how long it took; and Parquet, where the same rows may be cut otherwise."""


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name not in FREE}


def manifest_of(folder: Path) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return {name: value for name, value in manifest.items() if name not in ("timing", "memory")}


def same_files(a: Path, b: Path) -> None:
    files_a, files_b = files_of(a), files_of(b)
    assert files_a.keys() == files_b.keys()
    for name, content in files_a.items():
        assert content == files_b[name], name
    if (a / "pages.parquet").exists():
        assert pq.read_table(a / "pages.parquet").equals(pq.read_table(b / "pages.parquet"))
    assert manifest_of(a) == manifest_of(b)


def same_tables(folder: Path, decided: tamis.Folder, names: list[str]) -> None:
    """Rows of the command line, and rows of Python; what names the inputs may differ."""
    for name in names:
        of_command = rows_of(folder / f"{name}.jsonl")
        of_python = rows_of(decided.path / f"{name}.jsonl")
        for row in (*of_command, *of_python):
            row.pop("file", None)
            row.pop("batch", None)
        assert of_command == of_python, name
        assert len(decided.table(name)) == len(of_command)


@pytest.mark.parametrize(
    ("flags", "settings"),
    [
        ([], {}),
        (["--threshold", "0.8", "--keep", "earliest", "--pairs"], {"threshold": 0.8, "keep": "earliest", "pairs": True}),
        (["--method", "exact", "--remove", "exact,near,contained", "--passages"],
         {"method": "exact", "remove": ["exact", "near", "contained"], "passages": True}),
        (["--method", "simhash", "--scope", "within-site"], {"method": "simhash", "scope": "within-site"}),
    ],
)
def test_dedup_of_files_and_of_a_table_writes_what_the_command_line_writes(
    command: Command, crawl: pa.Table, crawl_parquet: Path, tmp_path: Path, flags: list[str], settings: dict[str, object]
) -> None:
    command("dedup", *FILES, "-o", tmp_path / "files", *flags)
    tamis.dedup(FILES, tmp_path / "files-python", **settings)  # type: ignore[arg-type]
    same_files(tmp_path / "files", tmp_path / "files-python")
    command("dedup", crawl_parquet, "-o", tmp_path / "table", *flags)
    of_table = tamis.dedup(crawl, tmp_path / "table-python", **settings)  # type: ignore[arg-type]
    same_files(tmp_path / "table", tmp_path / "table-python")
    same_tables(tmp_path / "files", of_table, ["removed", "clusters", "templates", "syndication"])
    kept = [row["id"] for row in rows_of(tmp_path / "table" / "pages.jsonl")]
    assert pa.table(of_table.kept)["id"].to_pylist() == kept


def test_run_says_what_the_command_line_says(
    command: Command, crawl: pa.Table, crawl_parquet: Path, tmp_path: Path
) -> None:
    command("run", crawl_parquet, "-o", tmp_path / "command")
    done = tamis.run(crawl, tmp_path / "python")
    names = ["removed", "clusters", "templates", "syndication", "lines", "spans", "rejects"]
    same_tables(tmp_path / "command", done, names)
    assert pq.read_table(tmp_path / "command" / "pages.parquet").equals(pa.table(done.kept))
    for name in ("pages.jsonl", "profile.tamis"):
        assert (tmp_path / "command" / name).read_bytes() == (tmp_path / "python" / name).read_bytes(), name
    assert pa.table(done.kept).column_names == crawl.column_names
    in_memory = tamis.run(crawl)
    assert pa.table(in_memory.kept).equals(pa.table(done.kept))
    assert pa.table(in_memory.spans).equals(pa.table(done.spans))


def test_profiles_rules_and_stripped_texts_are_those_of_the_command_line(
    command: Command, crawl: pa.Table, crawl_parquet: Path, tmp_path: Path
) -> None:
    of_command, of_python = tmp_path / "command.tamis", tmp_path / "python.tamis"
    command("learn", crawl_parquet, "-o", of_command)
    profile = tamis.SiteProfile.learn(crawl)
    profile.save(of_python)
    assert of_command.read_bytes() == of_python.read_bytes()
    assert profile.rules() == command("rules", of_command).stdout
    assert profile.rules(profile.sites[0], reasons=True) == command(
        "rules", of_command, "--site", profile.sites[0], "--reasons"
    ).stdout

    command("strip", crawl_parquet, "--profile", of_command, "-o", tmp_path / "stripped", "--mask")
    stripped = profile.strip(crawl, tmp_path / "stripped-python", mask=True)
    assert (tmp_path / "stripped" / "pages.jsonl").read_bytes() == (stripped.path / "pages.jsonl").read_bytes()
    same_tables(tmp_path / "stripped", stripped, ["spans", "lines", "mask"])
    texts = [text_of(row) for row in rows_of(tmp_path / "stripped" / "pages.jsonl")]
    assert [text_of(row) for row in pa.table(stripped.kept).to_pylist()] == texts
    assert [text_of(row) for row in crawl.to_pylist()] != texts
    assert pa.table(stripped.restored()).equals(crawl)

    command("restore", tmp_path / "stripped", "-o", tmp_path / "restored.jsonl")
    tamis.restore(stripped.path, tmp_path / "restored-python.jsonl")
    assert (tmp_path / "restored.jsonl").read_bytes() == (tmp_path / "restored-python.jsonl").read_bytes()


def test_a_text_is_stripped_inline_as_in_a_batch(crawl: pa.Table) -> None:
    profile = tamis.SiteProfile.learn(crawl)
    of_batch = pa.table(profile.strip(crawl).kept).to_pylist()
    stripped = 0
    for page, left in zip(crawl.to_pylist(), of_batch, strict=True):
        told = {name: page[name] for name in ("site", "url", "author")}
        one = profile.strip_text(text_of(page), title=page["title"] or page["headline"], **told)
        assert one.text == text_of(left)
        assert one.restored() == text_of(page)
        stripped += bool(one.spans)
    assert stripped > 100


def test_audit_finds_what_the_command_line_finds(
    command: Command, crawl: pa.Table, crawl_parquet: Path, tmp_path: Path
) -> None:
    command("audit", crawl_parquet, "-o", tmp_path / "command")
    found = tamis.audit(crawl).report
    of_command = json.loads((tmp_path / "command" / "report.json").read_text())
    # The command line read a file of another name.
    named = json.dumps(found).replace('"table"', f'"{crawl_parquet}"')
    assert json.loads(named) == of_command


def test_a_sequence_of_batches_is_that_of_the_command_line(
    command: Command, crawl: pa.Table, crawl_parquet: Path, tmp_path: Path
) -> None:
    command("dedup", crawl_parquet, "-o", tmp_path / "first", "--index", tmp_path / "seen")
    command("dedup", CRAWL, "-o", tmp_path / "second", "--index", tmp_path / "seen", "--keep", "longest")
    index = tamis.Index(tmp_path / "seen-python", missing_ok=True)
    index.add(crawl, tmp_path / "first-python")
    index.add(CRAWL, tmp_path / "second-python", keep="longest")
    for name in ("first", "second"):
        same_files(tmp_path / name, tmp_path / f"{name}-python")


def test_two_texts_relate_as_the_command_line_says(command: Command, crawl: pa.Table, tmp_path: Path) -> None:
    a, b = (text_of(page) for page in crawl.slice(0, 2).to_pylist())
    (tmp_path / "a.txt").write_text(a, encoding="utf-8")
    (tmp_path / "b.txt").write_text(b, encoding="utf-8")
    said = json.loads(
        command("explain", "--compare", tmp_path / "a.txt", tmp_path / "b.txt", "--format", "json").stdout
    )
    found = tamis.compare(a, b)
    for name in ("relation", "kind", "jaccard", "containment_a", "containment_b", "shared", "size_a", "threshold"):
        assert getattr(found, name) == said[name], name
    assert len(found.spans) == len(said["spans"])


def test_decisions_on_a_real_crawl_are_those_of_the_command_line(command: Command, news: Path, tmp_path: Path) -> None:
    pages = pq.read_table(news)
    command("run", news, "-o", tmp_path / "command", "--quiet")
    done = tamis.run(pages)
    same_tables(tmp_path / "command", done, ["removed", "clusters", "templates", "lines", "spans"])
    profile = tamis.SiteProfile.learn(pages)
    assert profile.rules() == command("rules", tmp_path / "command" / "profile.tamis").stdout
    texts = [text_of(row) for row in rows_of(tmp_path / "command" / "pages.jsonl")]
    assert [text_of(row) for row in pa.table(done.kept).to_pylist()] == texts
