"""What an attacker tries, and what an auditor asks for."""
