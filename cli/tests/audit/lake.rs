//! Parquet files: the verdicts are those of the same records in JSON Lines, whatever the files look like.
#![cfg(feature = "parquet")]

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{MapBuilder, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int16Type, Int32Type, Int64Type};
use arrow_array::{Array as _, ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};
use serde_json::{Value, json};

use super::{Desk, MADE, dlga_record, dlga_record_of, haso_record, lines};

/// Valid ones and one of nearly each verdict, a replay too.
fn records() -> Vec<Value> {
    let with = |mut record: Value, name: &str, value: Value| {
        record[name] = value;
        record
    };
    let mut late = dlga_record("no time");
    late.as_object_mut().unwrap().remove("received_at");
    let mut stranger = haso_record("stranger");
    stranger["fields"]["merchantId"] = json!("1");
    let mut without = dlga_record("without");
    without["headers"].as_object_mut().unwrap().remove("x-dlg-date");
    vec![
        dlga_record("a"),
        haso_record("h"),
        with(dlga_record("forged"), "body", json!("{ }")),
        dlga_record_of("old", "{}", MADE - 5000),
        late,
        stranger,
        with(haso_record("which"), "endpoint", json!("/None")),
        without,
        dlga_record("\u{202e}\"again\""),
        with(dlga_record("none"), "id", Value::Null),
    ]
}

/// The records as columns, but for those that are left out.
fn table(records: &[Value], without: &[&str]) -> RecordBatch {
    let texts = |name: &str| -> ArrayRef {
        Arc::new(records.iter().map(|record| record[name].as_str().map(ToOwned::to_owned)).collect::<StringArray>())
    };
    let pairs = |name: &str| -> ArrayRef {
        let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for record in records {
            for (name, value) in record[name].as_object().into_iter().flatten() {
                map.keys().append_value(name);
                map.values().append_value(value.as_str().unwrap());
            }
            map.append(record[name].is_object()).unwrap();
        }
        Arc::new(map.finish())
    };
    let bodies = records.iter().map(|record| record["body"].as_str().map(str::as_bytes)).collect::<BinaryArray>();
    let columns = [
        ("ignored", texts("ignored")),
        ("id", texts("id")),
        ("scheme", texts("scheme")),
        ("received_at", texts("received_at")),
        ("method", texts("method")),
        ("resource", texts("resource")),
        ("headers", pairs("headers")),
        ("body", Arc::new(bodies)),
        ("endpoint", texts("endpoint")),
        ("fields", pairs("fields")),
    ];
    let columns = columns.into_iter().filter(|(name, _)| !without.contains(name));
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true))).unwrap()
}

/// Writes a file with so many rows a row group.
fn write(path: &Path, table: &RecordBatch, rows: usize, compression: Compression) {
    let properties =
        WriterProperties::builder().set_max_row_group_row_count(Some(rows)).set_compression(compression).build();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), table.schema(), Some(properties)).unwrap();
    writer.write(table).unwrap();
    writer.close().unwrap();
}

/// A verdict as it is in either form, but for the place that the reason of an unreadable record begins with.
fn same(mut verdict: Value) -> Value {
    let reason = verdict["reason"].as_str().unwrap().to_owned();
    if let Some((_, reason)) = reason.split_once(": ").filter(|_| verdict["verdict"] == "unreadable") {
        verdict["reason"] = json!(reason.replace("--at-received needs", "this clock needs"));
    }
    verdict
}

/// The rows of a Parquet file of verdicts.
fn rows(path: &Path) -> Vec<Value> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let text = |name: &str, row: usize| {
            let column = batch.column_by_name(name)?.as_string::<i32>();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        for row in 0..batch.num_rows() {
            let status = batch["http_status"].as_primitive::<Int16Type>();
            let key = batch["key"].as_primitive::<Int32Type>();
            let signature = batch["signature"].as_primitive::<Int64Type>();
            rows.push(json!({
                "id": text("id", row), "verdict": text("verdict", row), "reason": text("reason", row),
                "http_status": status.is_valid(row).then(|| status.value(row)),
                "key": key.is_valid(row).then(|| key.value(row)),
                "signature": signature.is_valid(row).then(|| format!("{:016x}", signature.value(row))),
            }));
        }
    }
    rows
}

