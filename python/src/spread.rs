//! Stages of a job that an engine spreads over machines: batches of rows in, batches of rows out. Which engine that is, nobody
//! here knows; `tamis/spark.py` is one.

use crate::errors::Raised;
use crate::profile::SiteProfile;
use crate::table::{ArrowTable, of_python};
use arrow_array::builder::{ArrayBuilder as _, BinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::{ArrayRef, BinaryArray, RecordBatch};
use arrow_pyarrow::{FromPyArrow as _, ToPyArrow as _};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use std::ffi::OsString;
use std::sync::{Arc, LazyLock};
use tamis::boilerplate::profile::Profile;
use tamis::cli::asked::{Asked, Inputs, asked};
use tamis::cli::running::on_threads;
use tamis::error::{Error, ErrorKind, Result};
use tamis::frame::common::Frame;
use tamis::frame::encoding;
use tamis::io::fields::Role;
use tamis::io::table::Table;
use tamis::io::{tables, values};
use tamis::pipeline::Silent;
use tamis::pipeline::condemn::ProfileJudge;
use tamis::pipeline::spread::context::{Context, CrawlDated};
use tamis::pipeline::spread::learn::Learner;
use tamis::pipeline::spread::plan::{PLAN, READ, Step, stage};
use tamis::pipeline::spread::rows::{Row, Rows};
use tamis::pipeline::spread::sums::Sums;
use tamis::pipeline::spread::texts::frame_of;
use tamis::pipeline::spread::{Grouped, learn, read};
use tamis::pipeline::strip::strip;

/// Bytes of rows that are gathered before they are given back.
const BATCH: usize = 16 << 20;

/// The columns of rows.
static COLUMNS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let binary = |name| Field::new(name, DataType::Binary, false);
    let kind = Field::new("kind", DataType::Utf8, false);
    Arc::new(Schema::new(vec![kind, binary("key"), binary("order"), binary("value")]))
});

/// What is known besides rows, as far as the job has come: small enough to be told to every worker.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Known {
    flags: Vec<OsString>,
    pages: u64,
    batch: Option<String>,
    frame: Option<PyBackedBytes>,
    crawl_dated: Option<PyBackedBytes>,
}

impl Known {
    fn context(&self) -> Result<Context> {
        let Asked::Dedup(settings) = of_no_table("dedup", &self.flags)? else {
            return Err(not_asked("dedup"));
        };
        let mut context = Context::new(*settings, self.pages)?;
        context.batch = self.batch.clone().unwrap_or_default();
        if let Some(frame) = &self.frame {
            context.frame = encoding::decode(frame, context.settings.ngram, "frame")?;
        }
        if let Some(dated) = &self.crawl_dated {
            context.crawl_dated = values::decode(dated).ok_or_else(|| foreign("crawl dates"))?;
        }
        Ok(context)
    }
}

/// What flags ask for while there is no table yet.
fn of_no_table(command: &str, flags: &[OsString]) -> Result<Asked> {
    asked(command, flags, Inputs::Named(vec![Table::NAME.into()]))
}

fn not_asked(command: &str) -> Error {
    Error::usage(command, "is not what was asked")
}

fn foreign(what: &str) -> Error {
    Error::new(ErrorKind::Saved, what, "are not as Tamis has written them")
        .next_step("use one version everywhere")
}

/// What becomes of rows.
enum Work {
    /// They are records.
    Read(Arc<Context>),
    /// They are records that are learned from; none once that has failed.
    Learn(Option<Box<Learner>>),
    /// They are rows of earlier stages.
    Stage(Grouped),
}

/// A stage at work on a share of the rows.
#[pyclass(module = "tamis._tamis")]
pub(crate) struct Stage {
    work: Option<Work>,
    out: Rows,
}

impl Stage {
    fn of(work: Work) -> Self {
        Self { work: Some(work), out: Rows::default() }
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(work) = &mut self.work else { return Ok(()) };
        let table = || Table::new(batch.schema(), vec![batch.clone()]);
        match work {
            Work::Stage(stage) => {
                let [keys, orders, values] = columns(batch)?;
                for at in 0..batch.num_rows() {
                    let row = Row { key: keys.value(at), order: orders.value(at), value: values.value(at) };
                    stage.row(row, &mut self.out)?;
                }
            }
            Work::Learn(learner) => {
                let Some(known) = learner.take() else { return Ok(()) };
                *learner = Some(Box::new(known.take(table()?, &mut self.out)?));
            }
            Work::Read(context) => read::read(context, table()?, &mut self.out)?,
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        match self.work.take() {
            Some(Work::Stage(stage)) => stage.finish(&mut self.out),
            Some(Work::Learn(learner)) => {
                learner.map_or(Ok(()), |learner| learner.finish(&mut self.out))?;
                self.out.push_sums()
            }
            Some(Work::Read(_)) => self.out.push_sums(),
            None => Ok(()),
        }
    }
}

#[pymethods]
impl Stage {
    /// The stage of this name; `read` takes records.
    #[new]
    fn new(name: &str, known: Known) -> PyResult<Self> {
        let context = Arc::new(known.context().raised()?);
        let work = match name {
            READ => Work::Read(context),
            name => Work::Stage(stage(name, &context).raised()?),
        };
        Ok(Self::of(work))
    }

