// Run a portable script on the WebAssembly build of MicroPython:
//
//   node tests/micropython/run_wasm.mjs SCRIPT.py [args...]
//
// The interpreter sees a file system of its own in memory. Copied into it, at the paths they have
// here: device/, the script's folder, and every argument that names a file or a folder. What the
// script writes stays there, so it answers on stdout. The exit code is sys.exit's, or 1 after an
// exception.
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const repo = path.resolve(here, "../..");
const build = path.join(repo, ".cache/micropython/wasm");

function copyIn(memory, from) {
  if (path.basename(from) === "__pycache__") return;
  if (fs.statSync(from).isDirectory()) {
    memory.mkdirTree(from);
    for (const name of fs.readdirSync(from)) copyIn(memory, path.join(from, name));
  } else {
    memory.mkdirTree(path.dirname(from));
    memory.writeFile(from, fs.readFileSync(from));
  }
}

function write(fd, text) {
  // A pipe that is full answers EAGAIN; writeSync alone would lose the rest.
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(fd, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

const [script, ...args] = process.argv.slice(2);
if (!script || !fs.existsSync(script)) {
  write(2, "usage: node run_wasm.mjs SCRIPT.py [args...]\n");
  process.exit(2);
}

const { loadMicroPython } = await import(path.join(build, "micropython.mjs"));
const mp = await loadMicroPython({
  heapsize: 16 * 1024 * 1024,
  pystack: 32 * 1024,
  stdout: (line) => write(1, line + "\n"),
  stderr: (line) => write(2, line + "\n"),
});

const device = path.join(repo, "device");
const folder = path.dirname(path.resolve(script));
for (const given of [device, folder, ...args.map((arg) => path.resolve(arg))])
  if (fs.existsSync(given)) copyIn(mp.FS, given);
mp.FS.mkdirTree(process.cwd());
mp.FS.chdir(process.cwd());

const file = path.join(folder, path.basename(script));
const source = `
import sys
sys.path[:0] = ${JSON.stringify([folder, device])}
sys.argv[:] = ${JSON.stringify([script, ...args])}
_exit_code = 0
try:
    with open(${JSON.stringify(file)}) as _file:
        _code = compile(_file.read(), ${JSON.stringify(file)}, "exec")
    exec(_code, {"__name__": "__main__"})
except SystemExit as _exit:
    _exit_code = _exit.args[0] if _exit.args else 0
`;

let code = 1;
try {
  mp.runPython(source);
  const given = mp.globals.get("_exit_code");
  code = Number.isInteger(given) ? given : given ? 1 : 0;
  if (typeof given === "string") write(2, given + "\n");
} catch (error) {
  write(2, `${error.message ?? error}\n`);
}
// The interpreter hands over whole lines; a last one may have no end.
write(1, Buffer.from(mp._module._stdoutBuffer).toString());
process.exit(code);