#[test]
fn the_verdicts_are_those_of_the_same_records_in_json_lines() {
    let desk = Desk::new("lake-same");
    let records = records();
    desk.write("records.jsonl", lines(&records));
    let expected = desk.run(&["--at-received", "records.jsonl", "--summary", "lines.json"]);
    assert_eq!(expected.code, Some(1), "{}", expected.stderr);
    let wanted: Vec<_> = expected.verdicts.iter().cloned().map(same).collect();
    let table = table(&records, &[]);
    for (rows_a_group, compression, jobs) in [
        (1, Compression::SNAPPY, "4"),
        (3, Compression::ZSTD(ZstdLevel::default()), "3"),
        (99, Compression::UNCOMPRESSED, "1"),
    ] {
        write(&desk.path("records.parquet"), &table, rows_a_group, compression);
        let run = desk.run(&["--at-received", "--jobs", jobs, "records.parquet", "--summary", "rows.json"]);
        assert_eq!(run.code, Some(1), "{}", run.stderr);
        let mut found: Vec<_> = run.verdicts.iter().cloned().map(same).collect();
        for (found, wanted) in found.iter_mut().zip(&wanted).filter(|(found, _)| found["verdict"] == "unreadable") {
            // A line that cannot be read names no id; a row does.
            assert_eq!((&wanted["id"], &found["id"]), (&Value::Null, &json!("no time")));
            found["id"] = Value::Null;
        }
        assert_eq!(found, wanted);
        assert_eq!(run.stderr, expected.stderr);
        let summary = |name: &str| {
            let mut summary: Value = serde_json::from_slice(&fs::read(desk.path(name)).unwrap()).unwrap();
            summary.as_object_mut().unwrap().remove("inputs");
            summary
        };
        assert_eq!(summary("rows.json"), summary("lines.json"));

        let run = desk.run(&["--at-received", "records.parquet", "--out", "verdicts.parquet", "--report", "r.html"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{}", run.stderr);
        assert_eq!(run.stderr, expected.stderr);
        let found = rows(&desk.path("verdicts.parquet"));
        assert_eq!(found.len(), records.len());
        for ((found, wanted), record) in found.into_iter().map(same).zip(&wanted).zip(&records) {
            assert_eq!(found["id"], record["id"]);
            for name in ["verdict", "reason", "http_status", "key", "signature"] {
                assert_eq!(found[name], wanted[name], "{name} of {record}");
            }
        }
        assert!(fs::read_to_string(desk.path("r.html")).unwrap().contains("forged"));
    }
}

#[test]
fn a_tree_of_partitions_is_read_in_the_order_of_its_paths() {
    let desk = Desk::new("lake-tree");
    for (path, id) in [
        ("lake/day=2/part-0.parquet", "third"),
        ("lake/day=1/part-1.parquet", "second"),
        ("lake/day=1/part-0.parquet", "first"),
        ("lake/_temporary/0/part-9.parquet", "unfinished"),
        ("lake/day=1/.part-0.parquet", "hidden"),
    ] {
        write(
            &desk.path(path),
            &table(&[dlga_record_of(id, id, MADE)], &["endpoint", "fields"]),
            9,
            Compression::SNAPPY,
        );
    }
    fs::write(desk.path("lake/_SUCCESS"), "").unwrap();
    fs::write(desk.path("lake/day=1/part-0.parquet.crc"), "crc").unwrap();
    let run = desk.run(&["--at-received", "lake"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.all("id"), ["first", "second", "third"]);
    assert_eq!(desk.run(&["--at-received", "lake", "--out", "verdicts.parquet"]).code, Some(0));
    let ids: Vec<_> = rows(&desk.path("verdicts.parquet")).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["first", "second", "third"]);
    let over = desk.run(&["--at-received", "lake", "--out", "lake/day=2/part-0.parquet"]);
    assert!(over.failure().contains("would overwrite the input lake/day=2/part-0.parquet"));
}

#[test]
fn one_column_of_json_is_judged_as_its_lines_are() {
    let desk = Desk::new("lake-json");
    let records = records();
    let mut texts: Vec<_> = records.iter().map(|record| Some(record.to_string())).collect();
    texts.push(Some("{".to_owned()));
    texts.push(None);
    let numbers: ArrayRef = Arc::new((0_i64..12).map(Some).collect::<Int64Array>());
    let records: ArrayRef = Arc::new(StringArray::from(texts.clone()));
    let table = RecordBatch::try_from_iter_with_nullable([("raw", records, true), ("n", numbers, true)]).unwrap();
    write(&desk.path("records.parquet"), &table, 5, Compression::SNAPPY);
    desk.write("records.jsonl", texts.iter().flatten().flat_map(|text| [text.as_str(), "\n"]).collect::<String>());
    let expected = desk.run(&["--at-received", "records.jsonl"]);
    let run = desk.run(&["--at-received", "records.parquet", "--json-column", "raw"]);
    assert_eq!(run.verdicts[..11], expected.verdicts[..]);
    assert_eq!(run.verdicts[11]["reason"], "row 12: the record is null");
    let failure = |name| desk.run(&["--at-received", "records.parquet", "--json-column", name]).failure().to_owned();
    assert!(failure("none").ends_with("records.parquet: there is no column `none`"), "{}", failure("none"));
    assert!(failure("n").contains("the column of records must be text or binary, not Int64"), "{}", failure("n"));
}

#[test]
fn many_rows_in_many_groups_stay_in_order_on_any_number_of_threads() {
    let desk = Desk::new("lake-many");
    let some: Vec<_> = (0..7).map(|n| dlga_record_of(&n.to_string(), &n.to_string(), MADE)).collect();
    let many: Vec<_> = some.iter().cycle().take(20_000).cloned().collect();
    write(&desk.path("records.parquet"), &table(&many, &["endpoint", "fields"]), 3_000, Compression::SNAPPY);
    let one = desk.run(&["--at-received", "records.parquet", "--jobs", "1"]);
    assert_eq!(one.verdicts.len(), 20_000);
    for (verdict, line) in one.verdicts.iter().zip(1_u64..) {
        assert_eq!((verdict["line"].as_u64(), verdict["verdict"].as_str()), (Some(line), Some("valid")));
        assert_eq!(verdict["replay_of"].as_u64(), (line > 7).then_some((line - 1) % 7 + 1), "{verdict}");
    }
    assert_eq!(desk.run(&["--at-received", "records.parquet", "--jobs", "7"]).stdout, one.stdout);
    assert_eq!(desk.run(&["--at-received", "records.parquet", "--out", "v.parquet"]).code, Some(0));
    let ids: Vec<_> = rows(&desk.path("v.parquet")).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, one.all("id"));
}

#[test]
fn what_is_wrong_with_a_file_is_one_sentence_and_leaves_no_half_of_a_table() {
    let desk = Desk::new("lake-faults");
    let records = records();
    write(&desk.path("good.parquet"), &table(&records, &[]), 4, Compression::SNAPPY);
    write(
        &desk.path("bodiless.parquet"),
        &table(&records[..1], &["body", "endpoint", "fields"]),
        4,
        Compression::SNAPPY,
    );
    let number: ArrayRef = Arc::new(Int64Array::from(vec![7]));
    let good = table(&records[..1], &["method"]);
    let columns = good.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let typed =
        columns.iter().map(String::as_str).zip(good.columns().iter().cloned()).chain([("method", number.clone())]);
    write(&desk.path("typed.parquet"), &RecordBatch::try_from_iter(typed).unwrap(), 4, Compression::SNAPPY);
    let ids = table(&records[..1], &["id"]);
    let columns = ids.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let typed = columns.iter().map(String::as_str).zip(ids.columns().iter().cloned()).chain([("id", number)]);
    let typed = RecordBatch::try_from_iter(typed).unwrap();
    write(&desk.path("numbered.parquet"), &typed, 4, Compression::SNAPPY);
    desk.write("empty.parquet", "");
    desk.write("text.parquet", lines(&records));
    desk.write("records.jsonl", lines(&records));
    let whole = fs::read(desk.path("good.parquet")).unwrap();
    desk.write("cut.parquet", &whole[..whole.len() / 2]);
    fs::create_dir(desk.path("bare")).unwrap();
    for (file, said) in [
        ("bodiless.parquet", "bodiless.parquet: there is no column `body`"),
        ("typed.parquet", "typed.parquet: the column `method` must be text, not Int64"),
        ("empty.parquet", "empty.parquet: it is no Parquet file, or a damaged one"),
        ("text.parquet", "text.parquet: it is no Parquet file, or a damaged one"),
        ("cut.parquet", "cut.parquet: it is no Parquet file, or a damaged one"),
        ("records.jsonl", "records.jsonl: only the verdicts of Parquet files can be written as a Parquet file"),
        ("numbered.parquet", "the column `id` is not of the same type in all inputs"),
    ] {
        let run = desk.run(&["--at-received", "good.parquet", file, "--out", "verdicts.parquet"]);
        assert!(run.failure().contains(said), "{}", run.stderr);
        assert_eq!(fs::metadata(desk.path("verdicts.parquet")).unwrap().len(), 0);
    }
    let run = desk.run(&["--at-received", "--json-column", "record", "records.jsonl"]);
    assert!(
        run.failure().contains("records.jsonl: it is no Parquet file, so it has no column `record`"),
        "{}",
        run.stderr
    );
    let run = desk.run(&["--at-received", "bare"]);
    assert!(run.failure().ends_with("bare: there is no Parquet file below this directory"), "{}", run.stderr);
    let run = desk.pipe(&["--at-received", "-"], &whole);
    assert!(run.failure().contains("it is a Parquet file, which is read by its name"), "{}", run.stderr);
}

#[test]
fn a_damaged_byte_is_one_sentence_and_never_a_panic() {
    let desk = Desk::new("lake-damage");
    write(&desk.path("good.parquet"), &table(&records(), &[]), 4, Compression::SNAPPY);
    let whole = fs::read(desk.path("good.parquet")).unwrap();
    let mut faults = 0;
    for place in (0..whole.len()).step_by(whole.len() / 60) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0xff;
        desk.write("damaged.parquet", damaged);
        let run = desk.run(&["--at-received", "damaged.parquet"]);
        if !matches!(run.code, Some(0 | 1)) {
            assert!(run.failure().contains("damaged.parquet: "), "byte {place}: {}", run.stderr);
            faults += 1;
        }
    }
    assert!(faults > 0);
}

