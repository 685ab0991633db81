/** A message of a standard queue, as far as its order depends on it. */
export interface GroupedMessage {
  messageId: string;
  messageGroupId?: string | undefined;
}

/** The order in which a queue's messages are received, and what it depends on. */
export interface FairOrder {
  /** Returns the index of the message to receive next; `waiting` is not empty. */
  next(waiting: readonly GroupedMessage[]): number;
  sent(message: GroupedMessage): void;
  /** A message was put behind those that wait. */
  waits(message: GroupedMessage): void;
  /** A message was taken from those that wait: it is received, or moved to the dead-letter queue. */
  taken(message: GroupedMessage): void;
  received(message: GroupedMessage): void;
  /** A received message was deleted, or is visible again. */
  ended(message: GroupedMessage): void;
}

/** From which share of the queue a tenant is noisy, and how many messages it must then have in flight. */
const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;
/** Time without a message after which a tenant is quiet. AWS does not say what "recent" processing time is: the same here. */
const QUIET_MILLISECONDS = 5 * 60 * 1000;

interface Tenant {
  /** When each of its messages in flight was received, by id. */
  inFlight: Map<string, number>;
  spent: DecayingSum;
  lastSentAt: number;
}

/**
 * Returns the order of SQS's fair queues
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html): messages of quiet
 * tenants first, then those of the noisy tenant with the fewest in flight. A tenant is noisy with more than 10 % of the
 * messages in flight and at least 30 of them, or with more than 10 % of the recent processing time, until none of its
 * messages waits, or it has sent none for five minutes. A message without a group is a tenant of its own.
 */
export function fairOrder(now: () => number = Date.now): FairOrder {
  const tenants = new Map<string, Tenant>();
  const allInFlight = new Map<string, number>();
  const allSpent = new DecayingSum();
  /** How many messages wait, by group. */
  const waitingOf = new Map<string | undefined, number>();

  function isNoisy({ inFlight, spent, lastSentAt }: Tenant): boolean {
    const at = now();
    if (at - lastSentAt > QUIET_MILLISECONDS) return false;
    if (inFlight.size >= NOISY_IN_FLIGHT && inFlight.size > NOISY_SHARE * allInFlight.size) return true;
    return timeOf(spent, inFlight, at) > NOISY_SHARE * timeOf(allSpent, allInFlight, at);
  }

  return {
    next(waiting) {
      const seen = new Set<string>();
      let first = 0;
      let fewest = Number.POSITIVE_INFINITY;
      for (const [index, { messageGroupId: group }] of waiting.entries()) {
        if (group !== undefined && seen.has(group)) continue;
        const tenant = tenants.get(group ?? "");
        if (group === undefined || tenant === undefined || !isNoisy(tenant)) return index;
        seen.add(group);
        if (tenant.inFlight.size < fewest) {
          fewest = tenant.inFlight.size;
          first = index;
        }
        // Behind the first message of every tenant that waits there is nothing to find: a burst of one tenant ends here.
        if (seen.size === waitingOf.size) break;
      }
      return first;
    },
    waits: ({ messageGroupId: group }) => void waitingOf.set(group, (waitingOf.get(group) ?? 0) + 1),
    taken({ messageGroupId: group }) {
      const left = (waitingOf.get(group) ?? 0) - 1;
      if (left > 0) waitingOf.set(group, left);
      else waitingOf.delete(group);
    },
    sent({ messageGroupId }) {
      if (messageGroupId === undefined) return;
      const tenant = tenants.get(messageGroupId) ?? newTenant();
      tenant.lastSentAt = now();
      tenants.set(messageGroupId, tenant);
    },
    received({ messageId, messageGroupId }) {
      allInFlight.set(messageId, now());
      if (messageGroupId === undefined) return;
      const isDrained = !waitingOf.has(messageGroupId);
      const tenant = (isDrained ? undefined : tenants.get(messageGroupId)) ?? newTenant();
      tenant.inFlight.set(messageId, now());
      // Without a message that waits it starts again as a quiet tenant, until it sends one.
      tenants.set(messageGroupId, tenant);
    },
    ended({ messageId, messageGroupId }) {
      const at = now();
      const since = allInFlight.get(messageId) ?? at;
      allInFlight.delete(messageId);
      allSpent.add(at - since, at);
      const tenant = tenants.get(messageGroupId ?? "");
      if (tenant?.inFlight.delete(messageId)) tenant.spent.add(at - since, at);
      if (messageGroupId !== undefined && tenant && isForgotten(tenant)) tenants.delete(messageGroupId);
    },
  };
}

function newTenant(): Tenant {
  return { inFlight: new Map(), spent: new DecayingSum(), lastSentAt: Number.NEGATIVE_INFINITY };
}

/** Nothing of it waits or is in flight. */
function isForgotten({ inFlight, lastSentAt }: Tenant): boolean {
  return inFlight.size === 0 && lastSentAt === Number.NEGATIVE_INFINITY;
}

function timeOf(spent: DecayingSum, inFlight: ReadonlyMap<string, number>, at: number): number {
  return [...inFlight.values()].reduce((sum, since) => sum + (at - since), spent.at(at));
}

/** A sum of durations that count less the longer ago they are. */
class DecayingSum {
  #sum = 0;
  #at = 0;

  add(milliseconds: number, at: number): void {
    this.#sum = this.at(at) + milliseconds;
    this.#at = at;
  }

  at(at: number): number {
    return this.#sum * Math.exp((this.#at - at) / QUIET_MILLISECONDS);
  }
}