    /// What learns from records.
    #[staticmethod]
    fn learning(flags: Vec<OsString>) -> PyResult<Self> {
        let Asked::Learn(settings) = of_no_table("learn", &flags).raised()? else {
            return Err(not_asked("learn")).raised();
        };
        let learner = Learner::new(*settings).raised()?;
        Ok(Self::of(Work::Learn(Some(Box::new(learner)))))
    }

    /// What merges what was learned.
    #[staticmethod]
    fn merging() -> Self {
        Self::of(Work::Stage(Grouped::new(Box::new(learn::Profiles::default()))))
    }

    /// Takes a batch; gives batches of rows as soon as there are enough.
    fn feed<'py>(&mut self, py: Python<'py>, batch: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let batch = RecordBatch::from_pyarrow_bound(batch)?;
        py.detach(|| on_threads(Some(1), || self.take(&batch))).raised()?;
        if self.out.bytes() < BATCH { Ok(Vec::new()) } else { self.give(py) }
    }

    /// There is no more; gives the rest.
    fn finish<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        py.detach(|| on_threads(Some(1), || self.end())).raised()?;
        self.give(py)
    }
}

impl Stage {
    fn give<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let rows = self.out.take();
        batches(&rows).iter().map(|batch| batch.to_pyarrow(py)).collect()
    }
}

fn columns(batch: &RecordBatch) -> Result<[&BinaryArray; 3]> {
    let column = |name| batch.column_by_name(name).and_then(|column| column.as_binary_opt::<i32>());
    match ["key", "order", "value"].map(column) {
        [Some(keys), Some(orders), Some(values)] => Ok([keys, orders, values]),
        _ => Err(foreign("columns of rows")),
    }
}

/// Rows as batches; none has more bytes than its offsets can count.
fn batches(rows: &Rows) -> Vec<RecordBatch> {
    let mut batches = Vec::new();
    let mut kinds = StringBuilder::new();
    let mut columns: [BinaryBuilder; 3] = Default::default();
    let mut held = 0;
    let mut close = |kinds: &mut StringBuilder, columns: &mut [BinaryBuilder; 3]| {
        let [keys, orders, values] = columns.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let arrays = vec![Arc::new(kinds.finish()) as ArrayRef, keys, orders, values];
        let made = RecordBatch::try_new(COLUMNS.clone(), arrays);
        batches.push(made.unwrap_or_else(|_| unreachable!("the columns are those of COLUMNS")));
    };
    for (kind, row) in rows.iter() {
        kinds.append_value(kind.name());
        for (column, bytes) in columns.iter_mut().zip([row.key, row.order, row.value]) {
            column.append_value(bytes);
            held += bytes.len();
        }
        if held >= BATCH {
            close(&mut kinds, &mut columns);
            held = 0;
        }
    }
    if held > 0 || kinds.len() > 0 {
        close(&mut kinds, &mut columns);
    }
    batches
}

/// All stages behind `read`: name, what each takes as (stage, kind), and with which it takes turns.
#[pyfunction]
pub(crate) fn plan() -> Vec<Planned> {
    let step = |&Step { name, takes, until_settled }: &Step| {
        (name, takes.iter().map(|&(stage, kind)| (stage, kind.name())).collect(), until_settled)
    };
    PLAN.iter().map(step).collect()
}

/// A stage as Python sees it.
type Planned = (&'static str, Vec<(&'static str, String)>, Option<&'static str>);

/// What stages have counted.
#[pyclass(module = "tamis._tamis")]
#[derive(Default)]
pub(crate) struct Counted(Sums);

#[pymethods]
impl Counted {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Adds what a row of sums says.
    fn add(&mut self, value: &[u8]) -> PyResult<()> {
        let sums = values::decode(value).ok_or_else(|| foreign("sums")).raised()?;
        self.0.add(&sums);
        Ok(())
    }

    /// Pages whose component was not known when they were counted.
    #[getter]
    const fn unsettled(&self) -> u64 {
        self.0.unsettled
    }

    /// Usable records, and records that were rejected.
    #[getter]
    const fn pages(&self) -> (u64, u64) {
        (self.0.pages, self.0.rejected)
    }

    /// The name of the batch of what was counted.
    fn batch(&self, known: Known) -> PyResult<String> {
        known.context().and_then(|context| context.batch_of(&self.0)).raised()
    }

    /// All counts, as a manifest says them; and whether too many records were rejected.
    fn counts<'py>(&self, py: Python<'py>, known: Known) -> PyResult<(Bound<'py, PyAny>, bool)> {
        let settings = known.context().raised()?.settings;
        let too_many = settings.reading.is_too_many(self.0.rejected, self.0.records);
        Ok((pythonize::pythonize(py, &self.0.counts(&settings.remove))?, too_many))
    }
}

/// The number of pages that bands are chosen for.
#[pyfunction]
pub(crate) fn expected_pages(known: Known) -> PyResult<u64> {
    known.context().map(|context| context.expected).raised()
}

