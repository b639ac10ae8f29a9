"""What surrounds the application: the packaged template, deployment helpers and the local runtime."""
