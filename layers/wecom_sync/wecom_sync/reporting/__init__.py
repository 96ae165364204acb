"""Says things to people: texts in both languages, WeCom's codes, reports and documents. Pure."""
