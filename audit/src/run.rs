//! The audit at work: a reader, workers and an ordered writer, connected by bounded queues.
//!
//! The reader cuts the inputs into blocks of whole lines. For each block it queues two things: the work, which any
//! worker takes, and the promise of its result, which the writer awaits in the order of the input. So only the
//! writer waits for a slow block, and nothing piles up. Where the system gives no threads, all of it happens on
//! the one there is.

use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

use memchr::memchr_iter;

use super::AuditError;
use super::input::{self, Block, Content, Input, LONGEST_LINE};
use super::judge::Judge;
use super::judged::Judged;
use super::output::Output;
use super::summary::Summary;
use super::verdict::Judgement;

/// How many bytes of blocks may be between the reader and the writer; one block always may.
const MOST_UNDERWAY: usize = 4 * 1024 * 1024;

/// How many blocks may be, where they are small.
const MOST_BLOCKS: usize = 64;

/// The verdicts of a block are passed on in pieces of this size: with explanations they are longer than the block.
const PIECE: usize = 256 * 1024;

/// The largest buffer that is used again.
const MOST_SPARE: usize = 1024 * 1024;

/// How much address space must be free for a further thread: a stack of 2 MB, up to 128 MB that the C library's
/// allocator sets apart for it, and the rest to work with.
const ROOM_FOR_A_THREAD: usize = 192 * 1024 * 1024;

/// A block, and where its result goes.
struct Work {
    block: Block,
    result: SyncSender<Piece>,
}

/// A piece of a block's verdicts.
struct Piece {
    /// Else what is wrong with the input.
    judged: Result<Judged, String>,
    is_last: bool,
}

/// The result of a block: its pieces, as soon as they are there.
struct Promise {
    input: usize,
    /// How much of the room the block takes.
    bytes: usize,
    pieces: Receiver<Piece>,
}

pub(super) fn run(
    judge: &Judge,
    inputs: &[Input],
    progress: &(dyn Fn(u64) + Sync),
    output: &mut Output,
    summary: &mut Summary,
) -> Result<(), AuditError> {
    let (work, to_do) = sync_channel::<Work>(MOST_BLOCKS);
    let (promise, promised) = sync_channel::<Promise>(MOST_BLOCKS);
    let (to_do, room) = (Mutex::new(to_do), &Room::default());
    let (table, jobs) = (output.is_table(), summary.about.jobs);
    // Buffers go round: memory that was used before is neither asked for nor wiped again.
    let (used, spare) = channel::<Vec<u8>>();
    thread::scope(|scope| {
        // However this ends, by a panic too, the reader must not wait for room any more.
        let closed = CloseOnDrop(room);
        // The reader begins once there is someone to read for.
        let (begin, begins) = channel::<()>();
        let reader = spawn(scope, move || {
            if begins.recv().is_err() {
                return Ok(());
            }
            let mut spare = || spare.try_recv().unwrap_or_default();
            inputs.iter().enumerate().try_for_each(|(input, source)| {
                let mut take = |block: Block| {
                    let (result, pieces) = sync_channel(most_pieces(&block));
                    let bytes = share(&block, jobs);
                    room.enter(bytes)
                        && promise.send(Promise { input, bytes, pieces }).is_ok()
                        && work.send(Work { block, result }).is_ok()
                };
                if table && !input::is_table(source) {
                    return Err(no_rows(source));
                }
                input::read(source, judge, progress, &mut spare, &mut take)
            })
        });
        let worker = || {
            let (used, to_do) = (used.clone(), &to_do);
            spawn(scope, move || {
                while let Ok(Work { block, result }) = next(to_do) {
                    // The writer may be gone, after a disk that is full.
                    let send = |judged, is_last| result.send(Piece { judged, is_last }).is_ok();
                    judge_block(judge, &block, table, send);
                    if let Content::Lines(buffer) = block.content
                        && buffer.capacity() <= MOST_SPARE
                    {
                        // Nor may the reader want its buffer any more.
                        let _ = used.send(buffer);
                    }
                }
            })
        };
        let wanted = if reader.is_some() { summary.about.jobs } else { 0 };
        let workers = (0..wanted).map_while(|_| worker()).count();
        let Some(reader) = reader.filter(|_| workers > 0) else {
            drop(begin);
            summary.workers = Some(0);
            return on_this_thread(judge, inputs, progress, output, summary);
        };
        // It is waiting for this.
        let _ = begin.send(());
        summary.workers = Some(workers).filter(|&workers| workers < summary.about.jobs);
        let written = promised.iter().try_for_each(|Promise { input, bytes, pieces }| {
            for Piece { judged, is_last } in &pieces {
                let mut judged = judged.map_err(|fault| input_fault(inputs, input, fault))?;
                summary.add(input, &mut judged);
                output.write(&judged)?;
                if is_last {
                    room.leave(bytes);
                    return Ok(());
                }
            }
            // The worker panicked, which the scope passes on.
            Err(AuditError::NobodyReads)
        });
        // Without a writer the reader finds that nobody takes its blocks, and ends.
        drop(promised);
        drop(closed);
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(read)
    })
}

/// A further thread; none where the system does not give one, or where no memory to work with would be left.
fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, T>> {
    let mut room = Vec::<u8>::new();
    room.try_reserve_exact(ROOM_FOR_A_THREAD).ok()?;
    // Else nothing would be asked for, since nothing is done with it.
    drop(std::hint::black_box(room));
    let (started, has_started) = channel();
    let work = move || {
        // The other end is waiting.
        let _ = started.send(());
        work()
    };
    let thread = thread::Builder::new().spawn_scoped(scope, work).ok()?;
    // Only then has it taken what it takes.
    has_started.recv().ok()?;
    Some(thread)
}

