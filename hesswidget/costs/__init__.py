"""What derivatives cost: seconds and bytes of one computation after another, against the number of variables."""
