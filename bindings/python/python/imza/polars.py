"""Audits within Polars.

>>> import polars                                                        # doctest: +SKIP
>>> from imza import Auditor, polars as imza_polars                      # doctest: +SKIP
>>> records = polars.scan_parquet("lake/*.parquet")                      # doctest: +SKIP
>>> imza_polars.audit(records, Auditor("keys.toml")).sink_parquet("verdicts.parquet")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import InvalidArgument

if TYPE_CHECKING:
    import polars

    from . import Auditor

__all__ = ["audit"]


def audit(
    lf: "polars.LazyFrame", auditor: "Auditor", *, keep: "list[str] | None" = None, columns: "Mapping[str, str] | None" = None
) -> "polars.LazyFrame":
    """A verdict for each row: the columns of ``keep`` (``None``: all of them), then those of :meth:`imza.Auditor.verify`.

    Stays lazy, and is streamed where the rest of the query is. Raises :class:`imza.InvalidArgument` where a kept column is missing
    or has a verdict's name.
    """
    import polars

    verdict: dict[str, Any] = {
        "verdict": polars.String,
        "http_status": polars.Int16,
        "reason": polars.String,
        "key": polars.Int32,
        "signature": polars.Int64,
    }
    schema = lf.collect_schema()
    kept = list(schema) if keep is None else keep
    for name in kept:
        if name not in schema:
            raise InvalidArgument(f"there is no column `{name}` to keep")
        if name in verdict:
            raise InvalidArgument(f"the column `{name}` to keep has the name of a verdict's; rename it first")
    named = dict(columns or {})

    def judge(df: polars.DataFrame) -> polars.DataFrame:
        verdicts = polars.DataFrame(auditor.verify(df, columns=named))
        return polars.concat([df.select(kept), verdicts], how="horizontal")

    return lf.map_batches(judge, schema={**{name: schema[name] for name in kept}, **verdict}, streamable=True)