/// What a file asks for is read from its headers: it is refused before it is unpacked, so that the limit on memory holds.
#[test]
fn a_file_that_asks_for_much_memory_is_refused_in_a_sentence() {
    let desk = Desk::new("lake-bounds");
    let body = " ".repeat(70 << 20);
    let large = table(&[dlga_record_of("large", &body, MADE)], &[]);
    for (file, compression) in
        [("zstd.parquet", Compression::ZSTD(ZstdLevel::default())), ("snappy.parquet", Compression::SNAPPY)]
    {
        write(&desk.path(file), &large, 4, compression);
        assert!(fs::metadata(desk.path(file)).unwrap().len() < 5 << 20);
        let run = desk.run_within("ulimit -v 1000000", &["--at-received", file]);
        assert!(
            run.failure().contains(&format!("{file}: row group 0, up to column body its pages have 73")),
            "{}",
            run.stderr
        );
    }
    // The largest that is read, unpacked in as few rows at a time as fit.
    let body = " ".repeat(3 << 20);
    let many = (0..40).map(|number| dlga_record_of(&number.to_string(), &body, MADE)).collect::<Vec<_>>();
    write(&desk.path("many.parquet"), &table(&many, &[]), 40, Compression::ZSTD(ZstdLevel::default()));
    let run = desk.run_within("ulimit -v 1000000", &["--at-received", "many.parquet"]);
    assert_eq!((run.code, run.verdicts.len()), (Some(0), 40), "{}", run.stderr);
    // A footer of a gigabyte, of which the file has nothing.
    let mut footer = b"PAR1".to_vec();
    footer.extend((1_u32 << 30).to_le_bytes());
    footer.extend(b"PAR1");
    desk.write("footer.parquet", footer);
    let run = desk.run(&["--at-received", "footer.parquet"]);
    assert!(
        run.failure().contains("footer.parquet: its footer has 1073741824 bytes; at most 16777216 are read"),
        "{}",
        run.stderr
    );
}

