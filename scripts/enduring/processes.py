"""What /proc knows about a run: the processes below it, whether they live, what memory they hold."""
import pathlib
import time

PROC = pathlib.Path("/proc")


def stat(pid):
    """(state, parent, start time) of a process; None when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2:].split()
    return fields[0], int(fields[1]), int(fields[19])


def below(root):
    """Every process below `root`: {(pid, start time): state}. The start time tells a reused id apart."""
    known = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (found := stat(entry.name)):
            known[int(entry.name)] = found
    parents = {root}
    grown = True
    while grown:
        found = {pid for pid, (_, parent, _) in known.items() if parent in parents} - parents
        parents |= found
        grown = bool(found)
    return {(pid, known[pid][2]): known[pid][0] for pid in parents - {root} if pid in known}


def alive(process):
    pid, started = process
    found = stat(pid)
    return found is not None and found[2] == started and found[0] != "Z"


def survivors(processes, seconds):
    """Those of `processes` that still run after `seconds`."""
    end = time.monotonic() + seconds
    left = list(processes)
    while left and time.monotonic() < end:
        time.sleep(0.02)
        left = [one for one in left if alive(one)]
    return left


def resident_mb(pid):
    """VmRSS in MB; 0 when the process is gone."""
    try:
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
