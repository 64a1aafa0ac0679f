#!/usr/bin/env python3
"""Checks an evidence bundle of Parapet without Parapet, with nothing but Python's standard library and verify.py beside it.

verify_evidence.py FILE --key FINGERPRINT|LINE|FILE [--heads FILE]... [--number NUMBER] [--since TIME] [--authority FILE]

Exit 0: all holds. 1: it does not, and the first fault is named. 2: it was not asked right. README.md says how to use it.
Only --authority, which checks a time stamp (RFC 3161), runs another program: openssl.
"""
import argparse, base64, datetime, hashlib, json, os, re, subprocess, sys, tempfile

from verify import Broken, head_of, head_on_paper, heads_in, is_included, is_its_text, key_of

BLOCK = 512
PIECE = 1 << 20
FORMAT = "parapet-evidence-bundle-1"
LOOKS = {"viewed", "downloaded", "bundled", "audited", "noted"}
UUID, NUMBER, HEX = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[A-Z]{2,5}-\d{4}-\d{1,9}", r"[0-9a-f]{64}"
FILE_PATH = re.compile(rf"files/{NUMBER}/\d{{1,5}}(\.[a-z0-9]{{1,8}})?")

def octal(number, width):
    return b"%0*o\0" % (width, number)

def header_of(name, size, at):
    """The one header that a member of this name, size and time has (POSIX.1-2017 ustar; sizes from 8 GiB in base 256)."""
    raw, prefix = name.encode(), b""
    if len(raw) > 100:
        prefix, _, raw = raw.rpartition(b"/")
    length = octal(size, 11) if size < 8**11 else b"\x80\0\0\0" + size.to_bytes(8, "big")
    start = raw.ljust(100, b"\0") + b"0000600\0" + b"0000000\0" * 2 + length + octal(at, 11) + b" " * 8 + b"0" + b"\0" * 100 + b"ustar\x0000"
    head = bytearray((start.ljust(345, b"\0") + prefix).ljust(BLOCK, b"\0"))
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)

def padded(size):
    return -size % BLOCK

class Archive:
    """A tar archive that ends with its own SHA-256; every byte is read and compared before anything in it is believed."""

    def __init__(self, file):
        self.file, self.size, self.members = file, os.path.getsize(file), {}
        with open(file, "rb") as source:
            last = self.index(source)
            source.seek(0)
            digest, left = hashlib.sha256(), last
            while left > 0:
                piece = source.read(min(left, PIECE))
                digest.update(piece)
                left -= len(piece)
            body = digest.hexdigest().encode() + b"\n"
            if source.read() != header_of("SHA256", len(body), 0) + body + b"\0" * padded(len(body)) + b"\0" * 2 * BLOCK:
                raise Broken("archive", "It was altered after it was made, or cut: its bytes do not have the hash that it carries.")

    def index(self, source):
        """Notes where each member lies and answers where the last one, the hash, begins."""
        at = 0
        while True:
            source.seek(at)
            head = source.read(BLOCK)
            try:
                name = (head[345:500].rstrip(b"\0") + b"/" if head[345] else b"").decode() + head[:100].rstrip(b"\0").decode()
                size = int.from_bytes(head[128:136], "big") if head[124] == 0x80 else int(head[124:135], 8)
                if head != header_of(name, size, int(head[136:147], 8)):
                    raise ValueError
            except (ValueError, IndexError):
                raise Broken("archive", f"It was altered or cut, or is no evidence bundle: what stands at byte {at} is not the head of a member.") from None
            if name == "SHA256":
                return at
            if name in self.members:
                raise Broken("extra", f"{name} stands in it twice.")
            self.members[name] = (at + BLOCK, size)
            at += BLOCK + size + padded(size)
            if at >= self.size:
                raise Broken("archive", "It was cut: it ends without the hash that ends one.")

    def need(self, name):
        if name not in self.members:
            raise Broken("missing", f"{name} is missing.")
        return self.members[name]

    def pieces(self, name):
        at, left = self.need(name)
        with open(self.file, "rb") as source:
            source.seek(at)
            while left > 0:
                piece = source.read(min(left, PIECE))
                left -= len(piece)
                yield piece

    def read(self, name):
        return b"".join(self.pieces(name))

