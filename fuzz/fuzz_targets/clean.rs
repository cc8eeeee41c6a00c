//! Texts, cleaned by the recipe that `make fuzz` writes down.

#![no_main]

use _kernel::laws::{Desks, clean};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static DESKS: LazyLock<Desks> = LazyLock::new(|| {
    let recipe = std::fs::read_to_string("recipe.json").expect("make fuzz writes fuzz/recipe.json, run it there");
    Desks::new(&recipe).expect("the kernel understands the recipe")
});

fuzz_target!(init: { LazyLock::force(&DESKS); }, |data: &[u8]| clean(&DESKS, data));
