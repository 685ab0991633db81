import { useEffect, useRef, useState } from "preact/hooks";
import type { Channels, Problem } from "../api/contract.ts";
import { toUrl } from "./request.ts";

/** The newest value of a channel. */
export interface Live<Value> {
  value: Value | undefined;
  /** The reason why no newer values come; undefined while they do. */
  problem: string | undefined;
}

const LOST = "The console does not answer. It is asked again every second.";

/**
 * Listens to a channel. The browser connects again after a lost connection, and a hidden tab does not listen.
 *
 * @param onValue called for every value, where each one counts
 */
export function useLive<Name extends keyof Channels>(
  channel: Name,
  onValue?: (value: Channels[Name]) => void,
): Live<Channels[Name]> {
  const [live, setLive] = useState<Live<Channels[Name]>>({ value: undefined, problem: undefined });
  const listener = useRef(onValue);
  listener.current = onValue;
  useEffect(() => {
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const lose = (problem: string) => setLive(({ value }) => ({ value, problem }));

    function connect(): void {
      source = new EventSource(toUrl("/api/live", { channel }));
      source.onmessage = ({ data }) => {
        const value: Channels[Name] = JSON.parse(data);
        listener.current?.(value);
        setLive({ value, problem: undefined });
      };
      source.addEventListener("lost", ({ data }) => {
        const { problem }: Problem = JSON.parse(data);
        lose(problem);
      });
      source.onerror = () => {
        lose(LOST);
        // After an answer other than 200 the browser gives up.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, 1000);
      };
    }
    function disconnect(): void {
      source?.close();
      clearTimeout(retry);
    }
    function follow(): void {
      disconnect();
      if (!document.hidden) connect();
    }
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      disconnect();
    };
  }, [channel]);
  return live;
}
