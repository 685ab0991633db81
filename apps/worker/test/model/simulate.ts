import { consumeMessage } from "@image-pipeline/lambda-kit";
import { type ImageEvent, toMessageBody } from "@image-pipeline/schema/events";
import { sqsRecord } from "@image-pipeline/testing";
import type fc from "fast-check";
import pLimit from "p-limit";
import { imageEvents } from "../../src/image-events.ts";
import { MAX_RECEIVE_COUNT, newAttempt, type Turn } from "./attempt.ts";
import { redo } from "./backfill.ts";
import type { Plan } from "./plan.ts";
import { newWorld, perform } from "./world.ts";
import type { Message, World } from "./world-state.ts";

/**
 * Runs a plan in the scheduler's order, until every message is acknowledged or in the dead-letter queue.
 *
 * @param settled looks at the world at that point; then everything is mended, the dead letters are redriven, and the
 * world that is left is returned
 */
export async function simulate(
  plan: Plan,
  scheduler: fc.Scheduler,
  settled: (world: World) => void,
): Promise<World> {
  const world = newWorld(plan);
  const turn: Turn = async (label) => void (await scheduler.schedule(Promise.resolve(), label));
  const lanes = { live: newQueue(world, turn, Number.POSITIVE_INFINITY), backfill: newQueue(world, turn, 2) };
  const untilEmpty = async (users: Promise<void>) => {
    await users;
    await Promise.all([lanes.live.untilEmpty(), lanes.backfill.untilEmpty()]);
  };
  await scheduler.waitFor(untilEmpty(usersOf(world, { turn, lanes })));
  settled(world);
  world.heal();
  for (const { event } of world.deadLetters.splice(0)) lanes[event.data.lane].send(event);
  await scheduler.waitFor(untilEmpty(Promise.resolve()));
  return world;
}

interface Ways {
  turn: Turn;
  lanes: Record<ImageEvent["data"]["lane"], ReturnType<typeof newQueue>>;
}

/** S3 delivers at least once, in any order: one to three messages for each event. */
async function usersOf(world: World, { turn, lanes }: Ways): Promise<void> {
  for (const operation of world.plan.operations) {
    await turn(`user: ${JSON.stringify(operation)}`);
    const event = "backfill" in operation ? redo(world, operation.key) : perform(world, operation);
    if (!event) continue;
    const copies = 1 + (world.choose(8) % 3);
    for (let copy = 0; copy < copies; copy++) lanes[event.data.lane].send(event);
  }
}

/**
 * The queue of a lane, with as many concurrent workers as allowed: everything that can happen at once does in some run.
 * A message that waits in one lane does not delay the other lane.
 */
function newQueue(world: World, turn: Turn, workersAtOnce: number) {
  const lives: Promise<void>[] = [];
  const worker = pLimit(workersAtOnce);
  let sent = 0;

  async function live(message: Message): Promise<void> {
    for (;;) {
      await turn(`receive ${message.id}`);
      if (message.receiveCount >= MAX_RECEIVE_COUNT) return moveToDeadLetters(message);
      message.receiveCount++;
      if (world.choose(20) === 6) {
        world.overlapped = true;
        lives.push(live(message));
      }
      const isDone = await worker(() => work(message));
      const isDeleteLost = isDone && world.choose(10) === 7;
      if (isDone && !isDeleteLost) return;
    }
  }

  function moveToDeadLetters(message: Message): void {
    if (!world.deadLetters.some(({ id }) => id === message.id)) world.deadLetters.push(message);
  }

  /** @returns whether the worker acknowledged the message */
  async function work({ id: messageId, event, receiveCount }: Message): Promise<boolean> {
    const { ports, killed } = newAttempt(world, turn, `${messageId}.${receiveCount}`);
    const record = sqsRecord(toMessageBody(event), { messageId, receiveCount });
    const done = consumeMessage(record, imageEvents, ports).then(
      () => true,
      () => false,
    );
    return (await Promise.race([done, killed])) === true;
  }

  return {
    send(event: ImageEvent) {
      const id = `${event.type} of ${event.subject} at ${event.time.slice(17, 19)} (${event.data.lane} ${++sent})`;
      lives.push(live({ id, event, receiveCount: 0 }));
    },
    /** Settles when every message is acknowledged or a dead letter. */
    async untilEmpty(): Promise<void> {
      for (const life of lives) await life;
      lives.length = 0;
    },
  };
}
