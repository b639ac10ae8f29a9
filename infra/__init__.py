"""The packaged template, deployment commands and the local runtime."""
