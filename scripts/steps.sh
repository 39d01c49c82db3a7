# Sourced by setup, cudal1 and test: where things are, talk on stderr, and long steps with progress.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${CUDAL1_BUILD_DIR:-$root/build}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cudal1
logs=$build/setup-logs
# shellcheck disable=SC2034  # cache is for setup
readonly root build cache logs

say() { printf '%s\n' "$*" >&2; }

# die CODE WHAT [ADVICE…]
die() {
  local code=$1
  say "error: $2"
  shift 2
  local line
  for line in "$@"; do say "  $line"; done
  exit "$code"
}

elapsed() {
  local s=$1
  if ((s < 60)); then printf '%d s' "$s"; else printf '%d min %02d s' $((s / 60)) $((s % 60)); fi
}

# The last "[12/340]" that ninja wrote, or nothing.
ninja_progress() { tail -c 4096 "$1" 2>/dev/null | grep -o '^\[[0-9]*/[0-9]*\]' | tail -n 1 || true; }

# step NAME LABEL ADVICE COMMAND… : runs COMMAND with its output in a log; one live line on a terminal, else a
# line at the start, one every 30 s and one at the end. A failure prints the log's end and ADVICE, and exits 3.
step() {
  local name=$1 label=$2 advice=$3
  shift 3
  mkdir -p "$logs"
  local log=$logs/$name.log begin=$SECONDS pid status=0 ticks=0
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  # shellcheck disable=SC2064
  trap "kill $pid 2>/dev/null; wait $pid 2>/dev/null; say; say 'interrupted: $label'; exit 130" INT TERM
  [[ -t 2 ]] || say "$label …"
  while kill -0 "$pid" 2>/dev/null; do
    if [[ -t 2 ]]; then
      printf '\r\033[K%s … %s %s' "$label" "$(ninja_progress "$log")" "$(elapsed $((SECONDS - begin)))" >&2
    elif ((++ticks % 150 == 0)); then
      say "$label … $(ninja_progress "$log") $(elapsed $((SECONDS - begin)))"
    fi
    sleep 0.2
  done
  wait "$pid" || status=$?
  trap - INT TERM
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  if ((status != 0)); then
    say "error: $label failed (exit code $status). The end of $log:"
    tail -n 40 "$log" | sed 's/^/  | /' >&2
    say "  $advice"
    exit 3
  fi
  say "$label: done in $(elapsed $((SECONDS - begin)))"
}

# Torch units take 1.4 GB of memory each to compile: as many jobs as fit, at most one per core.
build_jobs() {
  local cores memory_kb fitting
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  fitting=$((memory_kb / 1600000))
  ((fitting >= 1)) || fitting=1
  printf '%d' $((cores < fitting ? cores : fitting))
}

build_target() {
  step "build-$1" "building $2" \
    "If memory ran out: CUDAL1_JOBS=1 $0. The whole log is in $logs/build-$1.log." \
    cmake --build "$build" --target "$1" -j "${CUDAL1_JOBS:-$(build_jobs)}"
}
