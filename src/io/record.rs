//! The fields of one JSON record; the only door to `simd-json`.
//!
//! The record is copied once, next to its padding, and parsed there in place; unknown fields are stepped over
//! and survive in the input, from which kept records are copied byte for byte. What the fast parser refuses is
//! given to the slow one ([`parse_slowly`]), which decides and says why: it also takes what is JSON but odd
//! (lone surrogates, numbers beyond 64 bits, very deep nesting). The tests hold the two against each other.

use super::fields::{FieldNames, Role};
use super::token::Lossy;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use simd_json::prelude::TypedScalarValue as _;
use simd_json::{Buffers, INPUT_PADDING, Node, StaticNode, Tape};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// The fields of a record that Tamis looks at.
#[derive(Debug, Default, PartialEq)]
pub struct Record<'a> {
    /// The text, decoded; lone surrogates are U+FFFD.
    pub text: Cow<'a, str>,
    /// The id, if it is a string or a whole number.
    pub id: Option<Cow<'a, str>>,
    /// The URL.
    pub url: Option<Cow<'a, str>>,
    /// The site.
    pub site: Option<Cow<'a, str>>,
    /// The title.
    pub title: Option<Cow<'a, str>>,
    /// The date.
    pub date: Option<Cow<'a, str>>,
    /// Who wrote it; the names of a list are joined by a comma.
    pub author: Option<Cow<'a, str>>,
    /// Place of each role's field among the names of [`FieldNames`]; 0 also where it is missing.
    pub chosen: [u8; Role::COUNT],
}

/// Parses records; keeps its working space, so one parser serves many records.
#[derive(Default)]
pub struct Parser {
    scratch: Vec<u8>,
    buffers: Buffers,
    tape: Vec<Node<'static>>,
}

impl fmt::Debug for Parser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser").finish_non_exhaustive()
    }
}

impl Parser {
    /// The fields of one record, or what is wrong with it.
    pub fn parse<'a>(&'a mut self, record: &[u8], names: &FieldNames) -> Result<Record<'a>, String> {
        match self.parse_quickly(record, names) {
            Some(result) => result,
            None => parse_slowly(record, names),
        }
    }

    fn parse_quickly<'a>(
        &'a mut self,
        record: &[u8],
        names: &FieldNames,
    ) -> Option<Result<Record<'a>, String>> {
        self.scratch.clear();
        self.scratch.reserve(record.len() + INPUT_PADDING);
        self.scratch.extend_from_slice(record);
        self.scratch.resize(record.len() + INPUT_PADDING, 0);
        let mut tape = Tape(std::mem::take(&mut self.tape)).reset();
        let parsed =
            simd_json::fill_tape_padded(&mut self.scratch, record.len(), &mut self.buffers, &mut tape);
        let found = parsed.ok().and_then(|()| fields_of_tape(&tape.0, names));
        self.tape = tape.reset().0;
        found.map(|found| found.into_record(names))
    }
}

/// The slow obvious parser: `serde_json`, a string at a time.
pub fn parse_slowly(record: &[u8], names: &FieldNames) -> Result<Record<'static>, String> {
    if let Err(error) = std::str::from_utf8(record) {
        return Err(format!("is not UTF-8 from byte {} on", error.valid_up_to()));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(record);
    let found = deserializer
        .deserialize_any(ObjectVisitor { names })
        .and_then(|found| deserializer.end().map(|()| found))
        .map_err(|error| format!("is not JSON: {}", without_line(&error.to_string())))?;
    found.ok_or("is not a JSON object")?.into_record(names)
}

/// `serde_json` counts lines inside the record, where there is only one.
fn without_line(message: &str) -> String {
    message.replace(" at line 1 column ", " at byte ")
}

/// What a field holds, as far as Tamis cares.
#[derive(Clone)]
enum Value<'a> {
    Text(Cow<'a, str>),
    Number(Cow<'a, str>),
    /// A list of strings, joined; asked for only where authors may stand.
    List(String),
    Other,
}

/// The best field of each role so far, with the place of its name.
#[derive(Default)]
struct Found<'a>([Option<(u8, Value<'a>)>; Role::COUNT]);

impl<'a> Found<'a> {
    /// The best name wins; of one name the last field does, as in most parsers.
    fn take(&mut self, roles: &[(Role, u8)], value: &Value<'a>) {
        for &(role, place) in roles {
            let slot = &mut self.0[role as usize];
            if slot.as_ref().is_none_or(|(best, _)| place <= *best) {
                *slot = Some((place, value.clone()));
            }
        }
    }

    fn into_record(self, names: &FieldNames) -> Result<Record<'a>, String> {
        let [text, id, url, site, title, date, author] = self.0;
        let mut chosen = [0; Role::COUNT];
        for (place, slot) in chosen.iter_mut().zip([&text, &id, &url, &site, &title, &date, &author]) {
            *place = slot.as_ref().map_or(0, |(place, _)| *place);
        }
        let text = match text {
            Some((_, Value::Text(text))) => text,
            Some((place, _)) => {
                return Err(format!("field {:?} is not a string", names.of(Role::Text)[usize::from(place)]));
            }
            None => {
                let flag = Role::Text.flag();
                return Err(format!("field {:?} is missing (use {flag})", names.of(Role::Text)[0]));
            }
        };
        let string = |slot| match slot {
            Some((_, Value::Text(text))) => Some(text),
            _ => None,
        };
        let string_or_number = |slot| match slot {
            Some((_, Value::Text(text) | Value::Number(text))) => Some(text),
            _ => None,
        };
        let id = string_or_number(id).filter(|id| !id.is_empty());
        let url = string(url).filter(|url| !url.is_empty());
        let date = string_or_number(date);
        let author = match author {
            Some((_, Value::List(names))) => Some(Cow::Owned(names)),
            author => string(author),
        };
        let author = author.filter(|author| !author.is_empty());
        Ok(Record { text, id, url, site: string(site), title: string(title), date, author, chosen })
    }
}

