import { describe, expect, it } from "vitest";
import { fairOrder, type GroupedMessage } from "../../src/services/fair-order.ts";

/** A queue in this order, and a clock that only moves by hand. */
function aQueue() {
  let now = 0;
  let ids = 0;
  const order = fairOrder(() => now);
  const waiting: GroupedMessage[] = [];
  return {
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    send(messageGroupId: string | undefined, count = 1) {
      for (let index = 0; index < count; index++) {
        const message = { messageId: String(ids++), messageGroupId };
        order.sent(message);
        order.waits(message);
        waiting.push(message);
      }
    },
    receive(): GroupedMessage {
      const [message] = waiting.splice(order.next(waiting), 1);
      if (!message) throw new Error("the queue is empty");
      order.taken(message);
      order.received(message);
      return message;
    },
    end: order.ended,
  };
}

const groupsOf = (messages: GroupedMessage[]) => messages.map(({ messageGroupId }) => messageGroupId);

describe("a tenant with more than 10 % of the messages in flight", () => {
  it("is noisy from 30 of them on: another tenant's message is received first", () => {
    const queue = aQueue();
    queue.send("loud", 40);
    queue.send("quiet");
    const received = Array.from({ length: 31 }, queue.receive);
    expect(groupsOf(received)).toEqual([...Array.from({ length: 30 }, () => "loud"), "quiet"]);
  });

  it("is quiet with 30 messages that are fewer than 10 % of all", () => {
    const queue = aQueue();
    queue.send(undefined, 400);
    queue.send("tenant", 40);
    queue.send("other");
    const received = Array.from({ length: 440 }, queue.receive);
    expect(groupsOf(received).slice(400)).toEqual(Array.from({ length: 40 }, () => "tenant"));
  });
});

describe("a tenant with more than 10 % of the processing time", () => {
  it("is noisy with a single message in flight", () => {
    const queue = aQueue();
    queue.send("slow", 5);
    queue.receive();
    queue.wait(1000);
    queue.send("quick");
    expect(groupsOf([queue.receive(), queue.receive()])).toEqual(["quick", "slow"]);
  });

  it("stays so after its messages ended", () => {
    const queue = aQueue();
    queue.send("slow", 5);
    const first = queue.receive();
    queue.wait(1000);
    queue.end(first);
    queue.send("quick");
    expect(groupsOf([queue.receive()])).toEqual(["quick"]);
  });

  it("is quiet again once none of its messages waits", () => {
    const queue = aQueue();
    queue.send("slow", 2);
    queue.receive();
    queue.wait(1000);
    queue.receive();
    queue.send("slow");
    queue.send("quick");
    expect(groupsOf([queue.receive()])).toEqual(["slow"]);
  });

  it("is quiet again after five minutes in which it sent none", () => {
    const queue = aQueue();
    queue.send("slow", 5);
    queue.receive();
    queue.wait(5 * 60 * 1000 + 1);
    queue.send("quick");
    expect(groupsOf([queue.receive()])).toEqual(["slow"]);
  });
});

it("of several noisy tenants, that with the fewest messages in flight is first", () => {
  const queue = aQueue();
  queue.send("one", 3);
  queue.receive();
  queue.receive();
  queue.wait(1000);
  queue.send("two", 3);
  queue.receive();
  queue.wait(1000);
  expect(groupsOf([queue.receive()])).toEqual(["two"]);
});

it("messages without a group are tenants of their own, in the order in which they were sent", () => {
  const queue = aQueue();
  queue.send(undefined, 3);
  queue.wait(1000);
  expect(Array.from({ length: 3 }, queue.receive).map(({ messageId }) => messageId)).toEqual(["0", "1", "2"]);
});
