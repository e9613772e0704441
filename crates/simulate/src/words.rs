//! What posts say: plain sentences, and now and then a text that would break a page, a table or a terminal.

use someasure_stats::Random;

use crate::chance::{happens, one_of};

/// A text with what it names.
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) hashtags: Vec<String>,
    pub(crate) mentions: Vec<String>,
    pub(crate) links: Vec<String>,
}

const BEGINNINGS: [&str; 12] = [
    "Did you know?",
    "Good morning.",
    "From Monday:",
    "Thank you to everyone who came.",
    "A reminder:",
    "Our team has news.",
    "Today we are at the town hall.",
    "Join us on Thursday evening.",
    "Bore da.",
    "We are sorry for the wait.",
    "Three things to know.",
    "New this week:",
];
const MIDDLES: [&str; 16] = [
    "The walk-in centre is open from eight to eight, and you need no appointment.",
    "You can order your repeat prescription by telephone or on our site.",
    "Winter vaccinations begin; please bring a mask if you have a cough.",
    "We are looking for nurses, porters and people who can bake.",
    "The car park behind the main building is closed until Friday.",
    "Our annual report is there, with a summary in plain words.",
    "Please call 111 first if it is urgent and no emergency.",
    "The new ward has twelve beds and a garden.",
    "Volunteers read to children every Wednesday afternoon.",
    "Test results come by letter, not by message.",
    "Interpreters are free; ask for one when you book.",
    "Staff from four wards ran ten miles for the hospice.",
    "The board meets in public; questions are welcome.",
    "Bus number 7 now stops at the main entrance.",
    "Carers can have a break: this is how to ask.",
    "Hydration matters in this heat, for you and your neighbours.",
];
const QUESTIONS: [&str; 6] = [
    "is the walk-in centre open today?",
    "how long is the wait for an appointment?",
    "can I see my test results somewhere?",
    "who do I write to about parking?",
    "do you have an interpreter for Polish?",
    "why was my letter sent to the old address?",
];
const TAGS: [&str; 10] = [
    "health",
    "nhs",
    "WinterReady",
    "jobs",
    "ThankYou",
    "MentalHealth",
    "vaccination",
    "carers",
    "openday",
    "PatientSafety",
];
/// Words that everybody uses: what is said with them is new in every post, as it is in real ones, and packs no better.
const EVERYDAY: &str = "\
    a about after again all also always and any are around as ask at away back bag be bed been before \
    better bird blue book both box boy bread bring bus but by cake call can car card care cat chair \
    change check child city clean clear clinic clock close cold come cook corner cup daily day desk \
    different door dress drink early east easy eat egg end evening every eye family far farm fast father \
    feel few field find fire first fish floor flower fly food foot for free fresh friend from full game \
    garden get girl give glass go good grass green group grow hair half hall hand happy hard hat have \
    head hear heart help here high hill home hope horse hot hour house how hundred ice if in inside into \
    island job join just keep kind king kitchen know lake land large last late laugh leaf learn leave \
    left letter life light like line listen little live long look lunch make man many map market may \
    meet milk mind minute money month moon more morning most mother mountain much music name near need \
    never new next nice night no north nose not now number of often old on once one only open or orange \
    other our out outside over page paint paper park part people picture place plant play please point \
    pony pool porter post quick quiet rain read ready red rest river road room round run sea seat see \
    send shop short show shut side sing sister sit six sleep slow small snow soft some song soon south \
    spring stand star start stay step stop story street summer sun table take talk tea team tell ten \
    thank that the there they thing three time to today together tomorrow town train tree two under \
    until up use very visit wait walk ward warm wash water way we week welcome well west what when where \
    white who wide window winter with woman word work write year yellow yes you young your";

/// What pictures show.
pub(crate) const PICTURES: [&str; 5] = [
    "Four nurses in front of a door with balloons.",
    "A poster: flu vaccination, Tuesday and Thursday, nine to five.",
    "A new building of red brick with scaffolding on its left side.",
    "A bar chart of waiting times, falling from March to June.",
    "A dog with a yellow scarf on a hospital bed.",
];

/// Texts that look for a fault in whatever reads them.
pub(crate) const HOSTILE: [&str; 10] = [
    "<script>alert(\"simulated\")</script><img src=x onerror=alert(1)>",
    "\u{202e}detalumis si siht\u{202c} \u{2066}isolated\u{2069}",
    "zero\u{200b}width\u{200d}joined\u{feff}text",
    "=HYPERLINK(\"https://example.org\",\"press\")",
    "\"; DROP TABLE post; -- 'quoted' \\ back\\slash",
    "]]></title></svg>{{7*7}} ${7*7} <!-- #set page(width: 1pt) -->",
    "Z\u{335}\u{327}a\u{334}\u{328}l\u{337}\u{321}g\u{338}\u{322}o\u{336}\u{31b} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "line\u{2028}separator\u{85}next\r\nnew\tline \u{1b}[31mred\u{7}",
    "\u{627}\u{644}\u{635}\u{62d}\u{629} \u{5d1}\u{5e8}\u{5d9}\u{5d0}\u{5d5}\u{5ea} \u{5065}\u{5eb7}",
    "-1+1,\"a\nb\",;|",
];

/// One of them; one in eight has ten thousand characters.
pub(crate) fn hostile(random: &mut Random) -> String {
    let text = one_of(random, &HOSTILE);
    if happens(random, 0.125) { text.chars().cycle().take(10_000).collect() } else { text.to_owned() }
}

/// A sentence of some words: it has none to mean.
fn sentence(random: &mut Random) -> String {
    use std::sync::LazyLock;
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| EVERYDAY.split_whitespace().collect());
    let words: Vec<&str> = (0..6 + random.below(16)).map(|_| one_of(random, &WORDS)).collect();
    let text = words.join(" ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}

/// What a post says.
pub(crate) fn said(random: &mut Random, is_question: bool) -> Said {
    let mut said =
        Said { text: String::new(), hashtags: Vec::new(), mentions: Vec::new(), links: Vec::new() };
    if happens(random, 0.004) {
        said.text = hostile(random);
        return said;
    }
    if is_question {
        said.text = format!("Hello, {}", one_of(random, &QUESTIONS));
        return said;
    }
    said.text.push_str(one_of(random, &BEGINNINGS));
    said.text.push(' ');
    said.text.push_str(&sentence(random));
    for _ in 0..random.below(3) {
        said.text.push(' ');
        said.text.push_str(one_of(random, &MIDDLES));
    }
    if happens(random, 0.35) {
        for _ in 0..=random.below(2) {
            let tag = one_of(random, &TAGS);
            said.text.push_str(&format!(" #{tag}"));
            said.hashtags.push(tag.to_owned());
        }
    }
    if happens(random, 0.2) {
        let name = format!("neighbour_{}", random.below(5_000));
        said.text.push_str(&format!(" @{name}"));
        said.mentions.push(name);
    }
    if happens(random, 0.4) {
        let link = format!("https://news.example.org/{:06x}", random.below(1 << 24));
        said.text.push_str(&format!(" {link}"));
        said.links.push(link);
    }
    said
}
