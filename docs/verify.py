#!/usr/bin/env python3
"""Checks the log of a Stillroom study without any of Stillroom's code.

    verify.py FOLDER [CHECKPOINT]

Reads FOLDER/record.sqlite, computes every leaf and the Merkle root anew (RFC 6962), and compares them with what the
file keeps and, if given, with a checkpoint (a signed note) that was kept elsewhere. The signature itself is checked
when the package `cryptography` is installed. The form of a leaf stands in docs/methods/log.md.
"""
import base64
import hashlib
import pathlib
import sqlite3
import struct
import sys


def leaf_hash(position, stream, version, entry_id, command, content):
    stream = stream.encode()
    leaf = b"stillroom-leaf-1\n" + struct.pack(">Q", position)
    leaf += struct.pack(">Q", len(stream)) + stream + struct.pack(">Q", version)
    leaf += entry_id + command + struct.pack(">Q", len(content)) + content
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The roots of the perfect subtrees, largest first: what one needs to append and to say the root."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def push(self, node):
        size = self.size
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def read_checkpoint(path, folder):
    text = path.read_text()
    body, _, signatures = text.rpartition("\n\n")
    origin, size, root = body.split("\n")[:3]
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        print("note: the signature was not checked (no package `cryptography`)")
    else:
        key = base64.b64decode((folder / "checkpoint.pub").read_text().strip())
        signature = base64.b64decode(signatures.split(" ")[2])[4:]
        Ed25519PublicKey.from_public_bytes(key).verify(signature, (body + "\n").encode())
    return origin, int(size), base64.b64decode(root)


def main(folder, checkpoint=None):
    folder = pathlib.Path(folder)
    wanted = read_checkpoint(pathlib.Path(checkpoint), folder) if checkpoint else None
    database = sqlite3.connect(f"file:{folder / 'record.sqlite'}?mode=ro", uri=True)
    tree, versions, faults = Tree(), {}, []
    at_checkpoint = tree.root() if wanted and wanted[1] == 0 else None
    rows = database.execute("SELECT position, stream, version, id, command, bytes, leaf FROM entry NOT INDEXED ORDER BY position")
    for position, stream, version, entry_id, command, content, leaf in rows:
        computed = leaf_hash(position, stream, version, entry_id, command, content)
        if position != tree.size:
            faults.append(f"position {tree.size} is missing")
        versions[stream] = versions.get(stream, 0) + 1
        if version != versions[stream]:
            faults.append(f"position {position}: version {version} of {stream}, {versions[stream]} is due")
        if computed != leaf:
            faults.append(f"position {position}: the content does not fit its hash")
        tree.push(computed)
        if wanted and wanted[1] == tree.size:
            at_checkpoint = tree.root()
    size, peaks = database.execute("SELECT size, peaks FROM head").fetchone()
    if (size, peaks) != (tree.size, b"".join(tree.peaks)):
        faults.append("the head does not fit the entries")
    if wanted and at_checkpoint != wanted[2]:
        faults.append(f"the first {wanted[1]} entries are not those of the checkpoint")
    print(f"entries  {tree.size}\nroot     {tree.root().hex()}")
    for fault in faults[:20]:
        print(f"fault    {fault}")
    if not faults:
        print("result   contains the checkpoint, unaltered" if wanted else "result   self-consistent only")
    return 1 if faults else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
