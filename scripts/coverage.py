"""Prints which lines and branches of the core were reached, from an lcov file: first what verifies, binds and looks up, and fails if less
than 98 % of the lines of that were."""

import fnmatch
import sys
from collections import Counter, defaultdict

WANTED = 98
DECIDES = [
    *("gateways/*/*.rs", "gateway/*.rs", "outcome/*.rs", "strict/*.rs", "signatures/*.rs", "crypto/mac.rs"),
]
# Test code that stands beside what it tests.
TESTS = ["*/primitives.rs", "*/wycheproof.rs", "vectors.rs"]


def matches(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def read(path):
    """By file, how often each line and each way of each branch was taken, in all programs together."""
    lines, branches = defaultdict(Counter), defaultdict(Counter)
    name = None
    with open(path, encoding="utf-8") as file:
        for key, _, value in (row.rstrip("\n").partition(":") for row in file):
            if key == "SF":
                name = value.split("/core/")[1].removeprefix("src/").replace("strict/src/", "strict/")
            elif key == "DA":
                line, count = value.split(",")[:2]
                lines[name][line] += int(count)
            elif key == "BRDA":
                line, block, way, count = value.split(",")
                branches[name][line, block, way] += int(count.replace("-", "0"))
    return lines, branches


def column(reached):
    if not reached:
        return f"{'none':>24}"
    return f"{sum(reached):>6} of {len(reached):<5} {100 * sum(reached) / len(reached):6.2f} %"


def main(path):
    lines, branches = read(path)
    names = sorted(name for name in lines if not matches(name, TESTS))
    decide = [name for name in names if matches(name, DECIDES)]

    def reached(counts, names):
        return [count > 0 for name in names for count in counts[name].values()]

    def row(title, names):
        print(f"{title:32}", column(reached(lines, names)), column(reached(branches, names)))

    print(f"{'core':32} {'lines':>24} {'branches':>24}")
    for name in decide:
        row(name, [name])
    row("verify, bind and look up", decide)
    print()
    for name in names:
        if name not in decide:
            row(name, [name])
    row("all", names)
    deciding = reached(lines, decide)
    if not deciding or 100 * sum(deciding) < WANTED * len(deciding):
        sys.exit(f"of the lines that verify, bind and look up less than {WANTED} % are reached")


main(sys.argv[1])
