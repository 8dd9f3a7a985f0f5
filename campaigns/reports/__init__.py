"""What came of a campaign, for the person who owns it: summary, workbook, CSV, JSON."""
