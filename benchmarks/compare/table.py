"""From the results of runs to one table."""

from statistics import median


def figures(result):
    """The figures of one run of one scenario."""
    if "error" in result:
        return None
    times = result.get("delivery_us") or result.get("acknowledge_us") or {}
    messages = max(result["messages"], 1)
    return {
        "cpu": result["cpu_seconds"] / messages * 1e6,
        "load": result["load_cpu_seconds"] / messages * 1e6,
        "rate": result["messages"] / result["seconds"],
        "p50": times.get("p50"),
        "p99": times.get("p99"),
        "rss": result["resident_kib"] / 1024,
        "growth": result.get("p99_growth"),
        "served": result.get("served_seconds"),
        "grown": result["grown_kib"] / 1024 if "grown_kib" in result else None,
        "of_live": result.get("drained_of_live"),
        "each": result.get("kib_per_connection"),
        "lost": result.get("lost"),
        "repeated": result.get("repeated"),
        "duplicates": result.get("duplicates"),
        "out_of_order": result.get("out_of_order"),
    }


def median_of(runs, name):
    values = [run[name] for run in runs if run and run[name] is not None]
    return median(values) if values else None


def share_of(ours, theirs, name):
    """Median of the ratios of paired runs."""
    pairs = [a[name] / b[name] for a, b in zip(ours, theirs) if a and b and b[name]]
    return median(pairs) if pairs else None


def number(value):
    if value is None:
        return "-"
    if value == 0 or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def ratio(value):
    if value is None:
        return "-"
    return f"{value:.2f}" if value >= 0.2 else f"1/{1 / value:.1f}"


COLUMNS = [
    ("CPU s/million", "cpu"),
    ("messages/s", "rate"),
    ("p50 us", "p50"),
    ("p99 us", "p99"),
    ("served s", "served"),
    ("of calm", "growth"),
    ("of live", "of_live"),
    ("RSS MiB", "rss"),
    ("grown MiB", "grown"),
    ("KiB each", "each"),
    ("lost", "lost"),
    ("repeated", "repeated"),
    ("twice", "duplicates"),
    ("disorder", "out_of_order"),
]


def judged(scenario, runs, share):
    """The goal as it is printed, and whether it is met; nothing to be met: None."""
    goals = []
    if scenario.goal is not None:
        goals.append((ratio(scenario.goal), share is not None and share <= scenario.goal))
    for name, least in scenario.floors.items():
        goals.append((f"{name} >= {number(least)}", (median_of(runs, name) or 0) >= least))
    for name, most in scenario.ceilings.items():
        value = median_of(runs, name)
        goals.append((f"{name} <= {number(most)}", value is not None and value <= most))
    if not goals:
        return "", None
    return ", ".join(text for text, _ in goals), all(met for _, met in goals)


def rows(suite, scenarios, results):
    """`results[scenario.name][target]`: the figures of its runs. One row for each target."""
    for scenario in scenarios:
        of_targets = results[scenario.name]
        reference = of_targets.get(scenario.reference or suite.reference, [])
        for target in scenario.targets:
            runs = of_targets.get(target)
            if runs is None:
                continue
            share = share_of(runs, reference, scenario.figure)
            goal, met = judged(scenario, runs, share) if target in suite.ours else ("", None)
            verdict = "" if met is None else "met" if met else "missed"
            yield [scenario.name if target == scenario.targets[0] else "", target,
                   *(number(median_of(runs, name)) for _, name in COLUMNS[:1]), ratio(share), goal, verdict,
                   *(number(median_of(runs, name)) for _, name in COLUMNS[1:])]


def print_table(suite, scenarios, results):
    head = ["scenario", "target", COLUMNS[0][0], suite.reference_title, "goal", "", *(title for title, _ in COLUMNS[1:])]
    lines = [head, *rows(suite, scenarios, results)]
    # What no scenario of these has is no column.
    shown = [column for column in range(len(head)) if any(line[column] not in ("", "-") for line in lines[1:])]
    lines = [[line[column] for column in shown] for line in lines]
    widths = [max(len(line[column]) for line in lines) for column in range(len(shown))]
    for line in lines:
        left = [text.ljust(width) if shown[column] in (0, 1, 4, 5) else text.rjust(width)
                for column, (text, width) in enumerate(zip(line, widths))]
        print("  ".join(left).rstrip())