/// The frames of all sites, from rows (site, frame).
#[pyfunction]
pub(crate) fn frame_bytes(known: Known, rows: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let mut frames = Vec::new();
    for row in rows.try_iter()? {
        let (site, frame): (Vec<u8>, PyBackedBytes) = row?.extract()?;
        let keys = frame_of(&frame).ok_or_else(|| foreign("frames")).raised()?;
        frames.push((name(site)?, keys));
    }
    let ngram = known.context().raised()?.settings.ngram;
    Ok(encoding::encode(&frames.into_iter().collect::<Frame>(), ngram))
}

/// Whose dates are those of the crawl, from rows (site, what was judged).
#[pyfunction]
pub(crate) fn crawl_dates(rows: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let mut judged = std::collections::BTreeMap::new();
    for row in rows.try_iter()? {
        let (site, is_one): (Vec<u8>, Vec<u8>) = row?.extract()?;
        let is_one: bool = values::decode(&is_one).ok_or_else(|| foreign("crawl dates")).raised()?;
        judged.insert(name(site)?, is_one);
    }
    values::encode(&CrawlDated::new(judged)).raised()
}

fn name(site: Vec<u8>) -> PyResult<String> {
    String::from_utf8(site).map_err(|_| foreign("names of sites")).raised()
}

/// Key and delivery of the page that each row of a batch is, as a batch of two columns; null for what is no page.
#[pyfunction]
pub(crate) fn identify<'py>(
    py: Python<'py>,
    known: Known,
    batch: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let batch = RecordBatch::from_pyarrow_bound(batch)?;
    let identified = py.detach(|| {
        let context = known.context()?;
        let table = Table::new(batch.schema(), vec![batch])?;
        on_threads(Some(1), || read::identify(&context, table))
    });
    let (mut keys, mut deliveries) = (BinaryBuilder::new(), BinaryBuilder::new());
    for row in identified.raised()? {
        keys.append_option(row.map(|(key, _)| key.to_be_bytes()));
        deliveries.append_option(row.map(|(_, delivery)| delivery.to_be_bytes()));
    }
    let columns: [ArrayRef; 2] = [Arc::new(keys.finish()), Arc::new(deliveries.finish())];
    let named = ["key", "delivery"].into_iter().zip(columns).map(|(name, column)| (name, column, true));
    let made = RecordBatch::try_from_iter_with_nullable(named);
    made.unwrap_or_else(|_| unreachable!("both columns have a value a row")).to_pyarrow(py)
}

/// Rows of a table such as `removed.jsonl`, given as lines of JSON, with typed columns.
#[pyfunction]
pub(crate) fn typed_table(table: &str, lines: Vec<Vec<u8>>) -> PyResult<ArrowTable> {
    let mut joined = Vec::new();
    for line in lines {
        joined.extend_from_slice(&line);
        joined.push(b'\n');
    }
    tables::typed(table, &joined).map(ArrowTable).raised()
}

/// The profile that rows of the stage `profiles` say together.
#[pyfunction]
pub(crate) fn profile_of(rows: &Bound<'_, PyAny>) -> PyResult<SiteProfile> {
    let mut profile = Profile::default();
    for row in rows.try_iter()? {
        let row: PyBackedBytes = row?.extract()?;
        profile.merge(learn::profile_of(&row).raised()?);
    }
    Ok(SiteProfile::of(profile))
}

/// Names that fields of pages may have under these flags: of columns, or of columns with fields in them.
#[pyfunction]
pub(crate) fn field_names(command: &str, flags: Vec<OsString>) -> PyResult<Vec<String>> {
    let asked = of_no_table(command, &flags).raised()?;
    let fields = &asked.reading().fields;
    Ok(Role::ALL.into_iter().flat_map(|role| fields.of(role)).cloned().collect())
}

/// A profile at work on one batch after the other.
#[pyclass(module = "tamis._tamis", frozen)]
pub(crate) struct Stripper {
    judge: ProfileJudge,
    flags: Vec<OsString>,
    digest: String,
}

#[pymethods]
impl Stripper {
    #[new]
    fn new(profile: PyRef<'_, SiteProfile>, flags: Vec<OsString>) -> PyResult<Self> {
        let Asked::Strip(settings) = of_no_table("strip", &flags).raised()? else {
            return Err(not_asked("strip")).raised();
        };
        let digest = profile.profile().digest();
        Ok(Self { judge: profile.judge(settings.strictness), flags, digest })
    }

    /// What is left of a table; what it takes to put it back goes to the folder that the flags name.
    fn strip(&self, py: Python<'_>, pages: &Bound<'_, PyAny>) -> PyResult<ArrowTable> {
        let table = of_python(pages)?;
        let kept = py.detach(|| {
            let Asked::Strip(mut settings) = asked("strip", &self.flags, Inputs::Table(table))? else {
                return Err(not_asked("strip"));
            };
            settings.profile.clone_from(&self.digest);
            let outcome = on_threads(Some(1), || strip(&settings, &self.judge, &Silent))?;
            outcome.kept.ok_or_else(|| Error::usage("strip", "is for tables"))
        });
        kept.map(ArrowTable).raised()
    }
}
