//! The rows of the summary: one for each key of the keys file, and for each scheme what no key matched.

use std::collections::HashMap;

use super::keys::Keys;
use super::verdict::Scheme;

/// What a row of the summary counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The scheme; none for lines that are not records.
    pub scheme: Option<Scheme>,
    /// The key's place among the keys file's entries of the scheme; none where no single key is meant.
    pub key: Option<usize>,
    /// The access key id or merchant id that the records of this row claim; none for all the others.
    pub id: Option<String>,
}

/// All rows, and which row a record belongs to. A refused record belongs to the id that it claims: to
/// that id's key, or to a row of the id's own where it has several keys and none of them matched.
#[derive(Debug)]
pub(super) struct Rows {
    rows: Vec<Row>,
    dlga: Section,
    haso: Section,
}

/// The rows of one scheme.
#[derive(Debug)]
struct Section {
    /// The row of the scheme's key 0.
    first: usize,
    claimed: HashMap<String, usize>,
    /// The row of what claims no id of the keys file.
    others: usize,
}

impl Rows {
    pub(super) fn new(keys: &Keys) -> Self {
        let mut rows = Vec::new();
        let dlga = Section::add(&mut rows, Scheme::Dlga, keys.access_key_ids());
        let haso = Section::add(&mut rows, Scheme::Haso, keys.merchant_ids());
        rows.push(Row { scheme: None, key: None, id: None });
        Self { rows, dlga, haso }
    }

    pub(super) fn all(&self) -> &[Row] {
        &self.rows
    }

    pub(super) fn of_key(&self, scheme: Scheme, key: usize) -> usize {
        self.section(scheme).first.saturating_add(key)
    }

    pub(super) fn of_others(&self, scheme: Option<Scheme>) -> usize {
        scheme.map_or(self.rows.len().saturating_sub(1), |scheme| self.section(scheme).others)
    }

    pub(super) fn of_access_key(&self, id: Option<&str>) -> Option<usize> {
        self.dlga.claimed.get(id?).copied()
    }

    pub(super) fn of_merchant(&self, id: &str) -> Option<usize> {
        self.haso.claimed.get(id).copied()
    }

    fn section(&self, scheme: Scheme) -> &Section {
        match scheme {
            Scheme::Dlga => &self.dlga,
            Scheme::Haso => &self.haso,
        }
    }
}

impl Section {
    fn add(rows: &mut Vec<Row>, scheme: Scheme, ids: &[String]) -> Self {
        let row = |key, id| Row { scheme: Some(scheme), key, id };
        let first = rows.len();
        rows.extend(ids.iter().enumerate().map(|(key, id)| row(Some(key), Some(id.clone()))));
        let mut keys_of = HashMap::<&str, usize>::with_capacity(ids.len());
        for id in ids {
            let keys = keys_of.entry(id).or_default();
            *keys = keys.saturating_add(1);
        }
        let mut claimed = HashMap::with_capacity(ids.len());
        for (key, id) in ids.iter().enumerate() {
            if claimed.contains_key(id) {
                continue;
            }
            if keys_of.get(id.as_str()) == Some(&1) {
                claimed.insert(id.clone(), first.saturating_add(key));
            } else {
                claimed.insert(id.clone(), rows.len());
                rows.push(row(None, Some(id.clone())));
            }
        }
        let others = rows.len();
        rows.push(row(None, None));
        Self { first, claimed, others }
    }
}
