"""Tests of triage.webhooks."""
