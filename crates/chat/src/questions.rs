//! Questions of a session and the posts that answer them, by what posts say (`Q1`, `A1`), by replies, and by quotes.
//! Nothing is guessed from time alone. The rules, and how often they are right, are in `docs/methods/chat.md`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use someasure_model::AccountId;
use someasure_model::chat::{Answer, How, PostIndex, Question, QuestionNumber, SessionNote};

use crate::conversation::Conversation;
use crate::tags::{Letter, Tag, Tags, tags};
use crate::text::clean;

/// Clocks of platforms differ, and a question is asked on one before the other: so much earlier an answer can come.
const EARLY_MICROS: i64 = 2 * 60 * 1_000_000;
/// Share of a noted question's words that a host's post must have to be that question.
const ALIKE: f64 = 0.6;

/// The questions of a session.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    list: Vec<Question>,
    /// When each was first asked, in microseconds; never: only the chat's file has it.
    asked: Vec<Option<i64>>,
    /// Which question a post asks.
    asks: HashMap<PostIndex, u32>,
    hosts: BTreeSet<u32>,
    noted_hosts: Vec<AccountId>,
}

impl Questions {
    /// Finds them in a session's posts, which come by time.
    pub(crate) fn find(of: &Conversation, note: Option<&SessionNote>, posts: &[PostIndex]) -> Self {
        let noted_hosts: Vec<AccountId> = match note {
            Some(note) if !note.hosts.is_empty() => note.hosts.clone(),
            _ => of.chat.hosts.clone(),
        };
        let mut hosts: BTreeSet<u32> =
            noted_hosts.iter().chain(&of.chat.hosts).filter_map(|id| of.find(id)).collect();
        let tagged: Vec<(PostIndex, Tags, bool)> = posts
            .iter()
            .filter(|&&at| !of.is_repost(at))
            .filter_map(|&at| {
                let text = of.post(at).text.as_deref()?;
                let tags = tags(text);
                let asks = !tags.is_empty() && asks(text);
                Some((at, tags, asks))
            })
            .collect();
        hosts.extend(guest_hosts(of, &tagged, &hosts));
        let mut numbers: BTreeMap<QuestionNumber, Vec<(PostIndex, bool)>> = BTreeMap::new();
        let mut agendas = Vec::new();
        let hosts_use_q = tagged.iter().any(|(at, tags, _)| {
            hosts.contains(&of.author[*at as usize]) && tags.leading.iter().any(|tag| tag.letter == Letter::Q)
        });
        for (at, tags, asks) in &tagged {
            let host = hosts.contains(&of.author[*at as usize]);
            let answers = replies_to_another(of, *at);
            let leading = tags.leading.first().filter(|tag| is_question(tag.letter, hosts_use_q, *asks));
            let inside = tags.inside.iter().find(|tag| tag.letter == Letter::Q && *asks);
            let Some(tag) = leading.or(inside.filter(|_| host && tags.leading.is_empty())) else { continue };
            let number = QuestionNumber { number: tag.number, part: tag.part };
            if answers || !host {
                continue;
            }
            let all: BTreeSet<(u32, Option<char>)> = tags
                .leading
                .iter()
                .chain(&tags.inside)
                .filter(|tag| tag.letter == leading.map_or(Letter::Q, |leading| leading.letter))
                .map(|tag| (tag.number, tag.part))
                .collect();
            if all.len() > 1 {
                agendas.push((*at, all));
                continue;
            }
            let known = numbers.entry(number).or_default();
            // "Q1 is still open" asks nothing, once the question has been asked.
            if *asks || !known.iter().any(|(_, asks)| *asks) {
                known.push((*at, *asks));
            }
        }
        // A co-host's single question fits between those of the hosts.
        for (at, tags, asks) in &tagged {
            let Some(tag) = tags.leading.first().filter(|tag| tag.letter == Letter::Q && *asks) else {
                continue;
            };
            let number = QuestionNumber { number: tag.number, part: tag.part };
            let neighbours = numbers.keys().any(|known| known.number.abs_diff(tag.number) == 1);
            if !hosts.contains(&of.author[*at as usize])
                && !points_to_another(of, *at)
                && tags.leading.len() == 1
                && neighbours
                && !numbers.keys().any(|known| known.number == tag.number)
                && note.is_none_or(|note| note.questions.is_empty())
            {
                numbers.insert(number, vec![(*at, true)]);
            }
        }
        for (at, all) in agendas {
            for (number, part) in all {
                numbers.entry(QuestionNumber { number, part }).or_insert_with(|| vec![(at, true)]);
            }
        }
        let mut found = Self { hosts, noted_hosts, ..Self::default() };
        found.settle(of, note, numbers, &tagged);
        found
    }

