#!/usr/bin/env python3
"""Checks an export or a bundle of a Parapet ledger without Parapet, with nothing but Python's standard library.

verify.py FILE --key LINE|FILE [--heads FILE]... [--paper SIZE:ROOT]...

Exit 0: all holds. 1: it does not, and the first break is named. 2: it was not asked right. README.md says how to use it.
"""
import argparse, base64, hashlib, json, os, re, sys

sha256 = hashlib.sha256

# Ed25519 by the arithmetic of RFC 8032, section 5.1; points are (X, Y, Z, T).
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        q, p, s = (add(q, p) if s & 1 else q), add(p, p), s >> 1
    return q

def point_of(octets):
    """The point that 32 octets encode (5.1.3), or None."""
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

BASE = point_of(b"\x58" + b"\x66" * 31)

def is_signed(key, text, signature):
    """Verification of 5.1.7."""
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
    one, other = times(s, BASE), add(r, times(k, a))
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0

class Broken(Exception):
    """The first place that does not hold. `first` is the leaf, or the first of those among which it is."""

    def __init__(self, word, says, first=None, entry=None):
        super().__init__(says)
        self.word, self.first, self.entry = word, first, entry

def key_of(line):
    """(name, key id, 32 octets) of a key line `name+id+key` (C2SP signed-note)."""
    found = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", line.strip())
    raw = base64.b64decode(found[3]) if found else b""
    if len(raw) != 33 or raw[0] != 1 or base64.b64encode(raw).decode() != found[3] or sha256(found[1].encode() + b"\n" + raw).hexdigest()[:8] != found[2]:
        raise Broken("key", f"This is no key line of a ledger: {line.strip()[:80]}")
    return found[1], found[2], raw[1:]

NOTE = re.compile(r"([^\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(\d{4}-\d\d-\d\dT[\d:.]+Z)\n\n— \1 ([A-Za-z0-9+/]+=*)\n")
LINE = re.compile(r"parapet-head ([^\s+]+) (0|[1-9]\d{0,15}) ([A-Za-z0-9+/]{43}=) (\d{4}-\d\d-\d\dT[\d:.]+Z) ([A-Za-z0-9+/]+=*)")

class Head:
    """Size and root of the tree at a moment as somebody kept it: a note, the one line of syslog and mail, or from paper."""

    def __init__(self, found, where):
        self.origin, size, self.root_text, self.at, self.signature_text = found
        self.size, self.root, self.signature, self.where = int(size), base64.b64decode(self.root_text), base64.b64decode(self.signature_text), where
        self.text = f"{self.origin}\n{size}\n{self.root_text}\n{self.at}\n".encode()

    def fault(self, keys):
        """Why it is not a head that one of the kept keys signed; None where it is, and for what was typed from paper."""
        if self.origin == "":
            return None
        for name, key_id, key in keys:
            if name == self.origin and self.signature[:4].hex() == key_id:
                is_canonical = all(base64.b64encode(raw).decode() == text for raw, text in ((self.root, self.root_text), (self.signature, self.signature_text)))
                return None if is_canonical and is_signed(key, self.text, self.signature[4:]) else "its signature is not valid"
        return f"it is signed by {self.origin}+{self.signature[:4].hex()}, a key that you did not name"

    def check(self, keys, leaf):
        fault = self.fault(keys)
        if fault:
            raise Broken("head", f"The head of {self.size} leaves in {self.where} does not hold: {fault}.", leaf)

    def words(self):
        return f"{self.size} leaves, root {self.root_text}, {self.at or 'no time'}"

def head_of(note, where):
    found = NOTE.fullmatch(str(note))
    if not found:
        raise Broken("head", f"What stands in {where} is not a signed head.")
    return Head(found.groups(), where)

def heads_in(file):
    """Every head of a file: notes and nothing else, or lines of syslog or mail among others."""
    with open(file, encoding="utf-8", errors="replace") as source:
        text = source.read()
    heads = [Head(found.groups(), os.path.basename(file)) for form in (NOTE, LINE) for found in form.finditer(text)]
    left = "" if LINE.search(text) else NOTE.sub("", text).strip()
    if left or not heads:
        raise Broken("heads", f"{file} has something that is not a head: {left[:60]}" if left else f"No head stands in {file}.")
    return heads

def head_on_paper(text):
    """A head as a report prints it, `SIZE:ROOT`, the root in hexadecimal or base64: without a signature."""
    found = re.fullmatch(r"(\d+):([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)", text)
    if not found:
        raise Broken("heads", f"--paper takes SIZE:ROOT, not {text}.")
    root = base64.b64encode(bytes.fromhex(found[2])).decode() if len(found[2]) == 64 else found[2]
    return Head(("", found[1], root, "", ""), "the paper")

