import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { RekognitionClient } from "@aws-sdk/client-rekognition";

interface Answer {
  status?: number;
  body: unknown;
}

/** Rekognition's wire protocol, AWS JSON 1.1, with the answers of a test; for a real client. */
export async function startRekognition(answer: (operation: string, input: unknown) => Answer | "reset") {
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace("RekognitionService.", "");
    const given = answer(operation, JSON.parse(await text(request)));
    if (given === "reset") return response.destroy();
    response.writeHead(given.status ?? 200, { "content-type": "application/x-amz-json-1.1" });
    return response.end(JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const client = new RekognitionClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    // One request for each call, so that a test sees the adapter's behaviour and not the client's retries.
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, close };
}