def sha256(data):
    return hashlib.sha256(data).hexdigest()

def json_of(raw, word, what):
    try:
        said = json.loads(raw.decode())
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Broken(word, f"{what} is not written as one of this format is.")
    return said

def manifest_of(raw):
    said = json_of(raw, "manifest", "Its manifest")
    try:
        good = (set(said) == {"format", "bundle", "number", "origin", "purpose", "of", "timeStamp", "readMeSha256", "people", "places", "exhibits"} and said["format"] == FORMAT
                and re.fullmatch(UUID, said["bundle"]) and re.fullmatch(NUMBER, said["number"]) and said["timeStamp"] in ("none", "rfc3161") and re.fullmatch(HEX, said["readMeSha256"]) and said["exhibits"])
        for exhibit in said["exhibits"]:
            good = good and re.fullmatch(UUID, exhibit["id"]) and re.fullmatch(NUMBER, exhibit["number"]) and exhibit["events"] >= 2 and exhibit["texts"] >= 0
            for one in exhibit["files"]:
                good = good and re.fullmatch(HEX, one["sha256"]) and one["size"] >= 0 and (one["path"] is None or FILE_PATH.fullmatch(one["path"]))
    except (KeyError, TypeError):
        good = False
    if not good:
        raise Broken("manifest", "Its manifest is not written as one of this format is.")
    return said

def trusted_keys(named, own):
    """The keys behind what was named: key lines, or of the bundle's own those with a named fingerprint."""
    lines = []
    for one in named:
        lines += [line for line in own if sha256(line.strip().encode()) == one] if re.fullmatch(HEX, one) else [one]
    if not lines:
        raise Broken("key", "None of its keys has the fingerprint that you named: it is signed by another key.")
    return [key_of(line) for line in lines]

def checked_head(ledger, manifest, named, kept):
    head = head_of(ledger.get("head"), "the bundle")
    keys = trusted_keys(named, ledger.get("keys", []))
    fault = head.fault(keys)
    if fault:
        raise Broken("key" if "did not name" in fault else "head", f"Its head does not hold: {fault}.")
    if head.origin != manifest["origin"]:
        raise Broken("head", f"Its head is of the ledger {head.origin}, the manifest of {manifest['origin']}.")
    for other in kept:
        if other.size == head.size and other.root != head.root and not other.fault(keys):
            raise Broken("rewritten", f"{other.where} holds another head of {other.size} leaves, with the root {other.root_text}: the ledger was rewritten.")
    return head

def check_names(manifest, archive):
    numbers = [exhibit["number"] for exhibit in manifest["exhibits"]]
    paths = [one["path"] for exhibit in manifest["exhibits"] for one in exhibit["files"] if one["path"] is not None]
    if len(set(numbers)) != len(numbers) or len(set(paths)) != len(paths):
        raise Broken("manifest", "Its manifest names an exhibit or a file twice.")
    expected = {"manifest.json", "ledger.json", "README.txt", *(["head.tsr"] if manifest["timeStamp"] != "none" else []), *(f"custody/{number}.jsonl" for number in numbers), *paths}
    for name in sorted(expected):
        archive.need(name)
    for name in archive.members:
        if name not in expected:
            raise Broken("extra", f"{name} stands in it, and the manifest does not name it.")

def entry_of(exhibit, leaf, head):
    n, entry = leaf["n"], leaf["entry"].encode()
    proof = [base64.b64decode(part, validate=True) for part in leaf["proof"]]
    if not is_included(hashlib.sha256(b"\0" + entry).digest(), n, head.size, proof, head.root):
        raise Broken("entry", f"A custody event of {exhibit['number']} (leaf {n}) does not stand in the tree of the signed head.")
    said = json.loads(entry)
    if said["record"] != exhibit["id"] or not said["verb"].startswith("exhibits.") or not isinstance(said["body"].get("after", {}).get("seq"), int):
        raise Broken("custody", f"Leaf {n} is no custody event of {exhibit['number']}.")
    if len({text["field"] for text in leaf["texts"]}) != len(leaf["texts"]) or not all(is_its_text(leaf["entry"], text) for text in leaf["texts"]):
        raise Broken("text", f"A text of leaf {n} is not the one that its entry speaks of.")
    return said

