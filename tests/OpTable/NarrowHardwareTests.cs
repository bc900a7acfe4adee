using System.Diagnostics;
using GraphGrad.Compilation.Emission;

namespace GraphGrad.Tests.OpTable;

/// <summary>Compiled rows in processes that see a lesser machine: what the JIT makes of the same trees there.</summary>
public sealed class NarrowHardwareTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", VectorWidth.Vector512, VectorWidth.Vector256, 3)]
    // Without AVX2 there is no fused multiply-add either, and a vector of them in software is dear: fewer rows.
    [InlineData("DOTNET_EnableAVX2", VectorWidth.Vector256, VectorWidth.Vector128, 5)]
    [InlineData("DOTNET_EnableHWIntrinsic", VectorWidth.Vector128, VectorWidth.Scalar, 8)]
    public async Task Rows_pass_on_narrower_hardware(string switchedOff, VectorWidth without, VectorWidth widest, int everyNthRow)
    {
        if (without.IsAccelerated()) await AssertPasses(switchedOff, widest, "widths", "--every", $"{everyNthRow}");
    }

    // What is behind the last element of a row goes into vectors of one width and not into those of another.
    [Theory]
    [InlineData("DOTNET_EnableAVX512", VectorWidth.Vector512, VectorWidth.Vector256)]
    [InlineData("DOTNET_EnableAVX2", VectorWidth.Vector256, VectorWidth.Vector128)]
    [InlineData("DOTNET_EnableHWIntrinsic", VectorWidth.Vector128, VectorWidth.Scalar)]
    public async Task Factorizations_are_as_exact_on_narrower_hardware(string switchedOff, VectorWidth without, VectorWidth widest)
    {
        if (without.IsAccelerated()) await AssertPasses(switchedOff, widest, "factors");
    }

    // Not on a machine that never had it, which shows nothing new; rows at other widths are in CompiledTests.
    private static async Task AssertPasses(string switchedOff, VectorWidth widest, params string[] command)
    {
        var start = new ProcessStartInfo(DotNet(), [typeof(NarrowHardwareTests).Assembly.Location, .. command, "--expect", $"{widest}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [switchedOff] = "0" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{switchedOff}=0: {output}{await errors}");
        Assert.StartsWith($"{widest}: ", output, StringComparison.Ordinal);
    }

    private static string DotNet() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
}
