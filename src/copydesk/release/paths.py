"""Where things lie in an edition."""

MANIFEST = "manifest.json"
CARD = "README.md"
CROISSANT = "croissant.json"
CHANGES = "CHANGELOG.md"
RECIPE = "recipe.toml"
RULES = "rules"
DATA = "data"
