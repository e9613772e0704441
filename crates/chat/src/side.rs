//! Work side by side, on as many threads as the caller allows. What comes out is the same on any number of them.

use std::panic::resume_unwind;
use std::thread::scope;

/// Does two things, on two threads if there are two.
pub(crate) fn both<A: Send, B>(
    threads: usize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if threads < 2 {
        return (one(), other());
    }
    scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| resume_unwind(panic)), other)
    })
}

/// Makes something of each, in their order.
pub(crate) fn each<T: Sync, U: Send>(threads: usize, of: &[T], make: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let share = of.len().div_ceil(threads.max(1));
    if share == of.len() {
        return of.iter().map(make).collect();
    }
    let make = |part: &[T]| part.iter().map(&make).collect::<Vec<U>>();
    scope(|scope| {
        let parts: Vec<_> = of.chunks(share).map(|part| scope.spawn(move || make(part))).collect();
        let made = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
        made.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_is_the_same_on_any_number_of_threads() {
        for threads in 0..5 {
            assert_eq!(both(threads, || 1, || 2), (1, 2));
            for count in 0..7 {
                let numbers: Vec<u32> = (0..count).collect();
                let doubled: Vec<u32> = numbers.iter().map(|number| number * 2).collect();
                assert_eq!(each(threads, &numbers, |number| number * 2), doubled);
            }
        }
    }
}
