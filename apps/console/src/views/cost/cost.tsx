import { useQuery } from "@tanstack/preact-query";
import type { Cost, CostPart } from "../../api/cost.ts";
import { get } from "../../client/request.ts";
import { toCount, toTime } from "../../parts/format.ts";
import { Empty, Loading, ProblemNote } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";

const MILLION = 1_000_000;
const dollars = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
/** For parts of 1,000 images, which are less than a cent. */
const cents = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 4 });
const toThousand = (parts: readonly CostPart[]) => parts.map((part) => ({ ...part, usd: part.usd / 1000 }));

export default function CostView() {
  const { data, error, refetch } = useQuery({ queryKey: ["cost"], queryFn: () => get("/api/cost") });
  if (error) return <ProblemNote problem={error.message} retry={() => refetch()} />;
  if (!data) return <Loading what="the prices" />;
  return (
    <>
      <Summary cost={data} />
      {data.month && (
        <>
          <h2>This month, measured</h2>
          <Month month={data.month} />
        </>
      )}
      <h2>Estimated for 1,000 images</h2>
      <Parts caption="Estimated price of 1,000 images by part" parts={toThousand(data.perMillion.parts)} />
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

function Summary({ cost: { perMillion, storagePerMonth, imagesPerMonth, pricesOf } }: { cost: Cost }) {
  const perMonth = (imagesPerMonth / MILLION) * perMillion.usd;
  return (
    <p>
      <strong>{dollars.format(perMillion.usd / 1000)}</strong> for 1,000 images,{" "}
      {dollars.format(perMillion.usd)} for a million. The {toCount(imagesPerMonth)} images a month that the
      config expects are {dollars.format(perMonth)} a month. Storage: {dollars.format(storagePerMonth.usd)} a
      month for a million images. List prices of {pricesOf}, without free tiers.
    </p>
  );
}

/** The measured use of this month, and its forecast. */
function Month({ month }: { month: NonNullable<Cost["month"]> }) {
  const { from, images, usd, perThousand, forecast } = month;
  if (images === 0) return <Empty title="No image was processed this month" />;
  return (
    <>
      <p>
        <strong>{dollars.format(usd)}</strong> for {toCount(images)} images since {toTime(from)}; at this rate{" "}
        <strong>{dollars.format(forecast.usd)}</strong> for {toCount(forecast.images)} images at the end of
        the month.
      </p>
      <Parts caption="Measured price of 1,000 images by part" parts={perThousand.parts} />
    </>
  );
}

function Parts({ caption, parts }: { caption: string; parts: readonly CostPart[] }) {
  const most = Math.max(...parts.map(({ usd }) => usd));
  return (
    <Table
      caption={caption}
      columns={["Part", "1,000 images", "Share", "For"]}
      numeric={[1]}
      rows={parts.map(({ part, usd, detail }) => ({
        key: part,
        cells: [
          part,
          cents.format(usd),
          <meter key="share" aria-label={`Share of ${part}`} min={0} max={most} value={usd} />,
          detail,
        ],
      }))}
    />
  );
}
