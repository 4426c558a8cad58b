// The TOML language server, which npm ships as a library, speaking its protocol over standard input and output.
//   node taplo_stdio.mjs FOLDER     FOLDER/node_modules holds @taplo/lsp
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const { TaploLsp } = createRequire(path.join(process.argv[2], "package.json"))("@taplo/lsp");
const refuse = () => Promise.reject(new Error("not offered here"));

const environment = {
  cwd: () => process.cwd(),
  envVar: (name) => process.env[name],
  envVars: () => Object.entries(process.env),
  findConfigFile: () => undefined,
  glob: () => [],
  isAbsolute: path.isAbsolute,
  now: () => new Date(),
  readFile: (file) => readFile(file),
  writeFile: refuse,
  stdin: refuse,
  stdout: async (bytes) => bytes.length, // its own words would disturb the protocol
  stderr: async (bytes) => bytes.length,
  stdErrAtty: () => false,
  urlToFilePath: fileURLToPath,
  fetch: { fetch: refuse, Headers, Request, Response },
};

const server = await TaploLsp.initialize(environment, {
  onMessage: (message) => {
    const text = JSON.stringify(message);
    process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  },
});

let received = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (let message = take(); message; message = take()) server.send(message);
});
process.stdin.on("end", () => process.exit(0));

// The first whole message of what has been received, which is then without it.
function take() {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = Number(/content-length: *(\d+)/i.exec(received.subarray(0, end).toString())[1]);
  if (received.length < end + 4 + length) return undefined;
  const body = received.subarray(end + 4, end + 4 + length).toString();
  received = received.subarray(end + 4 + length);
  return JSON.parse(body);
}
