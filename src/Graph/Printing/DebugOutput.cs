namespace GraphGrad.Printing;

/// <summary>
/// What the environment variable GRAPHGRAD_DEBUG asks to see, on standard error: from 1 the passes with their times, from 2 the
/// graph after each pass that changed it, from 3 each rule as it fires, from 4 emitted code.
/// </summary>
internal static class DebugOutput
{
    public const int Passes = 1;
    public const int Graphs = 2;
    public const int Rules = 3;
    public const int Code = 4;

    private static readonly int Level =
        int.TryParse(Environment.GetEnvironmentVariable("GRAPHGRAD_DEBUG"), out var level) ? level : 0;

    public static bool Shows(int level) => Level >= level;

    public static void Write(string text) => Console.Error.WriteLine(text);
}
