using System.Diagnostics;

namespace GraphGrad.Parity.Live;

/// <summary>
/// What libtorch says to wrong calls. Some of TorchSharp's functions let libtorch's exception end the process, so the calls are made in
/// processes of their own: one goes through a family's calls until it dies, the next goes on behind.
/// </summary>
internal static class TorchRefusals
{
    private const string Mark = "refused: ";
    private const string What = "  what():  ";

    /// <summary>The messages of a family's wrong calls, by name; an empty message where libtorch accepts the call.</summary>
    public static Dictionary<string, string> Of(Family family)
    {
        var rows = family.Cases.Where(c => c.Refusal is not null).ToArray();
        var messages = new Dictionary<string, string>();
        while (messages.Count < rows.Length)
        {
            var (output, errors) = RunProcess(family.Name, messages.Count);
            foreach (var line in output.Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal)))
                messages[rows[messages.Count].Name] = line[Mark.Length..].Trim();
            if (messages.Count == rows.Length) break;
            var cause = errors.Split('\n').FirstOrDefault(line => line.StartsWith(What, StringComparison.Ordinal))
                ?? throw new InvalidOperationException($"{rows[messages.Count].Name}: the process ended with: {errors}");
            messages[rows[messages.Count].Name] = cause[What.Length..].Trim();
        }
        return messages;
    }

    /// <summary>In the process: makes the calls from the given one on and writes a line for each.</summary>
    public static int Print(string family, int from)
    {
        var twins = Twins.Of(family);
        foreach (var row in Family.Named(family).Cases.Where(c => c.Refusal is not null).Skip(from))
        {
            Console.WriteLine(Mark + Message(row, twins[row.Name]).Split('\n')[0]);
            Console.Out.Flush();
        }
        return 0;
    }

    private static string Message(Case row, Func<Tensor[], Outputs> expression)
    {
        using var scope = NewDisposeScope();
        try
        {
            expression([.. row.Inputs(0, DType.Float32).Select(TorchRun.ToTorch)]);
            return string.Empty;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }

    private static (string Output, string Errors) RunProcess(string family, int from)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(TorchRefusals).Assembly.Location, "refusals", family, from.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.Result);
    }
}
