"""Parts for other programs. Nothing in copydesk imports them: each needs its library, and is imported by its users."""
