//! A story of the invented chat, as its JSON: so that pages and the written form are looked at together. Nobody in it exists.

use std::collections::BTreeMap;

use someasure_model::Edition;
use someasure_model::chat::story::ToldStory;

const STORY: &str = r##"{
  "id": "the-evening-of-answers", "title": "The evening of answers", "chat": "madeupchat", "session": "2014-03-12",
  "curator": "Eva Curator (invented)", "date": "2014-03-20", "summary": "A question was asked four times, and the fourth time it was heard.",
  "language": "en", "draft": false,
  "blocks": [
    {"kind": "prose", "prose": {"kind": "paragraph", "words": [{"kind": "text", "text": "It began with "},
      {"kind": "link", "address": "https://example.org/report", "words": [{"kind": "text", "text": "a report"}]},
      {"kind": "text", "text": " and "}, {"kind": "emphasis", "words": [{"kind": "text", "text": "many"}]}, {"kind": "text", "text": " questions."}]}},
    {"kind": "prose", "prose": {"kind": "heading", "level": 2, "words": [{"kind": "text", "text": "What makes an answer a good one?"}]}},
    {"kind": "post", "post": {
      "named": {"post_id": "mastodon:social.example/1", "address": "https://social.example/@fictional1/1"}, "platform": "Mastodon",
      "author": {"as": "named", "name": "Bilal Invented", "handle": "fictional1@social.example", "address": "https://social.example/@fictional1"},
      "created_at": "2014-03-12T20:05:00Z", "language": "en", "withheld": null,
      "text": [{"kind": "text", "text": "Names, not inboxes. As "}, {"kind": "mention", "person": {"as": "participant", "number": 12}}, {"kind": "text", "text": " said: "},
        {"kind": "link", "address": "https://example.org/names"}],
      "links": [], "media": [{"kind": "image", "alternative": "A table of waiting times, by month."}, {"kind": "poll", "alternative": "Names (14); Inboxes (2)"}],
      "note": "This turned the talk.", "quotes": null,
      "answers": {"kind": "post", "post": {"named": null, "platform": "Bluesky", "author": {"as": "participant", "number": 12},
        "created_at": "2014-03-12T20:02:00Z", "language": "cy", "withheld": null, "text": [{"kind": "text", "text": "Pwy sy’n ateb?\nWho answers?"}],
        "links": [], "media": [], "note": null, "answers": null, "quotes": null}}}},
    {"kind": "post", "post": {"named": null, "platform": "X (Twitter)", "author": {"as": "participant", "number": 7}, "created_at": "2014-03-12T20:09:00Z",
      "language": null, "withheld": "X’s terms let others publish the ids of posts and not their words.", "text": [], "links": [], "media": [],
      "note": null, "answers": null, "quotes": null}},
    {"kind": "withdrawn"},
    {"kind": "prose", "prose": {"kind": "list", "first": null, "items": [[{"kind": "paragraph", "words": [{"kind": "text", "text": "Ask once."}]}],
      [{"kind": "paragraph", "words": [{"kind": "strong", "words": [{"kind": "text", "text": "Answer by name."}]}]}]]}},
    {"kind": "prose", "prose": {"kind": "quotation", "prose": [{"kind": "paragraph", "words": [{"kind": "text", "text": "Nobody ever wrote this."}]}]}},
    {"kind": "missing"}
  ]
}"##;

/// Puts the story into an edition that has the chat.
pub(crate) fn fill(edition: &mut Edition) {
    edition.stories.push(ToldStory {
        story: serde_json::from_str(STORY).expect("a story of the written form"),
        chat_title: edition.chats.first().map(|chat| chat.title.clone()),
        time_zone: "Europe/London".to_owned(),
        pictures: BTreeMap::new(),
    });
}