def root_of(peaks):
    """The root over perfect subtrees, left to right (RFC 6962, section 2.1)."""
    root = peaks[-1] if peaks else sha256(b"").digest()
    for left in peaks[-2::-1]:
        root = sha256(b"\1" + left + root).digest()
    return root

def is_included(leaf, n, size, proof, root):
    """RFC 9162, section 2.1.3.2."""
    fn, sn, r = n, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\1" + p + r).digest()
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return 0 <= n < size and sn == 0 and r == root

class Export:
    """One pass over an export: each leaf against its entry, the tree against every head that was kept, the head at the end."""

    def __init__(self, keys, kept):
        self.keys, self.kept, self.good, self.entries, self.sealed = keys, sorted(kept, key=lambda head: head.size), None, 0, 0

    def check(self, source):
        peaks, n, waiting = [], 0, iter(self.kept)
        due = next(waiting, None)
        for line in source:
            if not line.startswith(b'{"n":%d,"hash":"' % n):
                break
            node = self.leaf(line, n, 14 + len(str(n)))
            n, m = n + 1, n
            while m & 1:
                node, m = sha256(b"\1" + peaks.pop() + node).digest(), m >> 1
            peaks.append(node)
            while due and due.size == n:
                self.compare(due, root_of(peaks))
                due = next(waiting, None)
        else:
            raise Broken("cut", f"The export ends after {n} leaves without a head: it was cut short.", n)
        head = self.last(line, n)
        if source.readline():
            raise Broken("inserted", "Something stands behind the head of the export.", n)
        if head:
            head.check(self.keys, n - 1)
            if head.size != n:
                raise Broken("cut", f"The signed head has {head.size} leaves, the export {n}: leaves were cut off or added.", min(n, head.size))
        if due:
            due.check(self.keys, n)
            raise Broken("cut", f"{due.where} holds a head of {due.size} leaves, of {due.at or 'no time'}; the export ends at {n}: it is older, or the ledger was rolled back.", n)
        if head:
            self.compare(head, root_of(peaks))
        return head, n

    def leaf(self, line, n, start):
        given, rest = line[start:start + 64], line[start + 64:]
        if rest.startswith(b'","entry":') and rest.endswith(b"}\n"):
            self.entries += 1
            leaf = sha256(b"\0" + rest[10:-2])
            if leaf.hexdigest().encode() != given:
                raise Broken("entry", f"The entry of leaf {n} was altered: it does not have its hash.", n, rest[10:-2])
            return leaf.digest()
        if rest == b'","missing":true}\n':
            raise Broken("removed", f"The entry of leaf {n} was removed from the database, or its place altered.", n)
        if rest != b'"}\n' or not re.fullmatch(rb"[0-9a-f]{64}", given):
            raise Broken("leaf", f"Leaf {n} is not written as an export writes it.", n)
        self.sealed += 1
        return bytes.fromhex(given.decode())

    def compare(self, head, root):
        if head.root == root:
            self.good = head
            return
        head.check(self.keys, head.size - 1)
        since = self.good.size if self.good else 0
        raise Broken("rewritten", f"{head.where} holds a head of {head.size} leaves, of {head.at or 'no time'}, with the root {head.root_text}; the leaves here have {base64.b64encode(root).decode()}. "
                     f"Among leaves {since} to {head.size - 1} something was altered, removed, inserted or moved, and hashed anew.", since)

    def last(self, line, n):
        """The head of the last line, None in an empty ledger; names what stands there in place of leaf `n`."""
        try:
            said = json.loads(line)
            m, head = said.get("n"), said.get("head")
        except (ValueError, AttributeError):
            raise Broken("leaf", f"The line of leaf {n} is not written as an export writes it.", n) from None
        if isinstance(m, int) and m > n:
            raise Broken("removed", f"Leaf {n} is not there, leaf {m} stands in its place: it was removed, or leaves were swapped.", n)
        if not isinstance(head, dict):
            raise Broken("inserted", f"Where leaf {n} belongs stands leaf {m}: it was doubled, inserted or moved.", n, json.dumps(said.get("entry")))
        for key in said.get("publicKeys", [""]):
            key_of(key)
        if head.get("size") == n == 0 and head.get("note") is None:
            return None
        signed = head_of(head.get("note"), "the last line of the export")
        if (head.get("size"), head.get("root"), re.sub(r"\.?0*Z$", "Z", str(head.get("at")))) != (signed.size, signed.root_text, re.sub(r"\.?0*Z$", "Z", signed.at)):
            raise Broken("head", "The last line of the export says another size, root or time than its signed note.", n - 1)
        return signed

