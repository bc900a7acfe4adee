using System.Diagnostics;
using System.Reflection;

namespace GraphGrad.Bench.SideBySide;

/// <summary>Finds the peers of this machine.</summary>
internal sealed class PeerList
{
    // The two OpenBLAS that Debian installs side by side: one counts its threads with OpenMP, as libtorch does, the other by itself.
    private const string OpenMpBlas = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
    private const string OwnThreadsBlas = "/usr/lib/x86_64-linux-gnu/openblas-pthread";

    private static readonly string Folder =
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PeersFolder").Value!;

    private static readonly string[] TorchSharp =
        [.. new[] { "Release", "Debug" }.Select(configuration => Path.Combine(Folder, "TorchSharp", "bin", configuration, $"net{Environment.Version.Major}.0", "TorchSharpPeer.dll"))];

    private readonly List<(string Name, int Threads, int ProductThreads, ProcessStartInfo Start)> found = [];
    private readonly List<string> versions = [];
    private readonly List<string> missing = [];

    /// <summary>Finds every peer in every arrangement of threads that this number allows.</summary>
    /// <param name="threads">The threads of our own runs.</param>
    /// <param name="names">The peers wanted; null for all.</param>
    public PeerList(int threads, string[]? names)
    {
        var python = Pythons().FirstOrDefault(HasTorch);
        if (python is null) missing.Add("libtorch: no Python here has 'torch' (Debian: apt-get install python3-torch libopenblas0-openmp)");
        if (python is not null)
        {
            Add("libtorch", 1, 1, Torch(python, 1, 1, OpenMpBlas));
            if (threads > 1)
            {
                Add("libtorch", threads, threads, Torch(python, threads, threads, OpenMpBlas));
                if (Directory.Exists(OwnThreadsBlas)) Add("libtorch", 1, threads, Torch(python, 1, threads, OwnThreadsBlas));
                else missing.Add("libtorch with all threads in its products alone: no OpenBLAS with threads of its own (Debian: apt-get install libopenblas0-pthread)");
            }
        }
        foreach (var count in new[] { 1, threads }.Distinct()) Add("onnxruntime", count, count, Script("node", "onnxruntime.js", count));
        // A program of its own, so that nothing here depends on a native package.
        if (TorchSharp.FirstOrDefault(File.Exists) is not { } program) missing.Add("torchsharp: not built (dotnet build -c Release bench/peers/TorchSharp)");
        else
        {
            foreach (var count in new[] { 1, threads }.Distinct()) Add("torchsharp", count, count, DotNet(program, count));
        }

        void Add(string name, int own, int products, ProcessStartInfo start)
        {
            if (names is not null && !names.Contains(name)) return;
            using var peer = Peer.TryStart(name, own, products, start, out var reason);
            if (peer is null)
            {
                if (!missing.Any(m => m.StartsWith(name, StringComparison.Ordinal))) missing.Add($"{name}: {reason}");
                return;
            }
            found.Add((name, own, products, start));
            versions.Add($"{name} {peer.Version}, {ThreadText(own, products)}");
        }
    }

    /// <summary>Who was found, in words.</summary>
    public IReadOnlyList<string> Versions => versions;

    /// <summary>What was not found, and why.</summary>
    public IReadOnlyList<string> Missing => missing;

    public static string ThreadText(int own, int products) =>
        own != products ? $"{own} thread, {products} in products" : own == 1 ? "1 thread" : $"{own} threads";

    /// <summary>New processes: what ran before changes how fast libtorch's memory allocator is.</summary>
    public List<Peer> Start() =>
        [.. found.Select(f => Peer.TryStart(f.Name, f.Threads, f.ProductThreads, f.Start, out var reason) ?? throw new InvalidOperationException($"{f.Name}: {reason}"))];

    private static IEnumerable<string> Pythons() => [.. Environment.GetEnvironmentVariable("PYTHON") is { } named ? [named] : Array.Empty<string>(), "python3", "/usr/bin/python3", "python"];

    private static bool HasTorch(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch, numpy"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static ProcessStartInfo Torch(string python, int threads, int productThreads, string blas)
    {
        var start = Script(python, "libtorch.py", threads);
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{productThreads}";
        if (Directory.Exists(blas)) start.Environment["LD_LIBRARY_PATH"] = blas;
        KeepMemory(start);
        return start;
    }

    // libtorch asks glibc for each tensor. By default glibc gives large blocks back to the system or keeps them, as its heap happens to lie, and
    // fresh pages cost more than the arithmetic: the same script takes 3.6 or 8 ms for a layer norm. Told to keep them, libtorch is always at its best.
    private static void KeepMemory(ProcessStartInfo start)
    {
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "4000000000";
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "33554432";
    }

    private static ProcessStartInfo DotNet(string program, int threads)
    {
        var start = new ProcessStartInfo("dotnet", [program, $"{threads}"]) { WorkingDirectory = Folder };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["MKL_NUM_THREADS"] = $"{threads}";
        KeepMemory(start);
        return start;
    }

    private static ProcessStartInfo Script(string program, string script, int threads) => new(program, [Path.Combine(Folder, script), $"{threads}"]) { WorkingDirectory = Folder };
}
