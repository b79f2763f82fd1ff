"""Search a data folder as somebody would who does not believe us: every byte, unpacked."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def everything(data: Path) -> str:
    """Decompress whatever lies under a folder, and put it together."""
    found = []
    for path in data.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            found.append(json.dumps(pq.ParquetFile(path).read().to_pylist(), default=str))
            found.append(str(pq.read_metadata(path).to_dict()))
        elif path.suffix == ".gz":
            found.append(gzip.decompress(content).decode("utf-8", "replace"))
        elif path.suffix == ".batch":
            size = int.from_bytes(content[:8], "little")
            raw = pa.decompress(content[8:], decompressed_size=size, codec="zstd", asbytes=True)
            found.append(raw.decode("utf-8", "replace"))
        found.append(content.decode("utf-8", "replace"))
    return "\n".join(found)
