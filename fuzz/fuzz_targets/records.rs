//! Blocks of JSON Lines.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| _kernel::laws::records(data));
