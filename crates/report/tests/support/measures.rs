//! The measures of the invented edition, as their files would be.

pub(crate) const MEASURES: [&str; 8] = [
    r#"
id = "active_last_30_days"
version = 1
status = "standard"
title = "Active in the last 30 days"
question = "How many organisations with an account posted in the last 30 days?"
why_it_matters = "An account that is silent for a month looks closed to those who need it."
what_it_cannot_tell_you = "Whether what was posted was of use to anyone."
gaming_risks = ["A scheduled post a month is enough to count.", "It rewards noise."]
actions = [{ tip = "Say in the profile when the account is read and by whom", effort = "small" }]
says = { group = "{} posted in the last 30 days" }
domain = "presence"
kind = "proportion"
level = "group"
unit = "%"
decimals = 0
counts = "organisations"
polarity = "contested"
polarity_reason = "Silence may be a decision."
period = "month"
sql = """
SELECT organisation_id, platform, period,
       1 AS denominator, max(CASE WHEN posts > 0 THEN 1 ELSE 0 END) AS numerator
FROM activity
GROUP BY organisation_id, platform, period
"""
"#,
    r#"
id = "followers_per_1000"
version = 2
status = "experimental"
title = "Followers per 1,000 people served"
question = "How many follow it, for the size of the population it serves?"
why_it_matters = "It says how far a public message could travel directly."
what_it_cannot_tell_you = "How many of the followers live there, or are people at all."
gaming_risks = ["Followers can be bought."]
domain = "audience"
kind = "value"
unit = "per 1,000"
decimals = 2
counts = "observations"
polarity = "none"
polarity_reason = "A large audience elsewhere is of no use."
period = "month"
sql = "SELECT organisation_id, platform, period, 1000.0 * followers / population AS value FROM observation"
changelog = ["2: the population is that of the same year", "1: first version"]
"#,
    r#"
id = "posts_per_week"
version = 1
status = "standard"
title = "Posts per week"
question = "How often does it post?"
why_it_matters = "It is the simplest description of how much an account is used."
what_it_cannot_tell_you = "Whether anyone needed the posts."
gaming_risks = ["Posting the same text again", "It rewards volume"]
actions = [{ tip = "Drop one regular post that nobody answered in a year", effort = "small" }]
says = { what = "Posting", one = "posted {} times a week", half = "Half post {} times a week" }
domain = "activity"
kind = "rate"
unit = "per week"
decimals = 1
counts = "posts"
polarity = "contested"
polarity_reason = "More is not better, and neither is less."
period = "month"
min_denominator = 4
sql = "SELECT organisation_id, platform, period, count(*) AS events, 52.0 AS exposure FROM post GROUP BY 1, 2, 3"
"#,
    r#"
id = "longest_silence"
version = 1
status = "standard"
title = "Longest silence"
question = "What was the longest time without a post?"
why_it_matters = "People who wait for an answer notice a silence."
actions = [{ tip = "Agree who posts when the usual person is away", effort = "small" }]
says = { what = "Silences", one = "was silent for {unit} at the longest", half = "Half were silent for {} days" }
domain = "activity"
kind = "value"
unit = "days"
counts = "gaps"
polarity = "lower"
polarity_reason = "A long silence leaves questions open."
sql = "SELECT organisation_id, platform, period, max(gap_days) AS value FROM gap GROUP BY 1, 2, 3"
"#,
    r#"
id = "conversation_share"
version = 1
status = "standard"
title = "Replies among posts"
question = "What share of its posts are answers to others?"
why_it_matters = "An account that answers is worth asking."
what_it_cannot_tell_you = "Whether the answers helped; care given in private messages is invisible."
gaming_risks = ["Stock replies"]
actions = [
  { tip = "Answer one public question every day before posting anything else", effort = "small" },
  { tip = "Give the team the right to answer without sign-off", effort = "large" },
]
evidence = [{ claim = "An invented claim, so that the page can be seen", url = "https://example.org/claim" }]
says = { what = "Replying", one = "answered somebody in {unit} of its posts", half = "Half answer somebody in {} of posts" }
domain = "conversation"
kind = "proportion"
unit = "%"
decimals = 1
counts = "posts"
polarity = "higher"
polarity_reason = "Conversation is what these platforms offer beyond a web page."
period = "month"
min_denominator = 20
sql = "SELECT organisation_id, platform, period, sum(is_reply) AS numerator, count(*) AS denominator FROM post GROUP BY 1, 2, 3"
"#,
    r#"
id = "response_time"
version = 1
status = "standard"
title = "Time to a first answer"
question = "How long does a public question wait for a first answer?"
says = { what = "Waiting", one = "took {unit} to give a typical answer", half = "Half answer within {} hours" }
domain = "conversation"
kind = "duration"
unit = "hours"
decimals = 1
counts = "public questions"
polarity = "lower"
actions = [{ tip = "Show opening hours in the profile", effort = "small" }]
min_denominator = 10
sql = "SELECT organisation_id, platform, period, hours AS value, answered AS observed FROM question"
"#,
    r#"
id = "median_interactions"
version = 1
status = "standard"
title = "Interactions with a typical post"
question = "How many likes, replies and reposts does a typical post get?"
says = { what = "Interactions", one = "got {} interactions with a typical post", half = "Half get {} interactions per typical post" }
domain = "usefulness"
kind = "sample"
statistic = "median"
unit = "count"
decimals = 1
counts = "posts"
polarity = "none"
polarity_reason = "It grows with the audience."
sql = "SELECT organisation_id, platform, period, likes + replies + reposts AS value FROM mature_reading"
"#,
    r#"
id = "alt_text"
version = 1
status = "standard"
title = "Images with a text alternative"
question = "What share of its images can be understood by those who cannot see them?"
says = { what = "Descriptions", one = "described {unit} of its pictures", half = "Half describe {} of their pictures" }
domain = "accessibility"
kind = "proportion"
unit = "%"
decimals = 0
counts = "images"
polarity = "higher"
polarity_reason = "Without it some people are shut out."
actions = [{ tip = "Turn on the reminder for text alternatives in the app", effort = "small" }]
platforms = ["bluesky", "mastodon"]
sql = "SELECT organisation_id, platform, period, with_alt AS numerator, images AS denominator FROM post"
"#,
];
