//! The lists back to CSV: the columns in their fixed order, then the carried `x_` columns in the order
//! in which they first appear; LF, quotes only where needed. Same rows, same bytes. Nothing is written
//! to disk here.

use std::collections::BTreeMap;

use jiff::civil::Date;
use someasure_model::register::{
    Account, Denominator, Evidence, Listing, Name, Objection, Organisation, Succession,
};

use crate::columns::{
    ACCOUNTS, Columns, DENOMINATORS, EVIDENCE, LISTINGS, NAMES, OBJECTIONS, ORGANISATIONS, SUCCESSIONS,
};
use crate::sheet::Margin;

/// The bytes of `organisations.csv`.
pub fn organisations(rows: &[Organisation]) -> Vec<u8> {
    sheet(
        &ORGANISATIONS,
        rows,
        |index| &rows[index].extra,
        |row| {
            let mut cells = vec![row.organisation_id.to_string()];
            cells.extend(said_of(row));
            cells
        },
    )
}

/// What a row says of a body, in the order that `organisations.csv` and `listings.csv` share.
fn said_of(row: &Organisation) -> [String; 9] {
    [
        row.name.clone(),
        row.kind.clone(),
        or_empty(&row.nation),
        or_empty(&row.region),
        or_empty(&row.parent_id),
        or_empty(&row.opened),
        or_empty(&row.closed),
        or_empty(&row.website),
        row.source.clone(),
    ]
}

/// The bytes of `listings.csv`, with the columns that its margins carry.
pub fn listings(rows: &[Listing], margins: &[Margin]) -> Vec<u8> {
    sheet(&LISTINGS, rows, carried(margins), |row| {
        let mut cells = vec![row.organisation.organisation_id.to_string(), row.list.clone(), day(row.as_at)];
        cells.extend(said_of(&row.organisation));
        cells
    })
}

/// The bytes of `names.csv`, with the columns that its margins carry.
pub fn names(rows: &[Name], margins: &[Margin]) -> Vec<u8> {
    sheet(&NAMES, rows, carried(margins), |row| {
        vec![
            row.organisation_id.to_string(),
            row.name.clone(),
            or_empty(&row.from),
            or_empty(&row.to),
            row.source.clone(),
        ]
    })
}

/// The bytes of `successions.csv`, with the columns that its margins carry.
pub fn successions(rows: &[Succession], margins: &[Margin]) -> Vec<u8> {
    sheet(&SUCCESSIONS, rows, carried(margins), |row| {
        vec![
            row.predecessor_id.to_string(),
            row.successor_id.to_string(),
            or_empty(&row.date),
            row.kind.clone(),
            row.source.clone(),
        ]
    })
}

/// The bytes of `denominators.csv`, with the columns that its margins carry.
pub fn denominators(rows: &[Denominator], margins: &[Margin]) -> Vec<u8> {
    sheet(&DENOMINATORS, rows, carried(margins), |row| {
        vec![
            row.organisation_id.to_string(),
            row.kind.clone(),
            number(row.value),
            day(row.as_at),
            row.source.clone(),
        ]
    })
}

/// The bytes of `accounts.csv`, with the columns that its margins carry. Ids are written in full.
pub fn accounts(rows: &[Account], margins: &[Margin]) -> Vec<u8> {
    sheet(&ACCOUNTS, rows, carried(margins), |row| {
        vec![
            row.organisation_id.to_string(),
            row.platform.to_string(),
            or_empty(&row.account_id),
            or_empty(&row.handle),
            or_empty(&row.role),
            or_empty(&row.from),
            or_empty(&row.to),
            or_empty(&row.reason_for_leaving),
        ]
    })
}

/// The bytes of `evidence.csv`, with the columns that its margins carry. An account of which only the
/// handle is known stands there by its handle.
pub fn evidence(rows: &[Evidence], margins: &[Margin]) -> Vec<u8> {
    sheet(&EVIDENCE, rows, carried(margins), |row| {
        let handle = row.account_id.provisional_handle();
        let id = if handle.is_none() { row.account_id.to_string() } else { String::new() };
        vec![
            row.account_id.platform().to_string(),
            id,
            or_empty(&handle),
            row.class.clone(),
            row.url.clone(),
            day(row.checked_at),
            row.checked_by.clone(),
            or_empty(&row.expires),
        ]
    })
}

