using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GraphGrad.Bench.SideBySide;

/// <summary>Another library in a process of its own, which takes commands as lines of JSON and answers each with one.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process process;

    private Peer(string name, int threads, int productThreads, Process process)
    {
        (Name, Threads, ProductThreads, this.process) = (name, threads, productThreads, process);
        Version = (string?)Read()["version"] ?? throw new InvalidOperationException($"{name} did not tell its version.");
    }

    public string Name { get; }

    public string Version { get; }

    public int Threads { get; }

    /// <summary>The threads of its matrix products, where they can have a number of their own.</summary>
    public int ProductThreads { get; }

    /// <summary>Starts a peer, or says what is missing.</summary>
    public static Peer? TryStart(string name, int threads, int productThreads, ProcessStartInfo start, out string? missing)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                missing = null;
                return new Peer(name, threads, productThreads, process);
            }
            catch (Exception exception) when (exception is InvalidOperationException or JsonException)
            {
                process.WaitForExit(1000);
                missing = errors.IsCompleted ? LastLine(errors.Result) : exception.Message;
                process.Dispose();
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            missing = exception.Message;
        }
        return null;
    }

    public JsonNode Ask(string command, params (string Name, JsonNode? Value)[] arguments)
    {
        var request = new JsonObject { ["command"] = command };
        foreach (var (name, value) in arguments) request[name] = value;
        process.StandardInput.WriteLine(request.ToJsonString());
        process.StandardInput.Flush();
        var reply = Read();
        return reply["error"] is { } error ? throw new InvalidOperationException($"{Name}: {error}") : reply;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000)) process.Kill();
        process.Dispose();
    }

    private static string LastLine(string text) => text.Trim().Split('\n')[^1];

    private JsonNode Read() =>
        JsonNode.Parse(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended."))!;
}