/// Takes one run of bytes for another of the same length, where it is the only one.
fn patched(whole: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places = whole.windows(from.len()).enumerate().filter(|(_, bytes)| *bytes == from);
    let places = places.map(|(place, _)| place).collect::<Vec<_>>();
    let [place] = places[..] else { panic!("{from:02x?} is at {places:?}") };
    let mut patched = whole.to_vec();
    patched.splice(place..place + from.len(), to.iter().copied());
    assert_eq!(patched.len(), whole.len());
    patched
}

/// A length as Thrift's compact form has it.
fn varint(mut left: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while left > 0x7f {
        bytes.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
        left >>= 7;
    }
    bytes.push(u8::try_from(left).unwrap());
    bytes
}

/// A number that has a sign.
fn signed(number: u32) -> Vec<u8> {
    varint(u64::from(number) << 1)
}

/// A decoder that unpacks to the end of a page, whatever its header says, would have no limit.
#[test]
fn a_page_that_is_longer_than_its_header_says_is_refused() {
    let desk = Desk::new("lake-longer");
    let body = " ".repeat(3 << 20);
    let large = table(&[dlga_record_of("large", &body, MADE)], &[]);
    write(&desk.path("good.parquet"), &large, 4, Compression::GZIP(GzipLevel::default()));
    assert_eq!(desk.run(&["--at-received", "good.parquet"]).code, Some(0));
    let whole = fs::read(desk.path("good.parquet")).unwrap();
    // The body is the one value of a dictionary; its length is before it.
    let size = (3 << 20) + 4;
    let from = [&[0x15, 0x04, 0x15][..], &signed(size)].concat();
    let to = [&[0x15, 0x04, 0x15][..], &signed(size - (1 << 20))].concat();
    desk.write("longer.parquet", patched(&whole, &from, &to));
    let run = desk.run(&["--at-received", "longer.parquet"]);
    let fault = "longer.parquet: row group 0, column body: its pages: one is longer when unpacked than its header says";
    assert!(run.failure().contains(fault), "{}", run.stderr);
}

