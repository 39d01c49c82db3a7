#!/usr/bin/env python3
"""Says what a test run amounts to: passed, failed, and how many were skipped for which reason.

Reads the JUnit file that ctest writes. Exit code 1 when a test failed or the file is missing.
"""
import argparse
import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

# What GoogleTest prints for GTEST_SKIP(): "path:line: Skipped", then the reason.
SKIP_REASON = re.compile(r": Skipped\s*\n\s*(\S[^\n]*)")


def reason_of(case):
    match = SKIP_REASON.search(case.findtext("system-out") or "")
    if match:
        return match.group(1).strip()
    skipped = case.find("skipped")
    return (skipped.get("message") if skipped is not None else "") or "no reason given"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=pathlib.Path)
    parser.add_argument("--without-gpu", type=int, default=0, help="tests left out because there is no GPU")
    args = parser.parse_args()
    if not args.report.is_file():
        print(f"error: no test report at {args.report}: ctest did not run", file=sys.stderr)
        return 1

    passed, failed, skipped = 0, [], collections.Counter()
    for case in ET.parse(args.report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.get("status") == "fail":
            failed.append(case.get("name"))
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped[reason_of(case)] += 1
        else:
            passed += 1
    if args.without_gpu:
        skipped["no GPU on this machine (tests labelled gpu)"] += args.without_gpu

    print(f"\n{passed} passed, {len(failed)} failed, {sum(skipped.values())} skipped")
    for name in failed:
        print(f"  failed: {name}")
    for reason, count in skipped.most_common():
        print(f"  skipped {count}: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
