"""`starlit flash`: from a bare board to a pod (docs/flash.md).

    find the board -> copy the UF2 -> wait for its port -> packages -> program -> who it is -> test
"""