/// The fields on a tape; none if it holds no object or something that only the slow parser reads alike.
fn fields_of_tape<'a>(tape: &[Node<'a>], names: &FieldNames) -> Option<Found<'a>> {
    let Some(Node::Object { len, .. }) = tape.first() else { return None };
    let mut found = Found::default();
    let mut at = 1;
    for _ in 0..*len {
        let Node::String(key) = *tape.get(at)? else { return None };
        let value = tape.get(at + 1)?;
        let roles = names.roles(key);
        if !roles.is_empty() {
            let value = match value {
                Node::String(text) => Some(Value::Text(Cow::Borrowed(text))),
                Node::Static(StaticNode::Null) => None,
                Node::Static(StaticNode::I64(number)) => Some(Value::Number(number.to_string().into())),
                Node::Static(StaticNode::U64(number)) => Some(Value::Number(number.to_string().into())),
                Node::Static(node) if node.is_f64() => return None,
                Node::Array { len, .. } if takes_list(roles) => Some(joined(tape.get(at + 2..at + 2 + len)?)),
                _ => Some(Value::Other),
            };
            if let Some(value) = value {
                found.take(roles, &value);
            }
        }
        at += 2 + match value {
            Node::Object { count, .. } | Node::Array { count, .. } => *count,
            _ => 0,
        };
    }
    Some(found)
}

/// Whether a field may hold a list.
fn takes_list(roles: &[(Role, u8)]) -> bool {
    roles.iter().any(|(role, _)| *role == Role::Author)
}

/// What joins the strings of a list.
const LIST_SEPARATOR: &str = ", ";

/// A list whose first nodes these are: as many as it has members, so all of them if none is nested.
fn joined<'a>(nodes: &[Node<'_>]) -> Value<'a> {
    let strings = nodes.iter().map(|node| if let Node::String(text) = node { Some(*text) } else { None });
    strings.collect::<Option<Vec<&str>>>().map_or(Value::Other, |all| Value::List(all.join(LIST_SEPARATOR)))
}

struct ObjectVisitor<'n> {
    names: &'n FieldNames,
}

impl<'de> Visitor<'de> for ObjectVisitor<'_> {
    type Value = Option<Found<'static>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Found::default();
        while let Some(Lossy(key)) = map.next_key()? {
            let roles = self.names.roles(&key);
            if roles.is_empty() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let token = map.next_value::<&RawValue>()?.get();
            let value = match token.as_bytes() {
                [b'"', ..] => {
                    let Lossy(text) = serde_json::from_str(token).map_err(serde::de::Error::custom)?;
                    Value::Text(Cow::Owned(text))
                }
                [b'n', ..] => continue,
                [b'[', ..] if takes_list(roles) => match serde_json::from_str::<Vec<Lossy>>(token) {
                    Ok(all) => {
                        let all: Vec<String> = all.into_iter().map(|Lossy(text)| text).collect();
                        Value::List(all.join(LIST_SEPARATOR))
                    }
                    Err(_) => Value::Other,
                },
                [b'-' | b'0'..=b'9', ..] if token.parse::<i128>().is_ok() => {
                    Value::Number(whole_number(token))
                }
                _ => Value::Other,
            };
            found.take(roles, &value);
        }
        Ok(Some(found))
    }
}

fn whole_number(token: &str) -> Cow<'static, str> {
    Cow::Owned(if token == "-0" { "0".to_owned() } else { token.to_owned() })
}

/// Where the value of each field of a record stands, in order; none if it is no JSON object.
pub fn members(record: &[u8]) -> Option<Vec<(String, Range<usize>)>> {
    struct Members(usize);
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, Range<usize>)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(Lossy(key)) = map.next_key()? {
                let value = map.next_value::<&RawValue>()?.get();
                let start = value.as_ptr() as usize - self.0;
                members.push((key, start..start + value.len()));
            }
            Ok(members)
        }
    }
    let record = simdutf8::basic::from_utf8(record).ok()?;
    serde_json::Deserializer::from_str(record).deserialize_map(Members(record.as_ptr() as usize)).ok()
}

/// Where the token of a record's text stands: by the names and rules by which the text is found.
pub fn text_token(record: &[u8], names: &FieldNames) -> Option<Range<usize>> {
    let mut best: Option<(u8, Range<usize>)> = None;
    for (key, value) in members(record)? {
        let place = names.roles(&key).iter().find(|(role, _)| *role == Role::Text).map(|(_, place)| *place);
        if let Some(place) = place
            && record.get(value.clone()) != Some(b"null")
            && best.as_ref().is_none_or(|(best, _)| place <= *best)
        {
            best = Some((place, value));
        }
    }
    best.map(|(_, value)| value)
}
