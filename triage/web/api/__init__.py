"""The API: all that the page does, for programs. Its answers are JSON, its errors problems (RFC 9457)."""
