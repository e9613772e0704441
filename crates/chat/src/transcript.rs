//! One session as it is read. Every post of the session and of its days after is in it exactly once: shown, folded as a
//! repost, or marked as withdrawn.

use std::collections::{BTreeMap, HashMap, HashSet};

use someasure_model::chat::{
    Asked, Consent, PassedOnBy, PostIndex, Quoted, RepliesTo, Said, Session, Speaker, Transcript,
    TranscriptCounts, Turn, Under, Words,
};

use crate::conversation::{Conversation, NONE, To, retweeted};
use crate::threads::in_threads;

/// The transcript of a session that [`sessions`](crate::sessions()) found in the same conversation.
pub fn transcript(of: &Conversation, session: &Session) -> Transcript {
    Transcriber::new(of, session).transcript()
}

struct Transcriber<'c, 'a> {
    of: &'c Conversation<'a>,
    session: &'c Session,
    hosts: Vec<u32>,
    under: HashMap<PostIndex, Vec<Under>>,
    /// Posts that have a turn of their own.
    here: HashSet<PostIndex>,
    folded: HashMap<PostIndex, Vec<PostIndex>>,
}

impl<'c, 'a> Transcriber<'c, 'a> {
    fn new(of: &'c Conversation<'a>, session: &'c Session) -> Self {
        let mut under: HashMap<PostIndex, Vec<Under>> = HashMap::new();
        for answer in &session.answers {
            if let Some(question) = session.questions.get(answer.question as usize) {
                under
                    .entry(answer.post)
                    .or_default()
                    .push(Under { number: question.number, how: answer.how });
            }
        }
        let all = session.posts.iter().chain(&session.afterwards);
        let here = all.clone().copied().filter(|&at| !of.is_repost(at)).collect();
        Self {
            of,
            session,
            hosts: session.hosts.iter().filter_map(|id| of.find(id)).collect(),
            under,
            here,
            folded: HashMap::new(),
        }
    }

    fn transcript(mut self) -> Transcript {
        let session = self.session;
        let of = self.of;
        let elsewhere = self.fold();
        let asks: HashSet<PostIndex> =
            session.questions.iter().flat_map(|question| &question.posts).copied().collect();
        let unassigned: HashSet<PostIndex> = session.unassigned.iter().copied().collect();
        let own = || session.posts.iter().copied().filter(|&at| !of.is_repost(at));
        let mut first_question: HashMap<PostIndex, u32> = HashMap::new();
        for answer in &session.answers {
            first_question.entry(answer.post).or_insert(answer.question);
        }
        let mut answers: Vec<Vec<PostIndex>> = vec![Vec::new(); session.questions.len()];
        let mut opening = Vec::new();
        let mut left = Vec::new();
        for at in own().filter(|at| !asks.contains(at)) {
            match first_question.get(&at).and_then(|&question| answers.get_mut(question as usize)) {
                Some(answers) => answers.push(at),
                None if unassigned.contains(&at) => left.push(at),
                None => opening.push(at),
            }
        }
        let mut asked_before = HashSet::new();
        let questions: Vec<Asked> = session
            .questions
            .iter()
            .zip(&answers)
            .map(|(question, answers)| Asked {
                number: question.number,
                text: question.text.clone().or_else(|| self.question_text(question.shown?)),
                posts: question
                    .posts
                    .iter()
                    .filter(|at| asked_before.insert(**at))
                    .map(|&at| self.turn(at, 0))
                    .collect(),
                answers: self.threads(answers),
            })
            .collect();
        let mut transcript = Transcript {
            chat: of.chat.title.clone(),
            session: session.id,
            topic: session.topic.clone(),
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            hosts: self.hosts.iter().map(|&slot| of.speaker(slot)).collect(),
            opening: self.threads(&opening),
            questions,
            unassigned: self.threads(&left),
            afterwards: self.threads(
                &session.afterwards.iter().copied().filter(|&at| !of.is_repost(at)).collect::<Vec<_>>(),
            ),
            passed_on: elsewhere
                .into_iter()
                .map(|(original, reposts)| self.passed_on(original, &reposts))
                .collect(),
            counts: TranscriptCounts::default(),
        };
        self.quotes(&mut transcript);
        transcript.counts = self.counts(&transcript);
        transcript
    }

