#!/usr/bin/env python3
"""Checks an export of Parapet: every file has its hash, every table its rows, and nothing is there beside.

    python3 check_export.py FOLDER

Exit 0 where all holds, 1 with the first thing that does not, 2 where something cannot be read. Python 3, standard library only.
"""
import hashlib
import json
import os
import sys


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def fail(words):
    print(words)
    sys.exit(1)


def lines(path):
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield number, json.loads(line)
            except ValueError:
                fail(f"{path}, line {number}: no JSON.")


def check_sums(folder):
    with open(os.path.join(folder, "SHA256SUMS"), encoding="utf-8") as stream:
        sums = {name.rstrip("\n"): digest for digest, name in (line.split("  ", 1) for line in stream)}
    found = {os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names} - {"SHA256SUMS"}
    for name in sorted(found ^ set(sums)):
        fail(f"{name}: {'not in SHA256SUMS' if name in found else 'missing'}.")
    for name, digest in sums.items():
        if sha256(os.path.join(folder, name)) != digest:
            fail(f"{name}: altered since it was written.")
    return len(sums)


def check_tables(folder, manifest):
    total = 0
    for table in manifest["tables"]:
        with open(os.path.join(folder, table["schema"]), encoding="utf-8") as stream:
            schema = json.load(stream)
        rows = 0
        for number, row in lines(os.path.join(folder, table["file"])):
            rows += 1
            if set(row) != set(schema["required"]):
                fail(f"{table['file']}, line {number}: other columns than its schema has.")
        if rows != table["rows"]:
            fail(f"{table['file']}: {rows} rows, {table['rows']} in the manifest.")
        total += rows
    return total


def check_files(folder):
    count = 0
    for number, row in lines(os.path.join(folder, "records", "files.file.jsonl")):
        path = os.path.join(folder, "files", row["id"])
        if os.path.exists(path):
            count += 1
            if "\\x" + sha256(path) != row["sha256"]:
                fail(f"files/{row['id']}: not the bytes that were attached as {row['name']}.")
    return count


def main(folder):
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as stream:
        manifest = json.load(stream)
    sums = check_sums(folder)
    rows = check_tables(folder, manifest)
    files = check_files(folder)
    if files != manifest["files"]["count"]:
        fail(f"{files} files, {manifest['files']['count']} in the manifest.")
    print(f"The export is whole: {sums} files with their hashes, {rows} rows of {len(manifest['tables'])} tables, {files} attached files.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        sys.exit(2)
    try:
        main(sys.argv[1])
    except (OSError, KeyError) as error:
        print(f"It cannot be read: {error}")
        sys.exit(2)
