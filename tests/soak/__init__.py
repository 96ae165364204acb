"""Many companies drop files while WeCom fails at times; no file is lost, every outcome is right."""
