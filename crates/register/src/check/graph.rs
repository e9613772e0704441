//! Circles among organisations: parents of parents, successors of successors.

/// The circles that a walk along `next` meets, each as the nodes in order (`a, b, c` for a → b → c → a),
/// beginning with its smallest. Every node that lies on a circle does not make one of its own, and a
/// graph with a circle yields at least one. O(nodes + edges), without recursion.
pub(crate) fn circles(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnPath,
        Done,
    }
    let mut state = vec![State::New; next.len()];
    let mut found = Vec::new();
    for start in 0..next.len() {
        if state[start] != State::New {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        state[start] = State::OnPath;
        while let Some((node, edge)) = path.last_mut() {
            let Some(&to) = next[*node].get(*edge) else {
                state[*node] = State::Done;
                path.pop();
                continue;
            };
            *edge += 1;
            match state[to] {
                State::New => {
                    state[to] = State::OnPath;
                    path.push((to, 0));
                }
                State::OnPath => {
                    let begin = path.iter().position(|(node, _)| *node == to).unwrap_or(0);
                    let mut circle: Vec<usize> = path[begin..].iter().map(|(node, _)| *node).collect();
                    let smallest = circle.iter().enumerate().min_by_key(|(_, node)| **node);
                    let smallest = smallest.map_or(0, |(place, _)| place);
                    circle.rotate_left(smallest);
                    found.push(circle);
                }
                State::Done => {}
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_once_and_a_line_is_none() {
        assert_eq!(circles(&[vec![1], vec![2], vec![]]), [] as [Vec<usize>; 0]);
        assert_eq!(circles(&[vec![1], vec![2], vec![1]]), [vec![1, 2]]);
        assert_eq!(circles(&[vec![1, 2], vec![0], vec![0]]), [vec![0, 1], vec![0, 2]]);
    }

    #[test]
    fn a_line_of_a_hundred_thousand_needs_no_deep_stack() {
        let mut next: Vec<Vec<usize>> = (1..=100_000).map(|to| vec![to]).collect();
        next.push(vec![0]);
        assert_eq!(circles(&next).len(), 1);
    }
}
