"""Files of integer tensors in the safetensors format (https://huggingface.co/docs/safetensors).

8 bytes with the length of a JSON header, the header, the tensors' bytes without gaps, little-endian. Wider types come first, then names
in order, so that every tensor is aligned. The same tensors and metadata give the same bytes.
"""
from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

_TYPES = {"I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}
_METADATA = "__metadata__"
_ALIGNMENT = 8


def write(path: Path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> None:
    """Writes a file of tensors of the types int32, int16, int8 and uint8."""
    header: dict[str, object] = {_METADATA: dict(sorted(metadata.items()))}
    data = bytearray()
    for name in sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name)):
        tensor = tensors[name]
        kind = _NAMES[tensor.dtype]
        begin = len(data)
        data += np.ascontiguousarray(tensor, dtype=_TYPES[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % _ALIGNMENT)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Reads such a file: its tensors, and its metadata."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    metadata = header.pop(_METADATA, {})
    data = content[8 + length:]
    tensors, next_begin = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        if begin != next_begin:
            raise ValueError(f"{path}: the tensor '{name}' begins at {begin} rather than at {next_begin}.")
        tensors[name] = np.frombuffer(data[begin:end], dtype=_TYPES[entry["dtype"]]).reshape(entry["shape"])
        next_begin = end
    if next_begin != len(data):
        raise ValueError(f"{path}: the tensors have {next_begin} bytes, and the file {len(data)}.")
    return tensors, metadata
