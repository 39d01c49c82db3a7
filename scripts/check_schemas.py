#!/usr/bin/env python3
"""Holds the approved JSON results of the tests to the schemas that users are given.

Knows the part of JSON Schema that data/schemas/ uses. Exit code 1 and a line per finding when one does not fit.
"""
import json
import pathlib
import sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def findings(value, schema, where):
    if "anyOf" in schema:
        tried = [list(findings(value, option, where)) for option in schema["anyOf"]]
        if all(tried):
            yield from min(tried, key=len)
        return
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if "type" in schema and not is_type(value, schema["type"]):
        yield f"{where}: {value!r} is no {schema['type']}"
        return
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{where}: lacks {name}"
        for name, part in value.items():
            rest = schema.get("additionalProperties", True)
            if name in known:
                yield from findings(part, known[name], f"{where}.{name}")
            elif rest is False:
                yield f"{where}: {name} is not in the schema"
            elif isinstance(rest, dict):
                yield from findings(part, rest, f"{where}.{name}")
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from findings(part, schema.get("items", {}), f"{where}[{index}]")


def documents(text):
    """The JSON values of a text, one after the other."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    found, count = [], 0
    for path in sorted((root / "tests/cli/golden").glob("*.json")):
        for document in documents(path.read_text(encoding="utf-8")):
            name = document["schema"].removeprefix("cudal1.").replace("/", "-")
            schema = json.loads((root / f"data/schemas/{name}.json").read_text(encoding="utf-8"))
            found += findings(document, schema, path.name)
            count += 1
    for finding in found:
        print(finding)
    print(f"{count} document(s), {len(found)} finding(s)")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
