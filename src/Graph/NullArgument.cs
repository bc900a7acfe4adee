using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GraphGrad;

/// <summary>
/// Refuses null where a parameter's type does not allow it. The build puts that at the beginning of every public member of GraphGrad; functions built on it may call this, too.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NullArgument
{
    /// <summary>The refusal of an argument that is null.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ArgumentNullException Error(string parameter) => Error(parameter, parameter);

    /// <summary>Refuses a list in which an element is null.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static void RefuseElements<T>(ReadOnlySpan<T> arguments, string parameter)
        where T : class
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is null) throw Error(parameter, $"{parameter}[{i}]");
        }
    }

    /// <summary>Refuses a list in which an element is null.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static void RefuseElements<T>(T[] arguments, string parameter)
        where T : class
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is null) throw Error(parameter, $"{parameter}[{i}]");
        }
    }

    /// <summary>Refuses a list in which an element is null.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public static void RefuseElements<T>(IReadOnlyList<T> arguments, string parameter)
        where T : class
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is null) throw Error(parameter, $"{parameter}[{i}]");
        }
    }

    private static ArgumentNullException Error(string parameter, string what) =>
        new(parameter, $"{Caller()}'{what}' is null; give a value. Called at {Origin.Capture()}.");

    /// <summary>The public member that was called, for the beginning of the message; nothing if it has been inlined into the user's.</summary>
    private static string Caller()
    {
        var method = new StackTrace(1).GetFrames().Select(f => f.GetMethod()).FirstOrDefault(m => m is not null && m.DeclaringType != typeof(NullArgument));
        if (method is null || !Origin.IsOwn(method)) return string.Empty;
        return (method.IsConstructor ? method.DeclaringType!.Name : method.Name) + ": ";
    }
}