    fn settle(
        &mut self,
        of: &Conversation,
        note: Option<&SessionNote>,
        mut numbers: BTreeMap<QuestionNumber, Vec<(PostIndex, bool)>>,
        tagged: &[(PostIndex, Tags, bool)],
    ) {
        let noted: Vec<(u32, &str)> = note
            .map_or(&[][..], |note| &note.questions)
            .iter()
            .zip(1..)
            .map(|(text, nth)| (nth, text.as_str()))
            .collect();
        for (nth, text) in &noted {
            let number = QuestionNumber { number: *nth, part: None };
            if !numbers.keys().any(|known| known.number == *nth) {
                numbers.insert(number, Vec::new());
            }
            let wanted = words(text);
            for (at, tags, _) in tagged {
                let host = self.hosts.contains(&of.author[*at as usize]);
                let untagged = tags.leading.is_empty() && !replies_to_another(of, *at);
                if host && untagged && of.post(*at).text.as_deref().is_some_and(|text| alike(&wanted, text)) {
                    numbers.entry(number).or_default().push((*at, true));
                }
            }
        }
        for (number, mut posts) in numbers {
            posts.sort_unstable();
            posts.dedup();
            let shown = posts.iter().find(|(_, asks)| *asks).or(posts.first()).map(|(at, _)| *at);
            let place = self.list.len() as u32;
            for (at, _) in &posts {
                self.asks.entry(*at).or_insert(place);
            }
            self.asked.push(posts.iter().map(|(at, _)| of.time(*at).micros()).min());
            let text = noted.iter().find(|(nth, _)| *nth == number.number && number.part.is_none());
            self.list.push(Question {
                number,
                text: text.map(|(_, text)| (*text).to_owned()),
                posts: posts.into_iter().map(|(at, _)| at).collect(),
                shown,
            });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn into_questions(self) -> Vec<Question> {
        self.list
    }

    /// Those whom the file names, then those who asked.
    pub(crate) fn host_ids(&self, of: &Conversation) -> Vec<AccountId> {
        let mut ids: Vec<AccountId> = Vec::new();
        let named =
            self.noted_hosts.iter().map(|id| of.find(id).map_or(id, |slot| &of.people[slot as usize].id));
        let asked = |slot: &&u32| self.asks.keys().any(|at| of.author[*at as usize] == **slot);
        for id in named.chain(self.hosts.iter().filter(asked).map(|slot| &of.people[*slot as usize].id)) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }

    /// The question that a tag names, for a post of that time.
    fn resolve(&self, tag: Tag, time: i64) -> Option<u32> {
        let open = |place: usize| self.asked[place].is_none_or(|asked| asked <= time + EARLY_MICROS);
        let same =
            |(place, question): &(usize, &Question)| question.number.number == tag.number && open(*place);
        let all = || self.list.iter().enumerate().filter(same);
        let exact = all().find(|(_, question)| question.number.part == tag.part);
        let whole = || all().find(|(_, question)| tag.part.is_some() && question.number.part.is_none());
        let latest =
            || all().filter(|_| tag.part.is_none()).max_by_key(|(place, _)| (self.asked[*place], *place));
        exact.or_else(whole).or_else(latest).map(|(place, _)| place as u32)
    }

    /// What answers them, by post and question.
    pub(crate) fn answers(
        &self,
        of: &Conversation,
        posts: &[PostIndex],
        afterwards: &[PostIndex],
    ) -> Vec<Answer> {
        if self.list.is_empty() {
            return Vec::new();
        }
        let here: HashSet<PostIndex> = posts.iter().chain(afterwards).copied().collect();
        let mut given: HashMap<PostIndex, Vec<Answer>> = HashMap::with_capacity(here.len());
        let mut waiting = Vec::new();
        for &at in posts.iter().chain(afterwards) {
            // What a post replies to is settled before it, whatever the clocks say.
            let mut next = Some(at);
            while let Some(post) = next.filter(|post| here.contains(post) && !given.contains_key(post)) {
                waiting.push(post);
                next = of.parent_post(post);
            }
            while let Some(post) = waiting.pop() {
                let answers = self.answers_of(of, post, &given);
                given.insert(post, answers);
            }
        }
        let mut answers: Vec<Answer> =
            posts.iter().chain(afterwards).flat_map(|at| given[at].iter().copied()).collect();
        answers.sort_unstable();
        answers.dedup();
        answers
    }

    fn answers_of(
        &self,
        of: &Conversation,
        at: PostIndex,
        given: &HashMap<PostIndex, Vec<Answer>>,
    ) -> Vec<Answer> {
        if of.is_repost(at) || self.asks.contains_key(&at) {
            return Vec::new();
        }
        let as_answers = |questions: &[u32], how| -> Vec<Answer> {
            questions.iter().map(|&question| Answer { post: at, question, how }).collect()
        };
        if let Some(text) = &of.post(at).text {
            let by_tag = resolve_tags(&tags(text), self, of, at);
            if !by_tag.is_empty() {
                return as_answers(&by_tag, How::Tag);
            }
        }
        if let Some(parent) = of.parent_post(at) {
            if let Some(&question) = self.asks.get(&parent) {
                return as_answers(&[question], How::Reply);
            }
            let inherited: Vec<u32> =
                given.get(&parent).into_iter().flatten().map(|answer| answer.question).collect();
            if !inherited.is_empty() {
                return as_answers(&inherited, How::Thread);
            }
        }
        let Some(quoted) = of.quoted_post(at) else { return Vec::new() };
        match self.asks.get(&quoted) {
            Some(&question) => as_answers(&[question], How::Quote),
            None => {
                let inherited: Vec<u32> =
                    given.get(&quoted).into_iter().flatten().map(|answer| answer.question).collect();
                as_answers(&inherited, How::Quote)
            }
        }
    }

    /// Posts from the first question on that ask nothing and answer nothing.
    pub(crate) fn unassigned(
        &self,
        of: &Conversation,
        posts: &[PostIndex],
        answers: &[Answer],
    ) -> Vec<PostIndex> {
        let Some(first) = posts.iter().position(|at| self.asks.contains_key(at)) else { return Vec::new() };
        let answered: HashSet<PostIndex> = answers.iter().map(|answer| answer.post).collect();
        let left =
            |at: &PostIndex| !of.is_repost(*at) && !self.asks.contains_key(at) && !answered.contains(at);
        posts[first..].iter().copied().filter(left).collect()
    }
}

/// The questions that a post's own tags name.
pub(crate) fn resolve_tags(tags: &Tags, questions: &Questions, of: &Conversation, at: PostIndex) -> Vec<u32> {
    if tags.is_empty() {
        return Vec::new();
    }
    // "#otherchat A1": the answer is the other chat's.
    if tags.after_hashtag.as_ref().is_some_and(|tag| is_chats(tag) && !of.chat.is_its(tag))
        && of.parent_post(at).is_none()
    {
        return Vec::new();
    }
    let time = of.time(at).micros();
    // "1) … 2) …" is a list, and an answer only of a question that it replies to.
    let is_list = tags.inside.iter().any(|tag| tag.letter == Letter::Bare);
    let bare_counts = !is_list && of.parent_post(at).is_none();
    let leading = tags.leading.iter().filter(|tag| tag.letter != Letter::Bare || bare_counts);
    let inside = tags.inside.iter().filter(|tag| tag.letter == Letter::A);
    let mut found: Vec<u32> = Vec::new();
    for question in leading.chain(inside).filter_map(|tag| questions.resolve(*tag, time)) {
        if !found.contains(&question) {
            found.push(question);
        }
    }
    found.sort_unstable();
    found
}

fn asks(text: &str) -> bool {
    text.contains('?') || (!text.is_ascii() && text.contains(['？', '؟']))
}

fn is_chats(hashtag: &str) -> bool {
    hashtag.ends_with("chat") || hashtag.ends_with("hour")
}

fn is_question(letter: Letter, hosts_use_q: bool, asks: bool) -> bool {
    match letter {
        Letter::Q => true,
        Letter::T => !hosts_use_q,
        Letter::Bare => !hosts_use_q && asks,
        Letter::A => false,
    }
}

fn replies_to_another(of: &Conversation, at: PostIndex) -> bool {
    let answered = of.answered[at as usize];
    answered != crate::conversation::NONE && answered != of.author[at as usize]
}

/// Whether a post replies to or quotes somebody else: who passes a question on does not ask it.
fn points_to_another(of: &Conversation, at: PostIndex) -> bool {
    let quotes = of.quoted[at as usize] != crate::conversation::To::Nothing;
    replies_to_another(of, at) || (quotes && of.quoted_author(at) != Some(of.author[at as usize]))
}

/// Those who are no hosts by the chat's file and asked at least two numbered questions before anybody else did.
fn guest_hosts(of: &Conversation, tagged: &[(PostIndex, Tags, bool)], hosts: &BTreeSet<u32>) -> Vec<u32> {
    let mut first: BTreeMap<(u32, Option<char>), u32> = BTreeMap::new();
    for (at, tags, asks) in tagged {
        let [tag] = tags.leading.as_slice() else { continue };
        if matches!(tag.letter, Letter::Q | Letter::T) && *asks && !points_to_another(of, *at) {
            first.entry((tag.number, tag.part)).or_insert(of.author[*at as usize]);
        }
    }
    let mut asked: BTreeMap<u32, u32> = BTreeMap::new();
    for author in first.into_values().filter(|author| !hosts.contains(author)) {
        *asked.entry(author).or_default() += 1;
    }
    asked.into_iter().filter(|(_, count)| *count >= 2).map(|(author, _)| author).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    let text: String = text.chars().take(2_000).collect();
    let text = clean(&text).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether most words of a noted question stand in a post.
fn alike(wanted: &BTreeSet<String>, text: &str) -> bool {
    let found = words(text);
    wanted.len() >= 3 && wanted.intersection(&found).count() as f64 >= ALIKE * wanted.len() as f64
}
