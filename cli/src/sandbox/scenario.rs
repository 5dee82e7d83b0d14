//! Faults that the sandbox plays on request, so that a program's error paths can be tried.

use std::time::Duration;

use crate::server::Received;

/// The longest time that a scenario waits.
const SLOWEST: u64 = 3600;
/// The most that a scenario's clock is off: a century.
const MOST_SKEW: i64 = 100 * 366 * 86_400;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// What would be accepted is answered with 500 and a plain text.
    Error,
    /// Every answer waits.
    Slow(Duration),
    /// The vendor's clock is wrong by so many seconds.
    Clock(i64),
    /// Something on the way takes a header off; its name is in lower case.
    Strip(String),
    /// Something on the way adds a header, beside one of this name that is there.
    Add(String, String),
}

impl Scenario {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let header = |name: &str| {
            let name: Result<hyper::header::HeaderName, _> = name.trim().parse();
            name.map(|name| name.as_str().to_owned()).map_err(|_| "this is not the name of a header".to_owned())
        };
        match (name, value) {
            ("error", None) => Ok(Self::Error),
            ("slow", Some(seconds)) => match seconds.parse() {
                Ok(seconds) if seconds <= SLOWEST => Ok(Self::Slow(Duration::from_secs(seconds))),
                _ => Err(format!("slow=SECONDS takes a whole number up to {SLOWEST}")),
            },
            ("clock", Some(seconds)) => match seconds.parse() {
                Ok(seconds) if (-MOST_SKEW..=MOST_SKEW).contains(&seconds) => Ok(Self::Clock(seconds)),
                _ => Err(format!("clock=SECONDS takes a whole number, such as +1200 or -1200, up to {MOST_SKEW}")),
            },
            ("strip", Some(name)) => Ok(Self::Strip(header(name)?)),
            ("add", Some(line)) => {
                let (name, value) = line.split_once(':').ok_or("add=HEADER:VALUE takes a name, a colon and a value")?;
                Ok(Self::Add(header(name)?, value.trim().to_owned()))
            }
            _ => Err("the faults are error, slow=SECONDS, clock=SECONDS, strip=HEADER and add=HEADER:VALUE".to_owned()),
        }
    }

    /// What becomes of a request on its way.
    pub(crate) fn change(&self, received: &mut Received) {
        match self {
            Self::Strip(name) => received.headers.retain(|(known, _)| known != name),
            Self::Add(name, value) => received.headers.push((name.clone(), value.clone())),
            Self::Error | Self::Slow(_) | Self::Clock(_) => {}
        }
    }

    /// How far the vendor's clock is off, in seconds.
    pub(crate) fn skew(&self) -> i64 {
        if let Self::Clock(seconds) = self { *seconds } else { 0 }
    }

    /// How long every answer waits.
    pub(crate) fn delay(&self) -> Duration {
        if let Self::Slow(delay) = self { *delay } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_read_or_its_fault_is_named() {
        assert_eq!(Scenario::parse("error"), Ok(Scenario::Error));
        assert_eq!(Scenario::parse("slow=3"), Ok(Scenario::Slow(Duration::from_secs(3))));
        assert_eq!(Scenario::parse("clock=+1200"), Ok(Scenario::Clock(1200)));
        assert_eq!(Scenario::parse("clock=-1200"), Ok(Scenario::Clock(-1200)));
        assert_eq!(Scenario::parse("strip=X-Dlg-Date"), Ok(Scenario::Strip("x-dlg-date".to_owned())));
        assert_eq!(Scenario::parse("add=Via: a proxy"), Ok(Scenario::Add("via".to_owned(), "a proxy".to_owned())));
        for wrong in ["", "error=1", "slow", "slow=-1", "slow=9999999", "clock=noon", "strip=", "add=via", "add=a b:c"]
        {
            assert!(Scenario::parse(wrong).is_err(), "{wrong}");
        }
    }
}
