//! What teaches: help whose examples run, completions, manual pages.

use crate::desk::{Desk, words};

const COMMANDS: [&str; 10] = [
    "dlga sign",
    "dlga verify",
    "dlga string-to-sign",
    "dlga explain",
    "haso token",
    "haso verify",
    "haso message",
    "haso recipes",
    "haso explain",
    "haso discover",
];

#[test]
fn every_commands_help_ends_with_examples_that_run() {
    for command in COMMANDS.into_iter().chain(["completions"]) {
        let desk = Desk::new();
        let help = desk.imza(words(command).into_iter().chain(["--help".to_owned()])).done_text();
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{command} has no examples"));
        assert!(examples.contains(&format!("imza {command} ")), "{examples}");
        // A longer line is wrapped on a terminal of 80 columns, and then cannot be pasted.
        assert!(examples.lines().all(|line| line.len() <= 80), "{examples}");
        let ended = desk.sh(examples);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{examples}");
    }
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(Desk::new().imza(["--version"]).done_text(), concat!("imza ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn what_is_no_command_could_not_run() {
    let desk = Desk::new();
    for line in ["", "dlga", "haso", "nonsense", "dlga sing", "haso token --nonsense", "completions tcsh"] {
        let ended = desk.imza(words(line));
        assert_eq!((ended.code, ended.text().as_str()), (Some(2), ""), "{line}");
        assert!(!ended.stderr.is_empty(), "{line}");
    }
}

#[test]
fn the_completions_are_sound_scripts_that_know_the_options() {
    let desk = Desk::new();
    let script = |shell: &str| desk.imza(["completions", shell]).done_text();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = script(shell);
        for word in ["string-to-sign", "body-line", "merchant-salt"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
    }
    desk.file("imza.bash", script("bash"));
    desk.sh("bash -n imza.bash").done();
    // The positive control: a script that is cut off is none.
    desk.file("imza.bash", &script("bash").as_bytes()[..2000]);
    assert_ne!(desk.sh("bash -n imza.bash").code, Some(0));
    // The other shells are seldom installed.
    desk.file("_imza", script("zsh"));
    desk.file("imza.fish", script("fish"));
    desk.sh("if command -v zsh >/dev/null; then zsh -n _imza; fi").done();
    desk.sh("if command -v fish >/dev/null; then fish --no-execute imza.fish; fi").done();
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let desk = Desk::new();
    desk.imza(["man", "."]).done();
    for command in COMMANDS {
        let name = format!("imza-{}.1", command.replace(' ', "-"));
        let page = std::fs::read_to_string(desk.path().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (_, examples) = page.split_once(".SH EXAMPLES\n.nf\n").unwrap_or_else(|| panic!("{page}"));
        let (examples, rest) = examples.split_once("\n.fi\n").unwrap_or_else(|| panic!("{page}"));
        assert!(examples.contains(&format!("imza {}", command.replace('-', "\\-"))), "{examples}");
        // A dot in front would be a request to the formatter.
        assert!(examples.lines().all(|line| line.starts_with("\\&")), "{examples}");
        assert!(rest.starts_with(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\ndone and accepted\n"), "{rest}");
        assert!(rest.contains("\\fB2\\fR\ncould not run\n.SH \"SEE ALSO\"\n.BR imza (1)"), "{rest}");
    }
    let page = std::fs::read_to_string(desk.path().join("imza.1")).unwrap();
    let (_, also) = page.split_once(".SH \"SEE ALSO\"\n").unwrap_or_else(|| panic!("{page}"));
    assert!(also.contains(".BR imza\\-audit (1) ,\n"), "{also}");
    assert!(page.contains(".SH NOTES\n") && !page.contains("Exit codes:"), "{page}");
    assert!(desk.imza(["man", "gone"]).failed().contains("cannot write the manual pages into gone: "));
}
