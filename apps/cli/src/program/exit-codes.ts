/** The exit codes of every command. */
export const DONE = 0;
/** It found something to act on, or it failed. */
export const FOUND_OR_FAILED = 1;
/** 128 + SIGINT */
export const INTERRUPTED = 130;
