//! Rows of features, written from left to right, and the small sums that features are made of.

/// A row that is being written.
pub(crate) struct Row<'a> {
    pub(crate) row: &'a mut [f32],
    pub(crate) at: usize,
}

impl Row<'_> {
    pub(crate) fn put(&mut self, value: f32) {
        if let Some(place) = self.row.get_mut(self.at) {
            *place = value;
        }
        self.at += 1;
    }

    pub(crate) fn put_all(&mut self, values: &[f32]) {
        for value in values {
            self.put(*value);
        }
    }

    pub(crate) fn count(&mut self, value: u32) {
        self.put(value as f32);
    }

    pub(crate) fn flag(&mut self, value: bool) {
        self.put(f32::from(u8::from(value)));
    }
}

/// Lines from one to another; -1 if there is no other.
pub(crate) fn distance(n: usize, other: Option<u32>) -> f32 {
    other.map_or(-1.0, |m| (m as f32 - n as f32).abs())
}

pub(crate) fn rate(part: u32, all: u32) -> f32 {
    if all == 0 { 0.0 } else { part as f32 / all as f32 }
}

pub(crate) fn mean(values: &[f32]) -> f32 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f32>() / values.len() as f32 }
}
