/** Where lines go: results to stdout, everything else out of the way of whoever reads those. */
export interface Terminal {
  result(line: string): void;
  note(line: string): void;
  complain(line: string): void;
}

/** @param json whether stdout is for results alone */
export function terminal(json: boolean): Terminal {
  const to = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
  return {
    result: to(process.stdout),
    note: to(json ? process.stderr : process.stdout),
    complain: to(process.stderr),
  };
}
