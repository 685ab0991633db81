import { BackgroundProcess } from "./background-process.ts";
import { startStateMachineFront } from "./state-machine-front.ts";

/** An AWS API server of the test's own. */
export interface Moto {
  address: string;
  /** Where its Step Functions answer what the provider asks. */
  stateMachines: string;
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
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)/,
    deadlineMilliseconds: 30_000,
  });
  front.standBefore(moto.address);
  await configure(moto.address, { stepfunctions: { execute_state_machine: true } });
  return {
    address: moto.address,
    stateMachines: front.address,
    async stop() {
      await moto.stop();
      await front.close();
    },
  };
}

/** Lambda answers with these, one after the other, whatever function is invoked: it runs none here. */
export async function answerInvocations(moto: string, answers: readonly unknown[]): Promise<void> {
  await configure(moto, { lambda: { use_docker: false } });
  const results = answers.map((answer) => JSON.stringify(answer));
  await post(`${moto}/moto-api/static/lambda-simple/response`, { results, region: "us-east-1" });
}

function configure(moto: string, settings: Record<string, Record<string, boolean>>): Promise<void> {
  return post(`${moto}/moto-api/config`, settings);
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`moto refused ${url}: ${answer.status}`);
}
