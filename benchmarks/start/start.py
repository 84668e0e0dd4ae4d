#!/usr/bin/env python3
"""How long trunkline-broker takes from its start to `ready` on a large store, and what it needs of memory then.

The store is made once per run, in a directory of TMPDIR; the first start reads a file that has just been written, so what
is measured is reading it from the system's cache, checking every row and building the tables.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time


def memory_of(pid):
    """Resident, in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) / 1024


def start(broker, directory):
    """Seconds to ready, MiB then."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [broker, "--listen", "mqtt://127.0.0.1:0", "--data", directory], stderr=subprocess.PIPE, text=True
    )
    try:
        for line in process.stderr:
            if " ready " in line:
                return time.monotonic() - begin, memory_of(process.pid)
        raise RuntimeError("the broker did not become ready")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def main():
    parser = argparse.ArgumentParser(prog="bench.sh start", description=__doc__)
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--results", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000_000, help="dealt to the sessions in turn")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds; more fails (default: 10)")
    options = parser.parse_args()

    directory = tempfile.mkdtemp(prefix="trunkline-start-")
    try:
        os.chmod(directory, 0o700)
        store = os.path.join(directory, "broker.sqlite")
        subprocess.run(
            [os.path.join(options.tools, "make_store"), store, str(options.sessions), str(options.messages)], check=True
        )
        size = os.path.getsize(store) / (1 << 20)
        broker = os.path.join(options.programs, "trunkline-broker")
        runs = [start(broker, directory) for _ in range(options.runs)]
    finally:
        shutil.rmtree(directory)
    seconds = statistics.median(run[0] for run in runs)
    memory = max(run[1] for run in runs)
    print(f"{options.sessions} sessions, {options.messages} messages, {size:.0f} MiB on disk")
    print(f"to ready: {seconds:.2f} s (median of {options.runs}: {', '.join(f'{run[0]:.2f}' for run in runs)})")
    print(f"memory:   {memory:.0f} MiB")
    with open(options.results, "w", encoding="utf-8") as file:
        json.dump({"sessions": options.sessions, "messages": options.messages, "seconds": seconds, "mib": memory}, file)
    if seconds > options.limit:
        sys.exit(f"slower than {options.limit:g} s")


if __name__ == "__main__":
    main()
