//! Values of the columns that Tamis looks at, whatever types hold them.

use crate::io::fields::FieldNames;
use crate::io::formats::lines::Value;
use crate::io::token::Spelling;
use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use std::sync::Arc;

/// A column that Tamis looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::io) struct Column {
    /// Its path: names joined by dots.
    pub(in crate::io) name: String,
    /// The names.
    pub(super) path: Vec<String>,
    /// The number of its first leaf.
    pub(super) leaf: usize,
}

/// The columns that have one of these names.
pub(super) fn columns(schema: &Schema, names: &FieldNames) -> Vec<Column> {
    let mut found = Vec::new();
    find(schema.fields(), names, &mut Vec::new(), &mut 0, &mut found);
    found
}

fn find(
    fields: &Fields,
    names: &FieldNames,
    path: &mut Vec<String>,
    leaf: &mut usize,
    found: &mut Vec<Column>,
) {
    for field in fields {
        path.push(field.name().clone());
        let count = leaves(field.data_type());
        let name = path.join(".");
        if let DataType::Struct(inner) = field.data_type() {
            find(inner, names, path, leaf, found);
        } else {
            if count == 1 && !names.roles(&name).is_empty() {
                found.push(Column { name, path: path.clone(), leaf: *leaf });
            }
            *leaf += count;
        }
        path.pop();
    }
}

/// Leaves of a column in the file.
fn leaves(data_type: &DataType) -> usize {
    match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| leaves(field.data_type())).sum(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => leaves(field.data_type()),
        _ => 1,
    }
}

/// The same columns; strings and bytes as views.
pub(super) fn view_schema(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(|field| viewed(field)).collect::<Fields>()))
}

fn viewed(field: &Field) -> Field {
    let data_type = match field.data_type() {
        DataType::Utf8 => DataType::Utf8View,
        DataType::Binary => DataType::BinaryView,
        DataType::Struct(inner) => DataType::Struct(inner.iter().map(|field| viewed(field)).collect()),
        other => other.clone(),
    };
    field.clone().with_data_type(data_type)
}

impl Column {
    /// Its values in some rows; none if they are not there.
    pub(super) fn of(&self, batch: &RecordBatch) -> Option<Values> {
        let (first, rest) = self.path.split_first()?;
        let top = batch.schema().fields().iter().rposition(|field| field.name() == first)?;
        let mut array = Arc::clone(batch.column(top));
        let mut outer: Vec<ArrayRef> = Vec::new();
        for name in rest {
            let inner = Arc::clone(array.as_any().downcast_ref::<StructArray>()?.column_by_name(name)?);
            outer.push(std::mem::replace(&mut array, inner));
        }
        Some(Values { array, outer })
    }
}

/// Values of one column.
pub(super) struct Values {
    array: ArrayRef,
    /// The structs that it stands in: where one of them is null, so is it.
    outer: Vec<ArrayRef>,
}

/// A value as it goes into a line.
pub(super) enum Held<'a> {
    Borrowed(&'a str),
    Text(String),
    Json(String),
}

impl Held<'_> {
    pub(super) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Borrowed(text) => Value::Text(text),
            Self::Text(text) => Value::Text(text),
            Self::Json(json) => Value::Json(json),
        }
    }
}

impl Values {
    /// Whether a row has one.
    pub(super) fn is_there(&self, row: usize) -> bool {
        !self.array.is_null(row) && !self.outer.iter().any(|outer| outer.is_null(row))
    }

    /// The value of a row; none if it is null or nothing that a field of a page could be.
    pub(super) fn value(&self, row: usize) -> Option<Held<'_>> {
        if self.is_there(row) { value(&self.array, row) } else { None }
    }
}

fn value(array: &ArrayRef, row: usize) -> Option<Held<'_>> {
    // In memory only: Parquet is read without.
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let place = dictionary.normalized_keys()[row];
        let values = dictionary.values();
        return if values.is_null(place) { None } else { value(values, place) };
    }
    if let Some(text) = text(array, row) {
        return Some(text);
    }
    match array.data_type() {
        whole if whole.is_integer() => Some(Held::Json(shown(array, row)?)),
        time if time.is_temporal() => Some(Held::Text(shown(array, row)?)),
        DataType::List(_) => list(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row)),
        // As in JSON: a field that holds something else is not missing.
        _ => Some(Held::Json("{}".to_owned())),
    }
}

/// A string, or bytes that are one. Bytes that are none are shown with what stands for them, so that the record is refused
/// for its text and not taken for one without.
fn text(array: &ArrayRef, row: usize) -> Option<Held<'_>> {
    let bytes = match array.data_type() {
        DataType::Utf8 => return Some(Held::Borrowed(array.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => return Some(Held::Borrowed(array.as_string::<i64>().value(row))),
        DataType::Utf8View => return Some(Held::Borrowed(array.as_string_view().value(row))),
        DataType::Binary => array.as_binary::<i32>().value(row),
        DataType::LargeBinary => array.as_binary::<i64>().value(row),
        DataType::BinaryView => array.as_binary_view().value(row),
        _ => return None,
    };
    Some(simdutf8::basic::from_utf8(bytes).map_or_else(|_| Held::Json("{}".to_owned()), Held::Borrowed))
}

fn shown(array: &ArrayRef, row: usize) -> Option<String> {
    let options = FormatOptions::new();
    ArrayFormatter::try_new(array, &options).ok()?.value(row).try_to_string().ok()
}

/// A list of strings as JSON; anything else as something that is no string.
fn list<'a>(items: &ArrayRef) -> Option<Held<'a>> {
    let mut json = vec![b'['];
    for row in 0..items.len() {
        let item = if items.is_null(row) { None } else { text(items, row) };
        let Some(Held::Borrowed(item)) = item else { return Some(Held::Json("{}".to_owned())) };
        if row > 0 {
            json.push(b',');
        }
        Spelling::Plain.write(item, &mut json);
    }
    json.push(b']');
    String::from_utf8(json).ok().map(Held::Json)
}
