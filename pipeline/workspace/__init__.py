"""What people make and keep beside the published versions."""
