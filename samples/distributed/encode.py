#!/usr/bin/python3
"""Encodes a folder of images on Dask workers: each task is one shard of `tessera encode --manifest`.

Starts a scheduler and two workers on this machine. With --kill, one worker is killed, with all that it has started, once a third of the
shards are done; the scheduler gives its shard to the other one, which goes on where the manifest ends. At the end `tessera verify` checks
every checksum and every pixel.
"""
import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from distributed import Client, LocalCluster, as_completed, get_worker


def encode_shard(index: int, count: int, command: list[str]) -> tuple[int, str, float]:
    """Runs on a worker. That a shard is run again does no harm: what its manifest lists as done is not done again."""
    start = time.monotonic()
    run = subprocess.run([*command, "--shard", f"{index}/{count}"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"shard {index}/{count} exited with {run.returncode}: {run.stderr.strip()}")
    return index, get_worker().name, time.monotonic() - start


def start_worker(scheduler: str, name: str) -> subprocess.Popen:
    """Starts a worker in a process group of its own, so that it can die with all its children, as a machine does."""
    module = [sys.executable, "-m", "distributed.cli.dask_worker"]
    options = ["--name", name, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    return subprocess.Popen([*module, scheduler, *options], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def states_in(manifest: Path) -> Counter:
    """How many lines say "started", "done" and "failed"; a last line that is not whole does not count."""
    lines = manifest.read_text().split("\n")[:-1] if manifest.exists() else []
    return Counter(line["state"] for line in map(json.loads, lines) if "state" in line)


def kill_half_way(client: Client, workers: dict[str, subprocess.Popen], manifests: dict[str, Path]) -> None:
    """Kills the first worker that is seen in the middle of a shard: one file is done, and another one begun."""
    names = {address: info["name"] for address, info in client.scheduler_info()["workers"].items()}
    while True:
        for address, tasks in client.processing().items():
            for task in tasks:
                states = states_in(manifests[task])
                if 0 < states["done"] < states["started"]:
                    os.killpg(workers[names[address]].pid, signal.SIGKILL)
                    states = states_in(manifests[task])
                    print(f"{names[address]} is killed; {manifests[task].name} has {states['done']} file(s) done, {states['started']} started", flush=True)
                    return
        time.sleep(0.01)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, help="a folder of images")
    parser.add_argument("output", type=Path, help="the folder for the Tessera files and the manifests")
    parser.add_argument("--shards", type=int, default=6, help="how many; more than workers, so that a lost one costs little")
    parser.add_argument("--tessera", type=shlex.split, default=["tessera"], help="how the program is called")
    parser.add_argument("--kill", action="store_true", help="kill a worker half-way")
    options = parser.parse_args()

    manifest = options.output / "work.jsonl"
    encode = [*options.tessera, "encode", "--manifest", str(manifest), str(options.images), "--output", str(options.output)]
    with LocalCluster(n_workers=0, dashboard_address=None) as cluster, Client(cluster) as client:
        workers = {name: start_worker(cluster.scheduler_address, name) for name in ("worker-a", "worker-b")}
        try:
            client.wait_for_workers(len(workers))
            tasks = client.map(encode_shard, range(options.shards), count=options.shards, command=encode, pure=False, retries=2)
            manifests = {task.key: manifest.with_suffix(f".{i}-of-{options.shards}.jsonl") for i, task in enumerate(tasks)}
            for done, (_, (index, worker, seconds)) in enumerate(as_completed(tasks, with_results=True), 1):
                print(f"shard {index}/{options.shards} done by {worker} in {seconds:.1f} s", flush=True)
                if options.kill and done == options.shards // 3:
                    kill_half_way(client, workers, manifests)
        finally:
            for worker in workers.values():
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGTERM)
                worker.wait()

    states = sum((states_in(path) for path in manifests.values()), Counter())
    print(f"lines in the manifests: {states['started']} started, {states['done']} done, {states['failed']} failed")
    check = subprocess.run([*options.tessera, "verify", "--manifest", str(manifest), str(options.images)], capture_output=True, text=True, check=False)
    print(check.stderr, end="")
    print(f"verify exits with {check.returncode}: {len(check.stdout.splitlines())} files are as listed, with equal pixels")
    return check.returncode


if __name__ == "__main__":
    sys.exit(main())
