"""Many companies at once, a WeCom that fails, a big file in between: nothing lost, all right."""
