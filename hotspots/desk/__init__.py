"""The small records people make at work: visits ticked off, places struck from a list. No person is in any of them."""
