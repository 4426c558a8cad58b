"""The command ``detcore``: parse, call a job, print."""
