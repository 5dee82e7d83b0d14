"""The audit inside Spark, DuckDB and Polars: the real engines, over a lake that they read themselves."""

import collections
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

import imza
import imza.duckdb
import imza.polars
import imza.pyspark

import records

COUNT = int(os.environ.get("IMZA_LAKE", "200000"))
PARTS = 4


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "keys.toml"
    path.write_text(records.KEYS)
    path.chmod(0o600)
    return str(path)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A folder of Parquet files, and the verdicts that were planted, by their ids."""
    folder = tmp_path_factory.mktemp("lake")
    planted = {}
    for part in range(PARTS):
        table, words = records.table(COUNT // PARTS, part * COUNT // PARTS)
        pq.write_table(table, folder / f"part-{part}.parquet", compression="zstd", row_group_size=20_000)
        planted.update(zip(table["id"].to_pylist(), words))
    return folder, planted


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    # Workers run the Python that has imza installed.
    os.environ["PYSPARK_PYTHON"] = sys.executable

    session = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.sql.parquet.compression.codec", "zstd").config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_gives_the_planted_verdicts_and_replays_over_files_that_it_wrote(spark, keys, lake, tmp_path):
    folder, planted = lake
    partitioned = str(tmp_path / "partitioned")
    spark.read.parquet(str(folder)).selectExpr("*", "id % 3 as day").write.partitionBy("day").parquet(partitioned)
    verdicts = imza.pyspark.audit(spark.read.parquet(partitioned), keys, keep=["id", "day"]).cache()
    assert verdicts.columns == ["id", "day", "verdict", "http_status", "reason", "key", "signature"]
    assert {row.id: row.verdict for row in verdicts.select("id", "verdict").collect()} == planted
    # Every replay repeats another request.
    replays = imza.pyspark.replays(verdicts).collect()
    assert sorted(row["count"] for row in replays) == [2] * (COUNT // 100)
    with pytest.raises(imza.InvalidArgument, match="`nothing`"):
        imza.pyspark.audit(verdicts, keys, keep=["nothing"])
    with pytest.raises(TypeError, match="secrets are not sent"):
        imza.pyspark.audit(verdicts, b"")


def test_sparks_pipe_takes_the_command(spark, keys):
    lines = [records.line(row) for row, _ in records.records(2000)]
    command = f"{os.environ['IMZA']} audit - --keys {keys} --at-received --exit-zero"
    verdicts = spark.sparkContext.parallelize(lines, 2).pipe(command, checkCode=True).collect()
    words = collections.Counter(line.split('"verdict":"')[1].split('"')[0] for line in verdicts)
    assert words == collections.Counter(word for _, word in records.records(2000))


def test_duckdb_gives_the_planted_verdicts_in_sql(keys, lake):
    import duckdb

    folder, planted = lake
    con = duckdb.connect()
    imza.duckdb.register(con, imza.Auditor(keys))
    found = con.sql(
        f"select id, imza_dlga(method, resource, headers, body, received_at).verdict from '{folder}/*.parquet'"
    ).fetchall()
    assert dict(found) == planted
    line = records.line(next(records.records(1))[0])
    assert con.execute("select imza_json(?).verdict, imza_json(?).http_status", [line, "{"]).fetchall() == [("valid", None)]
    replays = con.sql(
        "select count(*) from (select imza_dlga(method, resource, headers, body, received_at).signature as signature"
        f" from '{folder}/*.parquet') where signature is not null group by signature having count(*) > 1"
    ).fetchall()
    assert len(replays) == COUNT // 100


def test_polars_gives_the_planted_verdicts_lazily(keys, lake):
    import polars

    folder, planted = lake
    lf = imza.polars.audit(polars.scan_parquet(f"{folder}/*.parquet"), imza.Auditor(keys), keep=["id"])
    found = lf.collect(engine="streaming")
    assert found.columns == ["id", "verdict", "http_status", "reason", "key", "signature"]
    assert dict(zip(found["id"], found["verdict"])) == planted
    with pytest.raises(imza.InvalidArgument, match="has the name of a verdict's"):
        imza.polars.audit(found.lazy(), imza.Auditor(keys))


def test_the_example_audits_its_planted_lake_with_one_command():
    example = os.path.join(os.environ["IMZA_EXAMPLES"], "spark", "audit.py")
    run = subprocess.run([sys.executable, example], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in run.stdout.splitlines() if line.startswith("|")]
    assert table[:4] == [["verdict", "count"], ["expired", "100"], ["invalid", "100"], ["valid", "9800"]]
    assert "100 signatures occur more than once" in run.stdout
