//! An export that was read, as the text of a story's file, with the file beside it and the report.

use serde::{Deserialize, Serialize};
use someasure_model::PostId;
use someasure_model::plain::{clean, clean_paragraphs, web_address};

use super::super::words::{address as link_target, escaped, quoted, remark};
use super::super::{Reference, reference};
use super::{Element, Imported, Quoted, Whole, Wishes};

const FORMAT: &str = "someasure-story-import/1";
/// The longest words of a post that are kept.
const WORDS: usize = 10_000;

/// `stories/<name>.imported.json`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    format: String,
    story: String,
    /// Where the story stood.
    address: String,
    /// Not for publication: the words of people who have not been asked.
    note: String,
    posts: Vec<KeptPost>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptPost {
    number: usize,
    post_id: Option<PostId>,
    address: String,
    source: String,
    author: String,
    posted_at: String,
    words: String,
}

pub(super) fn write(whole: Whole, wishes: &Wishes<'_>) -> Imported {
    let mut out = Out {
        wishes,
        blocks: Vec::new(),
        kept: Vec::new(),
        posts: 0,
        lacking: 0,
        elsewhere: 0,
        pictures: 0,
        links: 0,
        left_out: 0,
    };
    let Whole { title, about, curator, date, address, elements, left } = whole;
    let words = elements.iter().filter(|element| matches!(element, Element::Words(..))).count();
    elements.into_iter().for_each(|element| out.element(element));
    let mut text = String::from("+++\n");
    let title = if title.is_empty() { "An imported story".to_owned() } else { title };
    text.push_str(&format!("title = {}\n", quoted(&title)));
    if let Some(chat) = wishes.chat {
        text.push_str(&format!("chat = {}\n", quoted(chat.as_str())));
    }
    text.push_str(&format!("curator = {}\n", quoted(&curator)));
    text.push_str(&format!("date = {}\n", quoted(&date.unwrap_or(wishes.today).to_string())));
    text.push_str(&format!("summary = {}\n", quoted(&about)));
    text.push_str("draft = true\n+++\n\n");
    text.push_str(&out.blocks.join("\n\n"));
    text.push('\n');

    let many = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut report = vec![format!(
        "Taken along: {} of the curator's words, {} by reference, {}.",
        many(words, "piece"),
        many(out.posts, "post"),
        many(out.links, "link")
    )];
    let mut tell = |count: usize, what: String| {
        if count > 0 {
            report.push(what);
        }
    };
    let beside = format!("stories/{}.imported.json", wishes.id);
    tell(
        out.lacking,
        format!(
            "{} not in the archive: the words are in {beside}, which is not for publication. Import the chat's posts; then delete it.",
            if out.lacking == 1 { "1 post is".to_owned() } else { format!("{} posts are", out.lacking) }
        ),
    );
    tell(
        out.elsewhere,
        format!(
            "{} from where posts have no id here: a remark stands in the place of each, the words are in {beside}.",
            if out.elsewhere == 1 {
                "1 quote is".to_owned()
            } else {
                format!("{} quotes are", out.elsewhere)
            }
        ),
    );
    tell(
        out.pictures,
        format!(
            "{} not taken along: a link stands in the place of each. Where you have the right to a picture, put it beside the story.",
            if out.pictures == 1 {
                "1 picture was".to_owned()
            } else {
                format!("{} pictures were", out.pictures)
            }
        ),
    );
    tell(
        out.left_out,
        match out.left_out {
            1 => "1 link was left out, because its address is none of the web (as javascript: is none); its words stay.".to_owned(),
            n => format!(
                "{n} links were left out, because their addresses are none of the web (as javascript: is none); their words stay."
            ),
        },
    );
    tell(
        usize::from(curator.is_empty()),
        "The export does not say who told the story: fill in curator.".to_owned(),
    );
    tell(usize::from(about.is_empty()), "The export has no description: fill in summary.".to_owned());
    tell(
        usize::from(date.is_none()),
        "The export has no date: the day of the import stands in its place.".to_owned(),
    );
    report.extend(left);
    report.push("Pictures of people, likes, comments and the layout are not taken along.".to_owned());

    let kept = (!out.kept.is_empty()).then(|| {
        let kept = Kept {
            format: FORMAT.to_owned(),
            story: wishes.id.to_string(),
            address: if web_address(&address).is_some() { address } else { String::new() },
            note: "Words of people who have not been asked: not for publication. Delete this file when the archive holds the posts, or when somebody asks."
                .to_owned(),
            posts: out.kept,
        };
        serde_json::to_string_pretty(&kept).unwrap_or_default() + "\n"
    });
    Imported { text, kept, report, posts: out.posts, lacking: out.lacking }
}

