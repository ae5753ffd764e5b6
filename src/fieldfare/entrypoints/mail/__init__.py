"""The mails that customers get about their visits: as text, as HTML, and as entries for their calendars."""
