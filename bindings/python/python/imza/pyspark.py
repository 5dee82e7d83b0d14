"""Audits that Spark spreads over a cluster.

>>> from imza import pyspark as imza_spark                              # doctest: +SKIP
>>> verdicts = imza_spark.audit(df, "/etc/imza/keys.toml", keep=["id"])  # doctest: +SKIP
>>> verdicts.groupBy("verdict").count().show()                          # doctest: +SKIP
>>> imza_spark.replays(verdicts).show()                                 # doctest: +SKIP

The keys file is read by each worker: its path has to be there on each of them. No secret is in the plan or the event log.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Union

from . import Auditor, InvalidArgument

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["audit", "replays"]


def audit(
    df: "DataFrame",
    keys: "Union[str, os.PathLike[str]]",
    *,
    clock: Union[str, int, datetime] = "received",
    past: int = 900,
    future: int = 900,
    explain: bool = False,
    keep: Sequence[str] = (),
    columns: "Mapping[str, str] | None" = None,
) -> "DataFrame":
    """A verdict for each row of ``df``: the columns of ``keep``, then those of :meth:`imza.Auditor.verify`.

    ``columns`` names the columns of the records otherwise. Raises :class:`imza.InvalidArgument` where a column to keep is
    missing or has a verdict's name. Where a column of the records is missing, the first task fails with the sentence that says so.
    """
    from pyspark.sql.types import IntegerType, LongType, ShortType, StringType, StructType

    if isinstance(keys, bytes):
        raise TypeError("keys must be the path of a keys file, which each worker reads; secrets are not sent to workers")
    path, named = os.fspath(keys), dict(columns or {})
    verdict = StructType().add("verdict", StringType()).add("http_status", ShortType()).add("reason", StringType())
    verdict = verdict.add("key", IntegerType()).add("signature", LongType())
    for name in keep:
        if name not in df.columns:
            raise InvalidArgument(f"there is no column `{name}` to keep")
        if name in verdict.names:
            raise InvalidArgument(f"the column `{name}` to keep has the name of a verdict's; rename it first")
    # Only what is judged or kept is read from the files.
    members = ("scheme", "received_at", "method", "resource", "headers", "body", "body_size", "content_type", "endpoint", "fields")
    records = [named.get(name, name) for name in members]
    used = [name for name in df.columns if name in records or name in keep]
    schema = StructType([*(df.schema[name] for name in keep), *verdict.fields])
    kept = list(keep)

    def judge(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow  # type: ignore[import-untyped]

        auditor = Auditor(path, clock=clock, past=past, future=future, explain=explain)
        for batch in batches:
            verdicts = pyarrow.record_batch(auditor.verify(batch, columns=named))
            arrays = [*(batch.column(name) for name in kept), *verdicts.columns]
            yield pyarrow.RecordBatch.from_arrays(arrays, names=[*kept, *verdicts.schema.names])

    return df.select(*used).mapInArrow(judge, schema)


def replays(verdicts: "DataFrame") -> "DataFrame":
    """The genuine signatures that occur more than once among all verdicts: ``signature`` and ``count``.

    A signature's 64 bits are as good as random: among a billion genuine ones, two different ones are alike with a probability of
    three per cent.
    """
    counted = verdicts.where("signature is not null").groupBy("signature").count()
    return counted.where("count > 1")
