//! The audit at work: a reader, workers and an ordered writer, connected by bounded queues.
//!
//! The reader cuts the inputs into blocks of whole lines. For each block it puts two things in line: the
//! work, which any worker takes, and the promise of its result, which the writer awaits in the order
//! of the input. So nobody waits for a slow block but the writer, and nothing piles up.

use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use memchr::memchr_iter;

use super::AuditError;
use super::input::{self, Block, Content, Input, LONGEST_LINE};
use super::judge::Judge;
use super::output::Output;
use super::record::Json;
use super::summary::{Event, Summary};
use super::verdict::Judgement;

/// How many bytes of blocks may be between the reader and the writer; one block always may. Their verdicts
/// can be as long again.
const MOST_UNDERWAY: usize = 4 * 1024 * 1024;

/// How many blocks may be, where they are small.
const MOST_BLOCKS: usize = 64;

/// The largest buffer that is used again.
const MOST_SPARE: usize = 1024 * 1024;

/// A block and where its result goes.
struct Work {
    block: Block,
    result: SyncSender<(Judged, usize)>,
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
    let (work, to_do) = sync_channel::<Work>(MOST_BLOCKS);
    let (promise, promised) = sync_channel::<Receiver<(Judged, usize)>>(MOST_BLOCKS);
    let (to_do, room) = (Mutex::new(to_do), &Room::default());
    // Buffers go round: memory that was used before is neither asked for nor wiped again.
    let (used, spare) = channel::<Vec<u8>>();
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut take = |block: Block| {
                let (result, judged) = sync_channel(1);
                room.enter(block.bytes()) && promise.send(judged).is_ok() && work.send(Work { block, result }).is_ok()
            };
            let mut spare = || spare.try_recv().unwrap_or_default();
            inputs.iter().try_for_each(|input| input::read(input, progress, &mut spare, &mut take))
        });
        for _ in 0..jobs {
            let (used, to_do) = (used.clone(), &to_do);
            scope.spawn(move || {
                while let Ok(Work { block, result }) = next(to_do) {
                    // The writer may be gone, after a disk that is full.
                    let _ = result.send((judge_block(judge, &block), block.bytes()));
                    if let Content::Lines(buffer) = block.content
                        && buffer.capacity() <= MOST_SPARE
                    {
                        // Nor may anybody want its buffer any more.
                        let _ = used.send(buffer);
                    }
                }
            });
        }
        let written = promised.iter().map_while(|judged| judged.recv().ok()).try_for_each(|(judged, bytes)| {
            summary.add(&judged);
            output.write(&judged.lines)?;
            room.leave(bytes);
            Ok(())
        });
        // Without a writer the reader finds that nobody takes its blocks, and ends.
        drop(promised);
        room.close();
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(read)
    })
}

/// What keeps long lines from filling the memory, where a number of blocks would not.
#[derive(Default)]
struct Room {
    taken: Mutex<Taken>,
    freed: Condvar,
}

#[derive(Default)]
struct Taken {
    bytes: usize,
    is_closed: bool,
}

impl Room {
    /// Waits until there is room for so many bytes; false where nobody will ever free any.
    fn enter(&self, bytes: usize) -> bool {
        let mut taken = self.lock();
        if taken.bytes.saturating_add(bytes) > MOST_UNDERWAY {
            // Half of it, so that the reader wakes for several blocks at a time.
            let waits = |taken: &mut Taken| !taken.is_closed && taken.bytes > MOST_UNDERWAY / 2;
            taken = self.freed.wait_while(taken, waits).unwrap_or_else(PoisonError::into_inner);
        }
        taken.bytes = taken.bytes.saturating_add(bytes);
        !taken.is_closed
    }

    fn leave(&self, bytes: usize) {
        let mut taken = self.lock();
        taken.bytes = taken.bytes.saturating_sub(bytes);
        if taken.bytes <= MOST_UNDERWAY / 2 {
            self.freed.notify_one();
        }
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.freed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        Content::Lines(lines) => {
            // All lines are looked at in one go; where one is not UTF-8, each by itself.
            let text = str::from_utf8(lines).ok();
            each_line(block.first, lines, |number, range| {
                let line = lines.get(range.clone()).unwrap_or_default();
                if line.len() > LONGEST_LINE {
                    judged.add(judge, None, number, &overlong());
                } else if !line.trim_ascii().is_empty() {
                    let text = text.and_then(|text| text.get(range)).map_or_else(|| str::from_utf8(line), Ok);
                    let (id, judgement) = judge.line(text);
                    judged.add(judge, id, number, &judgement);
                }
            });
        }
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

/// Hands over where lines stand, without their line feeds, and their numbers.
fn each_line(first: u64, lines: &[u8], mut take: impl FnMut(u64, Range<usize>)) {
    let mut begin = 0;
    for (number, end) in (first..).zip(memchr_iter(b'\n', lines).chain([lines.len()])) {
        take(number, begin..end);
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
