"""Mail comes in: live from IMAP folders, or from archives. Raw bytes are stored before anything else happens (I1)."""
