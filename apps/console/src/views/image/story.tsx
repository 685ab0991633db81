import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { ImageStory } from "../../api/story.ts";
import { get } from "../../client/request.ts";
import { useSession } from "../../client/use-session.ts";
import { Copy } from "../../parts/copy.tsx";
import { toImagePath } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Loading, ProblemNote } from "../../parts/states.tsx";
import { Waterfall } from "./waterfall.tsx";

const REFRESH_MILLISECONDS = 3000;
/** The last lines of the logs, and deliveries to webhooks, come some time after the events that tell of a change. */
const SETTLED_MILLISECONDS = 15_000;
/** States that end without an action. */
const UNFINISHED = ["waiting", "in flight"];

/**
 * The state of an image in a sentence, its events, and the next command. On AWS a search of the logs is paid, so it waits
 * for a click.
 *
 * @param version changes when the image is processed or analysed
 */
export function Story({ imageKey, version }: { imageKey: string; version: string }) {
  const { session } = useSession();
  const [asked, setAsked] = useState<string>();
  const isLocal = session?.isLocal ?? false;
  const isWanted = isLocal || asked === imageKey;
  const { data, error, refetch } = useQuery({
    queryKey: ["story", imageKey, isLocal ? version : ""],
    queryFn: () => get("/api/story", { key: imageKey }),
    enabled: isWanted,
    placeholderData: (before, query) => (query?.queryKey[1] === imageKey ? before : undefined),
    // No event tells of a receive, or of an attempt that failed.
    refetchInterval: ({ state }) => isLocal && state.data && !isSettled(state.data) && REFRESH_MILLISECONDS,
  });
  return (
    <section aria-labelledby="story">
      <h2 id="story">Story</h2>
      {session && !isWanted && (
        <p class="buttons start">
          <button type="button" onClick={() => setAsked(imageKey)}>
            Tell the story
          </button>
          <span class="quiet">It searches the functions’ logs, which AWS charges by the gigabyte.</span>
        </p>
      )}
      {error && <ProblemNote problem={error.message} retry={() => void refetch()} />}
      {isWanted && !data && !error && <Loading what="the story" />}
      {data && <Told story={data} />}
    </section>
  );
}

function isSettled({ state, timeline }: ImageStory): boolean {
  const last = Date.parse(timeline.at(-1)?.time ?? "") || 0;
  return !UNFINISHED.includes(state) && Date.now() - last > SETTLED_MILLISECONDS;
}

function Told({ story: { verdict, timeline, next, nearKeys, unread, logs } }: { story: ImageStory }) {
  return (
    <>
      <p>
        <Key text={verdict} />
      </p>
      {next !== null && (
        <p class="buttons start">
          <span>
            Next: <code class="key">{next}</code>
          </span>
          <Copy text={next} label="Copy the command" />
        </p>
      )}
      {nearKeys.length > 0 && (
        <>
          <p>Similar keys:</p>
          <ul>
            {nearKeys.map((key) => (
              <li key={key}>
                <Link href={toImagePath(key)}>
                  <Key text={key} />
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <Waterfall timeline={timeline} />
      {unread.map(({ what, why }) => (
        <p key={what} class="quiet">
          Not read: {what}: <Key text={why} />
        </p>
      ))}
      {logs.usd !== null && <p class="quiet">The search of the logs cost ${logs.usd.toFixed(4)}.</p>}
    </>
  );
}
