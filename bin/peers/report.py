"""Reads `name<tab>figures` lines and prints each system's medians, with Belfry's as a multiple of them."""
import json, statistics, sys

runs = {}
for line in sys.stdin:
    name, figures = line.rstrip("\n").split("\t")
    figures = json.loads(figures)
    if name == "Belfry":
        enqueued = figures["enqueuePerSecond"]
        figures = {
            "settled": figures["settledPerSecond"]["1"], "single": enqueued["single"], "batch": enqueued["batch500"],
        }
    runs.setdefault(name, []).append(figures)

columns = [("settled", "settled/s"), ("single", "enqueued/s, one by one"), ("batch", "in batches")]
print(f"{'':20}" + "".join(f"{title:>32}" for _, title in columns))
for name, figures in runs.items():
    cells = []
    for key, _ in columns:
        median = statistics.median(run[key] for run in figures)
        # Each round by itself, since the machine changes between rounds.
        ratios = [ours[key] / theirs[key] for ours, theirs in zip(runs["Belfry"], figures)]
        cells.append(f"{median:>22,.0f}" + (" " * 10 if name == "Belfry" else f"{f'({statistics.median(ratios):.1f}x)':>10}"))
    print(f"{name:20}" + "".join(cells))
print(f"\nMedians of {len(runs['Belfry'])} rounds, each system in turn; in brackets how many times as much Belfry did.")
