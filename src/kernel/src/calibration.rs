//! From a forest's sums to probabilities.

/// Points of a rising line; below the first and above the last it is level.
#[derive(Debug, Clone, Default)]
pub struct Calibration(Vec<(f32, f32)>);

impl Calibration {
    /// Takes the points (sum, probability), both rising.
    pub fn new(points: &[(f32, f32)]) -> Result<Self, String> {
        if points.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1) {
            Ok(Self(points.to_vec()))
        } else {
            Err("its calibration does not rise".to_owned())
        }
    }

    /// The probability at a sum; 0 without points.
    pub fn at(&self, sum: f32) -> f32 {
        let behind = self.0.partition_point(|(x, _)| *x < sum);
        match (behind.checked_sub(1).map(|n| self.0[n]), self.0.get(behind)) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (sum - x0) / (x1 - x0) * (y1 - y0),
            (Some((_, y)), None) => y,
            (None, Some((_, y))) => *y,
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_lies_between_two_points() -> Result<(), String> {
        let line = Calibration::new(&[(-1.0, 0.0), (1.0, 1.0)])?;
        assert_eq!([-9.0, -1.0, 0.0, 0.5, 1.0, 9.0].map(|sum| line.at(sum)), [0.0, 0.0, 0.5, 0.75, 1.0, 1.0]);
        assert!(Calibration::new(&[(0.0, 0.0), (0.0, 1.0)]).is_err());
        assert!(Calibration::new(&[(0.0, 1.0), (1.0, 0.0)]).is_err());
        Ok(())
    }
}
