"""A cluster of two workers on loopback loses one by ``kill -9``: the job completes with the same answer."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyspark
import pytest
from conftest import ROOT

import tamis

BIN = Path(pyspark.__file__).parent / "bin"
PATIENCE = 300


def made() -> pa.Table:
    """Chains of edits, so that components take several rounds, among pages that are like none."""
    chance = random.Random(3)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwy", k=7)) for _ in range(5000)]
    texts: list[str] = []
    for _ in range(150):
        text = chance.choices(words, k=100)
        for _ in range(20):
            texts.append(" ".join(text))
            at = chance.randrange(90)
            text = [*text[:at], *chance.choices(words, k=9), *text[at + 9 :]]
    texts += [" ".join(chance.choices(words, k=150)) for _ in range(9000)]
    chance.shuffle(texts)
    ids = [f"p{number}" for number in range(len(texts))]
    return pa.table({"id": ids, "site": [f"s{number % 40}.example" for number in range(len(texts))], "text": texts})


class Cluster:
    """A master and two workers, each a session of processes of its own, so that a worker and its executor die together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"spark://127.0.0.1:{port}"
        said = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        self.processes = [self.start("master", "org.apache.spark.deploy.master.Master", *said)]
        self.wait_for("master", "I have been elected leader")
        for name in ("worker-1", "worker-2"):
            said = ("--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0")
            work = ("--work-dir", str(folder / name), self.address)
            self.processes.append(self.start(name, "org.apache.spark.deploy.worker.Worker", *said, *work))
            self.wait_for(name, "Successfully registered with master")

    def start(self, name: str, *what: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [BIN / "spark-class", *what], stdout=log, stderr=log, env=self.environment, start_new_session=True
            )

    def wait_for(self, name: str, words: str) -> None:
        log = self.folder / f"{name}.log"
        end = time.monotonic() + PATIENCE
        while words not in log.read_text(errors="replace"):
            assert time.monotonic() < end, log.read_text(errors="replace")
            time.sleep(0.1)

    def kill(self, number: int) -> None:
        os.killpg(self.processes[number].pid, signal.SIGKILL)

    def stop(self) -> None:
        for number, process in enumerate(self.processes):
            if process.poll() is None:
                self.kill(number)
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    try:
        yield cluster
    finally:
        cluster.stop()


def submit(cluster: Cluster, killed_at: str, pages: Path, out: Path) -> str:
    """Runs the example; the first worker is killed as soon as a stage has begun. Gives what was logged."""
    settings = {
        "spark.executor.memory": "700m",
        "spark.driver.memory": "700m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "6",
        "spark.sql.adaptive.coalescePartitions.enabled": "false",  # Both workers have a share of everything.
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    typed = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    example = ROOT / "examples" / "spark" / "dedup.py"
    command = [BIN / "spark-submit", "--master", cluster.address, *typed, example, pages, out.parent / "work", out]
    job = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=cluster.environment
    )
    deadline = threading.Timer(PATIENCE, job.kill)
    deadline.start()
    logged, is_killed = [], False
    assert job.stdout is not None
    for line in job.stdout:
        logged.append(line)
        if not is_killed and f"tamis: {killed_at} begins" in line:
            time.sleep(1)
            cluster.kill(1)
            is_killed = True
    deadline.cancel()
    log = "".join(logged)
    assert job.wait() == 0, log[-8000:]
    assert is_killed, f"{killed_at} never began"
    return log


@pytest.mark.parametrize("stage", ["read", "large-star-1"])
def test_a_worker_that_is_killed_changes_nothing(cluster: Cluster, stage: str, tmp_path: Path) -> None:
    table = made()
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(6):
        pq.write_table(table.slice(number * 2000, 2000), pages / f"{number}.parquet")
    log = submit(cluster, stage, pages, tmp_path / "out")
    assert "Lost executor" in log, log[-8000:]

    expected = tamis.dedup(table)
    removed = pa.table(expected.removed).drop_columns(["file", "record", "kept_place"])
    found = pq.read_table(tmp_path / "out" / "removed").sort_by("id")
    assert found.to_pylist() == removed.to_pylist() and found.num_rows > 1000
    kept = pq.read_table(tmp_path / "out" / "kept")["id"]
    assert sorted(kept.to_pylist()) == sorted(pa.table(expected.kept)["id"].to_pylist())
    assert pc.count_distinct(kept).as_py() == len(kept)
