//! The audit at work: a reader, workers and an ordered writer, connected by bounded queues.
//!
//! The reader cuts the inputs into blocks of whole lines. For each block it puts two things in line: the
//! work, which any worker takes, and the promise of its result, which the writer awaits in the order
//! of the input. So nobody waits for a slow block but the writer, and nothing piles up.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use memchr::memchr_iter;

use super::AuditError;
use super::input::{self, Block, Content, Input, LONGEST_LINE};
use super::judge::Judge;
use super::output::Output;
use super::record::Json;
use super::summary::{Event, Summary};
use super::verdict::Judgement;

/// A block and where its result goes.
struct Work {
    block: Block,
    result: SyncSender<Judged>,
}

/// What became of a block: its verdicts' lines, and what the summary wants to know of each.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) lines: Vec<u8>,
    pub(super) events: Vec<Event>,
    /// Entries of a HAR file that are requests of neither scheme.
    pub(super) skipped: u64,
}

pub(super) fn run(
    judge: &Judge,
    inputs: &[Input],
    jobs: usize,
    progress: &(dyn Fn(u64) + Sync),
    output: &mut Output,
    summary: &mut Summary,
) -> Result<(), AuditError> {
    let (work, to_do) = sync_channel::<Work>(jobs.saturating_mul(4));
    let (promise, promised) = sync_channel::<Receiver<Judged>>(jobs.saturating_mul(8));
    let to_do = Mutex::new(to_do);
    // Buffers go round: memory that was used before is neither asked for nor wiped again.
    let (used, spare) = channel::<Vec<u8>>();
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut take = |block| {
                let (result, judged) = sync_channel(1);
                promise.send(judged).is_ok() && work.send(Work { block, result }).is_ok()
            };
            let mut spare = || spare.try_recv().unwrap_or_default();
            inputs.iter().try_for_each(|input| input::read(input, progress, &mut spare, &mut take))
        });
        for _ in 0..jobs {
            let (used, to_do) = (used.clone(), &to_do);
            scope.spawn(move || {
                while let Ok(Work { block, result }) = next(to_do) {
                    // The writer may be gone, after a disk that is full.
                    let _ = result.send(judge_block(judge, &block));
                    if let Content::Lines(buffer) = block.content {
                        // Nor may anybody want its buffer any more.
                        let _ = used.send(buffer);
                    }
                }
            });
        }
        let written = promised.iter().map_while(|judged| judged.recv().ok()).try_for_each(|judged| {
            summary.add(&judged);
            output.write(&judged.lines)
        });
        // Without a writer the reader finds that nobody takes its blocks, and ends.
        drop(promised);
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(read)
    })
}

/// The next block, for whichever worker asks first.
fn next(to_do: &Mutex<Receiver<Work>>) -> Result<Work, std::sync::mpsc::RecvError> {
    to_do.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

fn judge_block(judge: &Judge, block: &Block) -> Judged {
    let mut judged = Judged::default();
    if let Content::Lines(lines) = &block.content {
        // Nearly all verdicts are shorter than a quarter of their records, which have 300 bytes and more.
        judged.lines.reserve(lines.len() / 4);
        judged.events.reserve(lines.len() / 256);
    }
    match &block.content {
        Content::Overlong => judged.add(judge, None, block.first, &overlong()),
        Content::Lines(lines) => each_line(block.first, lines, |number, line| {
            if line.len() > LONGEST_LINE {
                judged.add(judge, None, number, &overlong());
            } else if !line.trim_ascii().is_empty() {
                let (id, judgement) = judge.line(line);
                judged.add(judge, id, number, &judgement);
            }
        }),
        Content::Entry(entry) => match judge.entry(entry) {
            Some(judgement) => judged.add(judge, None, block.first, &judgement),
            None => judged.skipped = judged.skipped.saturating_add(1),
        },
    }
    judged
}

fn overlong() -> Judgement {
    let column = LONGEST_LINE.saturating_add(1);
    Judgement::unreadable(format!("column {column}: the line is longer than {LONGEST_LINE} bytes"))
}

/// Hands over lines with their numbers, without their line feeds.
fn each_line(first: u64, lines: &[u8], mut take: impl FnMut(u64, &[u8])) {
    let mut begin = 0;
    for (number, end) in (first..).zip(memchr_iter(b'\n', lines).chain([lines.len()])) {
        take(number, lines.get(begin..end).unwrap_or_default());
        begin = end.saturating_add(1);
    }
}

impl Judged {
    fn add(&mut self, judge: &Judge, id: Option<Json>, number: u64, judgement: &Judgement) {
        judgement.write_line(id, number, &mut self.lines);
        let rows = judge.rows();
        let row = match (judgement.scheme, judgement.key) {
            (Some(scheme), Some(key)) => rows.of_key(scheme, key),
            (scheme, _) => judgement.claimed_row.unwrap_or_else(|| rows.of_others(scheme)),
        };
        self.events.push(Event {
            row,
            verdict: judgement.verdict,
            seen: judgement.seen,
            signature: judgement.signature,
            end: self.lines.len(),
        });
    }
}
