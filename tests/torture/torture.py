"""See `run`. Ends with a table and exit code 1 if a rule was broken."""
import collections
import concurrent.futures
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

ERRORS = ["ECONNRESET", "EPIPE", "EIO", "EMFILE", "ENOMEM", "EINTR", "EAGAIN", "ETIMEDOUT"]
CALLS = "%network,%desc,%file"
# Mapping memory is neither; execve starts the program; with poll Rust's runtime looks at the standard descriptors before main.
NOT_INJECTED = {"mmap", "execve", "poll"}
# An eventfd says EAGAIN when its counter is full; mio empties it and writes again, one call deeper each time.
FULL_EVENTFD = ("write", "EAGAIN")
DEADLINE_MS = 1200
GRACE_MS = 250
CLOSED, NOT_SENT, UNKNOWN = 11, 2, 19
LOADER_FAILED = 127
HUNG = -1


class Sandbox:
    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, "sandbox", "--strict", "--json", "--dir", folder], stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["http_url"]

    def orders(self):
        with urllib.request.urlopen(f"{self.url}/_sandbox/orders", timeout=10) as reply:
            return {entry["order"]: entry for entry in json.load(reply)["orders"]}

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def configured(folder):
    config = json.loads((folder / "wechat.json").read_text()) | {"deadline_ms": DEADLINE_MS, "connect_timeout_ms": 800}
    (folder / "torture.json").write_text(json.dumps(config))
    return str(folder / "torture.json")


def close(program, config, number, strace):
    command = ["strace", "-f", *strace, program, "close", "--json", "--config", config, "--order", json.dumps({"out_trade_no": number})]
    started = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, HUNG, "", "")
    return done, int((time.monotonic() - started) * 1000)


def baseline(program, config, folder):
    """The largest number of times that a thread makes each call, and how long a close takes under strace."""
    log = folder / "calls"
    # Its deadline is short for a machine that is busy.
    for at in range(5):
        done, took = close(program, config, f"TORTURE0N{at}", ["-o", str(log), "-e", f"trace={CALLS}"])
        if done.returncode == CLOSED:
            break
    else:
        sys.exit(f"without injected errors: {done.returncode}, {done.stdout}{done.stderr}")
    counts = collections.Counter(re.match(r"(\d+) +(\w+)\(", line).groups() for line in log.read_text().splitlines() if re.match(r"\d+ +\w+\(", line))
    most = collections.defaultdict(int)
    for (_, call), count in counts.items():
        most[call] = max(most[call], count)
    return {call: count for call, count in most.items() if call not in NOT_INJECTED}, took


def broken_rule(done, took, book, slow_ms):
    code = done.returncode
    posts = book["posts"] if book else 0
    if code == LOADER_FAILED and posts == 0:
        return None
    if code == HUNG:
        return "hangs"
    if code not in (CLOSED, NOT_SENT, UNKNOWN):
        return f"ended with {code}: {done.stderr[-300:]}"
    if code == CLOSED and not (book and book["state"] == "CLOSED"):
        return "says closed; the book does not"
    if code == NOT_SENT and posts:
        return f"says that nothing was sent; {posts} arrived"
    if posts > 1:
        return f"{posts} requests arrived"
    if took > DEADLINE_MS + GRACE_MS + slow_ms:
        return f"took {took} ms"
    return None


def main():
    program, short = sys.argv[1], sys.argv[2:] == ["short"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sandbox = Sandbox(program, folder)
        try:
            return torture(program, sandbox, folder, short)
        finally:
            sandbox.stop()


def torture(program, sandbox, folder, short):
    config = configured(folder)
    calls, slow_ms = baseline(program, config, folder)
    # Starting and tracing a program takes time that is not the library's; two run side by side.
    slow_ms *= 3
    errors = ["ECONNRESET", "EINTR"] if short else ERRORS
    cases = [
        (call, at, error, more)
        for call, most in sorted(calls.items())
        for at, error, more in itertools.product(range(1, most + 1), errors, [False] if short else [False, True])
    ]

    def run(numbered):
        number, (call, at, error, more) = numbered
        when = f"{at}{'' if not more else f'..{at + 20}' if error == 'EINTR' or (call, error) == FULL_EVENTFD else '+'}"
        inject = ["-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
        return close(program, config, f"TORTURE{number}", inject)

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        results = list(pool.map(run, enumerate(cases, 1)))
    book = sandbox.orders()
    ends = collections.Counter(done.returncode for done, _ in results)
    wrong = []
    for number, (case, (done, took)) in enumerate(zip(cases, results), 1):
        rule = broken_rule(done, took, book.get(f"TORTURE{number}"), slow_ms)
        # On a machine that is busy one may be late. By itself it must be in time.
        for again in range(3):
            if rule and rule.startswith("took"):
                other = f"{number}N{again}"
                done, took = run((other, case))
                rule = broken_rule(done, took, sandbox.orders().get(f"TORTURE{other}"), slow_ms)
        if rule:
            wrong.append(f"{case[0]} number {case[1]}{' and on' if case[3] else ''}, {case[2]}: {rule}")
    names = {CLOSED: "closed", NOT_SENT: "not sent", UNKNOWN: "unknown", LOADER_FAILED: "not started"}
    print(f"{len(cases)} runs over {sum(calls.values())} calls ({len(calls)} kinds) × {len(errors)} errors:",
          ", ".join(f"{count} {names.get(code, code)}" for code, count in sorted(ends.items())))
    for line in wrong[:40]:
        print(line)
    print(f"{len(wrong)} broken rules")
    return 1 if wrong or not cases else 0


sys.exit(main())