    /// Folds reposts into their originals of this session; the others by what they pass on, by time.
    fn fold(&mut self) -> Vec<(To, Vec<PostIndex>)> {
        let of = self.of;
        let mut elsewhere: Vec<(To, Vec<PostIndex>)> = Vec::new();
        let mut places: HashMap<Original, usize> = HashMap::new();
        let all = self.session.posts.iter().chain(&self.session.afterwards);
        for &at in all.filter(|&&at| of.is_repost(at)) {
            let to = self.origin(at);
            match to {
                To::Post(original) if self.here.contains(&original) => {
                    self.folded.entry(original).or_default().push(at);
                }
                _ => {
                    let key = match to {
                        To::Post(post) => Original::Post(post),
                        To::Context(post) => Original::Context(post),
                        To::Withdrawn | To::Unknown | To::Nothing => {
                            let post = of.post(at);
                            Original::Words(post.quoted_post_id.as_ref().map_or_else(
                                || post.text.clone().unwrap_or_default(),
                                |id| id.as_str().to_owned(),
                            ))
                        }
                    };
                    let place = *places.entry(key).or_insert_with(|| {
                        elsewhere.push((to, Vec::new()));
                        elsewhere.len() - 1
                    });
                    elsewhere[place].1.push(at);
                }
            }
        }
        elsewhere
    }

    /// What a repost passes on, through reposts of reposts.
    fn origin(&self, at: PostIndex) -> To {
        let mut to = self.of.quoted[at as usize];
        for _ in 0..16 {
            match to {
                To::Post(next) if self.of.is_repost(next) && self.of.quoted[next as usize] != To::Nothing => {
                    to = self.of.quoted[next as usize];
                }
                _ => break,
            }
        }
        to
    }

    fn question_text(&self, at: PostIndex) -> Option<String> {
        match self.said(at) {
            Said::Words(words) => words.text,
            _ => None,
        }
    }

    fn is_withdrawn(&self, at: PostIndex) -> bool {
        self.of.withdrawn[at as usize]
    }

    fn said(&self, at: PostIndex) -> Said {
        if self.is_withdrawn(at) {
            return Said::Withdrawn;
        }
        Said::Words(Box::new(self.of.words(self.of.post(at), self.of.author[at as usize], &self.hosts)))
    }

    fn context_words(&self, at: u32) -> Option<Words> {
        let author = self.of.context_author[at as usize];
        let shown = self.of.people[author as usize].consent != Consent::Removed;
        shown.then(|| self.of.words(&self.of.archive.context[at as usize].post, author, &self.hosts))
    }

    fn passed_on_by(&self, reposts: &[PostIndex]) -> Vec<PassedOnBy> {
        let by = |&post: &PostIndex| PassedOnBy {
            post,
            speaker: if self.is_withdrawn(post) {
                Speaker::Withdrawn
            } else {
                self.of.speaker(self.of.author[post as usize])
            },
            at: self.of.time(post),
        };
        reposts.iter().map(by).collect()
    }

    fn turn(&self, at: PostIndex, depth: u32) -> Turn {
        let said = self.said(at);
        let withdrawn = said == Said::Withdrawn;
        Turn {
            post: at,
            depth,
            said,
            under: self.under.get(&at).cloned().unwrap_or_default(),
            replies_to: if withdrawn { None } else { self.replies_to(at) },
            quoted: None,
            passed_on_by: self.passed_on_by(self.folded.get(&at).map_or(&[][..], Vec::as_slice)),
            likes: if withdrawn { None } else { self.likes(at) },
        }
    }

    fn likes(&self, at: PostIndex) -> Option<i64> {
        self.of.archive.posts[at as usize].likes
    }

    fn replies_to(&self, at: PostIndex) -> Option<RepliesTo> {
        match self.of.parent[at as usize] {
            To::Nothing => None,
            To::Post(post) if self.here.contains(&post) => Some(RepliesTo::Turn { post }),
            To::Post(post) if self.is_withdrawn(post) => Some(RepliesTo::Withdrawn),
            To::Context(post) if self.context_words(post).is_none() => Some(RepliesTo::Withdrawn),
            To::Post(_) | To::Context(_) => Some(RepliesTo::Elsewhere),
            To::Withdrawn => Some(RepliesTo::Withdrawn),
            To::Unknown => {
                let answered = self.of.answered[at as usize];
                let gone = answered != NONE && self.of.people[answered as usize].consent == Consent::Removed;
                Some(if gone { RepliesTo::Withdrawn } else { RepliesTo::NotKnown })
            }
        }
    }

    /// Posts by time as threads among themselves.
    fn threads(&self, posts: &[PostIndex]) -> Vec<Turn> {
        let places: HashMap<PostIndex, usize> =
            posts.iter().enumerate().map(|(place, &at)| (at, place)).collect();
        let parents: Vec<Option<usize>> = posts
            .iter()
            .map(|&at| self.of.parent_post(at).and_then(|parent| places.get(&parent).copied()))
            .collect();
        in_threads(&parents).into_iter().map(|(place, depth)| self.turn(posts[place], depth)).collect()
    }

