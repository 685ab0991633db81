import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/using-it.md"), "utf8");

it("the outputs that docs/using-it.md names exist with the settings that it shows", () => {
  const named = [...page.matchAll(/\boutput `([a-z_]+)`|output -raw ([a-z_]+)/g)].map(([, a, b]) => a ?? b);
  const { core, delivery } = synthesised(
    aDeployment({
      environment: "dev",
      uploads: { allowedOrigins: ["https://app.example.com"] },
      delivery: {
        enabled: true,
        access: "signed",
        publicKeys: { a: "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----" },
      },
    }),
  );
  const outputs = Object.keys({ ...core.file.output, ...delivery?.file.output });
  expect(outputs).toEqual(expect.arrayContaining(named));
  expect(named).toHaveLength(7);
});
