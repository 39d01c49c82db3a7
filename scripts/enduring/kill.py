"""Kills `cudal1 optimize` with SIGKILL at random moments, resumes it, and compares journals."""
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

from . import processes

PROGRAM = """#include <torch/extension.h>

#ifndef VARIANT
#define VARIANT 0
#endif
#pragma kernel tune(VARIANT={values}) default(0)

// VARIANT changes the text that is compiled and not one instruction; the launch bounds keep the block size as it is.
__global__ void __launch_bounds__(256) scale(const float* __restrict__ x, float* __restrict__ y, float a, int64_t n) {{
  constexpr int variant = VARIANT;
  (void)variant;
  const int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] = a * x[i];
}}

torch::Tensor forward(torch::Tensor x) {{
  auto y = torch::empty_like(x);
  const int64_t n = x.numel();
  scale<<<(n + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), 2.0f, n);
  return y;
}}

std::vector<torch::Tensor> inputs() {{ return {{torch::randn({{4096}}, torch::kCUDA)}}; }}
"""

ORPHANS_MAY_LIVE = 5  # seconds


class Run:
    """One run directory, from its first attempt to its end."""

    def __init__(self, given, work, number):
        self.given = given
        self.folder = work / f"run-{number}"
        self.folder.mkdir()
        (self.folder / "scale.cu").write_text(
            PROGRAM.format(values=", ".join(str(i) for i in range(given.variants + 1))))
        self.journalled = b""  # whole lines that were there at the last kill
        self.problems = []

    def attempt(self):
        resumes = (self.folder / "run" / "manifest.json").exists()
        where = ["--resume", "run"] if resumes else ["scale.cu", "--run-dir", "run"]
        command = [self.given.binary, "optimize", *where, "--json", "result.json"]
        if not resumes:
            command += ["--device", self.given.device, "--max-evals", str(self.given.variants)]
        environment = dict(os.environ, CUDAL1_CACHE_DIR=str(self.folder.parent / "cache"))
        with open(self.folder / "talk", "ab") as talk:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=talk,
                                    stderr=talk)

    def journal(self):
        path = self.folder / "run" / "journal.jsonl"
        text = path.read_bytes() if path.exists() else b""
        return text[:text.rfind(b"\n") + 1]

    def compare_journal(self):
        """Nothing that was there may be gone or changed, nothing may be there twice."""
        now = self.journal()
        if not now.startswith(self.journalled):
            self.problems.append("an evaluation that was journalled is lost or changed")
        ids = collections.Counter(json.loads(line)["candidate"]["id"] for line in now.splitlines())
        if twice := [name for name, times in ids.items() if times > 1]:
            self.problems.append(f"{len(twice)} candidates are evaluated twice, as {twice[0][:12]}")
        self.journalled = now

    def after_kill(self, workers):
        if left := processes.survivors(workers, ORPHANS_MAY_LIVE):
            self.problems.append(f"{len(left)} workers live {ORPHANS_MAY_LIVE} s after their run was killed")
        self.compare_journal()

    def after_end(self, code):
        self.compare_journal()
        if code not in (0, 1):
            end = (self.folder / "talk").read_text(errors="replace")[-500:]
            self.problems.append(f"exit code {code}: {end.strip()}")
        elif not (self.folder / "result.json").exists():
            self.problems.append("the run has ended without a result")
        if code in (0, 1) and len(self.journalled.splitlines()) != self.given.variants + 1:
            self.problems.append(f"{len(self.journalled.splitlines())} evaluations are journalled, "
                                 f"expected {self.given.variants + 1}")
        if left := list(self.folder.rglob("*.tmp*")):
            self.problems.append(f"{len(left)} temporary files are left in the run directory, as {left[0].name}")


def live(attempt, seconds):
    """Lets the attempt run so long; its exit code if it has ended by itself."""
    try:
        return attempt.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def kill(attempt):
    workers = processes.below(attempt.pid)
    attempt.kill()
    attempt.wait()
    return workers


def finish(run, kills, draw, report):
    """Attempts of one run until it ends by itself; `kills` of them at most are cut short."""
    used = 0
    while True:
        attempt = run.attempt()
        begin = time.monotonic()
        code = live(attempt, draw.uniform(0, run.given.longest) if used < kills else 600)
        if code is None and used >= kills:
            run.after_kill(kill(attempt))
            run.problems.append("the run does not end")
            return used
        if code is not None:
            run.after_end(code)
            return used
        lived = time.monotonic() - begin
        run.after_kill(kill(attempt))
        used += 1
        report(used, lived)


def run(given):
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    draw = random.Random(seed)
    work = pathlib.Path(tempfile.mkdtemp(prefix="cudal1-endurance-"))
    print(f"seed {seed}, in {work}")
    print(f"{'run':>4} {'kills':>6} {'moments (s)':>14} {'evaluations':>12}  problems")
    done, problems, number = 0, 0, 0
    while done < given.times:
        number += 1
        one = Run(given, work, number)
        moments = []
        done += finish(one, given.times - done, draw, lambda _, lived: moments.append(lived))
        span = f"{min(moments):.2f} to {max(moments):.2f}" if moments else "-"
        print(f"{number:>4} {len(moments):>6} {span:>14} {len(one.journalled.splitlines()):>12}  "
              f"{'; '.join(sorted(set(one.problems))) or 'none'}", flush=True)
        problems += len(one.problems)
        if one.problems:
            break
    left = len(list((work / "cache").rglob("*.tmp*")))
    print(f"{done} kills in {number} runs, {problems} problems, {left} temporary files in the cache")
    if problems or given.keep:
        print(f"kept: {work}")
    else:
        shutil.rmtree(work)
    return problems