/// Reads, judges and writes one block after the other.
fn on_this_thread(
    judge: &Judge,
    inputs: &[Input],
    progress: &(dyn Fn(u64) + Sync),
    output: &mut Output,
    summary: &mut Summary,
) -> Result<(), AuditError> {
    let table = output.is_table();
    inputs.iter().enumerate().try_for_each(|(input, source)| {
        let mut written = Ok(());
        if table && !input::is_table(source) {
            return Err(no_rows(source));
        }
        let read = input::read(source, judge, progress, Vec::new, |block| {
            judge_block(judge, &block, table, |judged, _is_last| {
                written = judged.map_err(|fault| input_fault(inputs, input, fault)).and_then(|mut judged| {
                    summary.add(input, &mut judged);
                    output.write(&judged)
                });
                written.is_ok()
            });
            written.is_ok()
        });
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

/// Closes the room when it goes.
struct CloseOnDrop<'r>(&'r Room);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The next block, for whichever worker asks first.
fn next(to_do: &Mutex<Receiver<Work>>) -> Result<Work, std::sync::mpsc::RecvError> {
    to_do.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

/// Judges a block, and passes its verdicts on piece by piece, until `send` says that nobody wants more.
fn judge_block(judge: &Judge, block: &Block, table: bool, mut send: impl FnMut(Result<Judged, String>, bool) -> bool) {
    #[cfg(not(feature = "parquet"))]
    let _ = table;
    let mut judged = Judged::default();
    let rows = judge.rows();
    match &block.content {
        Content::Overlong => judged.add(rows, None, block.first, overlong()),
        Content::Lines(lines) => {
            // Nearly all verdicts are shorter than a quarter of their records, which have 300 bytes and more.
            judged.lines.reserve(lines.len() / 4);
            judged.events.reserve(lines.len() / 256);
            // All lines are looked at in one go; where one is not UTF-8, each by itself.
            let text = str::from_utf8(lines).ok();
            for (number, range) in each_line(block.first, lines) {
                let line = lines.get(range.clone()).unwrap_or_default();
                if line.len() > LONGEST_LINE {
                    judged.add(rows, None, number, overlong());
                } else if !is_blank(line) {
                    let text = text.and_then(|text| text.get(range)).map_or_else(|| str::from_utf8(line), Ok);
                    let (id, judgement) = judge.line(text);
                    judged.add(rows, id, number, judgement);
                }
                if judged.lines.len() >= PIECE && !send(Ok(std::mem::take(&mut judged)), false) {
                    return;
                }
            }
        }
        Content::Entry(entry) => {
            judged.is_entry = true;
            match judge.entry(entry) {
                Some(judgement) => judged.add(rows, None, block.first, judgement),
                None => judged.skipped = judged.skipped.saturating_add(1),
            }
        }
        #[cfg(feature = "parquet")]
        Content::RowGroup(group) => {
            let pass_on = |judged: &mut Judged| judged.lines.len() < PIECE || send(Ok(std::mem::take(judged)), false);
            if let Err(fault) = group.judge(judge, block.first, table, &mut judged, pass_on) {
                send(Err(fault), true);
                return;
            }
        }
    }
    send(Ok(judged), true);
}

/// How many pieces of a block may wait for the writer: those of a row group are judged before their turn.
fn most_pieces(block: &Block) -> usize {
    match &block.content {
        #[cfg(feature = "parquet")]
        Content::RowGroup(_) => 64,
        _ => 1,
    }
}

/// How much of the room a block takes: its bytes, and of a row group so much that there are two long ones for each
/// worker.
fn share(block: &Block, jobs: usize) -> usize {
    #[cfg(not(feature = "parquet"))]
    let _ = jobs;
    match &block.content {
        #[cfg(feature = "parquet")]
        Content::RowGroup(group) => {
            let whole = MOST_UNDERWAY / jobs.saturating_mul(2).max(1);
            group.waiting().saturating_mul(whole) / super::lake::MOST_WAITING
        }
        _ => block.bytes(),
    }
}

fn input_fault(inputs: &[Input], input: usize, fault: String) -> AuditError {
    AuditError::Input { name: inputs.get(input).map(Input::name).unwrap_or_default(), fault }
}

fn no_rows(input: &Input) -> AuditError {
    let fault = "only the verdicts of Parquet files can be written as a Parquet file; give --out another name";
    AuditError::Input { name: input.name(), fault: fault.to_owned() }
}

fn overlong() -> Judgement {
    let column = LONGEST_LINE.saturating_add(1);
    Judgement::unreadable(format!("column {column}: the line is longer than {LONGEST_LINE} bytes"))
}

/// Whether a line has nothing on it; zero bytes are what a log has at its end that was cut off while it was written to.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

/// The number and the place of each line, without its line feed.
fn each_line(first: u64, lines: &[u8]) -> impl Iterator<Item = (u64, Range<usize>)> {
    let mut begin = 0;
    (first..).zip(memchr_iter(b'\n', lines).chain([lines.len()])).map(move |(number, end)| {
        let line = begin..end;
        begin = end.saturating_add(1);
        (number, line)
    })
}
