//! What the fields of Parquet's structs are, as parquet.thrift has them.
//!
//! The decoder takes a field for what its number says, whatever kind is written beside the number. So a field of another
//! kind is refused before the decoder sees it: it would take what comes next for something else, such as a list's length.

/// What a field or an entry of a list is.
pub(super) enum Is {
    Truth,
    Byte,
    /// A whole number, of 16 to 64 bits.
    Number,
    Double,
    Text,
    Struct(Fields),
    List(&'static Is),
}

/// The fields of a struct by their numbers. Those that are not listed may be anything: they are passed over by their kind.
pub(super) type Fields = &'static [(i64, Is)];

use Is::{Byte, Double, List, Number, Struct, Text, Truth};

/// `FileMetaData`.
pub(super) const FILE: Fields = &[
    (1, Number),
    (2, List(&Struct(ELEMENT))),
    (3, Number),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Text),
    (7, List(&Struct(&[(1, EMPTY), (2, EMPTY)]))),
    (8, EMPTY),
    (9, Text),
];

/// `SchemaElement`.
pub(super) const ELEMENT: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Text),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, Number),
    (9, Number),
    (10, Struct(LOGICAL_TYPE)),
];

const EMPTY: Is = Struct(&[]);
const KEY_VALUE: Fields = &[(1, Text), (2, Text)];

/// Of the kinds of a `LogicalType` those that have fields; the others are empty structs.
const LOGICAL_TYPE: Fields = &[
    (1, EMPTY),
    (2, EMPTY),
    (3, EMPTY),
    (4, EMPTY),
    (5, Struct(&[(1, Number), (2, Number)])),
    (6, EMPTY),
    (7, TIME),
    (8, TIME),
    (10, Struct(&[(1, Byte), (2, Truth)])),
    (11, EMPTY),
    (12, EMPTY),
    (13, EMPTY),
    (14, EMPTY),
    (15, EMPTY),
    (16, Struct(&[(1, Byte)])),
    (17, Struct(&[(1, Text)])),
    (18, Struct(&[(1, Text), (2, Number)])),
];
const TIME: Is = Struct(&[(1, Truth), (2, Struct(&[(1, EMPTY), (2, EMPTY), (3, EMPTY)]))]);

const ROW_GROUP: Fields = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Number),
    (3, Number),
    (4, List(&Struct(&[(1, Number), (2, Truth), (3, Truth)]))),
    (5, Number),
    (6, Number),
    (7, Number),
];

const COLUMN_CHUNK: Fields = &[
    (1, Text),
    (2, Number),
    (3, Struct(COLUMN)),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, EMPTY),
    (9, Text),
];

/// `ColumnMetaData`.
const COLUMN: Fields = &[
    (1, Number),
    (2, List(&Number)),
    (3, List(&Text)),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, List(&Struct(KEY_VALUE))),
    (9, Number),
    (10, Number),
    (11, Number),
    (12, Struct(STATISTICS)),
    (13, List(&Struct(&[(1, Number), (2, Number), (3, Number)]))),
    (14, Number),
    (15, Number),
    (16, Struct(&[(1, Number), (2, List(&Number)), (3, List(&Number))])),
    (17, Struct(&[(1, Struct(BOX)), (2, List(&Number))])),
];

const STATISTICS: Fields =
    &[(1, Text), (2, Text), (3, Number), (4, Number), (5, Text), (6, Text), (7, Truth), (8, Truth)];

/// `BoundingBox`.
const BOX: Fields =
    &[(1, Double), (2, Double), (3, Double), (4, Double), (5, Double), (6, Double), (7, Double), (8, Double)];

/// `PageHeader`.
pub(super) const PAGE: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Number),
    (5, Struct(DATA_PAGE)),
    (6, EMPTY),
    (7, Struct(DICTIONARY_PAGE)),
    (8, Struct(DATA_PAGE_V2)),
];

/// `DataPageHeader`.
pub(super) const DATA_PAGE: Fields = &[(1, Number), (2, Number), (3, Number), (4, Number), (5, Struct(STATISTICS))];

/// `DictionaryPageHeader`.
pub(super) const DICTIONARY_PAGE: Fields = &[(1, Number), (2, Number), (3, Truth)];

/// `DataPageHeaderV2`.
pub(super) const DATA_PAGE_V2: Fields = &[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Truth),
    (8, Struct(STATISTICS)),
];
