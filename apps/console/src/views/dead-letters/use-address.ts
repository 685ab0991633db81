import { useSearchParams } from "wouter-preact";

/** The parts of the view's address: what is listed, and the message that is open. */
export interface Address {
  reason: string | undefined;
  queue: string | undefined;
  message: string | undefined;
}

/** Every list and every message has a link. Opening a message is a step back and forth; a change of the list is not. */
export function useAddress(): [Address, (change: Partial<Address>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const read = (name: keyof Address) => parameters.get(name) ?? undefined;
  return [
    { reason: read("reason"), queue: read("queue"), message: read("message") },
    (change) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(change))
            if (value === undefined) after.delete(name);
            else after.set(name, value);
          return after;
        },
        { replace: change.message === undefined },
      ),
  ];
}
