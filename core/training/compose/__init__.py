"""The combiner f(q, t) and the weights of the mix."""
