"""What people file with a device: dated notes and attachments."""
