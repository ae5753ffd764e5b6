"""What a customer sees and does behind the links of their mails."""
