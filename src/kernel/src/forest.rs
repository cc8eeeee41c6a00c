//! Boosted decision trees: walked, nothing else. Training is a script; its result is plain data.

use serde::Deserialize;

/// Trees as the model file has them: per tree its splits in pre-order by number and its leaves. A child that is not
/// negative is a split of the tree, any other is the leaf `-child - 1`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeSpec {
    /// The feature that each split looks at.
    feature: Vec<u16>,
    /// A row goes left if its value is at most this.
    threshold: Vec<f32>,
    left: Vec<i32>,
    right: Vec<i32>,
    /// What each leaf adds to the sum.
    value: Vec<f32>,
}

#[derive(Debug, Clone, Copy)]
struct Split {
    threshold: f32,
    feature: u16,
    /// Where a row goes: at most the threshold, and above it.
    children: [i32; 2],
}

/// Trees whose leaves are added up.
#[derive(Debug, Default)]
pub struct Forest {
    splits: Vec<Split>,
    values: Vec<f32>,
    /// Root of each tree, as a child is named.
    roots: Vec<i32>,
    looks: Vec<Look>,
}

impl Forest {
    /// Checks the trees and lays them out; `features` is the length of a row.
    pub fn new(trees: &[TreeSpec], features: usize, looks: &[Look]) -> Result<Self, String> {
        let mut forest = Self { looks: looks.to_vec(), ..Self::default() };
        for (n, tree) in trees.iter().enumerate() {
            forest.add(tree, features).map_err(|flaw| format!("tree {n}: {flaw}"))?;
        }
        Ok(forest)
    }

    fn add(&mut self, tree: &TreeSpec, features: usize) -> Result<(), String> {
        let count = tree.feature.len();
        if [tree.threshold.len(), tree.left.len(), tree.right.len()] != [count; 3] {
            return Err("its lists differ in length".to_owned());
        }
        let (first_split, first_leaf) = (self.splits.len() as i32, self.values.len() as i32);
        let leaves = tree.value.len();
        let place = |child: i32, parent: usize| match usize::try_from(child) {
            // a child behind its parent: walking always ends
            Ok(split) if split > parent && split < count => Ok(child + first_split),
            Ok(_) => Err("a split is missing or leads back"),
            Err(_) if leaf(child) < leaves => Ok(child - first_leaf),
            Err(_) => Err("a leaf is missing"),
        };
        for n in 0..count {
            if usize::from(tree.feature[n]) >= features {
                return Err(format!("there is no feature {}", tree.feature[n]));
            }
            self.splits.push(Split {
                threshold: tree.threshold[n],
                feature: tree.feature[n],
                children: [place(tree.left[n], n)?, place(tree.right[n], n)?],
            });
        }
        if tree.value.is_empty() {
            return Err("it has no leaf".to_owned());
        }
        self.roots.push(if count == 0 { !first_leaf } else { first_split });
        self.values.extend(&tree.value);
        Ok(())
    }

    /// The sum for each row; `rows` are `out.len()` rows of `width` values. Tree by tree, so that each stays in cache; a
    /// row that is clear at one of the looks is left at that.
    pub fn sum(&self, rows: &[f32], width: usize, out: &mut [f32]) {
        out.fill(0.0);
        let mut open: Vec<usize> = (0..out.len()).collect();
        let mut done = 0;
        let end = Look { trees: self.roots.len(), clear: f32::NEG_INFINITY };
        for look in self.looks.iter().chain([&end]) {
            let trees = done..look.trees.clamp(done, self.roots.len());
            done = trees.end;
            for root in &self.roots[trees] {
                let mut lanes = open.chunks_exact(LANES);
                for lane in &mut lanes {
                    self.walk_lane(*root, lane, rows, width, out);
                }
                for &n in lanes.remainder() {
                    out[n] += self.values[leaf(self.walk(*root, &rows[n * width..(n + 1) * width]))];
                }
            }
            open.retain(|&n| out[n] > look.clear);
        }
    }

    /// Walks several rows at once: each step waits for memory, and they wait together.
    fn walk_lane(&self, root: i32, lane: &[usize], rows: &[f32], width: usize, out: &mut [f32]) {
        let mut at = [root; LANES];
        let mut walking = true;
        while walking {
            walking = false;
            for (at, &n) in at.iter_mut().zip(lane) {
                if let Ok(split) = usize::try_from(*at) {
                    *at = self.step(split, &rows[n * width..(n + 1) * width]);
                    walking = true;
                }
            }
        }
        for (at, &n) in at.iter().zip(lane) {
            out[n] += self.values[leaf(*at)];
        }
    }

    fn walk(&self, root: i32, row: &[f32]) -> i32 {
        let mut at = root;
        while let Ok(split) = usize::try_from(at) {
            at = self.step(split, row);
        }
        at
    }

    fn step(&self, split: usize, row: &[f32]) -> i32 {
        let split = &self.splits[split];
        split.children[usize::from(row[usize::from(split.feature)] > split.threshold)]
    }
}

/// Rows that are walked at a time.
const LANES: usize = 4;

/// A look at the sums before all trees were asked.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// After so many trees ...
    pub trees: usize,
    /// ... a row with a sum up to this is real: the others could hardly make it noise.
    pub clear: f32,
}

/// The leaf that a negative child names.
fn leaf(child: i32) -> usize {
    (!child).cast_unsigned() as usize
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // leaves are small whole numbers here
mod tests {
    use super::*;

    /// Value 1 up to 0.5, 2 up to 1.5, else 3.
    fn tree() -> TreeSpec {
        TreeSpec {
            feature: vec![0, 0],
            threshold: vec![0.5, 1.5],
            left: vec![-1, -2],
            right: vec![1, -3],
            value: vec![1.0, 2.0, 3.0],
        }
    }

    #[test]
    fn rows_end_in_the_right_leaves() -> Result<(), String> {
        let forest = Forest::new(&[tree(), tree()], 1, &[])?;
        let rows = [0.5, 0.6, 1.5, 9.0, -1.0, 2.0];
        let mut sums = [0.0; 6];
        forest.sum(&rows, 1, &mut sums);
        assert_eq!(sums, [2.0, 4.0, 4.0, 6.0, 2.0, 6.0]);
        Ok(())
    }

    #[test]
    fn a_clear_row_is_left_at_its_first_look() -> Result<(), String> {
        let forest = Forest::new(&[tree(), tree()], 1, &[Look { trees: 1, clear: 1.0 }])?;
        let mut sums = [0.0; 2];
        forest.sum(&[0.0, 9.0], 1, &mut sums);
        assert_eq!(sums, [1.0, 6.0]);
        Ok(())
    }

    #[test]
    fn a_tree_of_one_leaf_is_a_number() -> Result<(), String> {
        let forest = Forest::new(&[TreeSpec { value: vec![4.0], ..TreeSpec::default() }], 1, &[])?;
        let mut sums = [0.0];
        forest.sum(&[0.0], 1, &mut sums);
        assert_eq!(sums, [4.0]);
        Ok(())
    }

    #[test]
    fn broken_trees_are_refused() {
        let broken: [fn(&mut TreeSpec); 5] = [
            |t| t.left[1] = 0,
            |t| t.right[1] = -4,
            |t| t.feature[0] = 1,
            |t| t.value.clear(),
            |t| t.threshold.truncate(1),
        ];
        for change in broken {
            let mut spec = tree();
            change(&mut spec);
            assert!(Forest::new(&[spec], 1, &[]).is_err());
        }
    }
}
