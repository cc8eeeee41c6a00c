"""The manual: the pages that are made from code, and the commands in those that are not."""
