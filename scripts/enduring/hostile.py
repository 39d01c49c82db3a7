"""One run of `cudal1 optimize` over hostile candidates, watched from outside."""
import collections
import json
import os
import pathlib
import random
import secrets
import shutil
import subprocess
import tempfile
import threading
import time

from . import attacks, processes

MAY_GROW_MB = 50
SETTLED_AFTER = 50     # evaluations
ZOMBIES_MAY_LAST = 10  # seconds


class Watch:
    """Samples the run's memory and processes every 100 ms until it ends."""

    def __init__(self, process, journal):
        self.process, self.journal = process, journal
        self.samples = []           # (evaluations, MB of the run itself, MB of its workers)
        self.workers = set()        # all that were ever seen
        self.zombies = {}           # since when
        self.lasting_zombies = set()
        self.finished = 0
        self._read = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        while self.process.poll() is None:
            self._count()
            below = processes.below(self.process.pid)
            self._look_for_zombies(below)
            self.workers |= below.keys()
            resident = processes.resident_mb(self.process.pid)
            if resident > 0:
                self.samples.append((self.finished, resident, sum(processes.resident_mb(pid) for pid, _ in below)))
            time.sleep(0.1)

    def _count(self):
        if self.journal.exists():
            with open(self.journal, "rb") as file:
                file.seek(self._read)
                new = file.read()
            self._read += len(new)
            self.finished += new.count(b"\n")

    def _look_for_zombies(self, below):
        now = time.monotonic()
        dead = {process for process, state in below.items() if state == "Z"}
        self.zombies = {process: self.zombies.get(process, now) for process in dead}
        self.lasting_zombies |= {process for process, since in self.zombies.items() if now - since > ZOMBIES_MAY_LAST}

    def growth(self, count):
        """MB at most before the run has settled, and at most afterwards."""
        settled = min(SETTLED_AFTER, count // 4)
        before = [own for finished, own, _ in self.samples if finished <= settled]
        after = [own for finished, own, _ in self.samples if finished > settled]
        return max(before, default=0), max(after, default=0)


    def course(self, count):
        """MB after each eighth of the evaluations: a leak climbs on, a peak does not."""
        marks = [count * eighth // 8 for eighth in range(1, 9)]
        return [round(max((own for finished, own, _ in self.samples if finished <= mark), default=0)) for mark in marks]


def verdicts(journal):
    """(ATTACK, verdict, seconds) of every evaluation but the original's."""
    found = []
    for line in journal.read_text().splitlines():
        entry = json.loads(line)
        attack = int(entry["candidate"]["tune"].get("ATTACK", 0))
        if attack:
            found.append((attack, entry["evaluation"]["verdict"]["word"], entry["evaluation"]["seconds"]))
    return found


def files_with(folder, marker, but):
    return [path for path in folder.rglob("*") if path.is_file() and path != but and marker in path.read_bytes()]


def problems_of(given, work, code, watch, found, kind_of, marker, canary):
    problems = []
    if code not in (0, 1):
        end = (work / "talk").read_text(errors="replace")[-500:]
        problems.append(f"exit code {code}: {end.strip()}")
    missing = set(kind_of) - {attack for attack, _, _ in found}
    if missing or len(found) != len(kind_of):
        problems.append(f"{len(found)} evaluations of {len(kind_of)} candidates, {len(missing)} without any")
    may_pass = {kind.name for kind in attacks.KINDS if kind.may_pass}
    for name in sorted({kind_of[attack] for attack, word, _ in found if word == "passed"} - may_pass):
        problems.append(f"{name} has passed")
    before, after = watch.growth(given.count)
    if after - before > MAY_GROW_MB:
        problems.append(f"the process grew from {before:.0f} to {after:.0f} MB")
    for path in files_with(work, marker.encode(), canary):
        problems.append(f"the content of a file that is none of its business is in {path.relative_to(work)}")
    if left := processes.survivors(watch.workers, 5):
        problems.append(f"{len(left)} workers are left")
    if watch.lasting_zombies:
        problems.append(f"{len(watch.lasting_zombies)} dead workers were not collected for {ZOMBIES_MAY_LAST} s")
    if temporary := list(work.rglob("*.tmp*")):
        problems.append(f"{len(temporary)} temporary files are left, as {temporary[0]}")
    return problems


def print_table(found, kind_of):
    words = sorted({word for _, word, _ in found})
    table = collections.defaultdict(collections.Counter)
    seconds = collections.defaultdict(list)
    for attack, word, taken in found:
        table[kind_of[attack]][word] += 1
        seconds[kind_of[attack]].append(taken)
    print(f"{'kind':<20}" + "".join(f"{word:>16}" for word in words) + f"{'median s':>10}{'max s':>8}")
    for kind in attacks.KINDS:
        if row := table.get(kind.name):
            taken = sorted(seconds[kind.name])
            print(f"{kind.name:<20}" + "".join(f"{row[word] or '.':>16}" for word in words) +
                  f"{taken[len(taken) // 2]:>10.2f}{taken[-1]:>8.2f}")
    print(f"{'all':<20}" + "".join(f"{sum(row[word] for row in table.values()):>16}" for word in words))


def run(given):
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    work = pathlib.Path(tempfile.mkdtemp(prefix="cudal1-endurance-"))
    print(f"seed {seed}, in {work}", flush=True)
    (work / "elsewhere").mkdir()
    canary = work / "elsewhere" / "canary.h"
    marker = "marker" + secrets.token_hex(12)
    canary.write_text(f"syntax error {marker}\n")
    (work / "program").mkdir()
    source, kind_of = attacks.program(attacks.chosen(given.kinds), given.count, str(canary), seed)
    (work / "program" / "attack.cu").write_text(source)
    command = [given.binary, "optimize", "attack.cu", "--device", given.device, "--max-evals", str(given.count),
               "--run-dir", str(work / "run"), "--json", str(work / "result.json"), "--verbose"]
    environment = dict(os.environ, CUDAL1_CACHE_DIR=str(work / "cache"))
    begin = time.monotonic()
    with open(work / "talk", "wb") as talk:
        process = subprocess.Popen(command, cwd=work / "program", env=environment, stdin=subprocess.DEVNULL, stdout=talk,
                                   stderr=talk)
    journal = work / "run" / "journal.jsonl"
    watch = Watch(process, journal)
    try:
        code = process.wait()
    except KeyboardInterrupt:  # it goes to the run, too, which finishes what it is at
        print("interrupted")
        code = process.wait()
    elapsed = time.monotonic() - begin
    found = verdicts(journal) if journal.exists() else []
    print_table(found, kind_of)
    before, after = watch.growth(given.count)
    workers = max((mb for _, _, mb in watch.samples), default=0)
    cache = [path for path in (work / "cache").rglob("*") if path.is_file()]
    print(f"{len(found)} evaluations in {elapsed:.1f} s, {len(found) / elapsed:.1f} a second; "
          f"{len(watch.workers)} worker processes in all")
    print(f"memory: {before:.0f} MB at first, at most {after:.0f} MB later; workers together at most {workers:.0f} MB; "
          f"cache {len(cache)} files, {sum(path.stat().st_size for path in cache) >> 20} MB; "
          f"journal {journal.stat().st_size >> 10 if journal.exists() else 0} KB")
    print(f"memory after each eighth of the evaluations: {', '.join(map(str, watch.course(given.count)))} MB")
    problems = problems_of(given, work, code, watch, found, kind_of, marker, canary)
    for problem in problems:
        print(f"PROBLEM: {problem}")
    print(f"{len(problems)} problems")
    if problems or given.keep:
        print(f"kept: {work}")
    else:
        shutil.rmtree(work)
    return len(problems)
