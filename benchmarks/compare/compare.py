#!/usr/bin/env python3
"""Compares programs by processor time, rate, latency, memory and what they lose: scripts/bench.sh broker --help, and
scripts/bench.sh gateway --help."""

import argparse
import json
import os
import platform
import subprocess
import sys

import brokers
import gateways
from table import figures, print_table
from targets import NotInstalled, on_processor

SUITES = {"broker": brokers.SUITE, "gateway": gateways.SUITE}


def options(suite):
    parser = argparse.ArgumentParser(prog=f"bench.sh {suite.name}", description=suite.text)
    parser.add_argument("--runs", type=int, default=5, help="paired runs of which the medians are printed (5)")
    parser.add_argument("--seconds", type=float, default=2, help="measured in each run (2)")
    parser.add_argument("--targets", default=",".join(suite.targets), help="some of " + ",".join(suite.targets))
    parser.add_argument("--only", metavar="TEXT", default="", help="only scenarios whose names contain it")
    parser.add_argument("--list", action="store_true", help="print the scenarios and end")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--aedes", default="", help=argparse.SUPPRESS)
    parser.add_argument("--results", required=True, help=argparse.SUPPRESS)
    given = parser.parse_args(sys.argv[2:])
    given.targets = given.targets.split(",")
    unknown = [target for target in given.targets if target not in suite.targets]
    if unknown:
        parser.error(f"--targets: {unknown[0]} is none of {', '.join(suite.targets)}")
    given.scenarios = [scenario for scenario in suite.scenarios if given.only in scenario.name]
    if not given.scenarios:
        parser.error(f"--only: no scenario's name contains {given.only!r}; see --list")
    return given


def measure(suite, given, target, scenario, processors):
    """One run of one target from its start to its end: what the load printed, or {"error": …}."""
    command = [os.path.join(given.tools, suite.load), *scenario.load]
    if scenario.load[0] in ("flow", "drain", "stall", "flood"):
        command += ["--seconds", str(given.seconds)]
    try:
        with suite.start(given, target, processors[0], scenario) as running:
            command += [*running.load_options(), "--target", str(running.pid)]
            load = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True, preexec_fn=on_processor(processors[1]))
            try:
                if scenario.load[0] == "restart" and load.stdout.readline() == "restart\n":
                    running.kill_and_start()
                    load.stdin.write(f"{running.pid}\n")
                    load.stdin.flush()
                output, errors = load.communicate(timeout=given.seconds + 60)
            finally:
                load.kill()
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        return {"error": str(error)}
    if load.returncode != 0:
        return {"error": errors.strip()}
    return json.loads(output)


def measure_all(suite, given, processors):
    """`raw[scenario][target]`: a list of results, one for each run."""
    raw = {scenario.name: {} for scenario in given.scenarios}
    unavailable = set()
    for run in range(given.runs):
        groups = {}
        for scenario in given.scenarios:
            groups.setdefault(scenario.group, []).append(scenario)
        for scenarios in groups.values():
            for target in scenarios[0].targets:
                if target not in given.targets or target in unavailable:
                    continue
                print(f"\rrun {run + 1} of {given.runs}: {scenarios[0].name}, {target}\x1b[K", end="",
                      file=sys.stderr, flush=True)
                try:
                    result = measure(suite, given, target, scenarios[0], processors)
                except NotInstalled as missing:
                    print(f"\r{missing}: left out\x1b[K", file=sys.stderr)
                    unavailable.add(target)
                    continue
                for scenario in scenarios:
                    part = result[scenario.part] if scenario.part and "error" not in result else result
                    raw[scenario.name].setdefault(target, []).append(part)
    print("\r\x1b[K", end="", file=sys.stderr)
    return raw


def machine(load_before):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return {"processor": models[0] if models else platform.processor(), "processors": os.cpu_count(),
            "kernel": platform.release(), "load_before": load_before, "load_after": os.getloadavg()}


def main():
    suite = SUITES[sys.argv[1]]
    given = options(suite)
    if given.list:
        for scenario in given.scenarios:
            print(scenario.name)
        return 0
    processors = sorted(os.sched_getaffinity(0))[:2]
    if len(processors) < 2:
        print("bench.sh: two processors are needed, one for the target and one for the load", file=sys.stderr)
        return 1
    load_before = os.getloadavg()
    raw = measure_all(suite, given, processors)
    results = {name: {target: [figures(run) for run in runs] for target, runs in of_targets.items()}
               for name, of_targets in raw.items()}
    print_table(suite, given.scenarios, results)
    print("\nload averages before and after: {:.2f}, {:.2f}".format(load_before[0], os.getloadavg()[0]))
    for name, of_targets in raw.items():
        for target, runs in of_targets.items():
            for error in sorted({run["error"] for run in runs if "error" in run}):
                print(f"{name}: {target}: {error}")
    with open(given.results, "w", encoding="utf-8") as file:
        json.dump({"machine": machine(load_before), "runs": raw, "figures": results}, file, indent=1)
    ours = [run for of_targets in raw.values() for target in suite.ours for run in of_targets.get(target, [])]
    return 1 if any("error" in run for run in ours) else 0


if __name__ == "__main__":
    sys.exit(main())
