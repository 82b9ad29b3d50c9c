"""Every example runs: those of docstrings, of docs/python.md, docs/spark.md and of the README."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import tamis

MODULES = ["tamis", *(f"tamis.{module.name}" for module in pkgutil.iter_modules(tamis.__path__))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("_tamis")])
def test_examples_of_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def blocks() -> list[tuple[str, str]]:
    pages = (ROOT / "docs" / "python.md", ROOT / "docs" / "spark.md", ROOT / "README.md")
    found = [(page, block) for page in pages for block in BLOCK.findall(page.read_text(encoding="utf-8"))]
    return [(f"{page.name}-{number}", block) for number, (page, block) in enumerate(found)]


@pytest.mark.parametrize(("name", "block"), blocks(), ids=[name for name, _ in blocks()])
def test_examples_of_the_documentation_run(name: str, block: str, tmp_path: Path, crawl_parquet: Path) -> None:
    """Each in an empty folder with the example crawl in it, as ``crawl/`` and ``crawl.parquet``, and what was learned of
    it; what a line is said to print is what it prints."""
    (tmp_path / "crawl").symlink_to(ROOT / "examples" / "crawl")
    (tmp_path / "crawl.parquet").symlink_to(crawl_parquet)
    if "sites.tamis" in block and "save(" not in block:
        tamis.SiteProfile.learn(ROOT / "examples" / "crawl").save(tmp_path / "sites.tamis")
    (tmp_path / "example.py").write_text(block, encoding="utf-8")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    said = re.findall(r"print\(.*\)\s+# (.*)$", block, re.MULTILINE)
    assert done.stdout.splitlines() == said, name


def test_a_typed_program_runs(tmp_path: Path) -> None:
    subprocess.run([sys.executable, Path(__file__).parent / "typed_program.py"], cwd=tmp_path, check=True)
