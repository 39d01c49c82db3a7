"""Writes the schemas of the ATen dispatcher as the text that the tests' catalog is read from.

One line per overload: name|overload|arguments|returns. Arguments are separated by ';', each `type name`, then
'=' when it has a default and '*' when it is keyword-only. Run with the Python whose torch the project uses:
    python tests/program/dump_operators.py > tests/program/data/operators.txt
"""

import re
import sys

import torch


def plain(type_text):
    """Tensor(a!) -> Tensor, SymInt -> int, Tensor(a)[] -> Tensor[]."""
    return re.sub(r"\([a-z0-9!|> *-]*\)", "", type_text).replace("SymInt", "int")


def split_top(text):
    """Splits at commas outside brackets and strings."""
    parts, depth, quoted, current = [], 0, False, ""
    for char in text:
        if char == '"':
            quoted = not quoted
        if not quoted and char in "([{":
            depth += 1
        if not quoted and char in ")]}":
            depth -= 1
        if char == "," and depth == 0 and not quoted:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return parts + [current.strip()] if current.strip() else parts


def arguments(text):
    result, keyword = [], False
    for part in split_top(text):
        if part == "*":
            keyword = True
            continue
        head, has_default, _ = part.partition("=")
        type_text, name = head.strip().rsplit(" ", 1)
        result.append(f"{plain(type_text)} {name}" + ("=" if has_default else "") + ("*" if keyword else ""))
    return ";".join(result)


def returns(text):
    text = plain(text.strip())
    if text.startswith("("):
        text = text[1:-1]
    return ";".join(part.split(" ")[0] for part in split_top(text))


def line(schema):
    match = re.fullmatch(r"aten::([^(.]+)(?:\.([^(]+))?\((.*)\) -> (.*)", str(schema))
    name, overload, args, result = match.groups()
    return "|".join([name, overload or "", arguments(args), returns(result)])


def main():
    registered = set(torch._C._dispatch_get_all_op_names())
    lines = set()
    for schema in torch._C._jit_get_all_schemas():
        full = schema.name + ("." + schema.overload_name if schema.overload_name else "")
        backward = "backward" in full or "names" in full or "Dimname" in full
        if schema.name.startswith("aten::") and full in registered and not backward:
            lines.add(line(schema))
    sys.stdout.write("\n".join(sorted(lines)) + "\n")


main()
