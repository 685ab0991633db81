import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { CheckResult } from "../../api/check.ts";
import { get } from "../../client/request.ts";
import { useChange } from "../../client/use-change.ts";
import { useSession } from "../../client/use-session.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { toCount, toImagePath, toTime } from "../../parts/format.ts";
import { Key } from "../../parts/key.tsx";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";

export default function Check() {
  const [typed, setPrefix] = useState<string>();
  const { data: last } = useQuery({
    queryKey: ["check", "last"],
    queryFn: ({ signal }) => get("/api/check/last", {}, signal),
  });
  const prefix = typed ?? last?.check?.prefix ?? "";
  const {
    data: made,
    error,
    refetch,
    isFetching,
  } = useQuery({
    queryKey: ["check"],
    queryFn: ({ signal }) => get("/api/check", { prefix }, signal),
    // A check reads every manifest: it runs when it is asked for.
    enabled: false,
  });
  const data = made ?? last?.check?.result;
  return (
    <>
      <form
        class="buttons start"
        onSubmit={(event) => {
          event.preventDefault();
          refetch();
        }}
      >
        <label>
          Only keys that begin with{" "}
          <input value={prefix} onInput={({ currentTarget }) => setPrefix(currentTarget.value)} />
        </label>
        <button type="submit" class="primary" disabled={isFetching}>
          {isFetching ? "Checking …" : "Check now"}
        </button>
      </form>
      {last?.audit && <LastAudit {...last.audit} />}
      {error && <ProblemNote problem={error.message} retry={() => refetch()} />}
      {isFetching && <Loading what="sources, manifests and renditions" />}
      {!data && !isFetching && !error && (
        <Empty title="Not checked yet">
          <p>
            A check compares every source with its manifest and its renditions, and finds what is missing.
          </p>
        </Empty>
      )}
      {data && !isFetching && <Result result={data} prefix={prefix} onRepaired={() => refetch()} />}
    </>
  );
}

/** The audit that the environment makes by itself. */
function LastAudit({
  endedAt,
  images,
  gaps,
}: {
  endedAt: string;
  images: number;
  gaps: Record<string, number>;
}) {
  const found = Object.entries(gaps).filter(([, count]) => count > 0);
  return (
    <p>
      The last audit ended on {toTime(endedAt)}: {toCount(images)} images,{" "}
      {found.map(([gap, count]) => `${toCount(count)} ${gap}`).join(", ") || "no problems"}.
    </p>
  );
}

/** The number of problems of each kind. */
function Gaps({
  gaps,
  kind,
  onChoose,
}: {
  gaps: Record<string, number>;
  kind: string | undefined;
  onChoose(kind: string | undefined): void;
}) {
  const found = Object.entries(gaps).filter(([, count]) => count > 0);
  return (
    <Table
      caption="Problems by kind"
      columns={["Kind", "Problems", "Shown below"]}
      numeric={[1]}
      rows={found.map(([gap, count]) => ({
        key: gap,
        cells: [
          gap,
          toCount(count),
          <button
            key="choose"
            type="button"
            aria-pressed={kind === gap}
            onClick={() => onChoose(kind === gap ? undefined : gap)}
          >
            {kind === gap ? "Show all" : "Show only these"}
          </button>,
        ],
      }))}
    />
  );
}

function Result({ result, prefix, onRepaired }: { result: CheckResult; prefix: string; onRepaired(): void }) {
  const { images, gaps, findings, renditions, hashed, outdated, checkedAt } = result;
  const problems = Object.values(gaps).reduce((sum, count) => sum + count, 0);
  const counts = Object.entries(images).filter(([, count]) => count > 0);
  const [kind, setKind] = useState<string>();
  return (
    <>
      <p>
        {toTime(checkedAt)}:{" "}
        {counts.map(([state, count]) => `${toCount(count)} ${state}`).join(", ") || "no images"};{" "}
        {toCount(renditions)} renditions in place, {toCount(hashed)} of them compared byte by byte
        {outdated > 0 && `; ${toCount(outdated)} images have older settings`}.
      </p>
      {problems === 0 ? (
        <Empty title="No problems found" />
      ) : (
        <>
          <Repair problems={problems} prefix={prefix} onRepaired={onRepaired} />
          <Gaps gaps={gaps} kind={kind} onChoose={setKind} />
          <Table
            caption="Problems"
            columns={["Problem", "Key", "Because", "A repair"]}
            rows={findings
              .filter(({ gap }) => kind === undefined || gap === kind)
              .map(({ gap, key, source, why, remedy }, index) => ({
                key: `${index}`,
                cells: [
                  gap,
                  source === null ? (
                    <Key text={key} />
                  ) : (
                    <Link href={toImagePath(source)}>
                      <Key text={key} />
                    </Link>
                  ),
                  why,
                  remedy === "publish"
                    ? "processes it again"
                    : remedy === "remove"
                      ? "removes it"
                      : "does nothing",
                ],
              }))}
          />
          {findings.length < problems && <p class="quiet">The first {toCount(findings.length)} are shown.</p>}
        </>
      )}
    </>
  );
}

function Repair({ problems, prefix, onRepaired }: { problems: number; prefix: string; onRepaired(): void }) {
  const { session } = useSession();
  const { start, isRunning, problem } = useChange("/api/check/repair");
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <p class="buttons start">
        <button
          type="button"
          class="primary"
          disabled={isRunning || !session?.allowsWrites}
          onClick={() => setAsked(true)}
        >
          {isRunning ? "Repairing …" : "Repair"}
        </button>
        {session && !session.allowsWrites && <span class="quiet">This console is read-only.</span>}
      </p>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {isAsked && (
        <Confirm
          title={`Repair ${toCount(problems)} problems?`}
          action="Repair"
          onCancel={() => setAsked(false)}
          onConfirm={async (environment) => {
            setAsked(false);
            await start({ prefix }, environment);
            onRepaired();
          }}
        >
          <p>
            What is missing or corrupt is processed again; renditions that belong to no manifest are removed.
          </p>
        </Confirm>
      )}
    </>
  );
}
