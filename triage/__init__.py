"""Email inquiry triage and reply drafting for exporters and B2B sellers."""
