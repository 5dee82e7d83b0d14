"""Audits in DuckDB's SQL.

>>> import duckdb, imza.duckdb                                           # doctest: +SKIP
>>> con = duckdb.connect()                                               # doctest: +SKIP
>>> imza.duckdb.register(con, imza.Auditor("keys.toml"))                 # doctest: +SKIP
>>> con.sql("select imza_dlga(method, resource, headers, body, received_at) v from 'lake/*.parquet'")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from . import Auditor

__all__ = ["register"]


def register(con: "duckdb.DuckDBPyConnection", auditor: "Auditor") -> None:
    """Adds three functions to a connection. Each gives a struct with the members of :meth:`imza.Auditor.verify`'s columns, so
    that ``imza_json(line).verdict`` is the word:

    * ``imza_dlga(method VARCHAR, resource VARCHAR, headers MAP(VARCHAR, VARCHAR), body BLOB, received_at TIMESTAMPTZ)``; a body that
      is text goes in as ``encode(body)``;
    * ``imza_haso(endpoint VARCHAR, fields MAP(VARCHAR, VARCHAR))``;
    * ``imza_json(record VARCHAR)``, a line as ``imza audit`` reads it.
    """
    import pyarrow  # type: ignore[import-untyped]

    verdict = con.struct_type(
        {"verdict": "VARCHAR", "http_status": "SMALLINT", "reason": "VARCHAR", "key": "INTEGER", "signature": "BIGINT"}
    )
    pairs = con.map_type("VARCHAR", "VARCHAR")

    def column(result: Any) -> Any:
        return pyarrow.table(result).to_struct_array()

    # DuckDB counts the parameters.
    def dlga(method: Any, resource: Any, headers: Any, body: Any, received_at: Any) -> Any:
        records = {"method": method, "resource": resource, "headers": headers, "body": body, "received_at": received_at}
        return column(auditor.verify(pyarrow.table(records)))

    def haso(endpoint: Any, fields: Any) -> Any:
        return column(auditor.verify(pyarrow.table({"endpoint": endpoint, "fields": fields})))

    def json(records: Any) -> Any:
        return column(auditor.verify_json(records))

    functions: list[tuple[str, Any, list[Any]]] = [
        ("imza_dlga", dlga, ["VARCHAR", "VARCHAR", pairs, "BLOB", "TIMESTAMPTZ"]),
        ("imza_haso", haso, ["VARCHAR", pairs]),
        ("imza_json", json, ["VARCHAR"]),
    ]
    # Its types leave out functions of Arrow's.
    create: Any = con.create_function
    for name, judge, parameters in functions:
        create(name, judge, parameters, verdict, type="arrow", null_handling="special")
