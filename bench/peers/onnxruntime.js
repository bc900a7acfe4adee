// The workloads in ONNX Runtime, from model files that libtorch exported. Reads commands as lines of JSON, answers each with one.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const ort = require('onnxruntime-node');

const threads = Number(process.argv[2]);
const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array };
let session, feeds, names;

function tensor(folder, entry) {
  const bytes = fs.readFileSync(path.join(folder, entry.file));
  const data = new arrays[entry.dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return new ort.Tensor(entry.dtype, data, entry.extents);
}

async function answer(request) {
  switch (request.command) {
    case 'prepare': {
      session = await ort.InferenceSession.create(request.model, {
        intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3,
      });
      const entries = JSON.parse(fs.readFileSync(path.join(request.folder, 'manifest.json'), 'utf8'));
      feeds = {};
      for (const name of session.inputNames) feeds[name] = tensor(request.folder, entries.find((e) => e.name === name));
      names = session.outputNames;
      const results = await session.run(feeds);
      return {
        outputs: names.map((name, i) => {
          const file = path.join(request.folder, `onnxruntime-${process.pid}-${i}.bin`);
          const data = results[name].data;
          fs.writeFileSync(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
          return file;
        }),
      };
    }
    case 'time': {
      const start = process.hrtime.bigint();
      for (let i = 0; i < request.repetitions; i++) await session.run(feeds);
      return { microseconds: Number(process.hrtime.bigint() - start) / 1e3 / request.repetitions };
    }
    default:
      return { error: `no command '${request.command}'` };
  }
}

async function main() {
  console.log(JSON.stringify({ version: ort.env.versions.node }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let reply;
    try {
      reply = await answer(JSON.parse(line));
    } catch (error) {
      reply = { error: String(error) };
    }
    console.log(JSON.stringify(reply));
  }
}

main();
