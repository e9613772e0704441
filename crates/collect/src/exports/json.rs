//! Values of JSON as exports write them: texts that borrow from the line, ids that may be numbers and
//! never pass through a float, counters that may be texts. What is missing and what is null are one.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de::IgnoredAny};

/// A text or an id. A whole number becomes its digits; a number that was rounded is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a whole number")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
            // R writes nothing as `{}`, and a text, if not told otherwise, as a list of one.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
                match map.next_key::<IgnoredAny>()? {
                    None => Ok(Text::default()),
                    Some(_) => Err(de::Error::custom("an object stands where a text was expected")),
                }
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
                let only: Option<Text<'de>> = seq.next_element::<Option<Text<'de>>>()?.flatten();
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(only.unwrap_or_default()),
                    Some(_) => Err(de::Error::custom("a list stands where a text was expected")),
                }
            }
        }
        from.deserialize_any(Read)
    }
}

/// The text, where there is one and it is not empty.
pub(super) fn filled<'t>(text: &'t Option<Text<'_>>) -> Option<&'t str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// The same, as a text of its own.
pub(super) fn owned(text: &Option<Text<'_>>) -> Option<String> {
    filled(text).map(str::to_owned)
}

/// A counter: a whole number, also as a text or as R writes it (`12.0`). Anything else is "not said".
pub(super) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    struct Read;
    impl<'de> Visitor<'de> for Read {
        type Value = Option<i64>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a count")
        }
        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok(i64::try_from(number).ok())
        }
        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number).filter(|number| *number >= 0))
        }
        fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
            let whole = number.fract() == 0.0 && (0.0..9.0e15).contains(&number);
            Ok(whole.then_some(number as i64))
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(text.trim().parse().ok().filter(|number| *number >= 0))
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let only = seq.next_element::<i64>().ok().flatten().filter(|number| *number >= 0);
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok(only)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(None)
        }
    }
    from.deserialize_any(Read)
}

/// A list; null, a missing one, and what R makes of an empty one (`{}`) are empty. One thing that
/// stands without its list (`"en"` for `["en"]`) is a list of one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Read<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Read<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = seq.next_element::<Option<T>>()? {
                list.extend(item);
            }
            Ok(list)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
            if map.next_entry::<IgnoredAny, IgnoredAny>()?.is_none() {
                return Ok(Vec::new());
            }
            Err(de::Error::custom("a list was expected here, not an object"))
        }
        fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Vec<T>, E> {
            T::deserialize(de::value::BorrowedStrDeserializer::new(text)).map(|item| vec![item])
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            T::deserialize(de::value::StrDeserializer::new(text)).map(|item| vec![item])
        }
        fn visit_bool<E>(self, _: bool) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }
        fn visit_unit<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }
    }
    from.deserialize_any(Read(std::marker::PhantomData))
}

/// The names of an object's keys, at most twenty: for messages.
pub(super) fn keys(json: &[u8]) -> Vec<String> {
    struct Keys(Vec<String>);
    impl<'de> Deserialize<'de> for Keys {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct Read;
            impl<'de> Visitor<'de> for Read {
                type Value = Keys;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                    let mut keys = Vec::new();
                    while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
                        if keys.len() < 20 {
                            keys.push(key);
                        }
                    }
                    Ok(Keys(keys))
                }
            }
            from.deserialize_map(Read)
        }
    }
    serde_json::from_slice::<Keys>(json).map(|keys| keys.0).unwrap_or_default()
}

/// The keys in one line, for messages.
pub(super) fn keys_in_words(json: &[u8]) -> String {
    let keys = keys(json);
    if keys.is_empty() { "none".to_owned() } else { keys.join(", ") }
}

/// Why a record is no JSON that is understood.
pub(super) fn fault(json: &[u8], error: &serde_json::Error) -> String {
    if std::str::from_utf8(json).is_err() {
        NOT_UTF8.to_owned()
    } else if error.is_data() {
        format!("the JSON says something that is not understood here: {}", in_words(error))
    } else if serde_json::from_slice::<IgnoredAny>(json).is_ok() {
        format!("the JSON cannot be read: {error}")
    } else {
        format!("is broken JSON, perhaps cut off: {error}")
    }
}

