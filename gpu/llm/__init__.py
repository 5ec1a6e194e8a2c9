"""Language models: what is asked, what is answered, and who answers."""
