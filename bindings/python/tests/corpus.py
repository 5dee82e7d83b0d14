"""The golden corpus of `tests/vectors`, which every language runs."""

import base64
import json
import os
from pathlib import Path
from typing import Any

VECTORS = Path(os.environ.get("IMZA_VECTORS", Path(__file__).resolve().parents[3] / "tests" / "vectors"))


def cases(*files: str) -> list[Any]:
    return [case for file in files for case in json.loads((VECTORS / file).read_text("utf-8"))["cases"]]


def b64(text: str) -> bytes:
    return base64.b64decode(text)


def name(case: Any) -> str:
    return str(case["name"])
