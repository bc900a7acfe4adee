using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphGrad.Bench.TorchSharpPeer;
using TorchSharp;

// The workloads in TorchSharp. Reads commands as lines of JSON, answers each with one. OMP_NUM_THREADS is set by the caller.
torch.set_num_threads(int.Parse(args[0]));
Console.WriteLine(new JsonObject { ["version"] = $"{typeof(torch).Assembly.GetName().Version!.ToString(3)} (libtorch {torch.__version__})" }.ToJsonString());

Func<torch.Tensor[]>? current = null;
while (Console.ReadLine() is { } line)
{
    JsonObject reply;
    try
    {
        reply = Answer(JsonNode.Parse(line)!);
    }
    catch (Exception exception)
    {
        // The caller prints it beside the workload.
        reply = new JsonObject { ["error"] = $"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}" };
    }
    Console.WriteLine(reply.ToJsonString());
}

JsonObject Answer(JsonNode request)
{
    switch ((string?)request["command"])
    {
        case "forms":
            return new JsonObject { ["forms"] = new JsonArray([.. (Workloads.Find((string)request["workload"]!)?.Forms ?? []).Select(f => (JsonNode)f)]) };
        case "prepare":
            var folder = (string)request["folder"]!;
            var workload = Workloads.Find((string)request["workload"]!)!;
            current = workload.Build(Load(folder), (string)request["form"]!);
            return new JsonObject { ["outputs"] = new JsonArray([.. Check(workload.Checks).Select((result, i) => (JsonNode)Write(folder, i, result))]) };
        case "time":
            var repetitions = (int)request["repetitions"]!;
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < repetitions; i++)
            {
                using var scope = torch.NewDisposeScope();
                current!();
            }
            return new JsonObject { ["microseconds"] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / repetitions };
        case var command:
            return new JsonObject { ["error"] = $"no command '{command}'" };
    }
}

// The results of one run, or the losses of the first steps.
float[][] Check(int checks)
{
    using var scope = torch.NewDisposeScope();
    if (checks == 1) return [.. current!().Select(r => r.contiguous().data<float>().ToArray())];
    var losses = new float[checks];
    for (var i = 0; i < checks; i++)
    {
        using var step = torch.NewDisposeScope();
        losses[i] = current!()[0].item<float>();
    }
    return [losses];
}

static string Write(string folder, int number, float[] result)
{
    var file = Path.Combine(folder, $"torchsharp-{Environment.ProcessId}-{number}.bin");
    File.WriteAllBytes(file, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(result).ToArray());
    return file;
}

static Tensors Load(string folder)
{
    var tensors = new Tensors();
    foreach (var entry in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")))!.AsArray())
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, (string)entry!["file"]!));
        var extents = entry["extents"]!.AsArray().Select(e => (long)e!).ToArray();
        // A copy in libtorch's own memory, aligned as it likes it.
        using var data = (string?)entry["dtype"] == "float32" ? torch.tensor(Elements<float>(bytes)) : torch.tensor(Elements<long>(bytes));
        tensors.Add((string)entry["name"]!, data.reshape(extents).clone(), (bool)entry["fed"]!);
    }
    return tensors;

    static T[] Elements<T>(byte[] bytes)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes).ToArray();
}
