import { useQuery } from "@tanstack/preact-query";
import type { Cost } from "../../api/cost.ts";
import { get } from "../../client/request.ts";
import { toCount } from "../../parts/format.ts";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";

const MILLION = 1_000_000;
const dollars = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });

export default function CostView() {
  const { data, error, refetch } = useQuery({ queryKey: ["cost"], queryFn: () => get("/api/cost") });
  if (error) return <ProblemNote problem={error.message} retry={() => refetch()} />;
  if (!data) return <Loading what="the prices" />;
  return (
    <>
      <Summary cost={data} />
      <Parts cost={data} />
      <h2>What would save most</h2>
      {data.savings.length === 0 ? (
        <Empty title="No single change saves anything" />
      ) : (
        <Table
          caption="Changes that save"
          columns={["Change", "Saves for a million images", "At the loss of"]}
          numeric={[1]}
          rows={data.savings.map(({ change, saves, loses }) => ({
            key: change,
            cells: [change, dollars.format(saves), loses],
          }))}
        />
      )}
    </>
  );
}

function Summary({
  cost: { perMillion, storagePerMonth, imagesPerMonth, pricesOf, actual },
}: {
  cost: Cost;
}) {
  const perMonth = (imagesPerMonth / MILLION) * perMillion.usd;
  return (
    <p>
      <strong>{dollars.format(perMillion.usd / 1000)}</strong> for 1,000 images,{" "}
      {dollars.format(perMillion.usd)} for a million. The {toCount(imagesPerMonth)} images a month that the
      config expects are {dollars.format(perMonth)} a month
      {actual && actual.images > 0 && (
        <>
          ; the {toCount(actual.images)} of the last {actual.days} days were{" "}
          {dollars.format((actual.images / MILLION) * actual.perMillion.usd)}
        </>
      )}
      . Storage: {dollars.format(storagePerMonth.usd)} a month for a million images. List prices of {pricesOf}
      , without free tiers.
    </p>
  );
}

function Parts({ cost: { perMillion, actual } }: { cost: Cost }) {
  const most = Math.max(...perMillion.parts.map(({ usd }) => usd));
  const measured = new Map(actual?.perMillion.parts.map(({ part, usd }) => [part, usd]));
  return (
    <Table
      caption="Price of a million images by part"
      columns={["Part", "Estimated", ...(actual ? ["Measured"] : []), "Share", "For"]}
      numeric={actual ? [1, 2] : [1]}
      rows={perMillion.parts.map(({ part, usd, detail }) => ({
        key: part,
        cells: [
          part,
          dollars.format(usd),
          ...(actual ? [measured.has(part) ? dollars.format(measured.get(part) ?? 0) : "–"] : []),
          <meter aria-label={`Share of ${part}`} min={0} max={most} value={usd} />,
          detail,
        ],
      }))}
    />
  );
}
