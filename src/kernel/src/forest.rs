//! Boosted decision trees: walked, nothing else. Training is a script; its result is plain data.

use serde::Deserialize;
use std::ops::Range;

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

/// A split or a leaf, in eight bytes.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// A row goes left if its value is at most this.
    threshold: f32,
    feature: u16,
    /// Place in the tree of the left child; the right one stands behind it. A leaf is its own left child, and nothing is
    /// above its threshold: who has come to it stays there, so that walking needs no branch.
    child: u16,
}

/// Where a tree lies among the nodes, and its longest way down.
#[derive(Debug, Clone)]
struct Tree {
    nodes: Range<usize>,
    depth: usize,
}

/// Trees whose leaves are added up.
#[derive(Debug, Default)]
pub struct Forest {
    nodes: Vec<Node>,
    /// What each node adds to the sum: nothing, if it is a split.
    values: Vec<f32>,
    trees: Vec<Tree>,
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

    /// Lays a tree out level by level, the two children of a split beside each other.
    fn add(&mut self, tree: &TreeSpec, features: usize) -> Result<(), String> {
        let count = tree.feature.len();
        if [tree.threshold.len(), tree.left.len(), tree.right.len()] != [count; 3] {
            return Err("its lists differ in length".to_owned());
        }
        if tree.value.is_empty() {
            return Err("it has no leaf".to_owned());
        }
        let start = self.nodes.len();
        let mut level = vec![if count == 0 { -1 } else { 0 }];
        let (mut laid, mut depth) = (0, 0);
        while !level.is_empty() {
            let mut next = Vec::new();
            let below = laid + level.len();
            for &node in &level {
                let own = u16::try_from(laid).map_err(|_| "it is too large".to_owned())?;
                let Ok(split) = usize::try_from(node) else {
                    let value = tree.value.get(leaf(node)).ok_or("a leaf is missing")?;
                    self.nodes.push(Node { threshold: f32::INFINITY, feature: 0, child: own });
                    self.values.push(*value);
                    laid += 1;
                    continue;
                };
                if usize::from(tree.feature[split]) >= features {
                    return Err(format!("there is no feature {}", tree.feature[split]));
                }
                let children = [tree.left[split], tree.right[split]];
                // a child behind its parent: laying the tree out ends
                let leads_back = |child| usize::try_from(child).is_ok_and(|child| child <= split || child >= count);
                if children.into_iter().any(leads_back) {
                    return Err("a split is missing or leads back".to_owned());
                }
                let child = u16::try_from(below + next.len()).map_err(|_| "it is too large".to_owned())?;
                self.nodes.push(Node { threshold: tree.threshold[split], feature: tree.feature[split], child });
                self.values.push(0.0);
                next.extend(children);
                laid += 1;
            }
            depth += usize::from(!next.is_empty());
            level = next;
        }
        self.trees.push(Tree { nodes: start..self.nodes.len(), depth });
        Ok(())
    }

    /// The sum for each row; `rows` are `out.len()` rows of `width` values. Tree by tree, so that each stays in cache; a
    /// row that is clear at one of the looks is left at that.
    pub fn sum(&self, rows: &[f32], width: usize, out: &mut [f32]) {
        out.fill(0.0);
        let mut open: Vec<usize> = (0..out.len()).collect();
        let mut done = 0;
        let end = Look { trees: self.trees.len(), clear: f32::NEG_INFINITY };
        for look in self.looks.iter().chain([&end]) {
            let trees = &self.trees[done..look.trees.clamp(done, self.trees.len())];
            done += trees.len();
            let rest = self.walk_all::<8>(trees, &open, rows, width, out);
            let rest = self.walk_all::<3>(trees, rest, rows, width, out);
            self.walk_all::<1>(trees, rest, rows, width, out);
            open.retain(|&n| out[n] > look.clear);
        }
    }

    /// Adds trees to the sums of the open rows, so many at once; gives the rows that are too few for that.
    fn walk_all<'o, const LANES: usize>(
        &self,
        trees: &[Tree],
        open: &'o [usize],
        rows: &[f32],
        width: usize,
        out: &mut [f32],
    ) -> &'o [usize] {
        let (lanes, rest) = open.as_chunks::<LANES>();
        for lane in lanes {
            let sums = self.walk(trees, lane.map(|n| &rows[n * width..(n + 1) * width]), lane.map(|n| out[n]));
            for (&n, sum) in lane.iter().zip(sums) {
                out[n] = sum;
            }
        }
        rest
    }

    /// Adds trees to the sums of rows: each step waits for memory, and the rows wait together.
    fn walk<const LANES: usize>(&self, trees: &[Tree], rows: [&[f32]; LANES], mut sums: [f32; LANES]) -> [f32; LANES] {
        for tree in trees {
            let (nodes, values) = (&self.nodes[tree.nodes.clone()], &self.values[tree.nodes.clone()]);
            let mut at = [0_u16; LANES];
            for _ in 0..tree.depth {
                for (at, row) in at.iter_mut().zip(rows) {
                    let node = nodes[usize::from(*at)];
                    *at = node.child + u16::from(row[usize::from(node.feature)] > node.threshold);
                }
            }
            for (sum, at) in sums.iter_mut().zip(at) {
                *sum += values[usize::from(at)];
            }
        }
        sums
    }
}

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
    fn a_tree_that_is_too_large_is_refused() {
        let deep = 40; // each split twice the next one: a tree of few splits and very many leaves
        let children: Vec<i32> = (1..deep).chain([-1]).collect();
        let spec = TreeSpec {
            feature: vec![0; children.len()],
            threshold: vec![0.0; children.len()],
            left: children.clone(),
            right: children,
            value: vec![1.0],
        };
        assert!(Forest::new(&[spec], 1, &[]).is_err_and(|flaw| flaw.contains("too large")));
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
