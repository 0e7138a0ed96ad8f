"""Messages to the applicant: told."""
