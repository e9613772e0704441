//! Spans of days that overlap: found by sorting, never by comparing each with each.

use jiff::civil::Date;

/// First and last day, both included; open where nothing is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Days {
    from: Date,
    to: Date,
}

impl Days {
    pub(crate) fn new(from: Option<Date>, to: Option<Date>) -> Self {
        Self { from: from.unwrap_or(Date::MIN), to: to.unwrap_or(Date::MAX) }
    }
    /// Whether some day lies in both. A span that ends before it begins holds no day.
    pub(crate) fn overlap(self, other: Self) -> bool {
        self.from.max(other.from) <= self.to.min(other.to)
    }
    fn is_empty(self) -> bool {
        self.to < self.from
    }
}

/// For each item that overlaps an earlier one that clashes with it, the two: `(later, earlier)` by their
/// place in `items`. Items clash when their tags differ. At most one pair for each item; O(n log n).
pub(crate) fn clashes<T: PartialEq>(items: &[(Days, T)]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..items.len()).filter(|index| !items[*index].0.is_empty()).collect();
    order.sort_by_key(|index| (items[*index].0.from, *index));
    let mut pairs = Vec::new();
    // The item that reaches furthest, and the one that reaches furthest among those of another tag.
    let (mut furthest, mut of_another): (Option<usize>, Option<usize>) = (None, None);
    for index in order {
        let (days, tag) = &items[index];
        let reaches = |other: &usize| items[*other].0.to >= days.from;
        let rival = match furthest {
            Some(other) if items[other].1 != *tag => Some(other),
            _ => of_another,
        };
        if let Some(other) = rival.filter(reaches) {
            pairs.push((index.max(other), index.min(other)));
        }
        match furthest {
            None => furthest = Some(index),
            Some(best) if days.to > items[best].0.to => {
                if items[best].1 != *tag {
                    of_another = Some(best);
                }
                furthest = Some(index);
            }
            Some(best) => {
                let further = of_another.is_none_or(|second| days.to > items[second].0.to);
                if items[best].1 != *tag && further {
                    of_another = Some(index);
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(from: i16, to: i16) -> Days {
        let day = |n: i16| jiff::civil::date(2000 + n, 1, 1);
        Days { from: day(from), to: day(to) }
    }

    proptest! {
        #[test]
        fn an_item_is_in_a_pair_if_and_only_if_comparing_each_with_each_finds_one(
            items in prop::collection::vec((0_i16..12, 0_i16..12, 0_u8..3), 0..12),
        ) {
            let items: Vec<(Days, u8)> = items.into_iter().map(|(a, b, tag)| (days(a, b), tag)).collect();
            let found = clashes(&items);
            for (later, earlier) in &found {
                prop_assert!(items[*later].0.overlap(items[*earlier].0));
                prop_assert!(items[*later].1 != items[*earlier].1);
            }
            let any = items.iter().enumerate().any(|(i, a)| {
                items[..i].iter().any(|b| a.0.overlap(b.0) && a.1 != b.1)
            });
            prop_assert_eq!(any, !found.is_empty());
        }

        #[test]
        fn with_a_tag_of_its_own_every_item_that_overlaps_is_found(
            items in prop::collection::vec((0_i16..12, 0_i16..12), 0..12),
        ) {
            let items: Vec<(Days, usize)> =
                items.into_iter().enumerate().map(|(tag, (a, b))| (days(a, b), tag)).collect();
            let any = items.iter().enumerate().any(|(i, a)| items[..i].iter().any(|b| a.0.overlap(b.0)));
            prop_assert_eq!(any, !clashes(&items).is_empty());
        }
    }
}
