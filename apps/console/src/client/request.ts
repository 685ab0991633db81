import type { Api, Path, Problem } from "../api/contract.ts";

/** The types of a request, by its name `METHOD /path`. */
export type AnswerTo<Name extends string> = Name extends keyof Api ? Api[Name]["answer"] : never;
export type QueryTo<Name extends string> = Name extends keyof Api
  ? Api[Name] extends { query: infer Query }
    ? Query
    : Record<never, string>
  : never;
export type BodyTo<Name extends string> = Name extends keyof Api
  ? Api[Name] extends { body: infer Body }
    ? Body
    : undefined
  : never;

/** A request that the server answered with a problem, in words for the user. */
export class RequestProblem extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const NO_ANSWER = "The console does not answer: start it again, with `npm start` or `npx pipeline console`.";

/** The address of a request; parameters without a value are left out. */
export function toUrl(
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters)}`;
}

/** Asks the server. @throws {RequestProblem} */
export async function get<P extends Path<"GET">>(
  path: P,
  query?: QueryTo<`GET ${P}`>,
  signal?: AbortSignal,
): Promise<AnswerTo<`GET ${P}`>> {
  return send(toUrl(path, query), signal ? { signal } : {});
}

/** What a change needs besides its body. */
export interface Confirmation {
  csrfToken: string;
  /** The environment's name as the user typed it; needed on AWS. */
  environment?: string;
}

/** Makes a change. @throws {RequestProblem} */
export async function post<P extends Path<"POST">>(
  path: P,
  body: BodyTo<`POST ${P}`>,
  { csrfToken, environment = "" }: Confirmation,
): Promise<AnswerTo<`POST ${P}`>> {
  return send(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-csrf-token": csrfToken,
      "x-environment": encodeURIComponent(environment),
    },
    body: JSON.stringify(body ?? null),
  });
}

async function send<Result>(url: string, init: RequestInit): Promise<Result> {
  const response = await fetch(url, init).catch(() => undefined);
  if (response === undefined) throw new RequestProblem(NO_ANSWER, 0);
  if (response.ok) return response.json();
  throw new RequestProblem(await problemOf(response), response.status);
}

async function problemOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { problem }: Problem = JSON.parse(text);
    return problem;
  } catch {
    return text.trim() || `the console answered with status ${response.status}`;
  }
}