/// The bytes of `objections.csv`, with the columns that its margins carry.
pub fn objections(rows: &[Objection], margins: &[Margin]) -> Vec<u8> {
    sheet(&OBJECTIONS, rows, carried(margins), |row| {
        vec![row.account_id.to_string(), row.recorded_at.to_string()]
    })
}

type Extra = Vec<(String, String)>;

fn carried<'a>(margins: &'a [Margin]) -> impl Fn(usize) -> &'a Extra {
    static NONE: Extra = Vec::new();
    move |index| margins.get(index).map_or(&NONE, |margin| &margin.extra)
}

fn sheet<'a, T>(
    columns: &Columns,
    rows: &[T],
    extra: impl Fn(usize) -> &'a Extra,
    cells: impl Fn(&T) -> Vec<String>,
) -> Vec<u8> {
    let mut order: Vec<&str> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for index in 0..rows.len() {
        for (name, _) in extra(index) {
            place.entry(name).or_insert_with(|| {
                order.push(name);
                order.len() - 1
            });
        }
    }
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let mut record: Vec<String> = columns.all.iter().chain(&order).map(|name| (*name).to_owned()).collect();
    // Writing records of one length to memory cannot fail.
    let _ = writer.write_record(&record);
    for (index, row) in rows.iter().enumerate() {
        record = cells(row);
        record.resize(columns.all.len() + order.len(), String::new());
        for (name, value) in extra(index).iter().rev() {
            record[columns.all.len() + place[name.as_str()]].clone_from(value);
        }
        let _ = writer.write_record(&record);
    }
    writer.into_inner().unwrap_or_default()
}

fn or_empty<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(String::new, ToString::to_string)
}

fn day(date: Date) -> String {
    date.to_string()
}

/// The shortest digits that read back as the same number.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-7..1e17).contains(&size) { format!("{value:e}") } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    #[test]
    fn columns_of_ones_own_come_back_in_their_order() {
        let text =
            "x_phone,organisation_id,name,type,source,x_note\n1,ods:A,A,a,s,\"two\nlines\"\n,ods:B,B,b,s,\n";
        let parsed = read::organisations("f", text.as_bytes());
        assert_eq!(parsed.problems, []);
        assert_eq!(
            String::from_utf8(organisations(&parsed.rows)).unwrap(),
            "organisation_id,name,type,nation,region,parent_id,opened,closed,website,source,x_phone,x_note\n\
             ods:A,A,a,,,,,,,s,1,\"two\nlines\"\n\
             ods:B,B,b,,,,,,,s,,\n"
        );
    }

    #[test]
    fn other_files_carry_columns_of_ones_own_too() {
        let text = "organisation_id,platform,handle,x_owner\nods:A,twitter,@NHS,press office\n";
        let parsed = read::accounts("f", text.as_bytes());
        assert_eq!(
            String::from_utf8(accounts(&parsed.rows, &parsed.margins)).unwrap(),
            "organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving,x_owner\n\
             ods:A,x,,nhs,,,,,press office\n"
        );
    }

    #[test]
    fn evidence_stands_by_id_or_by_handle() {
        let text = "platform,account_id,class,url,checked_at,checked_by\n\
                    x,@nhs,person,https://a.example,2014-04-07,me\n\
                    x,7,person,https://a.example,2014-04-07,me\n";
        let parsed = read::evidence("f", text.as_bytes());
        assert_eq!(
            String::from_utf8(evidence(&parsed.rows, &parsed.margins)).unwrap(),
            "platform,account_id,handle,class,url,checked_at,checked_by,expires\n\
             x,,nhs,person,https://a.example,2014-04-07,me,\n\
             x,x:7,,person,https://a.example,2014-04-07,me,\n"
        );
    }
}
