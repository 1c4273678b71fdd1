"""The audit of a mailbox's past, with nothing else set up: reads headers, pairs inquiries and answers, reports."""
