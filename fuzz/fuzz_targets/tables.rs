#![no_main]
libfuzzer_sys::fuzz_target!(init: tamis::io::foreign::hush(), |bytes: &[u8]| tamis_fuzz::tables(bytes));
