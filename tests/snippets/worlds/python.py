import sys

number = sys.argv[1]


def release_stock():
    print("release_stock")


def fulfil_or_refund():
    print("fulfil_or_refund")


def query_later(order):
    print("query_later", order)


def alert(*why):
    print("alert", *why)


SNIPPET
