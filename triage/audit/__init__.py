"""The pulse of the desk: working time, response times, reports and the tamper-evident log (R26, I14)."""
