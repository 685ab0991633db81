import { useQuery } from "@tanstack/preact-query";
import { get } from "../../client/request.ts";
import { Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { type SchemaField, toFields } from "./schema-fields.ts";

/** The fields of a type of event, by its published JSON Schema. */
export function Schema({ type }: { type: string }) {
  const { data, error } = useQuery({
    queryKey: ["events", "schema", type],
    queryFn: ({ signal }) => get("/api/events/schema", { type }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <ProblemNote problem={error.message} />;
  if (!data) return <Loading what="the schema" />;
  return (
    <div class="schema">
      <Table
        caption={`Schema of ${type}`}
        columns={["Field", "Type", "Required"]}
        rows={toFields(data.schema).map((field) => ({ key: field.path, cells: toCells(field) }))}
      />
    </div>
  );
}

function toCells({ path, type, isRequired }: SchemaField) {
  return [<code key="path">{path}</code>, type, isRequired ? "yes" : "no"];
}
