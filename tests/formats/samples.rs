//! Real WARC files beside the checkout: every record is read, counted as no page, or rejected with a reason.

use crate::support::path;
use crate::support::workdir::Workdir;

/// Records by file: pages, records that are no pages, rejects.
const SAMPLES: &[(&str, [u64; 3])] = &[
    ("pywb-dupes.warc.gz", [1, 24, 0]),
    ("pywb-example.warc.gz", [1, 5, 0]),
    ("pywb-iana.warc.gz", [16, 327, 0]),
    ("resiliparse-clueweb-quirk.warc.gz", [29, 1, 0]),
    ("resiliparse-warcfile.warc.gz", [16, 34, 0]),
    ("whirlwind.warc.gz", [1, 3, 0]),
    ("whirlwind.warc.wat.gz", [0, 2, 0]),
    ("whirlwind.warc.wet.gz", [1, 1, 0]),
];

#[test]
fn all_records_of_the_samples_are_read_or_rejected_with_a_reason() {
    let folder = path("../shared/data/warc-samples");
    if !folder.is_dir() {
        assert!(std::env::var_os("TAMIS_REQUIRE_DATA").is_none(), "{} is not there", folder.display());
        eprintln!("LEFT OUT: {} is not there, so real WARC files are not read", folder.display());
        return;
    }
    for (name, expected) in SAMPLES {
        let workdir = Workdir::new();
        let file = folder.join(name);
        let run = workdir.tamis(&["dedup", file.to_str().unwrap(), "-o", "out", "--max-rejects", "100%"]);
        assert_eq!(run.code, 0, "{name}: {run:?}");
        let row = &workdir.rows("out/inputs.jsonl")[0];
        let no_pages: u64 =
            row["no_pages"].as_object().into_iter().flatten().map(|(_, count)| count.as_u64().unwrap()).sum();
        let rejected = row["rejected"].as_u64().unwrap();
        let pages = row["records"].as_u64().unwrap() - rejected;
        assert_eq!([pages, no_pages, rejected], *expected, "{name}: {row}");
        for reject in workdir.rows("out/rejects.jsonl") {
            assert!(!reject["reason"].as_str().unwrap().is_empty(), "{reject}");
        }
        workdir.done(&["verify", "out", file.to_str().unwrap()]);
    }
}
