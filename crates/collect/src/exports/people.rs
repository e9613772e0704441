//! One observation for each account and instant, from the many that an export gives: every post carries its author, as
//! the author was when that post was collected, while the file knows one instant, or none. The ledger takes one.

use std::collections::{BTreeMap, BTreeSet};

use someasure_model::{AccountId, Handle, Instant, Observation};

use super::record::Record;

/// Gathers what an export says of people. Field by field, what was said with the newest post holds.
#[derive(Debug, Default)]
pub struct People {
    said: BTreeMap<(AccountId, Instant), (Instant, Observation)>,
    /// Other handles of theirs in the same answer: each with the time of the first post that has it.
    earlier: BTreeMap<(AccountId, Handle), Instant>,
}

impl People {
    /// Takes what a record says of people.
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::Post(item) | Record::Context(item) => {
                if let Some(author) = &item.author {
                    self.say(author, item.post.created_at);
                }
            }
            // A person who comes along is said to be so at no post in particular.
            Record::Person(person) => self.say(&person.observation, Instant::from_micros(i64::MIN)),
            Record::Notice(_) | Record::Bad(_) => {}
        }
    }

    fn say(&mut self, observation: &Observation, with: Instant) {
        let key = (observation.account_id.clone(), observation.observed_at);
        let Some((since, known)) = self.said.get_mut(&key) else {
            self.said.insert(key, (with, observation.clone()));
            return;
        };
        let newer = with > *since;
        if let (Some(one), Some(other)) = (&known.handle, &observation.handle)
            && one != other
        {
            let (before, at) = if newer { (one, *since) } else { (other, with) };
            let at = if at.micros() == i64::MIN { observation.observed_at } else { at };
            let seen = self.earlier.entry((observation.account_id.clone(), before.clone())).or_insert(at);
            *seen = at.min(*seen);
        }
        fn take<T: Clone>(known: &mut Option<T>, said: &Option<T>, newer: bool) {
            if said.is_some() && (newer || known.is_none()) {
                known.clone_from(said);
            }
        }
        take(&mut known.handle, &observation.handle, newer);
        take(&mut known.followers, &observation.followers, newer);
        take(&mut known.following, &observation.following, newer);
        take(&mut known.posts, &observation.posts, newer);
        take(&mut known.display_name, &observation.display_name, newer);
        take(&mut known.bio, &observation.bio, newer);
        take(&mut known.website, &observation.website, newer);
        *since = with.max(*since);
    }

    /// Handles that an account had before the one that its newest post has: each seen when it stood by a post, and nothing
    /// else said of the account. Whoever is to be hidden is hidden under these too.
    pub fn earlier_handles(&self) -> Vec<Observation> {
        let mut taken: BTreeSet<(AccountId, Instant)> = self.said.keys().cloned().collect();
        let mut found = Vec::new();
        for ((account, handle), at) in &self.earlier {
            let mut key = (account.clone(), *at);
            // One observation an account and instant.
            while !taken.insert(key.clone()) {
                key.1 = Instant::from_micros(key.1.micros().saturating_sub(1));
            }
            found.push(Observation {
                account_id: key.0,
                observed_at: key.1,
                handle: Some(handle.clone()),
                followers: None,
                following: None,
                posts: None,
                display_name: None,
                bio: None,
                website: None,
            });
        }
        found
    }

    /// One observation an account and instant, by account.
    pub fn into_observations(self) -> impl Iterator<Item = Observation> {
        self.said.into_values().map(|(_, observation)| observation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::record::Person;

    #[test]
    fn a_handle_that_somebody_had_before_is_not_forgotten_for_the_newer_one() {
        let said = |handle: &str, at: &str| Observation {
            account_id: "x:1".parse().unwrap(),
            observed_at: at.parse().unwrap(),
            handle: Some(handle.parse().unwrap()),
            followers: None,
            following: None,
            posts: None,
            display_name: None,
            bio: None,
            website: None,
        };
        let read = "2026-02-01T00:00:00Z";
        let mut people = People::default();
        for (handle, with) in [
            ("new", "2016-01-01T00:00:00Z"),
            ("old", "2014-01-01T00:00:00Z"),
            ("old", "2013-01-01T00:00:00Z"),
        ] {
            people.say(&said(handle, read), with.parse().unwrap());
        }
        people.add(&Record::Person(Box::new(Person {
            line: 1,
            row: true,
            observation: said("elder", read),
        })));
        let earlier: Vec<String> = people
            .earlier_handles()
            .iter()
            .map(|seen| format!("{} {}", seen.handle.as_ref().unwrap(), seen.observed_at))
            .collect();
        assert_eq!(earlier, ["elder 2026-01-31T23:59:59.999999Z", "old 2013-01-01T00:00:00Z"]);
        assert_eq!(
            people.into_observations().map(|seen| seen.handle.unwrap().to_string()).collect::<Vec<_>>(),
            ["new"]
        );
    }
}
