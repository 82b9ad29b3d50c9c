//! What the gates said, as JUnit XML, which build servers show: a test case per gate.

use crate::audit::report::Gate;
use crate::error::{Error, ErrorKind, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The XML of some gates, in their order: passed, failed, or skipped where a gate could not be asked. Characters that
/// XML cannot hold are left out.
///
/// # Errors
/// Never in practice: what is written lies in memory.
pub fn render(gates: &[Gate]) -> Result<String> {
    let mut suite = TestSuite::new("gates");
    suite.add_test_cases(gates.iter().map(case));
    let mut report = Report::new("tamis");
    report.add_test_suite(suite);
    report.to_string().map_err(|cause| Error::new(ErrorKind::Disk, "JUnit XML", cause.to_string()))
}

fn case(gate: &Gate) -> TestCase {
    let mut status = match gate.passed {
        Some(true) => TestCaseStatus::success(),
        Some(false) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        None => TestCaseStatus::skipped(),
    };
    if gate.passed != Some(true) {
        status.set_message(gate.message.as_str());
    }
    let mut case = TestCase::new(gate.gate.as_str(), status);
    case.set_classname(gate.site.as_deref().unwrap_or("all pages"));
    if gate.passed == Some(true) {
        case.set_system_out(gate.message.as_str());
    }
    case
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(site: Option<&str>, passed: Option<bool>, message: &str) -> Gate {
        Gate { gate: "exact".into(), site: site.map(Into::into), passed, message: message.into() }
    }

    #[test]
    fn a_gate_is_a_test_case() {
        let gates = [
            gate(None, Some(true), "exact copies 1.0 %, at most 5 %"),
            gate(Some("a\u{1b}[31m<b>&\"\0"), Some(false), "exact copies 9.0 %, at most 5 %"),
            gate(None, None, "no baseline"),
        ];
        let xml = render(&gates).unwrap();
        assert!(
            xml.contains(r#"<testsuite name="gates" tests="3" skipped="1" errors="0" failures="1""#),
            "{xml}"
        );
        assert!(xml.contains(r#"<failure message="exact copies 9.0 %, at most 5 %"/>"#), "{xml}");
        assert!(xml.contains(r#"<skipped message="no baseline"/>"#), "{xml}");
        assert!(xml.contains("&lt;b&gt;&amp;&quot;"), "{xml}");
        assert!(!xml.contains(['\u{1b}', '\0']), "{xml}");
    }
}
