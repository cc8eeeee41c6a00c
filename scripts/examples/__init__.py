"""copydesk together with other libraries, each a small program. `docs/examples.md` explains them, tests run them."""
