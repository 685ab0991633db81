import { BackgroundProcess } from "./background-process.ts";
import { type StateMachineFront, startStateMachineFront } from "./state-machine-front.ts";

/** An AWS API server for one test file. */
export interface Moto {
  address: string;
  /** Address of its Step Functions. */
  stateMachines: string;
  /** Sets the answers of the workflow's functions to its state machines. */
  answerInvocations: StateMachineFront["answerInvocations"];
  stop(): Promise<void>;
}

/** Starts moto on a free port, with an interpreter of state machines whose tasks call the proxy in front of it. */
export async function startMoto(cwd: string): Promise<Moto> {
  const front = await startStateMachineFront();
  const moto = await BackgroundProcess.start({
    command: "moto_server",
    args: ["-H", "127.0.0.1", "-p", "0"],
    cwd,
    env: { ...process.env, MOTO_PORT: String(front.port) },
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)\s/, // with the next character, since the output may be split within the port
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
