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
        // A machine that never had it shows nothing new; the other widths are in CompiledTests.
        if (!without.IsAccelerated()) return;
        var start = new ProcessStartInfo(DotNet(), [typeof(NarrowHardwareTests).Assembly.Location, "widths", "--expect", $"{widest}", "--every", $"{everyNthRow}"])
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
