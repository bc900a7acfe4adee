using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace GraphGrad.Tests;

/// <summary>Asserts on whole messages: an error is worth what it says.</summary>
internal static class Errors
{
    // A call may spread over lines; what its lambda builds carries the line of the lambda's statement.
    private const int LinesOfOneCall = 12;

    /// <summary>
    /// Runs <paramref name="action"/> and compares the whole message. <c>{here}</c> in the expected text stands for the file of
    /// the call and one of its lines.
    /// </summary>
    public static GraphException Throws(
        string message, Func<object?> action, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var error = Assert.Throws<GraphException>(() => { _ = action(); });
        var actual = Regex.Replace(
            error.Message,
            Regex.Escape(Path.GetFileName(file)) + ":([0-9]+)",
            match => int.Parse(match.Groups[1].Value) - line is >= 0 and < LinesOfOneCall ? "{here}" : match.Value);
        Assert.Equal(message, actual);
        return error;
    }
}
