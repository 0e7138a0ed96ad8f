"""What is never changed: sessions and hats, refusals, events, draws, the order of events and the cursors of its readers."""
