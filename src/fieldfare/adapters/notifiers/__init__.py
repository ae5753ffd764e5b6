"""Senders of mails behind the port `Mailer`."""
