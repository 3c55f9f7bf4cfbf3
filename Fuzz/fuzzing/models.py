def make(random):
    raise NotImplementedError
