"""Audits a lake of Parquet files with Spark: verdicts, replays and a summary, all as tables.

    python examples/spark/audit.py            plants a small lake with faults in it, and audits that
    python examples/spark/audit.py LAKE KEYS.toml VERDICTS

Needs `pip install imza pyspark pyarrow` and Java 17. On a cluster, imza is installed where the workers run, and KEYS.toml is there
too: its secrets stay out of what Spark sends around and logs.
"""

import os
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

import imza.pyspark
from imza import dlga


def plant(folder: str) -> "tuple[str, str]":
    """Ten thousand records: of every hundred one with another body, one too old, one sent again."""
    signer = dlga.Signer("key-1", "not-a-real-secret")
    rows = []
    for number in range(10_000):
        resource, body, now = "/v1/application/finishonlinehelp", b'{"customerId":"%d"}' % number, 1615296512 + number
        made = now - 5000 if number % 100 == 2 else now
        headers = signer.sign("POST", resource, content_type="application/json", body=body, date=made, requester="45186")
        headers["Content-Type"] = "application/json"
        row = {"id": number, "method": "POST", "resource": resource, "headers": list(headers.items()), "body": body}
        if number % 100 == 1:
            row["body"] = b"{}"
        if number % 100 == 3:
            row, now = {**rows[-3], "id": number}, 1615296512 + number
        rows.append({**row, "received_at": now * 1_000_000})
    schema = pa.schema([
        ("id", pa.int64()), ("method", pa.string()), ("resource", pa.string()), ("headers", pa.map_(pa.string(), pa.string())),
        ("body", pa.binary()), ("received_at", pa.timestamp("us", "UTC")),
    ])
    lake, keys = os.path.join(folder, "lake"), os.path.join(folder, "keys.toml")
    pq.write_to_dataset(pa.Table.from_pylist(rows, schema=schema), lake, compression="zstd")
    with open(os.open(keys, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write('[[dlga]]\naccess_key_id = "key-1"\nsecret = "not-a-real-secret"\n')
    return lake, keys


def main(lake: str, keys: str, output: str) -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.appName("imza").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")

    verdicts = imza.pyspark.audit(spark.read.parquet(lake), keys, keep=["id"])
    # zstd, since Spark's snappy does not load where another C library is installed beside the system's.
    verdicts.write.mode("overwrite").option("compression", "zstd").parquet(output)

    written = spark.read.parquet(output)
    written.groupBy("verdict").count().orderBy("verdict").show()
    replays = imza.pyspark.replays(written)
    print(f"{replays.count()} signatures occur more than once; the first requests that repeat one:")
    written.join(replays, "signature").orderBy("signature", "id").select("signature", "id").show(4)
    spark.stop()


if __name__ == "__main__":
    if len(sys.argv) == 4:
        main(*sys.argv[1:])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(*plant(folder), os.path.join(folder, "verdicts"))