def words_of(entry):
    """What an entry says of itself; where it was altered, that may be what was altered."""
    try:
        said = json.loads(entry)
        return f"record: {said['record']} · hour: {said['at'][:13]}:00Z · time: {said['at']} · verb: {said['verb']} · actor: {said['actor']}"
    except (TypeError, ValueError, KeyError):
        return "record: not readable here · hour: not readable here"

def entry_in(file, n):
    with open(file, "rb") as source:
        return next((line.split(b',"entry":', 1)[1][:-2] for line in source if line.startswith(b'{"n":%d,' % n) and b',"entry":' in line), None)

def check_export(file, keys, kept):
    export = Export(keys, kept)
    try:
        with open(file, "rb") as source:
            head, n = export.check(source)
    except Broken as broken:
        entry = broken.entry or (None if broken.first is None else entry_in(file, broken.first))
        print(f"The ledger is broken ({broken.word}): {broken}\nLeaf: {'none' if broken.first is None else broken.first} · {words_of(entry)}")
        print(f"Last good head: {export.good.words()}, as kept in {export.good.where}" if export.good else "No head that was kept before it is good.")
        return 1
    print(f"The export is whole: {n} leaves, {export.entries} of them with their entries and {export.sealed} sealed; {len(kept)} kept heads agree.")
    print(f"Its head: {head.words()}" if head else "Nothing is sealed in it yet.")
    return 0

def is_its_text(entry, text):
    """A text that may be erased stands in the body as SHA-256(salt ‖ text)."""
    value = json.loads(entry)["body"]
    for name in text["field"].split(".", 1):
        value = value[name]
    return value["text"] == "sha256:" + sha256(bytes.fromhex(text["salt"]) + text["text"].encode()).hexdigest()

def check_bundle(bundle, keys, kept):
    try:
        head = head_of(bundle["head"], "the bundle")
        head.check(keys, None)
        for other in (one for one in kept if one.size == head.size and one.root != head.root):
            other.check(keys, None)
            raise Broken("rewritten", f"{other.where} holds another head of {other.size} leaves, with the root {other.root_text}.")
        for leaf in bundle["leaves"] or [None]:
            n, entry = leaf["n"], leaf["entry"].encode()
            if not is_included(sha256(b"\0" + entry).digest(), n, head.size, [base64.b64decode(p, validate=True) for p in leaf["proof"]], head.root):
                raise Broken("entry", f"The entry of leaf {n} does not stand in the tree of the signed head.", n, entry)
            if not all(is_its_text(entry, text) for text in leaf["texts"]):
                raise Broken("text", f"A text of leaf {n} is not the one that its entry speaks of.", n, entry)
    except (Broken, KeyError, TypeError, ValueError, AttributeError) as error:
        broken = error if isinstance(error, Broken) else Broken("bundle", f"it is not written as a bundle is: {error}.")
        print(f"The bundle does not hold ({broken.word}): {broken}\nLeaf: {'none' if broken.first is None else broken.first} · {words_of(broken.entry)}")
        return 1
    print(f"The bundle holds: {len(bundle['leaves'])} entries stand in the ledger {head.origin} under the head of {head.words()}.")
    print("\n".join(f"Leaf: {leaf['n']} · {words_of(leaf['entry'])}" for leaf in bundle["leaves"]))
    return 0

def main():
    asked = argparse.ArgumentParser(description="Checks an export or a bundle of a Parapet ledger.")
    asked.add_argument("file", help="the export (JSON lines) or the bundle")
    asked.add_argument("--key", action="append", required=True, help="a key line that you kept, or a file of them; never the one of the export")
    asked.add_argument("--heads", action="append", default=[], help="a file of heads that you or a witness kept")
    asked.add_argument("--paper", action="append", default=[], help="SIZE:ROOT as it stands on a printed report")
    args = asked.parse_args()
    try:
        keys = [key_of(line) for key in args.key for line in (open(key, encoding="utf-8") if os.path.exists(key) else [key]) if line.strip()]
        kept = [head for head in [head for file in args.heads for head in heads_in(file)] + [head_on_paper(text) for text in args.paper] if head.size > 0]
        with open(args.file, "rb") as source:
            start = source.read(64)
            bundle = json.loads(start + source.read()) if b'"parapet-ledger-bundle-1"' in start else None
    except Broken as broken:
        print(f"What was kept does not hold ({broken.word}): {broken}")
        return 1
    except (OSError, ValueError) as error:
        print(f"It cannot be read: {error}", file=sys.stderr)
        return 2
    return check_bundle(bundle, keys, kept) if bundle else check_export(args.file, keys, kept)

if __name__ == "__main__":
    sys.exit(main())
