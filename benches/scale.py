#!/usr/bin/env python3
"""One audit of the same million records by each way that docs/scale.md names: processor seconds of the whole process tree, how
many of them Spark's Python workers took, records a second a core, and the most memory that the process itself held (of Spark
that is the driver in Python, so it is not shown). Needs what the Python package's tests install, and the
command:

    make test-python; target/python/venv/bin/python benches/scale.py target/release/imza [RECORDS]
"""

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bindings/python/tests"))

WAYS = {
    "nothing: Python with pyarrow starts": "import pyarrow, imza",
    "Auditor.verify, Parquet by pyarrow": """
import pyarrow as pa, pyarrow.parquet as pq, imza
auditor = imza.Auditor(KEYS, clock="ignore")
for batch in pq.ParquetFile(LAKE).iter_batches(65536): pa.record_batch(auditor.verify(batch))
""",
    "Polars, streaming": """
import polars, imza, imza.polars
imza.polars.audit(polars.scan_parquet(LAKE), imza.Auditor(KEYS, clock="ignore"), keep=["id"]).sink_parquet(OUT)
""",
    "DuckDB, SQL": """
import duckdb, imza, imza.duckdb
con = duckdb.connect(); imza.duckdb.register(con, imza.Auditor(KEYS, clock="ignore"))
con.sql(f"copy (select id, imza_dlga(method, resource, headers, body, received_at).verdict from '{LAKE}') to '{OUT}'")
""",
    "Spark, local[2]: the rows through Python, judged by nothing": """
import os, sys; os.environ["PYSPARK_PYTHON"] = sys.executable
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.python.daemon.module", "counted").getOrCreate()
df = spark.read.parquet(LAKE).mapInArrow(lambda batches: (batch.select(["id"]) for batch in batches), "id long")
df.write.option("compression", "zstd").parquet(OUT)
spark.stop()
""",
    "Spark, local[2], imza.pyspark.audit": """
import os, sys; os.environ["PYSPARK_PYTHON"] = sys.executable
import imza.pyspark; from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.python.daemon.module", "counted").getOrCreate()
imza.pyspark.audit(spark.read.parquet(LAKE), KEYS, clock="ignore", keep=["id"]).write.option("compression", "zstd").parquet(OUT)
spark.stop()
""",
    "Spark, local[2], the signature alone by hand": """
import os, sys; os.environ["PYSPARK_PYTHON"] = sys.executable
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.python.daemon.module", "counted").getOrCreate()
def judge(batches):
    import base64, hashlib, hmac, pyarrow as pa
    secrets = {"key-1": b"not-a-real-secret", "key-2": b"another-not-real"}
    for batch in batches:
        verdicts = []
        for row in batch.to_pylist():
            headers = {name.lower(): value for name, value in row["headers"]}
            try:
                key, signature = headers["x-dlg-authorization"][5:].split(":")
                signed = "\\n".join([row["method"], headers["content-type"], headers["x-dlg-date"]]).encode() + b"\\n" + row["body"]
                signed += b"\\n" + row["resource"].encode()
                tag = base64.b64encode(hmac.new(secrets[key], signed, hashlib.sha256).digest()).decode()
                verdicts.append("valid" if hmac.compare_digest(tag, signature) else "invalid")
            except KeyError:
                verdicts.append("malformed")
        yield pa.RecordBatch.from_arrays([batch.column("id"), pa.array(verdicts)], names=["id", "verdict"])
df = spark.read.parquet(LAKE).mapInArrow(judge, "id long, verdict string")
df.write.option("compression", "zstd").parquet(OUT)
spark.stop()
""",
}


# Spark's own daemon of Python workers ignores SIGCHLD, and the kernel forgets the processor time of children that nobody waits
# for. With this one ended workers stay until the daemon ends; then they are orphans, and reap() counts them.
COUNTED = """
import signal
import pyspark.daemon
as_spark_does = signal.signal
signal.signal = lambda number, handler: as_spark_does(number, signal.SIG_DFL if number == signal.SIGCHLD else handler)
pyspark.daemon.manager()
"""


def reap() -> float:
    """Waits for the orphans too, whose processor time counts: Spark's JVM outlives the Python that started it. Returns the
    processor seconds of those that are Python's, which are the workers."""
    workers = 0.0
    try:
        while True:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            name = Path(f"/proc/{ended.si_pid}/comm").read_text()
            _, _, used = os.wait4(ended.si_pid, 0)
            workers += used.ru_utime + used.ru_stime if name.startswith("python") else 0
    except ChildProcessError:
        return workers


def main() -> None:
    pr_set_child_subreaper = 36
    if ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0) != 0:
        sys.exit("scale: orphans cannot be waited for here, so Spark's processor time would not be counted; run it on Linux")
    command, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        keys, lake, lines = (os.path.join(folder, name) for name in ("keys.toml", "lake.parquet", "records.jsonl"))
        subprocess.run([sys.executable, "-c", f"""
import pyarrow.parquet as pq, records
rows = []
with pq.ParquetWriter({lake!r}, records.SCHEMA, compression="zstd") as writer, open({lines!r}, "w") as file:
    for first in range(0, {count}, 100_000):
        part = [row for row, _ in records.records(min(100_000, {count} - first), first)]
        writer.write_table(records.pa.Table.from_pylist(part, schema=records.SCHEMA), row_group_size=50_000)
        file.writelines(records.line(row) + "\\n" for row in part)
with open({keys!r}, "w") as file: file.write(records.KEYS)
"""], check=True, env={**os.environ, "PYTHONPATH": sys.path[0]})
        os.chmod(keys, 0o600)
        Path(folder, "counted.py").write_text(COUNTED)
        environment = {**os.environ, "PYTHONPATH": folder}
        ways = {
            "imza audit, JSON Lines": [command, "audit", lines, "--keys", keys, "--ignore-clock", "--out", os.path.join(folder, "o.jsonl")],
            "imza audit, Parquet": [command, "audit", lake, "--keys", keys, "--ignore-clock", "--out", os.path.join(folder, "o.parquet")],
            **{
                name: [sys.executable, "-c", f"LAKE, KEYS, OUT = {lake!r}, {keys!r}, {os.path.join(folder, f'out-{at}')!r}\n" + code]
                for at, (name, code) in enumerate(WAYS.items())
            },
        }
        print(f"{count:,} records; processor seconds of all processes, of these in Spark's Python workers, wall seconds, records a second a core, peak memory")
        for name, arguments in ways.items():
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            run = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            said = run.stderr.read().strip().splitlines()
            _, status, used = os.wait4(run.pid, 0)
            wall = time.monotonic() - begun
            workers = reap()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if os.waitstatus_to_exitcode(status) not in (0, 1):
                print(f"| {name} | not run: {said[-1:]} |")
                continue
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            peak = "" if name.startswith("Spark") else f"{used.ru_maxrss / 1024:.0f} MiB"
            print(f"| {name} | {seconds:.2f} | {workers:.2f} | {wall:.1f} | {count / seconds:,.0f} | {peak} |", flush=True)


if __name__ == "__main__":
    main()