/// Why a record of bytes that are no UTF-8 is not read.
pub(super) const NOT_UTF8: &str = "is not valid UTF-8: if the file is in another encoding, state it";

/// What the parser says of a value that is not what a field holds, in words of JSON and not of this program.
fn in_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let (what, place) = said.rsplit_once(" at line ").map_or((said.as_str(), None), |(what, place)| {
        (what, place.rsplit_once(" column ").map(|(_, column)| column))
    });
    let what =
        what.strip_prefix("invalid type: ").or_else(|| what.strip_prefix("invalid value: ")).unwrap_or(what);
    let (found, wanted) = what.split_once(", expected ").unwrap_or((what, ""));
    let named = |text: &str| match text.split([' ', ',']).next().unwrap_or_default() {
        "struct" | "map" => "an object {…}".to_owned(),
        "sequence" => "a list […]".to_owned(),
        "null" | "unit" => "null".to_owned(),
        _ => match text {
            "a map" => "an object {…}".to_owned(),
            "a sequence" => "a list […]".to_owned(),
            "a string" | "a borrowed string" => "a text".to_owned(),
            other => other.replace("string", "the text"),
        },
    };
    let place = place.map(|column| format!(", at character {column} of the record")).unwrap_or_default();
    match wanted.is_empty() {
        true => format!("{found}{place}"),
        false => format!("{} stands where {} is expected{place}", named(found), named(wanted)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row<'a> {
        #[serde(borrow)]
        id: Option<Text<'a>>,
        #[serde(default, deserialize_with = "count")]
        likes: Option<i64>,
        #[serde(borrow, default, deserialize_with = "list")]
        langs: Vec<Text<'a>>,
    }

    #[test]
    fn a_long_id_keeps_its_last_digit_and_a_rounded_one_is_refused() {
        let row: Row<'_> = serde_json::from_str(r#"{"id":1163154266065735681}"#).unwrap();
        assert_eq!(filled(&row.id), Some("1163154266065735681"));
        assert!(serde_json::from_str::<Row<'_>>(r#"{"id":1.163154266065735e18}"#).is_err());
    }

    #[test]
    fn what_is_not_understood_is_told_in_words_of_json() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only refused")]
        struct Outer<'a> {
            #[serde(borrow)]
            row: Vec<&'a str>,
        }
        let told = |json: &str| fault(json.as_bytes(), &serde_json::from_str::<Outer<'_>>(json).unwrap_err());
        let begins = "the JSON says something that is not understood here: ";
        for (json, wanted) in [
            (r#""a""#, "the text \"a\" stands where an object {…} is expected, at character 3 of the record"),
            (
                r#"{"row":{}}"#,
                "an object {…} stands where a list […] is expected, at character 7 of the record",
            ),
            (
                r#"{"row":[{}]}"#,
                "an object {…} stands where a text is expected, at character 8 of the record",
            ),
            (r#"{"row":7}"#, "integer `7` stands where a list […] is expected, at character 8 of the record"),
            ("{}", "missing field `row`, at character 2 of the record"),
        ] {
            let told = told(json);
            assert_eq!(told.strip_prefix(begins), Some(wanted), "{json}");
        }
        let latin = b"{\"row\":[\"caf\xe9\"]}";
        let error = serde_json::from_slice::<Outer<'_>>(latin).unwrap_err();
        assert_eq!(fault(latin, &error), NOT_UTF8);
    }

    #[test]
    fn counters_and_lists_are_read_as_r_and_python_leave_them() {
        let row = |json| serde_json::from_str::<Row<'_>>(json).unwrap();
        assert_eq!(row(r#"{"likes":"7"}"#).likes, Some(7));
        assert_eq!(row(r#"{"likes":7.0}"#).likes, Some(7));
        assert_eq!(row(r#"{"likes":{}}"#).likes, None);
        assert_eq!(row(r#"{"langs":"en"}"#).langs[0].0, "en");
        assert!(row(r#"{"langs":{}}"#).langs.is_empty());
        assert_eq!(filled(&row(r#"{"id":["7"]}"#).id), Some("7"));
        assert_eq!(filled(&row(r#"{"id":{}}"#).id), None);
        assert_eq!(row(r#"{"likes":[7]}"#).likes, Some(7));
        assert_eq!(row(r#"{"langs":["en",null,"cy"]}"#).langs.len(), 2);
    }
}
