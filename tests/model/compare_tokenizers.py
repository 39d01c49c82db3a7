#!/usr/bin/env python3
"""Are ids and decoded texts those of the package `tokenizers`, over the texts of whole folders and generated Unicode?

    ninja -C build tokenizer_driver
    tests/model/compare_tokenizers.py build/tests/tokenizer_driver FOLDER…

Needs tokenizers (0.23). Compares the tokenizers of tests/model/tokenizers/ and one that the driver trains on the texts.
"""
import argparse
import pathlib
import random
import subprocess
import tempfile
import time
import unicodedata

from tokenizers import Tokenizer

FIXTURES = pathlib.Path(__file__).resolve().parent / "tokenizers"
SUFFIXES = {".py", ".h", ".hpp", ".c", ".cpp", ".cu", ".cuh", ".md", ".txt", ".rs", ".js", ".json", ".po", ".html", ".xml", ".rst", ".cmake", ".pl", ".pm", ".sh"}


def files_of(folders, limit):
    """Texts of the folders, shuffled, until there are `limit` bytes."""
    paths = sorted(path for folder in folders for path in pathlib.Path(folder).rglob("*")
                   if path.suffix in SUFFIXES and path.is_file() and path.stat().st_size < 1_000_000)
    random.Random(1).shuffle(paths)
    texts, total = [], 0
    for path in paths:
        texts.append(path.read_bytes().decode("utf-8", "replace"))
        total += len(texts[-1].encode())
        if total > limit:
            break
    return texts


def characters(source, newest):
    """Any character that an assigned category has in Python's tables, of Unicode `newest` or before."""
    while True:
        character = chr(source.choice((source.randrange(0x250), source.randrange(0x3100), source.randrange(0x10000), source.randrange(0x20000))))
        if unicodedata.category(character) not in ("Cn", "Cs", "Co") and newest(character):
            return character


def generated(limit):
    source, texts, total = random.Random(2), [], 0
    known = unicodedata.ucd_3_2_0
    while total < limit:
        newest = (lambda c: known.category(c) != "Cn") if source.random() < 0.5 else (lambda c: True)
        text = "".join(source.choice((" ", "", "", "", "\n", "'s")) + characters(source, newest) * source.choice((1, 1, 1, 2)) for _ in range(400))
        texts.append(text)
        total += len(text.encode())
    return texts


def framed(texts):
    return b"".join(b"%d\n%s" % (len(raw), raw) for raw in (text.encode() for text in texts))


def driver(binary, *args, texts):
    return subprocess.run([binary, *args], input=framed(texts), stdout=subprocess.PIPE, check=True).stdout


def unframed(data):
    texts, at = [], 0
    while at < len(data):
        end = data.index(b"\n", at)
        length = int(data[at:end])
        texts.append(data[end + 1:end + 1 + length].decode())
        at = end + 1 + length
    return texts


def compare(binary, path, texts):
    tokenizer = Tokenizer.from_file(str(path))
    ours = [[int(token) for token in line.split()] for line in driver(binary, "encode", path, "template", texts=texts).decode().splitlines()]
    start = time.process_time()
    theirs = [tokenizer.encode(text).ids for text in texts]
    seconds = time.process_time() - start
    assert len(ours) == len(theirs)
    wrong = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    for i in wrong[:3]:
        at = next(k for k, (a, b) in enumerate(zip(ours[i] + [-1], theirs[i] + [-1])) if a != b)
        print(f"  text {i}: token {at}: {ours[i][at - 3:at + 5]} here, {theirs[i][at - 3:at + 5]} there; there: "
              f"{ascii(tokenizer.decode(theirs[i][max(at - 3, 0):at + 5], skip_special_tokens=False))}")
    decoded = unframed(driver(binary, "decode", path, texts=[" ".join(map(str, ids)) for ids in theirs]))
    misread = sum(a != tokenizer.decode(ids, skip_special_tokens=False) for a, ids in zip(decoded, theirs))
    size = sum(len(text.encode()) for text in texts)
    print(f"{path}: {len(texts)} texts, {size / 1e6:.1f} MB, {sum(map(len, theirs))} tokens: {len(wrong)} texts differ, "
          f"{misread} decode differently; `tokenizers` takes {size / 1e6 / seconds:.1f} MB/s")
    return len(wrong) + misread


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--megabytes", type=float, default=12, help="of files (default 12); a fourth as much is generated")
    parser.add_argument("--vocabulary", default="2000", help="tokens of the one that is trained (default 2000)")
    args = parser.parse_args()
    texts = files_of(args.folders, args.megabytes * 1e6)
    start = time.time()
    trained = driver(args.driver, "train", args.vocabulary, texts=texts)
    print(f"trained {args.vocabulary} tokens on {sum(len(text.encode()) for text in texts) / 1e6:.1f} MB in {time.time() - start:.1f} s")
    texts += generated(args.megabytes * 0.25e6)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "trained.json"
        path.write_bytes(trained)
        different = sum(compare(args.driver, path, texts) for path in (FIXTURES / "qwen.json", FIXTURES / "llama.json", path))
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