/// The decoder takes memory for as many values as a dictionary's header says.
#[test]
fn a_dictionary_of_more_values_than_its_page_can_have_is_refused() {
    let desk = Desk::new("lake-dictionary");
    write(&desk.path("good.parquet"), &table(&[dlga_record("a")], &[]), 4, Compression::UNCOMPRESSED);
    let whole = fs::read(desk.path("good.parquet")).unwrap();
    // The dictionary of `method`: its header, and POST. The new header takes four bytes of the page.
    let page = |size: u32, values: u32| {
        let sizes = [&[0x15, 0x04, 0x15][..], &signed(size), &[0x15], &signed(size), &[0x4c, 0x15]].concat();
        [&sizes[..], &signed(values), &[0x15, 0x00, 0x12, 0x00, 0x00]].concat()
    };
    let from = [&page(8, 1)[..], &[4, 0, 0, 0], b"POST"].concat();
    let to = [&page(4, 1 << 30)[..], b"POST"].concat();
    desk.write("many.parquet", patched(&whole, &from, &to));
    let run = desk.run_within("ulimit -v 1000000", &["--at-received", "many.parquet"]);
    assert!(
        run.failure().contains("many.parquet: row group 0, up to column method its pages have 171798"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_encoding_whose_data_say_how_much_they_are_is_refused_in_words() {
    let desk = Desk::new("lake-encoding");
    for encoding in [Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = WriterProperties::builder().set_writer_version(version).set_dictionary_enabled(false);
            let properties = properties.set_column_encoding("method".into(), encoding).build();
            let table = table(&records(), &[]);
            let file = File::create(desk.path("delta.parquet")).unwrap();
            let mut writer = ArrowWriter::try_new(file, table.schema(), Some(properties)).unwrap();
            writer.write(&table).unwrap();
            writer.close().unwrap();
            let run = desk.run(&["--at-received", "delta.parquet"]);
            assert!(run.failure().contains("has pages in the encoding DELTA_BYTE_ARRAY or"), "{}", run.stderr);
        }
    }
}

/// The decoder takes memory for as many entries as a list says it has, and calls itself for each level of the schema.
#[test]
fn a_footer_that_asks_for_much_memory_or_stack_is_refused_in_a_sentence() {
    let desk = Desk::new("lake-footer");
    let most = varint((1 << 31) - 1);
    // Of an element of the schema: it is optional, its name is c, and so many lie in it.
    let element = |children: u32| [&[0x35, 0x02, 0x18, 0x01, b'c', 0x15][..], &signed(children), &[0x00]].concat();
    let schema = |elements: &[Vec<u8>]| {
        let count = varint(u64::try_from(elements.len()).unwrap());
        [&[0x15, 0x02, 0x19, 0xfc][..], &count, &elements.concat(), &[0x16, 0x00]].concat()
    };
    // The number of rows is a text: a decoder that takes its length for the number finds row groups in it.
    let (whole, text_of_groups) = (schema(&[element(0)]), [&[0x19, 0xfc], &most[..]].concat());
    let before_rows = &whole[..whole.len() - 2];
    let disguised =
        [before_rows, &[0x18, u8::try_from(text_of_groups.len()).unwrap()], &text_of_groups, &[0x00]].concat();
    let wide = [&whole[..], &[0x05], &signed((1 << 16) + 4), &[0x00, 0x00]].concat();
    let groups = [&schema(&[element(0)])[..], &[0x19, 0xfc], &most].concat();
    let text = [&schema(&[element(0)])[..], &[0x18, 0xfc], &most].concat();
    let children = [&schema(&[element(1 << 30)])[..], &[0x19, 0x0c, 0x00]].concat();
    let deep = [&schema(&vec![element(1); 200_000])[..], &[0x19, 0x0c, 0x00]].concat();
    let entries = [&schema(&[element(0)])[..], &[0x19, 0xfc], &varint(4 << 20), &vec![0; 4 << 20], &[0x00]].concat();
    for (file, footer, fault) in [
        ("groups", groups, "a damaged one: its footer: a header is damaged"),
        ("text", text, "a damaged one: its footer: a header is damaged"),
        ("disguised", disguised, "a damaged one: its footer: a header is damaged"),
        ("wide", wide, "a damaged one: its footer: a header is damaged"),
        ("children", children, "its schema says that it has more columns than there are"),
        ("deep", deep, "its columns lie in each other 33 deep; at most 32 are read"),
        ("entries", entries, "its footer has lists of 4194305 entries; at most 2097152 are read"),
    ] {
        let file = format!("{file}.parquet");
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        desk.write(&file, [b"PAR1", &footer[..], &length, b"PAR1"].concat());
        let run = desk.run_within("ulimit -v 1000000", &["--at-received", &file]);
        assert!(run.failure().contains(fault), "{file}: {}", run.stderr);
    }
}

/// Whatever the bytes are, the end is a verdict or a sentence, and never a signal. `IMZA_DAMAGED` is for more files.
#[test]
fn random_damage_ends_no_audit_by_a_signal() {
    let desk = Desk::new("lake-random");
    let count = std::env::var("IMZA_DAMAGED").map_or(150, |count| count.parse().unwrap());
    let kinds = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
    ];
    let whole = kinds.map(|compression| {
        write(&desk.path("good.parquet"), &table(&records(), &[]), 4, compression);
        fs::read(desk.path("good.parquet")).unwrap()
    });
    // Numbers as good as random, and the same each time (xorshift).
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(most).unwrap()).unwrap()
    };
    let mut faults = 0;
    for number in 0..count {
        let mut damaged = whole[below(whole.len())].clone();
        for _ in 0..=below(4) {
            let place = below(damaged.len());
            damaged[place] = u8::try_from(below(256)).unwrap();
        }
        desk.write("damaged.parquet", damaged);
        let run = desk.run_within("ulimit -v 1000000", &["--at-received", "damaged.parquet"]);
        assert!(matches!(run.code, Some(0..=2)), "file {number}: {:?}, {}", run.code, run.stderr);
        assert!(!run.stderr.contains("panicked"), "file {number}: {}", run.stderr);
        faults += usize::from(run.code == Some(2));
    }
    assert!(faults > 0);
}
