"""A small provider on a real port, speaking the wire formats of OpenAI, vLLM and Gemini as strictly as they do."""