struct Out<'a> {
    wishes: &'a Wishes<'a>,
    blocks: Vec<String>,
    kept: Vec<KeptPost>,
    posts: usize,
    lacking: usize,
    elsewhere: usize,
    pictures: usize,
    links: usize,
    left_out: usize,
}

impl Out<'_> {
    fn element(&mut self, element: Element) {
        match element {
            Element::Words(words, left_out) => {
                self.left_out += left_out;
                self.blocks.push(words);
            }
            Element::Post(post) => self.post(post),
            Element::Link { address, title } => {
                self.links += usize::from(web_address(&address).is_some());
                let title = if title.is_empty() { address.clone() } else { title };
                self.link("", &address, &title);
            }
            Element::Picture { address, source } => {
                self.pictures += 1;
                let source = if source.is_empty() { "elsewhere".to_owned() } else { source };
                self.link("A picture from ", &address, &source);
            }
        }
    }

    fn link(&mut self, before: &str, address: &str, title: &str) {
        let words = escaped(title);
        self.blocks.push(match web_address(address) {
            Some(address) => format!("{before}[{words}]({})", link_target(address)),
            None => {
                self.left_out += 1;
                format!("{before}{words}")
            }
        });
    }

    fn post(&mut self, post: Quoted) {
        match reference(&post.address) {
            Some(Reference::Id(id)) => {
                self.posts += 1;
                self.blocks.push(format!("{{{{ post {id} }}}}"));
                if !(self.wishes.holds)(&id) {
                    self.lacking += 1;
                    self.keep(Some(id), post);
                }
            }
            // The account behind the handle is the archive's to know: it is looked up at each build.
            Some(Reference::Bluesky { handle, key }) => {
                self.posts += 1;
                self.blocks.push(format!("{{{{ post https://bsky.app/profile/{handle}/post/{key} }}}}"));
            }
            None => {
                self.elsewhere += 1;
                let source = if post.source.is_empty() { "elsewhere" } else { &post.source };
                let number = self.kept.len() + 1;
                self.blocks.push(remark(&format!(
                    "A quote from {source} stood here: number {number} in the file of imported words."
                )));
                self.keep(None, post);
            }
        }
    }

    fn keep(&mut self, post_id: Option<PostId>, post: Quoted) {
        self.kept.push(KeptPost {
            number: self.kept.len() + 1,
            post_id,
            address: web_address(&post.address).unwrap_or_default().to_owned(),
            source: clean(&post.source),
            author: clean(&post.author),
            posted_at: clean(&post.posted_at),
            words: clean_paragraphs(&post.words, WORDS),
        });
    }
}

/// The file of imported words without the posts that somebody wants gone, or `None` where nothing is left of it. `gone` is asked
/// with a post's id, where it has one, its author as the export named them, and its address.
pub fn kept_without(
    kept: &str,
    gone: &dyn Fn(Option<&PostId>, &str, &str) -> bool,
) -> Result<Option<String>, String> {
    let mut kept: Kept = serde_json::from_str(kept)
        .map_err(|error| format!("it is not a file of imported words ({error})"))?;
    if kept.format != FORMAT {
        return Err(format!("its format is '{}', not {FORMAT}", clean(&kept.format)));
    }
    kept.posts.retain(|post| !gone(post.post_id.as_ref(), &post.author, &post.address));
    if kept.posts.is_empty() {
        return Ok(None);
    }
    serde_json::to_string_pretty(&kept).map(|text| Some(text + "\n")).map_err(|error| error.to_string())
}
