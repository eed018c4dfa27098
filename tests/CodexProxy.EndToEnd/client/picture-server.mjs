// A Model Context Protocol server on standard input and output with one tool, whose full name in the client is
// longer than the 64 characters that the upstream allows and whose result holds a picture between two texts.
import { createInterface } from "node:readline";

const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const answers = {
  initialize: (params) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "observatory", version: "1.0.0" },
  }),
  "tools/list": () => ({
    tools: [
      {
        name: "take_a_rather_long_winded_picture_of_the_current_state_of_the_sky",
        description: "Takes a picture of the sky.",
        inputSchema: { type: "object" },
      },
    ],
  }),
  "tools/call": () => ({
    content: [
      { type: "text", text: "before the picture" },
      { type: "image", data: picture, mimeType: "image/png" },
      { type: "text", text: "after the picture" },
    ],
  }),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id !== undefined) {
    const result = answers[method]?.(params) ?? {};
    process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\n");
  }
});
