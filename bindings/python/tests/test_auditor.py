"""A table in, a table out: the same verdicts as the command's, in every layout of Arrow's."""

import json
import os
import pickle
import subprocess

import pyarrow as pa
import pytest

import imza
from imza import haso

import records

MERCHANT = """
[[haso]]
merchant_id = "1000042"
key = "merchant-key-not-real"
salt = "merchant-salt-not-real"
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "keys.toml"
    path.write_text(records.KEYS + MERCHANT)
    path.chmod(0o600)
    return str(path)


def words(result) -> "list[str]":
    return pa.table(result)["verdict"].to_pylist()


def test_the_planted_verdicts_are_found_row_for_row(keys):
    table, planted = records.table(1000)
    result = pa.table(imza.Auditor(keys).verify(table))
    assert result.schema.names == ["verdict", "http_status", "reason", "key", "signature"]
    assert [str(field.type) for field in result.schema] == ["string", "int16", "string", "int32", "int64"]
    assert result["verdict"].to_pylist() == planted
    by_verdict = {"valid": 200, "invalid": 401, "expired": 403, "malformed": 400, "unknown-key": 401}
    assert result["http_status"].to_pylist() == [by_verdict[word] for word in planted]
    signatures = [signature for signature in result["signature"].to_pylist() if signature is not None]
    assert len(signatures) - len(set(signatures)) == 10


def test_every_row_is_what_the_command_says_of_the_same_record(keys, tmp_path):
    rows = [row for row, _ in records.records(1000)]
    lines = tmp_path / "records.jsonl"
    lines.write_text("".join(records.line(row) + "\n" for row in rows))
    run = subprocess.run(
        [os.environ["IMZA"], "audit", lines, "--keys", keys, "--at-received"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    by_command = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(by_command) == 1000
    auditor = imza.Auditor(keys)
    as_table = pa.table(auditor.verify(pa.Table.from_pylist(rows, schema=records.SCHEMA)))
    as_lines = pa.table(auditor.verify_json(pa.array(records.line(row) for row in rows)))
    assert as_table == as_lines
    for row, said in zip(as_table.to_pylist(), by_command):
        assert (row["verdict"], row["http_status"], row["reason"], row["key"]) == (
            said["verdict"], said["http_status"], said["reason"], said["key"],
        )
        signature = None if row["signature"] is None else f"{row['signature'] & (2**64 - 1):016x}"
        assert signature == said["signature"]


def layouts():
    utf8 = {
        "string": pa.string(), "large": pa.large_string(), "view": pa.string_view(),
        "dictionary": pa.dictionary(pa.int32(), pa.string()),
    }
    binary = {"binary": pa.binary(), "large": pa.large_binary(), "view": pa.binary_view(), "text": pa.string()}
    pair = pa.struct([("name", pa.string()), ("value", pa.string())])
    headers = {
        "map": pa.map_(pa.string(), pa.string()), "large map": pa.map_(pa.large_string(), pa.large_string()),
        "list": pa.list_(pair), "large list": pa.large_list(pair),
    }
    times = {
        "seconds": pa.timestamp("s", "UTC"), "nanoseconds": pa.timestamp("ns", "Europe/Istanbul"),
        "naive": pa.timestamp("ms"), "number": pa.int64(),
    }
    for name, kind in utf8.items():
        yield f"method {name}", {"method": kind, "resource": kind}
    for name, kind in binary.items():
        yield f"body {name}", {"body": kind}
    for name, kind in headers.items():
        yield f"headers {name}", {"headers": kind}
    for name, kind in times.items():
        yield f"received_at {name}", {"received_at": kind}


@pytest.mark.parametrize(("name", "types"), layouts(), ids=[name for name, _ in layouts()])
def test_the_verdicts_are_the_same_in_every_layout(keys, name, types):
    table, planted = records.table(200)
    for column, kind in types.items():
        values = table[column].combine_chunks()
        if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            pairs = [[{"name": name, "value": value} for name, value in row] for row in values.to_pylist()]
            changed = pa.array(pairs, kind)
        elif kind == pa.int64():
            changed = pa.array([time // 1_000_000 for time in values.cast(pa.int64()).to_pylist()])
        elif column == "headers":
            changed = pa.array(values.to_pylist(), kind)
        elif pa.types.is_timestamp(kind) and kind.tz is None:
            changed = values.cast(pa.timestamp("us")).cast(kind)
        else:
            changed = values.cast(kind)
        table = table.set_column(table.schema.get_field_index(column), column, changed)
    # A slice of it has other offsets than the whole.
    assert words(imza.Auditor(keys).verify(table)) == planted
    assert words(imza.Auditor(keys).verify(table.slice(37, 50))) == planted[37:87]
    assert words(imza.Auditor(keys).verify(table.slice(37, 50).combine_chunks().to_batches()[0])) == planted[37:87]


def test_streams_and_other_names_of_columns(keys):
    table, planted = records.table(300)
    named = table.rename_columns(["id", "verb", "resource", "headers", "payload", "received_at"])
    reader = pa.RecordBatchReader.from_batches(named.schema, named.to_batches(max_chunksize=70))
    columns = {"method": "verb", "body": "payload"}
    assert words(imza.Auditor(keys).verify(reader, columns=columns)) == planted
    with pytest.raises(imza.InvalidArgument, match="`verbs` is no column of a record"):
        imza.Auditor(keys).verify(named, columns={"verbs": "x"})


def test_haso_columns_alone_and_beside_dlgas(keys):
    merchant = haso.Merchant("1000042", "merchant-key-not-real", "merchant-salt-not-real")
    fields = {"merchantId": "1000042", "customerId": "5500123", "dealerSegment": "GOLD"}
    token = merchant.token("SetPreDefinedLimit", fields)
    posted = [list({**fields, "requestToken": token}.items()), list({**fields, "customerId": "1", "requestToken": token}.items())]
    kind = pa.map_(pa.string(), pa.string())
    alone = pa.table({"endpoint": ["/RequestV2/SetPreDefinedLimit"] * 2, "fields": pa.array(posted, kind)})
    assert words(imza.Auditor(keys).verify(alone)) == ["valid", "invalid"]
    table, planted = records.table(1)
    both = pa.concat_tables([table, alone], promote_options="default")
    assert words(imza.Auditor(keys).verify(both)) == [*planted, "valid", "invalid"]


def test_one_bad_row_is_a_verdict_and_not_the_end(keys):
    good, planted = records.table(3)
    rows = good.to_pylist()
    for column in ("method", "resource", "headers", "received_at"):
        bad = [rows[0], {**rows[1], column: None}, rows[2]]
        result = pa.table(imza.Auditor(keys).verify(pa.Table.from_pylist(bad, schema=good.schema)))
        assert result["verdict"].to_pylist() == [planted[0], "unreadable", planted[2]]
        assert f"`{column}`" in result["reason"][1].as_py()
    # The vendor's 400, not a fault of the table.
    twice = [*rows[1]["headers"], ("X-DLG-Date", "Tue, 09 Mar 2021 13:28:32 GMT")]
    table = pa.Table.from_pylist([rows[0], {**rows[1], "headers": twice}], schema=good.schema)
    assert words(imza.Auditor(keys).verify(table)) == ["valid", "malformed"]
    assert words(imza.Auditor(keys).verify_json(pa.array([records.line(next(records.records(1))[0]), "{", None]))) == [
        "valid", "unreadable", "unreadable",
    ]


def test_a_table_that_is_none_of_records_is_told_by_its_column(keys):
    auditor, (table, _) = imza.Auditor(keys), records.table(2)
    for column in ("method", "resource", "headers", "body", "received_at"):
        with pytest.raises(imza.InvalidArgument, match=f"there is no column `{column}`"):
            auditor.verify(table.drop_columns([column]))
        index = table.schema.get_field_index(column)
        with pytest.raises(imza.InvalidArgument, match=f"the column `{column}` must be .*, not Boolean"):
            auditor.verify(table.set_column(index, column, pa.array([True, False])))
    with pytest.raises(imza.InvalidArgument, match="there are two columns `method`"):
        auditor.verify(table.append_column("method", table["method"]))
    assert pa.table(auditor.verify(table.slice(0, 0))).num_rows == 0
    assert words(imza.Auditor(keys, clock="ignore").verify(table.drop_columns(["received_at"]))) == ["valid"] * 2
    with pytest.raises(imza.InvalidArgument, match="must be text or binary"):
        auditor.verify_json(pa.array([1]))
    wide = pa.table({f"c{n}": pa.array([], pa.int8()) for n in range(20000)})
    with pytest.raises(imza.InvalidArgument, match="there is no column `method`"):
        auditor.verify(wide)


def test_the_clock_is_the_records_one_for_all_or_none(keys):
    table, planted = records.table(100)
    without = ["valid" if word == "expired" else word for word in planted]
    assert words(imza.Auditor(keys, clock="ignore").verify(table)) == without
    late = {word for word in words(imza.Auditor(keys, clock=records.NOW + 10_000).verify(table))}
    assert "valid" not in late and "expired" in late
    with pytest.raises(imza.InvalidArgument, match="clock must be"):
        imza.Auditor(keys, clock="now")


def test_pickling_ships_the_path_and_the_options_and_never_a_secret(keys):
    auditor = imza.Auditor(keys, clock=5, past=10, future=20, explain=True)
    pickled = pickle.dumps(auditor)
    assert b"not-a-real" not in pickled and keys.encode() in pickled
    again = pickle.loads(pickled)
    assert again.__getnewargs_ex__() == ((keys,), {"clock": 5, "past": 10, "future": 20, "explain": True})
    assert "not-a-real" not in repr(auditor)
    in_memory = imza.Auditor(records.KEYS.encode())
    table, planted = records.table(50)
    assert words(in_memory.verify(table)) == planted
    with pytest.raises(TypeError, match="made of secrets in memory"):
        pickle.dumps(in_memory)


def test_the_reason_explains_where_asked(keys):
    table, planted = records.table(10)
    reason = pa.table(imza.Auditor(keys, explain=True).verify(table))["reason"][7].as_py()
    assert planted[7] == "invalid" and "matches when" in reason


def test_a_keys_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(imza.InvalidArgument, match="nowhere.toml"):
        imza.Auditor(tmp_path / "nowhere.toml")
    with pytest.raises(imza.InvalidArgument):
        imza.Auditor(b"[[dlga]]\n")
    open_to_all = tmp_path / "open.toml"
    open_to_all.write_text(records.KEYS)
    open_to_all.chmod(0o644)
    with pytest.warns(UserWarning, match="open.toml"):
        imza.Auditor(open_to_all)


def test_headers_may_be_views_of_lists_or_a_struct_and_texts_run_end_encoded(keys):
    table, planted = records.table(200)
    pairs = [[{"name": name, "value": value} for name, value in row] for row in table["headers"].to_pylist()]
    pair = pa.struct([("name", pa.string()), ("value", pa.string())])
    method = table["method"].combine_chunks()
    changes = [
        ("headers", pa.array(pairs, pa.list_view(pair))),
        ("headers", pa.array(pairs, pa.large_list_view(pair))),
        ("headers", pa.array([dict(row) for row in table["headers"].to_pylist()])),
        ("method", pa.RunEndEncodedArray.from_arrays(pa.array([150, 200], pa.int32()), ["POST", "POST"])),
        ("method", pa.DictionaryArray.from_arrays(pa.array([0] * 200, pa.uint8()), pa.array(["POST"], pa.large_string()))),
        ("method", method.cast(pa.binary(4))),
        ("received_at", pa.array([time.timestamp() for time in table["received_at"].to_pylist()], pa.float64())),
        ("received_at", pa.array([time.isoformat() for time in table["received_at"].to_pylist()])),
    ]
    for column, changed in changes:
        other = table.set_column(table.schema.get_field_index(column), column, changed)
        assert words(imza.Auditor(keys).verify(other)) == planted, changed.type
        assert words(imza.Auditor(keys).verify(other.slice(37, 50))) == planted[37:87], changed.type


def test_a_long_value_of_a_dictionary_is_not_copied_for_each_row(keys):
    rows = 100_000
    table, _ = records.table(1)
    body = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([b"x" * 4_000_000]))
    long = pa.table({
        "method": ["POST"] * rows, "resource": ["/"] * rows, "headers": pa.array([[]] * rows, table.schema.field("headers").type),
        "body": body, "received_at": [records.NOW] * rows,
    })
    # 400 GB, if each row had its own. One batch in is one batch out.
    assert set(pa.record_batch(imza.Auditor(keys).verify(long.to_batches()[0]))["verdict"].to_pylist()) == {"malformed"}
    # More would be 2 GB of reasons and could not be one column.
    assert len(pa.table(imza.Auditor(keys).verify(long))) == rows


def test_an_unreadable_row_is_named_by_its_number_in_the_whole_table(keys):
    table, _ = records.table(10)
    rows = table.to_pylist()
    rows[7]["resource"] = None
    bad = pa.Table.from_pylist(rows, schema=table.schema)
    stream = pa.RecordBatchReader.from_batches(bad.schema, bad.to_batches(max_chunksize=3))
    assert pa.table(imza.Auditor(keys).verify(stream))["reason"][7].as_py() == "row 7: the record has no `resource`"


def test_a_text_that_is_not_utf_8_is_unreadable(keys):
    table, _ = records.table(1)
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 5], pa.int32()).buffers()[1], pa.py_buffer(b"POST\xff")]
    )
    result = pa.table(imza.Auditor(keys).verify(table.set_column(1, "method", broken))).to_pylist()
    assert [(row["verdict"], row["reason"]) for row in result] == [("unreadable", "row 0: `method` is not UTF-8 from byte 4")]


def test_hasos_fields_may_be_numbers_but_not_floats_and_a_scheme_decides(keys):
    merchant = haso.Merchant("1000042", "merchant-key-not-real", "merchant-salt-not-real")
    fields = {"merchantId": "1000042", "customerId": 5500123, "dealerSegment": "GOLD"}
    row = {**fields, "requestToken": merchant.token("SetPreDefinedLimit", fields), "ipAddress": None}
    table = pa.table({"endpoint": ["SetPreDefinedLimit"], "fields": pa.array([row])})
    assert words(imza.Auditor(keys).verify(table)) == ["valid"]
    with pytest.raises(imza.InvalidArgument, match="the column `fields` must be"):
        imza.Auditor(keys).verify(table.set_column(1, "fields", pa.array([{**row, "customerId": 5500123.0}])))
    for scheme, word in (("haso", "valid"), ("dlga", "unreadable"), ("HASO", "unreadable"), (None, "valid")):
        named = table.append_column("scheme", pa.array([scheme], pa.string()))
        assert words(imza.Auditor(keys).verify(named)) == [word]
    posted = pa.table({"endpoint": ["SetPreDefinedLimit"], "body": ["merchantId=1000042&customerId=5500123&dealerSegment=GOLD"]})
    assert words(imza.Auditor(keys).verify(posted)) == ["malformed"]
