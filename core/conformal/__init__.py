"""How far an answer is to be believed that there is an answer: conformal p-values, and where their scores are kept."""
