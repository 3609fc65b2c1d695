"""What each stage does: reads the folders of earlier stages, writes its own."""
