"""The command line: parse input, call one service, show the result. One module a group of commands."""
