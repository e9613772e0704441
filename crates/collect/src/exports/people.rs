//! One observation for each account and instant, from the many that an export gives: every post carries its author, as
//! the author was when that post was collected, while the file knows one instant, or none. The ledger takes one.

use std::collections::BTreeMap;

use someasure_model::{AccountId, Instant, Observation};

use super::record::Record;

/// Gathers what an export says of people. Field by field, what was said with the newest post holds.
#[derive(Debug, Default)]
pub struct People {
    said: BTreeMap<(AccountId, Instant), (Instant, Observation)>,
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

    /// One observation an account and instant, by account.
    pub fn into_observations(self) -> impl Iterator<Item = Observation> {
        self.said.into_values().map(|(_, observation)| observation)
    }
}
