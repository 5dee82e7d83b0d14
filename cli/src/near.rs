//! Names that a misspelt one may have meant.

/// Those of `names` that differ from `name` by a few letters, or of which one holds the other; case
/// does not count.
pub(crate) fn near<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let name = name.to_lowercase();
    let is_near = |other: &&str| {
        let other = other.to_lowercase();
        let allowed = other.chars().count() / 4;
        let one_holds_the_other = name.len() > 3 && (other.contains(&name) || name.contains(&other));
        one_holds_the_other || edits(&name, &other) <= allowed
    };
    names.filter(is_near).collect()
}

/// The Levenshtein distance: how many letters have to be put in, taken out or exchanged.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    // The row of the table for the letters of `from` so far; one entry for each beginning of `to`.
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        for (entry, other) in row.iter_mut().zip([None].into_iter().chain(to.iter().map(Some))) {
            let above = *entry;
            *entry = match other {
                None => left,
                Some(&other) => {
                    let exchanged = diagonal.saturating_add(usize::from(letter != other));
                    exchanged.min(above.saturating_add(1)).min(left.saturating_add(1))
                }
            };
            (diagonal, left) = (above, *entry);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_as_in_the_textbooks() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", ""), 3);
        assert_eq!(edits("flaw", "lawn"), 2);
        assert_eq!(edits("same", "same"), 0);
    }

    #[test]
    fn a_slip_and_a_part_are_near_and_another_word_is_not() {
        let names = ["SetPreDefinedLimit", "SetPaidPayment", "SetBulkPaidPayment"];
        assert_eq!(near("setpredefinedlimt", names.into_iter()), ["SetPreDefinedLimit"]);
        assert_eq!(near("PaidPayment", names.into_iter()), ["SetPaidPayment", "SetBulkPaidPayment"]);
        assert_eq!(near("nonsense", names.into_iter()), [""; 0]);
    }
}
