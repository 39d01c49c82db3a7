#!/usr/bin/env python3
"""Holds the rooms to their layers: a room includes itself and rooms of lower layers, nothing else.

Also: a public header is included by its full path, src/ and tests/ mirror include/, and public headers pull in no JSON,
logging or Torch (but Torch in the rooms that are about it). Prints one line per finding; exit code 1 if any.
"""
import pathlib
import re
import sys

LAYERS = [
    {"core"},
    {"program", "gpu", "sim"},
    {"model", "execute", "measure"},
    {"evaluate"},
    {"policy"},
    {"train", "search", "bench"},
    {"cli"},
]
LAYER_OF = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
# Heavy headers that must not leak through public ones (they cost seconds per unit, or clash with each other).
HEAVY = re.compile(r"^(nlohmann/|spdlog/|fmt/|CLI/)")
TORCH = re.compile(r"^(torch/|ATen/|c10/)")
TORCH_ROOMS = {"model", "execute"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
SOURCE_SUFFIXES = {".h", ".cpp", ".cu", ".cuh"}


def includes(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(1), match.group(2)


def room_of(included):
    """The room that an include names, or None for headers that are not ours."""
    parts = included.split("/")
    if parts[0] == "cudal1" and len(parts) >= 3:
        return parts[1]
    if parts[0] in LAYER_OF and len(parts) >= 2:
        return parts[0]  # a room's internal header, as "sim/decode.h"
    return None


def check_file(root, path, room):
    where = path.relative_to(root)
    public = where.parts[0] == "include"
    for line, quote, included in includes(path):
        other = room_of(included)
        if quote == '"' and included.startswith("cudal1/") and not (root / "include" / included).is_file():
            yield f'{where}:{line}: "{included}" does not exist'
        if public and (HEAVY.match(included) or (TORCH.match(included) and room not in TORCH_ROOMS)):
            yield f"{where}:{line}: public header includes <{included}>; keep it in src/{room}/"
        if other is None or other == room:
            continue
        if other not in LAYER_OF:
            yield f"{where}:{line}: {other} is no room; see LAYERS in scripts/check_layers.py"
        elif LAYER_OF[other] >= LAYER_OF[room]:
            yield (f"{where}:{line}: {room} (layer {LAYER_OF[room]}) must not include {other} "
                   f"(layer {LAYER_OF[other]}): {included}")
        elif not included.startswith("cudal1/"):
            yield f"{where}:{line}: {included} is internal to {other}; include its public header"


def room_files(root, top):
    base = root / "include" / "cudal1" if top == "include" else root / top
    if not base.is_dir():
        return
    for directory in sorted(base.iterdir()):
        if directory.is_dir() and directory.name in LAYER_OF:
            for path in sorted(directory.rglob("*")):
                if path.suffix in SOURCE_SUFFIXES:
                    yield directory.name, path


def check_rooms_are_known(root):
    for base in (root / "include" / "cudal1", root / "src"):
        for directory in sorted(base.iterdir()):
            if directory.is_dir() and directory.name not in LAYER_OF:
                yield f"{directory.relative_to(root)}: no such room; see LAYERS in scripts/check_layers.py"


def check_mirror(root):
    """Every room that has sources has public headers and tests, under its own name."""
    for room in sorted(LAYER_OF):
        if not (root / "src" / room).is_dir():
            continue
        for top in (root / "include" / "cudal1", root / "tests"):
            if not (top / room).is_dir():
                yield f"src/{room} has no counterpart {(top / room).relative_to(root)}"


def findings(root):
    yield from check_rooms_are_known(root)
    for top in ("include", "src"):
        for room, path in room_files(root, top):
            yield from check_file(root, path, room)
    yield from check_mirror(root)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    found = list(findings(root))
    for finding in found:
        print(finding)
    print(f"{len(found)} finding(s) about layers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
