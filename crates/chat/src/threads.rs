//! Threads: who replies to what. Chains of replies are of any length and may be forged into loops, so nothing here
//! recurses, and a loop is cut at its earliest post.

use crate::conversation::To;

/// Cuts every loop of replies: the earliest post of it, by its place in the archive, then begins the thread.
pub(crate) fn broken_cycles(parent: &mut [To]) {
    const NEW: u8 = 0;
    const ON_PATH: u8 = 1;
    const DONE: u8 = 2;
    let mut state = vec![NEW; parent.len()];
    let mut path = Vec::new();
    for start in 0..parent.len() {
        let mut at = start;
        while state[at] == NEW {
            state[at] = ON_PATH;
            path.push(at);
            match parent[at] {
                To::Post(up) => at = up as usize,
                _ => break,
            }
        }
        let closes = matches!(parent[*path.last().unwrap_or(&start)], To::Post(up) if up as usize == at);
        if state[at] == ON_PATH && closes {
            let from = path.iter().position(|&on| on == at).unwrap_or(0);
            if let Some(&earliest) = path[from..].iter().min() {
                parent[earliest] = To::Nothing;
            }
        }
        for on in path.drain(..) {
            state[on] = DONE;
        }
    }
}

/// Some posts in the order of reading, with their depth: each followed by what replies to it. `posts` come by
/// time, and `parent_of` says which of them a post replies to, by its place in `posts`.
pub(crate) fn in_threads(parents: &[Option<usize>]) -> Vec<(usize, u32)> {
    // Children as a chain of next siblings, latest first, so that the stack gives the earliest first.
    let mut first_child = vec![usize::MAX; parents.len()];
    let mut next = vec![usize::MAX; parents.len()];
    let mut roots = Vec::new();
    for (at, parent) in parents.iter().enumerate() {
        match parent {
            Some(up) => {
                next[at] = first_child[*up];
                first_child[*up] = at;
            }
            None => roots.push(at),
        }
    }
    let mut reading = Vec::with_capacity(parents.len());
    let mut stack: Vec<(usize, u32)> = roots.into_iter().rev().map(|root| (root, 0)).collect();
    while let Some((at, depth)) = stack.pop() {
        reading.push((at, depth));
        let mut child = first_child[at];
        while child != usize::MAX {
            stack.push((child, depth + 1));
            child = next[child];
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_of_replies_is_cut_at_its_earliest_post() {
        let mut parent = [To::Post(2), To::Post(0), To::Post(1), To::Post(2), To::Unknown, To::Post(4)];
        broken_cycles(&mut parent);
        assert_eq!(parent, [To::Nothing, To::Post(0), To::Post(1), To::Post(2), To::Unknown, To::Post(4)]);
        let mut tail = [To::Post(1), To::Post(2), To::Post(1)];
        broken_cycles(&mut tail);
        assert_eq!(tail, [To::Post(1), To::Nothing, To::Post(1)]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_replies_is_read_without_recursion() {
        let count = 100_000;
        let mut parent: Vec<To> = (0..count).map(|at| To::Post((at + 1) % count)).collect();
        broken_cycles(&mut parent);
        assert_eq!(parent.iter().filter(|to| **to == To::Nothing).count(), 1);
        let chain: Vec<Option<usize>> = (0..count as usize).map(|at| at.checked_sub(1)).collect();
        assert_eq!(in_threads(&chain).last(), Some(&(99_999, 99_999)));
    }

    #[test]
    fn each_post_is_followed_by_what_replies_to_it_earliest_first() {
        let parents = [None, None, Some(0), Some(1), Some(0), Some(2)];
        assert_eq!(in_threads(&parents), [(0, 0), (2, 1), (5, 2), (4, 1), (1, 0), (3, 1)]);
    }
}
