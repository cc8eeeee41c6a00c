//! A user's rule and a text.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| _kernel::laws::rules(data));
