"""Editions on the Hugging Face Hub: publishing them, and loading just the version that was asked for."""