    /// A post that is not of this session and was passed on in it.
    fn passed_on(&self, original: To, reposts: &[PostIndex]) -> Turn {
        let first = reposts[0];
        let said = match original {
            To::Post(post) => match self.said(post) {
                Said::Words(words) => Said::PassedOn(words),
                other => other,
            },
            To::Context(post) => {
                self.context_words(post).map_or(Said::Withdrawn, |words| Said::PassedOn(Box::new(words)))
            }
            To::Withdrawn => Said::Withdrawn,
            To::Unknown | To::Nothing => self.reposts_words(first, reposts),
        };
        Turn {
            post: first,
            depth: 0,
            said,
            under: Vec::new(),
            replies_to: None,
            quoted: None,
            passed_on_by: self.passed_on_by(reposts),
            likes: None,
        }
    }

    /// The words of an original that only its reposts have: in the first repost that may be shown, unless the original's
    /// author withdrew.
    fn reposts_words(&self, first: PostIndex, reposts: &[PostIndex]) -> Said {
        let of = self.of;
        let platform = of.post(first).account_id.platform();
        let by = of.post(first).text.as_deref().and_then(retweeted).map(|(handle, _)| handle.to_lowercase());
        let author = by.and_then(|handle| of.find_handle(platform.as_str(), &handle));
        if author.is_some_and(|slot| of.people[slot as usize].consent == Consent::Removed) {
            return Said::Withdrawn;
        }
        match reposts.iter().find(|&&at| !self.is_withdrawn(at)) {
            Some(&at) => match self.said(at) {
                Said::Words(words) => Said::PassedOn(words),
                other => other,
            },
            None => Said::Withdrawn,
        }
    }

    /// Shows each quoted post once, in the order of reading.
    fn quotes(&self, transcript: &mut Transcript) {
        let mut shown: HashMap<Shown, PostIndex> = HashMap::new();
        let Transcript { opening, questions, unassigned, afterwards, .. } = transcript;
        let asked = questions.iter_mut().flat_map(|asked| asked.posts.iter_mut().chain(&mut asked.answers));
        for turn in opening.iter_mut().chain(asked).chain(unassigned).chain(afterwards) {
            if turn.said == Said::Withdrawn {
                continue;
            }
            turn.quoted = match self.of.quoted[turn.post as usize] {
                To::Nothing => None,
                To::Post(post) if self.here.contains(&post) => Some(Quoted::Turn { post }),
                To::Post(post) => Some(match (self.said(post), shown.get(&Shown::Post(post))) {
                    (Said::Words(_), Some(&post)) => Quoted::ShownBy { post },
                    (Said::Words(words), None) => {
                        shown.insert(Shown::Post(post), turn.post);
                        Quoted::Shown(words)
                    }
                    _ => Quoted::Withdrawn,
                }),
                To::Context(post) => {
                    Some(match (self.context_words(post), shown.get(&Shown::Context(post))) {
                        (Some(_), Some(&post)) => Quoted::ShownBy { post },
                        (Some(words), None) => {
                            shown.insert(Shown::Context(post), turn.post);
                            Quoted::Shown(Box::new(words))
                        }
                        (None, _) => Quoted::Withdrawn,
                    })
                }
                To::Withdrawn => Some(Quoted::Withdrawn),
                To::Unknown => Some(Quoted::NotKnown),
            };
        }
    }

    fn counts(&self, transcript: &Transcript) -> TranscriptCounts {
        let mut counts = TranscriptCounts::default();
        let mut people = BTreeMap::new();
        for &at in self.session.posts.iter().chain(&self.session.afterwards) {
            counts.posts += 1;
            if self.is_withdrawn(at) {
                counts.withdrawn += 1;
            } else if self.of.is_repost(at) {
                counts.folded += 1;
            } else {
                counts.shown += 1;
            }
            let author = self.of.author[at as usize];
            if self.of.people[author as usize].consent != Consent::Removed {
                people.insert(author, ());
            }
        }
        let (opens, closes) = (self.session.opens_at, self.session.closes_at);
        let gone = self.of.archive.withdrawn.iter().filter_map(someasure_model::PostId::given_out);
        counts.gone = gone.filter(|at| opens <= *at && *at < closes).count() as u32;
        counts.participants = people.len() as u32;
        counts.answers = transcript.turns().filter(|turn| !turn.under.is_empty()).count() as u32;
        counts
    }
}

/// What a repost passes on, as a key.
#[derive(PartialEq, Eq, Hash)]
enum Original {
    Post(u32),
    Context(u32),
    Words(String),
}

/// A quoted post that has been shown, as a key.
#[derive(PartialEq, Eq, Hash)]
enum Shown {
    Post(u32),
    Context(u32),
}