def fault_of_chain(said):
    """The first place where the events are no custody without gaps, in words, or None."""
    before, disposed = None, False
    for seq, entry in enumerate(said, 1):
        event = entry["body"]["after"]
        if event["seq"] != seq:
            return f"event {seq} is missing: event {event['seq']} stands in its place"
        if (seq == 1) != (event["kind"] == "received"):
            return "it does not begin with the receipt of the exhibit" if seq == 1 else "the exhibit is received a second time"
        last = before["body"]["after"] if before else {"holder": None, "place": None, "at": ""}
        if event["at"] < last["at"]:
            return f"event {seq} is earlier than the one before it"
        if event["holderBefore"] != last["holder"]:
            return f"event {seq} takes it from another holder than the one before it left it with"
        if event["placeBefore"] != last["place"]:
            return f"event {seq} takes it from another place than the one before it left it at"
        if disposed and event["kind"] not in LOOKS:
            return f"event {seq} moves an exhibit that was disposed of"
        disposed, before = disposed or event["kind"] == "disposed", entry
    return None

def check_custody(exhibit, archive, manifest, digest, head):
    number = exhibit["number"]
    lines = archive.read(f"custody/{number}.jsonl").split(b"\n")[:-1]
    if len(lines) != exhibit["events"]:
        raise Broken("custody", f"The custody of {number} has {len(lines)} events; the manifest says {exhibit['events']}.")
    leaves = [json_of(line, "custody", f"The custody of {number}") for line in lines]
    said = [entry_of(exhibit, leaf, head) for leaf in leaves]
    fault = fault_of_chain(said)
    if fault:
        raise Broken("custody", f"The custody of {number} has a gap: {fault}.")
    closing = said[-1]["body"]["after"].get("bundle") or {}
    if closing.get("id") != manifest["bundle"] or closing.get("number") != manifest["number"]:
        raise Broken("custody", f"The custody of {number} does not end with the closing of this bundle: an event was dropped, or it is of another bundle.")
    if closing.get("manifestSha256") != digest:
        raise Broken("manifest", f"The manifest is not the one that the ledger closed {manifest['number']} with.")
    texts = sum(len(leaf["texts"]) for leaf in leaves)
    if texts != exhibit["texts"]:
        raise Broken("text", f"The custody of {number} has {texts} texts; the manifest says {exhibit['texts']}.")
    arrived = {event["file"]["id"]: event["file"] for event in (entry["body"]["after"] for entry in said) if event.get("file")}
    for one in exhibit["files"]:
        known = arrived.pop(one["id"], {})
        if (known.get("sha256"), known.get("size")) != (one["sha256"], one["size"]):
            raise Broken("custody", f"No custody event of {number} names the file {one['name']} with this SHA-256.")
    if arrived:
        raise Broken("custody", f"The custody of {number} names a file ({next(iter(arrived))}) of which the manifest says nothing.")
    return said[-1]

def check_file(exhibit, one, archive):
    digest = hashlib.sha256()
    for piece in archive.pieces(one["path"]):
        digest.update(piece)
    if archive.need(one["path"])[1] != one["size"] or digest.hexdigest() != one["sha256"]:
        raise Broken("file", f"{one['path']} ({one['name']}) of {exhibit['number']} does not have the SHA-256 that its manifest names: it was altered, or is of another exhibit.")

def moment(text):
    return datetime.datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))

