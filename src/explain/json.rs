//! JSON written another way, with every string and number left as it stands.

/// The deepest nesting that is re-formed.
const DEEPEST: usize = 32;

/// The longest result, in bytes.
const LONGEST: usize = 4 * super::budget::MOST_BODY;

/// How a program writes JSON.
#[derive(Clone, Copy, Debug)]
struct Style {
    /// What each level is indented by, each member on its line; `None` for all on one line.
    indent: Option<&'static str>,
    line_end: &'static str,
    colon: &'static str,
    comma: &'static str,
}

const fn on_one_line(colon: &'static str, comma: &'static str) -> Style {
    Style { indent: None, line_end: "", colon, comma }
}

const fn indented(indent: &'static str, line_end: &'static str, colon: &'static str) -> Style {
    Style { indent: Some(indent), line_end, colon, comma: "," }
}

/// The known ways, each as it follows *the body is*.
const STYLES: [(&str, Style); 15] = [
    ("compact JSON", on_one_line(":", ",")),
    ("JSON on one line, with a blank after `:` and `,`", on_one_line(": ", ", ")),
    ("JSON on one line, with blanks around `:` and after `,`", on_one_line(" : ", ", ")),
    ("JSON indented by 2 blanks", indented("  ", "\n", ": ")),
    ("JSON indented by 4 blanks", indented("    ", "\n", ": ")),
    ("JSON indented by tabs", indented("\t", "\n", ": ")),
    ("JSON indented by 2 blanks, with blanks around `:`", indented("  ", "\n", " : ")),
    ("JSON indented by 4 blanks, with blanks around `:`", indented("    ", "\n", " : ")),
    ("JSON indented by tabs, with blanks around `:`", indented("\t", "\n", " : ")),
    ("JSON indented by 2 blanks, with CR LF", indented("  ", "\r\n", ": ")),
    ("JSON indented by 4 blanks, with CR LF", indented("    ", "\r\n", ": ")),
    ("JSON indented by tabs, with CR LF", indented("\t", "\r\n", ": ")),
    ("JSON indented by 2 blanks, with CR LF and blanks around `:`", indented("  ", "\r\n", " : ")),
    ("JSON indented by 4 blanks, with CR LF and blanks around `:`", indented("    ", "\r\n", " : ")),
    ("JSON indented by tabs, with CR LF and blanks around `:`", indented("\t", "\r\n", " : ")),
];

/// The ways to write a JSON object or array; none for anything else, or where it is nested too deeply.
pub(crate) fn reform(body: &[u8]) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let tokens = tokens(body).unwrap_or_default();
    STYLES.into_iter().filter_map(move |(name, style)| Some((name, style.write(&tokens)?)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Open(u8),
    Close(u8),
    Colon,
    Comma,
    /// A string with its quotes, a number or a word, to the letter.
    Scalar(&'a [u8]),
}

/// Cuts JSON into its tokens. Checks no more than writing it again needs: strings end, brackets match.
fn tokens(text: &[u8]) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut closing = Vec::new();
    let mut rest = text.trim_ascii();
    while let Some((&first, behind)) = rest.split_first() {
        let token_len = match first {
            b'{' | b'[' => {
                closing.push(if first == b'{' { b'}' } else { b']' });
                tokens.push(Token::Open(first));
                1
            }
            b'}' | b']' => {
                if closing.pop() != Some(first) {
                    return None;
                }
                tokens.push(Token::Close(first));
                1
            }
            b':' | b',' => {
                tokens.push(if first == b':' { Token::Colon } else { Token::Comma });
                1
            }
            b' ' | b'\t' | b'\r' | b'\n' => 1,
            _ => {
                let len = if first == b'"' { string_len(behind)?.saturating_add(1) } else { word_len(rest) };
                tokens.push(Token::Scalar(rest.get(..len)?));
                len
            }
        };
        // Brackets around everything: a lone scalar has but one way to be written.
        if closing.len() > DEEPEST || !matches!(tokens.first(), Some(Token::Open(_))) {
            return None;
        }
        rest = rest.get(token_len..)?;
    }
    closing.is_empty().then_some(tokens)
}

/// The length of a string's rest behind its opening quote, the closing one included.
fn string_len(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    let end = text.iter().position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some(end.saturating_add(1))
}

/// The length of a number or a word, which is at least one byte.
fn word_len(text: &[u8]) -> usize {
    let ends = |&byte: &u8| b"{}[]:,\" \t\r\n".contains(&byte);
    text.iter().position(ends).unwrap_or(text.len()).max(1)
}

impl Style {
    fn write(&self, tokens: &[Token<'_>]) -> Option<Vec<u8>> {
        let mut written = Vec::new();
        let mut depth = 0_usize;
        let mut previous = None;
        for &token in tokens {
            let is_empty = matches!((previous, token), (Some(Token::Open(_)), Token::Close(_)));
            match token {
                Token::Close(_) => {
                    depth = depth.saturating_sub(1);
                    if !is_empty {
                        self.new_line(depth, &mut written);
                    }
                }
                Token::Open(_) | Token::Scalar(_) if matches!(previous, Some(Token::Open(_) | Token::Comma)) => {
                    self.new_line(depth, &mut written);
                }
                _ => {}
            }
            match token {
                Token::Open(bracket) => {
                    depth = depth.saturating_add(1);
                    written.push(bracket);
                }
                Token::Close(bracket) => written.push(bracket),
                Token::Colon => written.extend_from_slice(self.colon.as_bytes()),
                Token::Comma => written.extend_from_slice(self.comma.as_bytes()),
                Token::Scalar(text) => written.extend_from_slice(text),
            }
            if written.len() > LONGEST {
                return None;
            }
            previous = Some(token);
        }
        (!written.is_empty()).then_some(written)
    }

    fn new_line(&self, depth: usize, written: &mut Vec<u8>) {
        let Some(indent) = self.indent else { return };
        written.extend_from_slice(self.line_end.as_bytes());
        (0..depth).for_each(|_| written.extend_from_slice(indent.as_bytes()));
    }
}
