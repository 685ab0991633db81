import { BackgroundProcess } from "./background-process.ts";
import { type StateMachineFront, startStateMachineFront } from "./state-machine-front.ts";

/** An AWS API server of the test's own. */
export interface Moto {
  address: string;
  /** Where its Step Functions answer what the provider asks. */
  stateMachines: string;
  /** What the workflow's functions answer when one of its state machines invokes them. */
  answerInvocations: StateMachineFront["answerInvocations"];
  stop(): Promise<void>;
}

/** On a free port, with an interpreter of state machines whose tasks call back through the front before it. */
export async function startMoto(cwd: string): Promise<Moto> {
  const front = await startStateMachineFront();
  const moto = await BackgroundProcess.start({
    command: "moto_server",
    args: ["-H", "127.0.0.1", "-p", "0"],
    cwd,
    env: { ...process.env, MOTO_PORT: String(front.port) },
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)\s/, // with what follows: a number may come in two pieces
    deadlineMilliseconds: 120_000,
  });
  front.standBefore(moto.address);
  await configure(moto.address, { stepfunctions: { execute_state_machine: true } });
  return {
    address: moto.address,
    stateMachines: front.address,
    answerInvocations: front.answerInvocations,
    async stop() {
      await moto.stop();
      await front.close();
    },
  };
}

async function configure(moto: string, settings: Record<string, Record<string, boolean>>): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(settings);
  const answer = await fetch(`${moto}/moto-api/config`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`moto refused its settings: ${answer.status}`);
}
