"""`triage demo`: a fictional exporter's mailbox and the servers to try everything out with, nothing else needed."""
