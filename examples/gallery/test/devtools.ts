import { once } from "node:events";

export type DevTools = Awaited<ReturnType<typeof connect>>;

/** The answer to a command. */
interface Answer {
  result: Record<string, unknown>;
  error?: unknown;
}

/** Connects to a page by the DevTools protocol (chromedevtools.github.io/devtools-protocol). */
export async function connect(url: string) {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const waiting = new Map<number, (answer: Answer) => void>();
  const listeners = new Map<string, () => void>();
  const count = { messages: 0, commands: 0 };
  socket.addEventListener("message", ({ data }) => {
    count.messages += 1;
    const message = JSON.parse(String(data));
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
    listeners.get(message.method)?.();
  });
  return {
    async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
      count.commands += 1;
      const id = count.commands;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
      const { result, error } = await promise;
      if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
      return result;
    },
    /** Resolves at the next event of this name. */
    next: (event: string) => new Promise<void>((resolve) => listeners.set(event, resolve)),
    /** The messages of the browser besides answers: they show progress. */
    events: () => count.messages - count.commands,
    close: () => socket.close(),
  };
}
