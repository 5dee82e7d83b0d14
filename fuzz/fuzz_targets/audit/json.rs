//! An object of JSON with every member, in order, one that occurs twice kept twice.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Names, and values as they are written.
pub struct Object<'de>(pub Vec<(String, &'de RawValue)>);

impl Object<'_> {
    /// Whether a name occurs twice, here or in an object within.
    #[allow(dead_code, reason = "not every target asks")]
    pub fn repeats_a_name(&self) -> bool {
        let mut names = HashSet::new();
        self.0.iter().any(|(name, value)| {
            !names.insert(name)
                || serde_json::from_str::<Object>(value.get()).is_ok_and(|within| within.repeats_a_name())
        })
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
