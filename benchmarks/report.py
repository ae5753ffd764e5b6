"""stub"""


def is_whole(x):
    return False


def rewrite(a, b):
    pass