def check_stamp(archive, manifest, note, authority):
    """What is to be said of its time stamp, which openssl checks."""
    if manifest["timeStamp"] == "none":
        if authority:
            raise Broken("time-stamp", "It carries no time stamp.")
        return ""
    if not authority:
        return " Its time stamp was not checked: name the authority with --authority."
    with tempfile.TemporaryDirectory() as folder:
        data, reply = os.path.join(folder, "data"), os.path.join(folder, "reply")
        for file, content in ((data, note.encode()), (reply, archive.read("head.tsr"))):
            with open(file, "wb") as out:
                out.write(content)
        try:
            done = subprocess.run(["openssl", "ts", "-verify", "-data", data, "-in", reply, "-CAfile", authority], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except OSError:
            raise Broken("time-stamp", "Its time stamp does not hold: openssl, which checks it, is not installed here.") from None
    if done.returncode != 0:
        raise Broken("time-stamp", "Its time stamp does not hold: openssl does not find it good for this head and this authority.")
    return " Its time stamp is good."

def check(file, named, kept, number, since, authority):
    archive = Archive(file)
    raw = archive.read("manifest.json")
    ledger = json_of(archive.read("ledger.json"), "head", "Its ledger.json")
    manifest = manifest_of(raw)
    head = checked_head(ledger, manifest, named, kept)
    check_names(manifest, archive)
    if sha256(archive.read("README.txt")) != manifest["readMeSha256"]:
        raise Broken("file", "README.txt is not the one that the manifest names.")
    closings = []
    for exhibit in manifest["exhibits"]:
        closings.append(check_custody(exhibit, archive, manifest, sha256(raw), head))
        for one in exhibit["files"]:
            if one["path"] is not None:
                check_file(exhibit, one, archive)
    if number and number != manifest["number"]:
        raise Broken("other", f"It is the bundle {manifest['number']}, not {number}.")
    if since and moment(closings[0]["at"]) < moment(since):
        raise Broken("older", f"It was closed at {closings[0]['at']}, before {since}: it is an older bundle.")
    stamp = check_stamp(archive, manifest, ledger["head"], authority)
    print(f"The evidence bundle {manifest['number']} of {manifest['of']['number'] or manifest['of']['title']} holds, under the head of {head.words()}.{stamp}")
    for exhibit, closing in zip(manifest["exhibits"], closings):
        print(f"{exhibit['number']} · {exhibit['title']} · {exhibit['events']} custody events, the last at {closing['at']} by {manifest['people'].get(closing['actor'], closing['actor'])}")
        for one in exhibit["files"]:
            print(f"  {one['path'] or 'left out'} · {one['name']} · {one['size']} bytes · {one['sha256']}" + (f" · {one['leftOut']}" if one["leftOut"] else ""))

def main():
    asked = argparse.ArgumentParser(description="Checks an evidence bundle of Parapet.")
    asked.add_argument("file", help="the bundle")
    asked.add_argument("--key", action="append", required=True, help="the fingerprint of the ledger's key, a key line, or a file of them; never from the bundle")
    asked.add_argument("--heads", action="append", default=[], help="a file of heads that you or a witness kept")
    asked.add_argument("--paper", action="append", default=[], help="SIZE:ROOT as it stands on a printed report")
    asked.add_argument("--number", help="the number on the receipt")
    asked.add_argument("--since", help="a moment before which it must not have been closed, as 2026-11-22T08:00:00Z")
    asked.add_argument("--authority", help="a file with the certificates of who stamped its time")
    args = asked.parse_args()
    try:
        if args.since:
            moment(args.since)
        named = [line.strip() for key in args.key for line in (open(key, encoding="utf-8") if os.path.exists(key) else [key]) if line.strip()]
        kept = [head for file in args.heads for head in heads_in(file)] + [head_on_paper(text) for text in args.paper]
        open(args.file, "rb").close()
    except (Broken, OSError, ValueError) as error:
        print(f"It cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        check(args.file, named, kept, args.number, args.since, args.authority)
    except (Broken, KeyError, TypeError, ValueError, AttributeError) as error:
        broken = error if isinstance(error, Broken) else Broken("custody", f"it is not written as a bundle is: {error}.")
        print(f"The evidence bundle does not hold ({broken.word}): {broken}")
        return 1
    return 0

if __name__ == "__main__":
    sys.exit(main())
